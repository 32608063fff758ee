/** Frames of a client against a reading of them that shares nothing with their writing. */

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { closePayload, controlFrame, mask, textFrame } from '../../../server/session/websocket/frame.ts';
import { createMaskingKeys } from '../../../server/session/websocket/masking-keys.ts';
import { clientFrames } from './frames.ts';

const bytes = (hex: string): Buffer => Buffer.from(hex.replaceAll(' ', ''), 'hex');

test('the examples of the standard', () => {
  // RFC 6455, section 5.7: those that a client may send.
  const hello = '37 fa 21 3d 7f 9f 4d 51 58';
  expect(textFrame('Hello', 0x37fa213d)).toEqual(bytes(`81 85 ${hello}`));
  expect(controlFrame('pong', Buffer.from('Hello'), 0x37fa213d)).toEqual(bytes(`8a 85 ${hello}`));
});

test.each<['close' | 'ping' | 'pong', Uint8Array, string]>([
  ['close', closePayload(1000), '88 82 00 00 00 00 03 e8'],
  ['close', new Uint8Array(0), '88 80 00 00 00 00'],
  ['ping', new Uint8Array(0), '89 80 00 00 00 00'],
  ['pong', Uint8Array.of(1, 2, 3), '8a 83 00 00 00 00 01 02 03'],
])('a frame that controls: %s of %j', (kind, payload, expected) => {
  expect(controlFrame(kind, payload, 0)).toEqual(bytes(expected));
});

const key = fc.integer({ min: -(2 ** 31), max: 2 ** 32 - 1 });
/** UTF-16 units in any order, also halves of pairs. */
const units = fc
  .array(fc.oneof(fc.nat(0x7f), fc.nat(0xff), fc.nat(0xffff), fc.integer({ min: 0xd800, max: 0xdfff })))
  .map((codes) => String.fromCharCode(...codes));
/** Lengths where the header changes, of one, two and three bytes a unit. */
const filling = fc
  .tuple(
    fc.constantFrom('x', 'é', '€'),
    fc.constantFrom(0, 119, 125, 126, 127, 65_529, 65_535, 65_536, 65_537),
    fc.nat(6),
  )
  .map(([unit, length, more]) => unit.repeat(Math.ceil(length / Buffer.byteLength(unit)) + more));

test('any text is read again as it is, and a half of a pair as U+FFFD', () => {
  fc.assert(
    fc.property(units, filling, key, (some, more, key) => {
      for (const text of [some, more, some + more, more + some]) {
        const frame = textFrame(text, key);
        const [read, ...others] = clientFrames(frame);
        expect(others).toEqual([]);
        expect(read).toMatchObject({ opcode: 1, final: true });
        // Buffers of this size are compared in no time only by themselves.
        expect(read?.payload.equals(Buffer.from(text))).toBe(true);
        const keyAt = frame.length - Buffer.byteLength(text) - 4;
        expect(frame.readUInt32BE(keyAt)).toBe(key >>> 0);
      }
    }),
    { numRuns: 30 },
  );
});

test('masking is the same wherever a frame begins in memory, and taken off by masking', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ minLength: 4, maxLength: 40 }),
      fc.nat(8),
      fc.nat(3),
      (content, before, at) => {
        const frame = Buffer.from(new ArrayBuffer(64), before, content.length + at);
        frame.set(content, at);
        mask(frame, at + 4);
        const keyBytes = content.subarray(0, 4);
        const expected = content.map((byte, i) => (i < 4 ? byte : byte ^ Number(keyBytes[i % 4])));
        expect([...frame.subarray(at)]).toEqual([...expected]);
        expect([...frame.subarray(0, at)]).toEqual(new Array(at).fill(0));
        mask(frame, at + 4);
        expect([...frame.subarray(at)]).toEqual([...content]);
      },
    ),
  );
});

test('keys are not told by those before them', () => {
  const nextKey = createMaskingKeys();
  const other = createMaskingKeys();
  // More than are drawn at once. That two of so many are the same happens, that a hundred are does not.
  const keys = Array.from({ length: 2_000 }, nextKey);
  expect(new Set([...keys, ...Array.from({ length: 2_000 }, other)]).size).toBeGreaterThan(3_900);
  for (const key of keys) expect(key).toBe(key | 0);
});
