import { expect, test } from 'vitest';
import { isLeft } from '../../../server/session/protocol/own-address.ts';

/** Whether a connection from the first address has been left by a machine that has the others. */
function check(address: string | undefined, ...now: readonly string[]): boolean {
  const infos = now.map((each) => ({ address: each, internal: /^(?:127\.|::1$)/.test(each) }));
  return isLeft(address, { lo: infos.slice(0, 1), net: infos.slice(1) });
}

test.each([
  ['the same network', '10.0.0.5', ['127.0.0.1', '10.0.0.5'], false],
  ['another network', '10.0.0.5', ['127.0.0.1', '192.168.1.7'], true],
  ['the same and another', '10.0.0.5', ['127.0.0.1', '192.168.1.7', '10.0.0.5'], false],
  ['none at all, as with a cable that is out', '10.0.0.5', ['127.0.0.1'], false],
  ['none but of the link', '10.0.0.5', ['127.0.0.1', 'fe80::1', '169.254.3.4'], false],
  ['another of IPv6', 'fd00::5', ['::1', 'fe80::1', 'fd00::7'], true],
  ['the same, said in another way', '::ffff:10.0.0.5', ['127.0.0.1', '10.0.0.5', '10.1.0.1'], false],
  ['the same of a link', 'fe80::1%eth0', ['::1', 'fe80::1', 'fd00::7'], false],
  ['this machine itself', '127.0.0.1', ['127.0.0.1', '10.0.0.5'], false],
  ['nobody knows which', undefined, ['127.0.0.1', '10.0.0.5'], false],
])('%s', (_, address, now, left) => {
  expect(check(address, ...now)).toBe(left);
});
