import fc from 'fast-check';
import { expect, test } from 'vitest';
import { apply } from '../../server/core/edit.ts';
import { type LineIndex, type LineKey, lineIndex } from '../../server/core/line-index.ts';
import { toText } from '../../server/core/text.ts';
import { codeLikeText, editOf } from '../support/texts.ts';

const keys: readonly LineKey[] = ['exact', 'trailing-blanks', 'trimmed', 'plain'];
const unbounded = () => ({ steps: Number.POSITIVE_INFINITY });

/** All that an index tells, whatever its numbers are. */
function told(index: LineIndex, searches: readonly (readonly string[])[]): unknown {
  return {
    lines: index.lines,
    runs: keys.map((key) => searches.map((search) => index.runs(key, search, unbounded()))),
    known: keys.map((key) => searches.flat().map((line) => index.has(key, line))),
    filled: [index.filled().lines, [...index.filled().at]],
  };
}

test('the index of an edited text tells what one made anew does, whatever was asked before', () => {
  const cases = codeLikeText().chain((value) =>
    fc.tuple(fc.constant(value), editOf(value.length, codeLikeText(3)), fc.subarray([...keys])),
  );
  fc.assert(
    fc.property(cases, ([value, edit, asked]) => {
      const before = lineIndex(toText(value));
      for (const key of asked) before.runs(key, before.lines, unbounded());
      const after = toText(apply(value, edit));
      const fresh = lineIndex(after);
      const searches = [
        before.lines.slice(0, 2),
        ...fresh.lines.map((_, i) => fresh.lines.slice(i, i + 1 + (i % 3))),
      ];
      expect(told(before.after(edit, after), searches)).toEqual(told(fresh, searches));
    }),
    { numRuns: 1_000 },
  );
});

test('lines that stand somewhere once are found without a look at the others', () => {
  const lines = Array.from({ length: 10_000 }, (_, i) => (i % 2 === 0 ? 'same' : `line ${i}`));
  const index = lineIndex(toText(lines.join('\n')));
  const budget = { steps: 0 };
  for (let i = 0; i + 3 < lines.length; i += 3)
    expect(index.runs('exact', lines.slice(i, i + 3), budget)).toEqual([i]);
  expect(-budget.steps).toBeLessThan(3 * lines.length);
});
