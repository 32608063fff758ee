/** How small the edits of diff and of streaming diff are, and how fast they are found, beside three libraries. */

import { diff } from '../../../server/core/diff/diff.ts';
import { apply, type Edit, toEdit } from '../../../server/core/edit.ts';
import { streamDiff } from '../../../server/core/stream.ts';
import { toText } from '../../../server/core/text.ts';
import { type Print, quantile, row } from '../statistics.ts';
import { libraries, sizeOf } from './libraries.ts';
import type { Pair } from './pairs.ts';
import { changed, smallestPossible } from './sizes.ts';

/** The libraries take seconds for a file that was written anew: they are measured on a part of a large corpus. */
const mostCompared = 500;

/** Wrong results, which must be none. */
export function benchDiffs(pairs: readonly Pair[], print: Print): number {
  let wrong = 0;
  const sums = { ours: 0, streamed: 0, smallest: 0 };
  const ratios: number[] = [];
  let left = 0;
  for (const pair of pairs) {
    const edit = diff(pair.before, pair.after);
    const streamed = byStream(pair);
    if (apply(pair.before, edit) !== pair.after) wrong++;
    if (normal(apply(pair.before, toEdit(streamed) ?? [])) !== normal(pair.after)) wrong++;
    const least = smallestPossible(pair);
    if (least === undefined || least === 0) {
      left++;
      continue;
    }
    sums.ours += changed(edit);
    sums.streamed += changed(streamed);
    sums.smallest += least;
    ratios.push(changed(edit) / least);
  }
  const sum = (sums.ours / sums.smallest).toFixed(3);
  print(
    `  changed characters / smallest possible, of ${ratios.length} (${left} too large to know it of, or no change)`,
  );
  row(print, '  in sum', sum, '≤ 1.05');
  const at = (q: number) => quantile(ratios, q).toFixed(3);
  row(
    print,
    '  by change: median / 90 % / 99 % / most',
    `${at(0.5)} / ${at(0.9)} / ${at(0.99)} / ${at(1)}`,
    '99 % ≤ 1.25',
  );
  row(print, '  line by line while streaming, in sum', (sums.streamed / sums.smallest).toFixed(3));
  compare(pairs, print);
  return wrong;
}

function compare(pairs: readonly Pair[], print: Print): void {
  const every = Math.max(1, Math.ceil(pairs.length / mostCompared));
  const some = pairs.filter((_, i) => i % every === 0);
  print(`  beside libraries, tokens of ${some.length} changes: speed, and size of their edits / ours`);
  // Once before, so that all are compiled.
  const warm = some.slice(0, 20);
  for (const pair of warm) diff(pair.before, pair.after);
  const ours = some.map(({ before, after }) => changed(diff(before, after)));
  const sum = (sizes: readonly number[]) => sizes.reduce((all, size) => all + size, 0);
  const speed = (work: (pair: Pair) => unknown) => `${megabytesPerSecond(some, work).toFixed(2)} MB/s`;
  row(
    print,
    '  diff',
    speed(({ before, after }) => diff(before, after)),
    '1',
  );
  row(print, '  streaming diff', speed(byStream));
  for (const { name, changes } of libraries) {
    for (const pair of warm) changes(pair);
    const theirs = some.map((pair) => sizeOf(changes(pair)));
    row(print, `  ${name}`, speed(changes), (sum(theirs) / sum(ours)).toFixed(3));
    const larger = ours.filter((size, i) => size > (theirs[i] ?? 0)).length;
    const smaller = ours.filter((size, i) => size < (theirs[i] ?? 0)).length;
    const excess = sum(ours.map((size, i) => Math.max(0, size - (theirs[i] ?? 0))));
    print(
      `    theirs larger ${smaller}, equal ${some.length - smaller - larger}, smaller ${larger} (by ${excess} of ${sum(ours)} characters)`,
    );
  }
}

function byStream({ before, after }: Pair): Edit {
  const text = toText(before);
  const stream = streamDiff(text, { startLine: 0, endLine: text.lineStarts.length });
  const lines = after.split(/\r\n|\n|\r/);
  return [...lines.flatMap((line) => stream.push(line)), ...stream.finish()];
}

/** Lines cannot say how they end. */
function normal(value: string): string {
  return value.replace(/\r\n?/g, '\n').replace(/\n$/, '');
}

function megabytesPerSecond(pairs: readonly Pair[], work: (pair: Pair) => unknown): number {
  const bytes = pairs.reduce((sum, { before, after }) => sum + before.length + after.length, 0);
  const started = performance.now();
  for (const pair of pairs) work(pair);
  return bytes / 1000 / (performance.now() - started);
}
