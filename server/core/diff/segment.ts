/**
 * A segment: a part of two sequences that is still to be aligned, and the steps there are left for it. What the
 * ways of aligning (exact, greedy, by anchors) share.
 */

/** Steps that may still be taken, counted down. */
export interface Budget {
  steps: number;
}

/** Two sequences of small integers, and for each item of `a` its partner in `b` as far as found, or -1. */
export interface Alignment {
  readonly a: Int32Array;
  readonly b: Int32Array;
  readonly partners: Int32Array;
}

/** `[aStart, aEnd)` of the one sequence and `[bStart, bEnd)` of the other. */
export interface Segment {
  readonly aStart: number;
  readonly aEnd: number;
  readonly bStart: number;
  readonly bEnd: number;
}

/** An item of `a` and its partner in `b`. */
export type Pair = readonly [number, number];

/** Records the items a segment begins and ends with on both sides; gives what is left between them. */
export function withoutCommonEnds({ a, b, partners }: Alignment, segment: Segment): Segment {
  let { aStart, aEnd, bStart, bEnd } = segment;
  while (aStart < aEnd && bStart < bEnd && a[aStart] === b[bStart]) partners[aStart++] = bStart++;
  while (aStart < aEnd && bStart < bEnd && a[aEnd - 1] === b[bEnd - 1]) partners[--aEnd] = --bEnd;
  return { aStart, aEnd, bStart, bEnd };
}

/** Records pairs of the segment; gives the segments between them that hold items of both sides. */
export function splitAt({ partners }: Alignment, segment: Segment, pairs: readonly Pair[]): Segment[] {
  const parts: Segment[] = [];
  let { aStart, bStart } = segment;
  for (const [i, j] of pairs) {
    partners[i] = j;
    if (i > aStart && j > bStart) parts.push({ aStart, aEnd: i, bStart, bEnd: j });
    aStart = i + 1;
    bStart = j + 1;
  }
  if (segment.aEnd > aStart && segment.bEnd > bStart) {
    parts.push({ aStart, aEnd: segment.aEnd, bStart, bEnd: segment.bEnd });
  }
  return parts;
}
