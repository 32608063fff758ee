/**
 * Anchors: items that say by how often they occur where a segment belongs. Those that occur once on both sides
 * (patience diff, Bram Cohen); where there are none, the rarest common one (histogram diff, jgit).
 */

import type { Alignment, Pair, Segment } from './segment.ts';

/** How often each item occurs in the segment looked at, and where last; by item. Used again for each segment. */
export interface Counts {
  readonly inA: Int32Array;
  readonly inB: Int32Array;
  readonly lastInB: Int32Array;
}

/** An item that occurs more often than this says nothing about where a segment belongs. */
const maxOccurrences = 64;

export function countsFor(items: number): Counts {
  return { inA: new Int32Array(items), inB: new Int32Array(items), lastInB: new Int32Array(items) };
}

/** Items that occur once on each side, thinned to the longest increasing chain. */
export function anchors(alignment: Alignment, segment: Segment, counts: Counts): readonly Pair[] {
  count(alignment, segment, counts);
  const { a } = alignment;
  const pairs: Pair[] = [];
  for (let i = segment.aStart; i < segment.aEnd; i++) {
    const item = a[i] as number;
    if (counts.inA[item] === 1 && counts.inB[item] === 1) pairs.push([i, counts.lastInB[item] as number]);
  }
  return longestIncreasing(pairs);
}

/** The rarest item common to both sides, as one pair to split at; nothing where all are frequent. */
export function rarest(alignment: Alignment, segment: Segment, counts: Counts): Pair | undefined {
  count(alignment, segment, counts);
  const { a } = alignment;
  let best: Pair | undefined;
  let occurrences = maxOccurrences;
  for (let i = segment.aStart; i < segment.aEnd; i++) {
    const item = a[i] as number;
    const inB = counts.inB[item] as number;
    const most = Math.max(inB, counts.inA[item] as number);
    if (inB === 0 || most >= occurrences) continue;
    occurrences = most;
    best = [i, counts.lastInB[item] as number];
  }
  return best;
}

/** Only the items of the segment: the tables are as long as the texts, the segments may be many. */
function count({ a, b }: Alignment, segment: Segment, counts: Counts): void {
  for (let i = segment.aStart; i < segment.aEnd; i++) {
    counts.inA[a[i] as number] = 0;
    counts.inB[a[i] as number] = 0;
  }
  for (let j = segment.bStart; j < segment.bEnd; j++) {
    counts.inA[b[j] as number] = 0;
    counts.inB[b[j] as number] = 0;
  }
  for (let i = segment.aStart; i < segment.aEnd; i++) (counts.inA[a[i] as number] as number)++;
  for (let j = segment.bStart; j < segment.bEnd; j++) {
    (counts.inB[b[j] as number] as number)++;
    counts.lastInB[b[j] as number] = j;
  }
}

/** Patience sorting: piles hold the pair with the smallest end for each length. */
function longestIncreasing(pairs: readonly Pair[]): readonly Pair[] {
  const piles: number[] = [];
  const previous = new Int32Array(pairs.length);
  for (let k = 0; k < pairs.length; k++) {
    const value = (pairs[k] as Pair)[1];
    let low = 0;
    let high = piles.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((pairs[piles[middle] as number] as Pair)[1] < value) low = middle + 1;
      else high = middle;
    }
    previous[k] = low > 0 ? (piles[low - 1] as number) : -1;
    piles[low] = k;
  }
  const chain: Pair[] = [];
  for (let k = piles.at(-1) ?? -1; k >= 0; k = previous[k] as number) chain.push(pairs[k] as Pair);
  return chain.reverse();
}
