/**
 * diff: the smallest readable edit between two texts. Whole lines are aligned first, so that hunks fall where a
 * person would put them; inside a hunk words, runs of blanks and single signs are; what remains is trimmed to the
 * signs that differ.
 *
 * Laws (checked by property tests)
 * - apply(before, diff(before, after)) = after, for any texts and any line terminators.
 * - It never changes more than replacing the changed lines would.
 * - No replacement parts a surrogate pair, a CRLF or a grapheme cluster, in either text.
 * - Work is bounded by counted steps: an adversarial pair gives a coarser edit, never a wrong one, on every
 *   machine the same.
 */

import type { Edit, Replacement } from '../edit.ts';
import { align, type Budget } from './align.ts';
import { isBoundary } from './boundary.ts';
import { slide } from './slide.ts';
import { lines, type Pieces, tokens } from './tokens.ts';

/** Steps a diff may take in all; about 50 ms where every one is spent. */
const maxSteps = 12_000_000;
/** Weights count half code units, so that a gap can cost less than one. */
const unit = 2;
/**
 * What a further gap inside changed lines costs: half a code unit only decides among equals, for few long runs.
 * At 1.5 code units lone signs are not kept, which reads better in places, but makes the 99th percentile of 700
 * real file changes 1.40 times the smallest edit instead of 1.05.
 */
const tokenGapCost = 1;
const lineGapCost = 2;
/** A line weighs no more than this: long ones must not outweigh the order of many. */
const maxLineWeight = 200;
/** Changed lines with up to this many cells of tokens are aligned exactly. */
const exactTokenCells = 1_000_000;

export interface DiffOptions {
  /** Steps it may take, instead of `maxSteps`. */
  readonly steps?: number;
}

/** Changed lines: `[start, end)` of the text before became `[newStart, newEnd)` of the text after. */
interface ChangedRun {
  readonly start: number;
  readonly end: number;
  readonly newStart: number;
  readonly newEnd: number;
}

export function diff(before: string, after: string, options: DiffOptions = {}): Edit {
  if (before === after) return [];
  const budget: Budget = { steps: options.steps ?? maxSteps };
  const edit: Replacement[] = [];
  for (const run of changedLines(before, after, budget)) {
    if (run.start === run.end || run.newStart === run.newEnd) edit.push(replacement(after, run));
    else for (const inner of changedTokens(before, after, run, budget)) edit.push(inner);
  }
  return edit;
}

function replacement(after: string, { start, end, newStart, newEnd }: ChangedRun): Replacement {
  return { start, end, text: after.slice(newStart, newEnd) };
}

