/** Masking keys that nobody can tell beforehand (RFC 6455, section 10.3), drawn many at a time: one alone is dear. */

import { randomFillSync } from 'node:crypto';

/** 2 KiB of randomness; it takes some microseconds every so many frames. */
const keysAtOnce = 512;

/** Each call is another key of 32 bits. */
export function createMaskingKeys(): () => number {
  const keys = new Int32Array(keysAtOnce);
  let used = keysAtOnce;
  return () => {
    if (used === keysAtOnce) {
      randomFillSync(keys);
      used = 0;
    }
    return keys[used++] as number;
  };
}
