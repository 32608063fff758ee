/** Who is let in: what browsers, rebound names and strangers send. */

import { describe, expect, test } from 'vitest';
import { admit, type Caller } from '../../server/gateway/admission.ts';

const nobody: Caller = {
  host: '127.0.0.1:4141',
  origin: undefined,
  site: undefined,
  authorization: undefined,
};

function check(caller: Partial<Caller>, host = '127.0.0.1', nameless?: string): string {
  const find = (token: string) => (token === 'good' ? 'guest' : undefined);
  const admission = admit({ ...nobody, ...caller }, { find, nameless, host });
  return admission.kind === 'admitted' ? admission.guest : admission.code;
}

describe('Host on loopback', () => {
  test.each([
    '127.0.0.1',
    '127.0.0.1:4141',
    '127.3.2.1:1',
    'localhost',
    'LOCALHOST:80',
    '[::1]',
    '[::1]:4141',
  ])('%s is ours', (host) => {
    expect(check({ host }, '127.0.0.1', 'nameless')).toBe('nameless');
  });

  test.each([
    undefined,
    '',
    'evil.example',
    'evil.example:4141',
    'localhost.evil.example',
    '127.0.0.1.nip.io:4141',
    'evil@localhost',
    'localhost/evil',
    'localhost evil',
    '0.0.0.0:4141',
    '192.168.0.7:4141',
    '2130706433',
    '0x7f.1',
    '[::]',
    '[::2]:4141',
    '::1',
    'localhost:99999999',
  ])('%s is not', (host) => {
    expect(check({ host }, '127.0.0.1', 'nameless')).toBe('host_not_allowed');
    expect(check({ host, authorization: 'Bearer good' })).toBe('host_not_allowed');
  });

  test('the name it was told to listen on is ours', () => {
    expect(check({ host: 'localhost:1' }, 'localhost', 'nameless')).toBe('nameless');
  });
});

test('beyond loopback the name is the operator’s affair, the token is not', () => {
  expect(check({ host: 'whittle.example' }, '0.0.0.0')).toBe('invalid_api_key');
  expect(check({ host: 'whittle.example', authorization: 'Bearer good' }, '0.0.0.0')).toBe('guest');
  expect(check({ host: 'whittle.example', authorization: 'Bearer good', origin: 'https://a.b' }, '::')).toBe(
    'origin_not_allowed',
  );
});

test.each(['https://evil.example', 'null', '', 'http://127.0.0.1:4141', 'http://localhost'])(
  'the origin %j is refused',
  (origin) => {
    expect(check({ origin, authorization: 'Bearer good' }, '127.0.0.1', 'nameless')).toBe(
      'origin_not_allowed',
    );
  },
);

test.each(['cross-site', 'same-site', 'same-origin'])('a page that only gets (%s) is refused', (site) => {
  expect(check({ site }, '127.0.0.1', 'nameless')).toBe('origin_not_allowed');
});

test('an address typed by the user is no page', () => {
  expect(check({ site: 'none' }, '127.0.0.1', 'nameless')).toBe('nameless');
});

test.each([
  ['Bearer good', 'guest'],
  ['bearer  good ', 'guest'],
  ['Bearer bad', 'invalid_api_key'],
  ['Bearer', 'invalid_api_key'],
  ['Bearer ', 'invalid_api_key'],
  ['Basic good', 'invalid_api_key'],
  ['good', 'invalid_api_key'],
  ['', 'invalid_api_key'],
  ['Bearer good good', 'invalid_api_key'],
])('%j is %s, whether or not one is needed', (authorization, expected) => {
  expect(check({ authorization })).toBe(expected);
  expect(check({ authorization }, '127.0.0.1', 'nameless')).toBe(expected);
});
