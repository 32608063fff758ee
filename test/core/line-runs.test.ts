import fc from 'fast-check';
import { expect, test } from 'vitest';
import { lineRuns } from '../../server/core/line-runs.ts';

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
