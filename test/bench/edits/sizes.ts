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

/** Nothing where the tables would be too large. */
export function smallestPossible({ before, after }: Pair): number | undefined {
  const cut = (value: string, pieces: readonly number[]) =>
    pieces.slice(0, -1).map((start, i) => value.slice(start, pieces[i + 1]));
  const a = cut(before, linesOf(before));
  const b = cut(after, linesOf(after));
  let size = 0;
  const hunks = runs(a, b, () => 1);
  if (!hunks) return undefined;
  for (const [out, into] of hunks) {
    if (out === '' || into === '') {
      size += out.length + into.length;
      continue;
    }
    const inner = runs(cut(out, tokensOf(out)), cut(into, tokensOf(into)), (token) => token.length);
    if (!inner) return undefined;
    for (const [x, y] of inner) size += trimmedSize(x, y);
  }
  return size;
}

/** The changed runs between the items of a heaviest common subsequence, by the full table. */
function runs(
  a: readonly string[],
  b: readonly string[],
  weigh: (item: string) => number,
): readonly (readonly [string, string])[] | undefined {
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
  const result: (readonly [string, string])[] = [];
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
