/**
 * Which items of one sequence are kept in another: the heart of every diff here. Items are small integers.
 *
 * Laws
 * - The result matches equal items only, in increasing order on both sides: whatever runs out, it is never wrong.
 * - Work is counted in steps against a budget, never against a clock; when it is spent, what is left between the
 *   matches already found counts as changed.
 *
 * Ways, by size of a segment: common ends; the exact way for small ones; parted in the middle of a shortest script,
 * where few changes matter more than where they stand; else anchors that occur once on both sides; the exact way again
 * where it is cheap; one item for one where most are the same so; the greedy way for long segments without anchors; the rarest common item where even that is too
 * far.
 */

import { anchors, countsFor, rarest } from './anchors.ts';
import { diagonal } from './diagonal.ts';
import { exact, type Worth } from './exact.ts';
import { greedy } from './greedy.ts';
import { middle } from './middle.ts';
import { type Alignment, type Segment, splitAt, withoutCommonEnds } from './segment.ts';

export interface AlignOptions extends Worth {
  /** Segments up to this many cells are aligned exactly before anything else is tried. */
  readonly exactCells: number;
  /** Longer segments are parted for the fewest changes, and not by anchors, which are where a reader looks. */
  readonly parted?: 'in-the-middle';
}

/** Largest table of the exact way, in cells of one byte. */
const maxExactCells = 4_000_000;
/** Up to this many cells the exact way is as fast as looking for a short script first. */
const cheapExactCells = 100_000;

/** For each item of `a` its partner in `b`, or -1. */
export function align(a: Int32Array, b: Int32Array, options: AlignOptions): Int32Array {
  const alignment: Alignment = { a, b, partners: new Int32Array(a.length).fill(-1) };
  const counts = countsFor(options.weights.length);
  const { budget } = options;
  const open: Segment[] = [{ aStart: 0, aEnd: a.length, bStart: 0, bEnd: b.length }];
  for (let segment = open.pop(); segment; segment = open.pop()) {
    const inner = withoutCommonEnds(alignment, segment);
    const n = inner.aEnd - inner.aStart;
    const m = inner.bEnd - inner.bStart;
    if (n === 0 || m === 0) continue;
    budget.steps -= n + m;
    if (budget.steps < 0) continue;
    if (n * m <= options.exactCells && exact(alignment, inner, options)) continue;
    if (options.parted === 'in-the-middle') {
      const parts = diagonal(alignment, inner, options.weights) ?? middle(alignment, inner, budget);
      if (parts) {
        for (const part of parts) open.push(part);
        continue;
      }
    }
    const anchored = anchors(alignment, inner, counts);
    if (anchored.length > 0) {
      for (const part of splitAt(alignment, inner, anchored)) open.push(part);
      continue;
    }
    if (n * m <= cheapExactCells && exact(alignment, inner, options)) continue;
    const straight = diagonal(alignment, inner, options.weights);
    if (straight) {
      for (const part of straight) open.push(part);
      continue;
    }
    if (greedy(alignment, inner, budget)) continue;
    if (n * m <= maxExactCells && exact(alignment, inner, options)) continue;
    const rare = rarest(alignment, inner, counts);
    if (rare) for (const part of splitAt(alignment, inner, [rare])) open.push(part);
  }
  return alignment.partners;
}
