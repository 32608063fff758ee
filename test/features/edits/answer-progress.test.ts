import fc from 'fast-check';
import { expect, test } from 'vitest';
import { toText } from '../../../server/core/text.ts';
import { answerProgress } from '../../../server/features/edits/answer-progress.ts';

/** What is reported last, where all of the answer came in these pieces. */
function check(pieces: readonly string[]): readonly [string, number | undefined] | undefined {
  const text = toText(Array.from({ length: 20 }, () => 'one').join('\n'));
  let last: readonly [string, number | undefined] | undefined;
  const progress = answerProgress({
    text,
    region: { start: 0, end: text.value.length },
    report: (message, percentage) => {
      last = [message, percentage];
    },
  });
  for (const piece of pieces) progress.take(piece, []);
  progress.take('', [{ start: 0, end: 3, text: 'two' }]);
  return last;
}

test('a region written anew tells its share', () => {
  expect(check(['two\nthr', 'ee\nfour\nfi'])).toEqual(['two (3 lines)', 15]);
});

test('blocks do not', () => {
  expect(check(['<<<<<<< SEA', 'RCH\none\n=======\n'])).toEqual(['two (3 lines)', undefined]);
});

test('how the answer is chopped changes nothing', () => {
  const unit = fc.constantFrom('a', ' ', '\n', '\r\n', '<<<<<<< SEARCH', '@@ -1 +1 @@', '--- a\n', '+++ b\n');
  fc.assert(
    fc.property(
      fc.string({ unit, maxLength: 12 }),
      fc.array(fc.integer({ min: 1, max: 5 })),
      (answer, sizes) => {
        let at = 0;
        const pieces = sizes.map((size) => {
          at += size;
          return answer.slice(at - size, at);
        });
        expect(check([...pieces, answer.slice(at)])).toEqual(check([answer]));
      },
    ),
    { numRuns: 1_000 },
  );
});
