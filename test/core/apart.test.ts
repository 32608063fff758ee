import fc from 'fast-check';
import { expect, test } from 'vitest';
import { apart } from '../../server/core/apart.ts';
import type { Replacement } from '../../server/core/edit.ts';

const replacement = fc
  .record({ start: fc.nat(60), length: fc.nat(3), text: fc.constantFrom('', 'x', 'yy') })
  .map(({ start, length, text }): Replacement => ({ start, end: start + length, text }));

test('what touches nothing that came before is taken, and nothing else, in whatever order it comes', () => {
  fc.assert(
    fc.property(fc.array(replacement, { maxLength: 30 }), (all) => {
      const kept = apart();
      const plain: Replacement[] = [];
      for (const each of all) {
        const touches = plain.some((other) => other.start <= each.end && each.start <= other.end);
        expect(kept.touches([each])).toBe(touches);
        const { start, end, text } = each;
        const isKnown = plain.some(
          (other) => other.start === start && other.end === end && other.text === text,
        );
        expect(kept.has(each)).toBe(isKnown);
        if (touches) continue;
        kept.add([each]);
        plain.push(each);
      }
      expect(kept.edit).toEqual(plain.toSorted((a, b) => a.start - b.start));
    }),
    { numRuns: 2_000 },
  );
});
