/**
 * The greedy way to align a segment: the shortest edit script (Myers 1986), for long segments that differ in few
 * places. It takes about as many steps as the lengths times the changes, and its memory grows with the square of
 * the changes.
 *
 * Diagonal `k` holds the cells with `x - y = k`; with each further change every diagonal is followed as far as the
 * items are equal.
 */

import type { Alignment, Budget, Segment } from './segment.ts';

/** Longest edit script looked for: 4 MB of trail. */
const maxScript = 1_000;

/** Records the kept items; false, and nothing recorded, where the script is too long or the steps are spent. */
export function greedy({ a, b, partners }: Alignment, segment: Segment, budget: Budget): boolean {
  const { aStart, bStart } = segment;
  const n = segment.aEnd - aStart;
  const m = segment.bEnd - bStart;
  const limit = Math.min(maxScript, n + m);
  const furthest = new Int32Array(2 * limit + 3);
  const trail: Int32Array[] = [];
  const middle = limit + 1;
  for (let d = 0; d <= limit; d++) {
    for (let k = -d; k <= d; k += 2) {
      const down =
        k === -d || (k !== d && (furthest[middle + k - 1] as number) < (furthest[middle + k + 1] as number));
      let x = down ? (furthest[middle + k + 1] as number) : (furthest[middle + k - 1] as number) + 1;
      const from = x;
      while (x < n && x - k < m && a[aStart + x] === b[bStart + x - k]) x++;
      furthest[middle + k] = x;
      budget.steps -= 1 + x - from;
      if (x >= n && x - k >= m) {
        trace(trail, segment, partners);
        return true;
      }
    }
    if (budget.steps < 0) return false;
    trail.push(furthest.slice(middle - d, middle + d + 1));
  }
  return false;
}

/** Walks back from the end; `trail[d][k + d]` is how far diagonal `k` came with `d` changes. */
function trace(trail: readonly Int32Array[], segment: Segment, partners: Int32Array): void {
  const { aStart, bStart } = segment;
  let x = segment.aEnd - aStart;
  let k = x - (segment.bEnd - bStart);
  for (let d = trail.length; d > 0; d--) {
    const before = trail[d - 1] as Int32Array;
    const above = before[k + d] as number; // diagonal k + 1
    const left = before[k + d - 2] as number; // diagonal k - 1
    const down = k === -d || (k !== d && left < above);
    const from = down ? above : left + 1;
    while (x > from) {
      x--;
      partners[aStart + x] = bStart + x - k;
    }
    x = down ? above : left;
    k += down ? 1 : -1;
  }
  while (x > 0) {
    x--;
    partners[aStart + x] = bStart + x - k;
  }
}
