/**
 * The exact way to align a segment: the heaviest common subsequence, each gap paid for (Gotoh 1982, affine gaps), so
 * that few long kept runs win over many short ones.
 *
 * `kept` scores end in a match, `gap` scores in a change. One byte a cell remembers where both came from: bits 0–1
 * the gap's (0 gap up, 1 gap left, 2 kept up, 3 kept left), bit 2 whether the match follows a gap. Time and memory
 * are the product of both lengths: a step and a byte a cell.
 */

import type { Alignment, Budget, Segment } from './segment.ts';

export interface Worth {
  /** What keeping an item is worth, by item. */
  readonly weights: Int32Array;
  /** What a run of changes costs beyond the items it holds, in the same unit. */
  readonly gapCost: number;
  readonly budget: Budget;
}

/** Lower than any score, and far enough from the smallest integer to subtract from. */
const minusInfinity = -0x3fffffff;

/** Records the kept items; false, and nothing recorded, where the steps do not last for the table. */
export function exact({ a, b, partners }: Alignment, segment: Segment, worth: Worth): boolean {
  const { aStart, bStart } = segment;
  const n = segment.aEnd - aStart;
  const m = segment.bEnd - bStart;
  const cells = n * m;
  const { weights, gapCost, budget } = worth;
  if (budget.steps < cells) return false;
  budget.steps -= cells;
  const width = m + 1;
  const from = new Uint8Array((n + 1) * width);
  const kept = new Int32Array(width).fill(minusInfinity);
  const gap = new Int32Array(width).fill(-gapCost);
  kept[0] = 0;
  gap[0] = minusInfinity;
  for (let j = 1; j <= m; j++) from[j] = j === 1 ? 3 : 1;
  for (let i = 1; i <= n; i++) {
    const item = a[aStart + i - 1] as number;
    const weight = weights[item] as number;
    let keptBefore = kept[0] as number; // row above, column to the left
    let gapBefore = gap[0] as number;
    kept[0] = minusInfinity;
    gap[0] = -gapCost;
    const row = i * width;
    from[row] = i === 1 ? 2 : 0;
    let keptLeft = minusInfinity;
    let gapLeft = -gapCost;
    for (let j = 1; j <= m; j++) {
      const keptUp = kept[j] as number;
      const gapUp = gap[j] as number;
      let best = gapUp;
      let source = 0;
      if (gapLeft > best) {
        best = gapLeft;
        source = 1;
      }
      if (keptUp - gapCost > best) {
        best = keptUp - gapCost;
        source = 2;
      }
      if (keptLeft - gapCost > best) {
        best = keptLeft - gapCost;
        source = 3;
      }
      let match = minusInfinity;
      if (item === b[bStart + j - 1]) {
        if (gapBefore > keptBefore) {
          match = gapBefore + weight;
          source |= 4;
        } else match = keptBefore + weight;
      }
      from[row + j] = source;
      kept[j] = keptLeft = match;
      gap[j] = gapLeft = best;
      keptBefore = keptUp;
      gapBefore = gapUp;
    }
  }
  trace(from, segment, (kept[m] as number) >= (gap[m] as number), partners);
  return true;
}

/** Walks back from the last cell. */
function trace(from: Uint8Array, segment: Segment, endsKept: boolean, partners: Int32Array): void {
  const { aStart, bStart } = segment;
  let i = segment.aEnd - aStart;
  let j = segment.bEnd - bStart;
  const width = j + 1;
  let inMatch = endsKept;
  while (i > 0 || j > 0) {
    const source = from[i * width + j] as number;
    if (inMatch) {
      partners[aStart + --i] = bStart + --j;
      inMatch = (source & 4) === 0;
    } else {
      const direction = source & 3;
      if (direction === 0 || direction === 2) i--;
      else j--;
      inMatch = direction >= 2;
    }
  }
}
