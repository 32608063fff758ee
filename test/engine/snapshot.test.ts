import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decode, encode, type Snapshot } from '../../server/engine/snapshot.ts';

function run<T>(work: Generator<void, T>): T {
  for (;;) {
    const step = work.next();
    if (step.done) return step.value;
  }
}

const snapshot: fc.Arbitrary<Snapshot> = fc
  .array(fc.string({ minLength: 1, maxLength: 20 }), { minLength: 1, maxLength: 20 })
  .chain((lexemes) => {
    const symbol = fc.nat({ max: lexemes.length * 2 - 1 });
    const symbols = fc.array(symbol).map((values) => Uint32Array.from(values));
    const file = fc.record({ path: fc.string(), stamp: fc.string(), names: symbols, symbols });
    return fc.record({ lexemes: fc.constant(lexemes), files: fc.array(file, { maxLength: 5 }) });
  });

test('gives back what it was given', () => {
  fc.assert(
    fc.property(snapshot, (value) => {
      expect(run(decode(run(encode(value))))).toEqual(value);
    }),
  );
});

test('notices every changed byte and every cut', () => {
  fc.assert(
    fc.property(snapshot, fc.nat(), fc.integer({ min: 1, max: 255 }), (value, at, by) => {
      const bytes = run(encode(value));
      const broken = bytes.slice();
      const index = at % bytes.length;
      broken[index] = ((broken[index] ?? 0) + by) & 255;
      expect(run(decode(broken))).toBeUndefined();
      expect(run(decode(bytes.subarray(0, index)))).toBeUndefined();
    }),
  );
});

test('never fails on any bytes', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      expect(run(decode(bytes))).toBeUndefined();
    }),
  );
});
