/**
 * The middle of a shortest edit script (Myers 1986, linear space): where to part a long segment so that both halves
 * can be aligned apart. Scripts grow from both corners, one change at a time, each diagonal followed as far as the
 * items are equal; where the two meet is the middle. A script too long to be looked for is parted where it came
 * furthest.
 *
 * Diagonal `k` holds the cells with `x - y = k`, counted from the corner that a script grows from. It takes about as
 * many steps as the square of half the changes, and memory in proportion to them.
 */

import type { Alignment, Budget, Segment } from './segment.ts';

/** Changes looked for from either corner. On real changes twice as many make no smaller edit. */
const longest = 1_000;

/**
 * The segment in two, both smaller; nothing where the steps are spent. It must begin and end with items that differ,
 * and hold some of both sides.
 */
export function middle(
  { a, b }: Alignment,
  segment: Segment,
  budget: Budget,
): readonly [Segment, Segment] | undefined {
  const { aStart, aEnd, bStart, bEnd } = segment;
  const n = aEnd - aStart;
  const m = bEnd - bStart;
  const delta = n - m;
  const isOdd = delta % 2 !== 0;
  const limit = Math.min((n + m + 1) >> 1, longest);
  const zero = limit + 1;
  /** How far each diagonal was followed from the first corner, and from the last. */
  const forward = new Int32Array(2 * limit + 3);
  const backward = new Int32Array(2 * limit + 3);
  for (let d = 0; d <= limit; d++) {
    for (let k = -d; k <= d; k += 2) {
      const from = begun(forward, zero + k, k === -d ? 'lowest' : k === d ? 'highest' : 'inner');
      let x = from;
      while (x < n && x - k < m && a[aStart + x] === b[bStart + x - k]) x++;
      forward[zero + k] = x;
      budget.steps -= 1 + x - from;
      const meets = isOdd && Math.abs(delta - k) < d && x + (backward[zero + delta - k] as number) >= n;
      if (meets) return parted(segment, x, x - k);
    }
    for (let k = -d; k <= d; k += 2) {
      const from = begun(backward, zero + k, k === -d ? 'lowest' : k === d ? 'highest' : 'inner');
      let x = from;
      while (x < n && x - k < m && a[aEnd - 1 - x] === b[bEnd - 1 - x + k]) x++;
      backward[zero + k] = x;
      budget.steps -= 1 + x - from;
      const meets = !isOdd && Math.abs(delta - k) <= d && x + (forward[zero + delta - k] as number) >= n;
      if (meets) return parted(segment, n - x, m - x + k);
    }
    if (budget.steps < 0) return undefined;
  }
  return furthest(segment, forward);
}

/** Where diagonal `at` is entered: from the one above, or with one more item from the one to the left. */
function begun(reached: Int32Array, at: number, diagonal: 'lowest' | 'inner' | 'highest'): number {
  const left = reached[at - 1] as number;
  const above = reached[at + 1] as number;
  return diagonal === 'lowest' || (diagonal === 'inner' && left < above) ? above : left + 1;
}

/** Parted where a diagonal came furthest into both sides. */
function furthest(segment: Segment, forward: Int32Array): readonly [Segment, Segment] | undefined {
  const n = segment.aEnd - segment.aStart;
  const m = segment.bEnd - segment.bStart;
  const zero = (forward.length - 1) >> 1;
  let best = { x: 0, y: 0 };
  for (let at = 1; at < forward.length - 1; at++) {
    const x = Math.min(n, forward[at] as number);
    const y = x - (at - zero);
    if (y >= 0 && y <= m && x + y > best.x + best.y && x + y < n + m) best = { x, y };
  }
  return best.x + best.y > 0 ? parted(segment, best.x, best.y) : undefined;
}

function parted({ aStart, aEnd, bStart, bEnd }: Segment, x: number, y: number): readonly [Segment, Segment] {
  return [
    { aStart, aEnd: aStart + x, bStart, bEnd: bStart + y },
    { aStart: aStart + x, aEnd, bStart: bStart + y, bEnd },
  ];
}
