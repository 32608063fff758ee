import fc from 'fast-check';
import { expect, test } from 'vitest';
import { lineRuns, overlap } from '../../server/core/line-runs.ts';

const few = fc.array(fc.constantFrom('a', 'b'), { maxLength: 30 });

test('every place where all of the lines stand, and no other', () => {
  fc.assert(
    fc.property(few, fc.array(fc.constantFrom('a', 'b'), { minLength: 1, maxLength: 6 }), (lines, search) => {
      const all = lines.flatMap((_, at) =>
        at + search.length <= lines.length && search.every((line, i) => lines[at + i] === line) ? [at] : [],
      );
      expect(lineRuns(lines, search)).toEqual(all);
    }),
    { numRuns: 1_000 },
  );
});

test('overlapping places', () => expect(lineRuns(['a', 'a', 'a'], ['a', 'a'])).toEqual([0, 1]));

test('nothing is nowhere', () => expect(lineRuns(['a'], [])).toEqual([]));

test('the most lines that the one ends with and the other begins with', () => {
  fc.assert(
    fc.property(few, few, (ending, beginning) => {
      let most = Math.min(ending.length, beginning.length);
      while (ending.slice(ending.length - most).join() !== beginning.slice(0, most).join()) most--;
      expect(overlap(ending, beginning)).toBe(most);
    }),
    { numRuns: 1_000 },
  );
});
