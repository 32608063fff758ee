/**
 * One item for one: two parts that are as long as each other, and mostly the same at the same place. What generated
 * lines are changed like, in place and all over, which no short script tells and where no line is rare.
 */

import type { Alignment, Segment } from './segment.ts';

/** What stays must weigh so much of all of it, so that nothing else can keep much more than twice as much. */
const leastShare = 0.45;

/** Records the items that are the same at the same place; gives the runs between, or nothing where they are too few. */
export function diagonal(
  { a, b, partners }: Alignment,
  { aStart, aEnd, bStart, bEnd }: Segment,
  weights: Int32Array,
): readonly Segment[] | undefined {
  const length = aEnd - aStart;
  if (length !== bEnd - bStart) return undefined;
  let all = 0;
  let same = 0;
  for (let i = 0; i < length; i++) {
    const item = a[aStart + i] as number;
    const weight = weights[item] as number;
    all += weight;
    if (item === b[bStart + i]) same += weight;
  }
  if (same < all * leastShare) return undefined;
  const between: Segment[] = [];
  let from = 0;
  for (let i = 0; i <= length; i++) {
    const isSame = i < length && a[aStart + i] === b[bStart + i];
    if (i < length && !isSame) continue;
    if (i > from)
      between.push({ aStart: aStart + from, aEnd: aStart + i, bStart: bStart + from, bEnd: bStart + i });
    if (isSame) partners[aStart + i] = bStart + i;
    from = i + 1;
  }
  return between;
}