function changedLines(before: string, after: string, budget: Budget): readonly ChangedRun[] {
  const head = lineBoundaryBack(before, after, commonPrefix(before, after));
  const tail = lineBoundaryForward(before, after, commonSuffix(before, after, head));
  const a = lines(before, head, before.length - tail);
  const b = lines(after, head, after.length - tail);
  const { itemsA, itemsB, weights } = interned(before, a, after, b, (line) =>
    Math.min(maxLineWeight, 1 + unit * line.trim().length),
  );
  const partners = align(itemsA, itemsB, { weights, gapCost: lineGapCost, exactCells: 0, budget });
  return slid(before, after, runsBetween(partners, a, b));
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

/** Pure insertions and deletions of whole lines, moved to where a person would put them. */
function slid(before: string, after: string, runs: readonly ChangedRun[]): readonly ChangedRun[] {
  return runs.map((run, i) => {
    const inserts = run.start === run.end;
    if (!inserts && run.newStart !== run.newEnd) return run;
    // The gap to the neighbours must stay: touching replacements would be one.
    const lowest = (runs[i - 1]?.end ?? -1) + 1;
    const highest = runs[i + 1]?.start ?? Number.POSITIVE_INFINITY;
    const value = inserts ? after : before;
    const own = inserts ? { start: run.newStart, end: run.newEnd } : { start: run.start, end: run.end };
    const room = inserts
      ? { lowest: own.start - (run.start - lowest), highest: own.end + (highest - run.end) - 1 }
      : { lowest, highest: highest - 1 };
    const shift = slidBy(value, own, room);
    if (shift === 0) return run;
    return {
      start: run.start + shift,
      end: run.end + shift,
      newStart: run.newStart + shift,
      newEnd: run.newEnd + shift,
    };
  });
}

/** Lines looked at on either side of a block. */
const slideContext = 120;
const longestSlidBlock = 2_000;

interface Span {
  readonly start: number;
  readonly end: number;
}

/** By how many code units the block moves. */
function slidBy(
  value: string,
  block: Span,
  room: { readonly lowest: number; readonly highest: number },
): number {
  let from = block.start;
  for (let i = 0; i < slideContext && from > 0; i++) from = previousLineStart(value, from);
  let to = block.end;
  for (let i = 0; i < slideContext && to < value.length; i++) to = nextLineStart(value, to);
  const starts = lines(value, from, to);
  if (starts.length > longestSlidBlock) return 0;
  const texts = starts.slice(0, -1).map((start, i) => value.slice(start, starts[i + 1]));
  const start = starts.indexOf(block.start);
  const end = starts.indexOf(block.end);
  // A last line without terminator cannot change places with one that has it.
  const movable = (line: number) => /[\r\n]$/.test(texts[line] ?? '');
  if (start === -1 || end === -1 || !movable(end - 1)) return 0;
  let lowest = start;
  while (lowest > 0 && (starts[lowest - 1] as number) >= room.lowest) lowest--;
  let highest = start;
  while (
    end + highest - start < texts.length &&
    (starts[end + highest - start + 1] as number) <= room.highest
  )
    highest++;
  const shift = slide({ lines: texts, start, end, lowest, highest });
  return (starts[start + shift] as number) - block.start;
}

function previousLineStart(value: string, lineStart: number): number {
  let at = lineStart - 1;
  while (at > 0 && !isLineStart(value, at)) at--;
  return at;
}

function nextLineStart(value: string, lineStart: number): number {
  let at = lineStart + 1;
  while (at < value.length && !isLineStart(value, at)) at++;
  return at;
}

function isLineStart(value: string, at: number): boolean {
  if (at === 0) return true;
  const before = value.charCodeAt(at - 1);
  return before === 10 || (before === 13 && value.charCodeAt(at) !== 10);
}

function changedTokens(
  before: string,
  after: string,
  run: ChangedRun,
  budget: Budget,
): readonly Replacement[] {
  const a = tokens(before, run.start, run.end);
  const b = tokens(after, run.newStart, run.newEnd);
  const { itemsA, itemsB, weights } = interned(before, a, after, b, (token) => unit * token.length);
  const partners = align(itemsA, itemsB, {
    weights,
    gapCost: tokenGapCost,
    exactCells: exactTokenCells,
    budget,
  });
  return runsBetween(partners, a, b)
    .flatMap((changed, i, all) => {
      const next = all[i + 1];
      return atLineEnds(
        before,
        after,
        changed,
        next ? { kind: 'change', start: next.start } : { kind: 'end', start: run.end },
      );
    })
    .map((changed) => replacement(after, trimmed(before, after, changed)));
}

interface Next {
  readonly kind: 'change' | 'end';
  readonly start: number;
}

/**
 * `x⟶y)⏎foo(` before a kept `)⏎` says the same as `x⟶y`, `)⏎` kept, and `foo()⏎` inserted: a whole line, which is
 * what happened. Likewise for deletions, and for insertions that begin with a line's end. `next` is
 * where the next change starts, or the end of the changed lines.
 */
function atLineEnds(before: string, after: string, run: ChangedRun, next: Next): readonly ChangedRun[] {
  const { start, end, newStart, newEnd } = run;
  const restOfLine = /^[^\r\n]*(?:\r\n|\n|\r)/.exec(before.slice(end, next.start))?.[0];
  if (restOfLine === undefined) return [run];
  const n = restOfLine.length;
  // Changes that touch would be one.
  if (next.kind === 'change' && end + n >= next.start) return [run];
  if (start === end || newStart === newEnd) {
    const [value, from, to] = start === end ? [after, newStart, newEnd] : [before, start, end];
    const moves = to - from >= n && value.startsWith(restOfLine, from) && isBoundary(value, from + n);
    return moves ? [{ start: start + n, end: end + n, newStart: newStart + n, newEnd: newEnd + n }] : [run];
  }
  const inserted = splitAt(after, newStart, newEnd, restOfLine);
  const deleted = splitAt(before, start, end, restOfLine);
  if (inserted !== undefined && deleted === undefined) {
    return [
      { ...run, newEnd: inserted - n },
      { start: end + n, end: end + n, newStart: inserted, newEnd: newEnd + n },
    ];
  }
  if (deleted !== undefined && inserted === undefined) {
    return [
      { ...run, end: deleted - n },
      { start: deleted, end: end + n, newStart: newEnd + n, newEnd: newEnd + n },
    ];
  }
  return [run];
}

/** Where the first `line` inside `[start, end)` ends, if something else of the span is left on both sides. */
function splitAt(value: string, start: number, end: number, line: string): number | undefined {
  const found = value.indexOf(line, start);
  const lineEnd = found + line.length;
  if (found <= start || lineEnd >= end) return undefined;
  return isBoundary(value, found) && isBoundary(value, lineEnd) ? lineEnd : undefined;
}

/** Without what both sides have in common at their ends; cut only at boundaries of both texts. */
function trimmed(before: string, after: string, run: ChangedRun): ChangedRun {
  let { start, end, newStart, newEnd } = run;
  const most = Math.min(end - start, newEnd - newStart);
  let head = 0;
  while (head < most && before.charCodeAt(start + head) === after.charCodeAt(newStart + head)) head++;
  while (head > 0 && !(isBoundary(before, start + head) && isBoundary(after, newStart + head))) head--;
  start += head;
  newStart += head;
  let tail = 0;
  const left = most - head;
  while (tail < left && before.charCodeAt(end - 1 - tail) === after.charCodeAt(newEnd - 1 - tail)) tail++;
  while (tail > 0 && !(isBoundary(before, end - tail) && isBoundary(after, newEnd - tail))) tail--;
  return { start, end: end - tail, newStart, newEnd: newEnd - tail };
}

interface Interned {
  readonly itemsA: Int32Array;
  readonly itemsB: Int32Array;
  readonly weights: Int32Array;
}

function interned(
  before: string,
  a: Pieces,
  after: string,
  b: Pieces,
  weigh: (piece: string) => number,
): Interned {
  const numbers = new Map<string, number>();
  const weights: number[] = [];
  const number = (value: string, pieces: Pieces): Int32Array => {
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
  const itemsA = number(before, a);
  const itemsB = number(after, b);
  return { itemsA, itemsB, weights: Int32Array.from(weights) };
}

/** Compared in slices: engines compare strings far faster than a loop over their units does. */
const sliceLength = 4096;

function commonPrefix(a: string, b: string): number {
  const most = Math.min(a.length, b.length);
  let at = 0;
  while (at + sliceLength <= most && a.slice(at, at + sliceLength) === b.slice(at, at + sliceLength))
    at += sliceLength;
  while (at < most && a.charCodeAt(at) === b.charCodeAt(at)) at++;
  return at;
}

function commonSuffix(a: string, b: string, head: number): number {
  const most = Math.min(a.length, b.length) - head;
  let count = 0;
  const slice = (value: string) => value.slice(value.length - count - sliceLength, value.length - count);
  while (count + sliceLength <= most && slice(a) === slice(b)) count += sliceLength;
  while (count < most && a.charCodeAt(a.length - 1 - count) === b.charCodeAt(b.length - 1 - count)) count++;
  return count;
}

function lineBoundaryBack(a: string, b: string, at: number): number {
  while (at > 0 && !(isLineStart(a, at) && isLineStart(b, at))) at--;
  return at;
}

function lineBoundaryForward(a: string, b: string, tail: number): number {
  while (tail > 0 && !(isLineStart(a, a.length - tail) && isLineStart(b, b.length - tail))) tail--;
  return tail;
}
