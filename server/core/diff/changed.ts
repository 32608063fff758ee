/**
 * Changed runs: which pieces of one text (lines or tokens) have no partner in the other, in order, as offsets.
 * Between two runs there is always a kept piece.
 */

import { type AlignOptions, align } from './align.ts';
import type { Pieces } from './tokens.ts';

/** `[start, end)` of the text before became `[newStart, newEnd)` of the text after; UTF-16 offsets. */
export interface ChangedRun {
  readonly start: number;
  readonly end: number;
  readonly newStart: number;
  readonly newEnd: number;
}

/** A text, or a part of it, in pieces. */
export interface Cut {
  readonly value: string;
  readonly pieces: Pieces;
}

export interface ChangedRunsOptions extends Omit<AlignOptions, 'weights'> {
  /** What keeping a piece is worth. */
  readonly weigh: (piece: string) => number;
}

export function changedRuns(before: Cut, after: Cut, options: ChangedRunsOptions): readonly ChangedRun[] {
  const { itemsA, itemsB, weights } = interned(before, after, options.weigh);
  const { weigh: _, ...rest } = options;
  const partners = align(itemsA, itemsB, { weights, ...rest });
  return runsBetween(partners, before.pieces, after.pieces);
}

/** The runs of pieces that have no partner, as offsets. */
function runsBetween(partners: Int32Array, a: Pieces, b: Pieces): ChangedRun[] {
  const runs: ChangedRun[] = [];
  const n = a.length - 1;
  const m = b.length - 1;
  let j = 0;
  for (let i = 0; i <= n; ) {
    const partner = i < n ? (partners[i] as number) : m;
    if (partner === j && i < n) {
      i++;
      j++;
      continue;
    }
    const from = i;
    while (i < n && (partners[i] as number) < 0) i++;
    const to = i < n ? (partners[i] as number) : m;
    if (i > from || to > j) {
      runs.push({
        start: a[from] as number,
        end: a[i] as number,
        newStart: b[j] as number,
        newEnd: b[to] as number,
      });
    }
    j = to;
    if (i === n) break;
  }
  return runs;
}

interface Interned {
  readonly itemsA: Int32Array;
  readonly itemsB: Int32Array;
  readonly weights: Int32Array;
}

/** Each different piece as a number, and what it weighs. */
function interned(before: Cut, after: Cut, weigh: (piece: string) => number): Interned {
  const numbers = new Map<string, number>();
  const weights: number[] = [];
  const number = ({ value, pieces }: Cut): Int32Array => {
    const items = new Int32Array(pieces.length - 1);
    for (let i = 0; i < items.length; i++) {
      const piece = value.slice(pieces[i], pieces[i + 1]);
      let item = numbers.get(piece);
      if (item === undefined) {
        item = weights.length;
        numbers.set(piece, item);
        weights.push(weigh(piece));
      }
      items[i] = item;
    }
    return items;
  };
  const itemsA = number(before);
  const itemsB = number(after);
  return { itemsA, itemsB, weights: Int32Array.from(weights) };
}
