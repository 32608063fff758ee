/**
 * How large edits are: changed characters are those taken out and those put in.
 *
 * The smallest possible edit is defined as: hunks aligned by lines (longest common subsequence), inside each the
 * heaviest common subsequence of code tokens (words, runs of blanks, single signs), and of every changed run the
 * common beginning and end left out. Smaller would be unreadable.
 */

import { lines as linesOf, tokens as tokensOf } from '../../../server/core/diff/tokens.ts';
import type { Edit } from '../../../server/core/edit.ts';
import type { Pair } from './pairs.ts';

/** Exact tables above this many cells would take minutes: such pairs are left out of the comparison, and counted. */
const maxCells = 30_000_000;

export function changed(edit: Edit): number {
  return edit.reduce((sum, { start, end, text }) => sum + end - start + text.length, 0);
}

/** Without what both have in common at their ends. */
export function trimmedSize(a: string, b: string): number {
  const most = Math.min(a.length, b.length);
  let head = 0;
  while (head < most && a[head] === b[head]) head++;
  let tail = 0;
  while (tail < most - head && a[a.length - 1 - tail] === b[b.length - 1 - tail]) tail++;
  return a.length + b.length - 2 * (head + tail);
}

export function smallestPossible(pair: Pair): number | undefined {
  return smallestRuns(pair)?.reduce((sum, [out, into]) => sum + trimmedSize(out, into), 0);
}

/** Tokens taken out and put in: the Levenshtein distance in tokens where nothing can be replaced by one that stays. */
export function tokenCount(runs: readonly Run[]): number {
  return runs.reduce((sum, [out, into]) => sum + countOf(out) + countOf(into), 0);
}

export function runsOf(before: string, edit: Edit): readonly Run[] {
  return edit.map(({ start, end, text }) => [before.slice(start, end), text]);
}

/** What is taken out and what is put in instead. */
export type Run = readonly [out: string, into: string];

/** The runs of the smallest edit; nothing where the tables would be too large. */
export function smallestRuns({ before, after }: Pair): readonly Run[] | undefined {
  const cut = (value: string, pieces: readonly number[]) =>
    pieces.slice(0, -1).map((start, i) => value.slice(start, pieces[i + 1]));
  const lines = runs(cut(before, linesOf(before)), cut(after, linesOf(after)), () => 1);
  const result: Run[] = [];
  for (const [out, into] of lines ?? []) {
    if (out === '' || into === '') {
      result.push([out, into]);
      continue;
    }
    const inner = runs(cut(out, tokensOf(out)), cut(into, tokensOf(into)), (token) => token.length);
    if (!inner) return undefined;
    result.push(...inner);
  }
  return lines && result;
}

function countOf(piece: string): number {
  return piece === '' ? 0 : tokensOf(piece).length - 1;
}

/** The changed runs between the items of a heaviest common subsequence, by the full table. */
function runs(
  a: readonly string[],
  b: readonly string[],
  weigh: (item: string) => number,
): readonly Run[] | undefined {
  let head = 0;
  while (head < Math.min(a.length, b.length) && a[head] === b[head]) head++;
  let tail = 0;
  while (tail < Math.min(a.length, b.length) - head && a[a.length - 1 - tail] === b[b.length - 1 - tail])
    tail++;
  const x = a.slice(head, a.length - tail);
  const y = b.slice(head, b.length - tail);
  const width = y.length + 1;
  if ((x.length + 1) * width > maxCells) return undefined;
  const best = new Int32Array((x.length + 1) * width);
  for (let i = x.length - 1; i >= 0; i--) {
    for (let j = y.length - 1; j >= 0; j--) {
      const skip = Math.max(best[(i + 1) * width + j] as number, best[i * width + j + 1] as number);
      const keep = x[i] === y[j] ? (best[(i + 1) * width + j + 1] as number) + weigh(x[i] ?? '') : 0;
      best[i * width + j] = Math.max(skip, keep);
    }
  }
  const result: Run[] = [];
  let out = '';
  let into = '';
  let i = 0;
  let j = 0;
  while (i < x.length || j < y.length) {
    const here = best[i * width + j];
    if (
      i < x.length &&
      j < y.length &&
      x[i] === y[j] &&
      here === (best[(i + 1) * width + j + 1] as number) + weigh(x[i] ?? '')
    ) {
      if (out !== '' || into !== '') result.push([out, into]);
      out = '';
      into = '';
      i++;
      j++;
    } else if (i < x.length && (j === y.length || here === best[(i + 1) * width + j])) out += x[i++];
    else into += y[j++];
  }
  if (out !== '' || into !== '') result.push([out, into]);
  return result;
}
