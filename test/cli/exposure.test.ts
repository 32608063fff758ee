/** Who may reach `whittle serve`. */

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { generate } from 'selfsigned';
import { describe, expect, test } from 'vitest';
import { type Exposed, exposureOf } from '../../server/cli/exposure.ts';
import { temporaryFolder } from '../support/folder.ts';

const near: Exposed = {
  host: '127.0.0.1',
  token: undefined,
  tls: undefined,
  tlsByProxy: false,
  folder: '/',
};
const far: Exposed = { ...near, host: '0.0.0.0' };
const token = 'a-secret-of-some-length';

describe('on loopback', () => {
  test.each(['127.0.0.1', '127.9.9.9', 'localhost', '::1', '[::1]'])('%s needs no token', (host) => {
    expect(exposureOf({ ...near, host })).toEqual({ kind: 'allowed', gateway: { nameless: 'served' } });
  });

  test('a token that is set is wanted of everybody', () => {
    const gateway = { token, nameless: 'refused' };
    expect(exposureOf({ ...near, token })).toEqual({ kind: 'allowed', gateway });
  });

  test('an empty variable is none', () => {
    expect(exposureOf({ ...near, token: '' })).toMatchObject({ gateway: { nameless: 'served' } });
  });

  test.each(['short', 'a token with blanks in it', 'ein-Schlüssel-mit-Umlaut'])(
    'the token %s is none',
    (each) => {
      expect(exposureOf({ ...near, token: each })).toMatchObject({
        message: expect.stringContaining('WHITTLE_TOKEN'),
      });
    },
  );
});

describe('beyond it', () => {
  test.each([
    '0.0.0.0',
    '::',
    '192.168.1.2',
    'example.com',
    '1270.0.0.1',
    'localhost.example',
    '::ffff:10.0.0.1',
    '',
  ])('%s is refused without a token', (host) => {
    const said = expect.stringContaining('set WHITTLE_TOKEN');
    expect(exposureOf({ ...near, host })).toEqual({ kind: 'refused', message: said });
    expect(exposureOf({ ...near, host, tlsByProxy: true })).toEqual({ kind: 'refused', message: said });
  });

  test('it is refused without TLS', () => {
    const said = expect.stringContaining('--tls-cert FILE and --tls-key FILE, or --tls-by-proxy');
    expect(exposureOf({ ...far, token })).toEqual({ kind: 'refused', message: said });
  });

  test('a proxy that does TLS has to be named', () => {
    const gateway = { token, nameless: 'refused' };
    expect(exposureOf({ ...far, token, tlsByProxy: true })).toEqual({ kind: 'allowed', gateway });
  });

  test('certificate and key are read, and have to fit', async () => {
    const folder = temporaryFolder();
    const [one, other] = [await generate(), await generate()];
    writeFileSync(join(folder, 'cert.pem'), one.cert);
    writeFileSync(join(folder, 'key.pem'), one.private);
    writeFileSync(join(folder, 'other.pem'), other.private);
    const check = (cert: string, key: string) => exposureOf({ ...far, token, folder, tls: { cert, key } });
    expect(check('cert.pem', 'key.pem')).toEqual({
      kind: 'allowed',
      gateway: { token, nameless: 'refused', tls: { cert: one.cert, key: one.private } },
    });
    const refused = (message: string) => ({ kind: 'refused', message: expect.stringContaining(message) });
    expect(check('cert.pem', 'other.pem')).toEqual(refused('other.pem is not the key of cert.pem'));
    expect(check('key.pem', 'cert.pem')).toEqual(refused('no certificate and key'));
    expect(check('none.pem', 'key.pem')).toEqual(refused('There is no file none.pem'));
  });
});
