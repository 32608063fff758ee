/**
 * Where a person would put a block of whole inserted or deleted lines that fits in several places because it
 * begins as the text behind it does (or ends as the text before it).
 *
 * Laws
 * - Moving a block does not change the text it makes.
 * - A block never comes to touch its neighbours: touching replacements would be one.
 */

import type { ChangedRun } from './changed.ts';
import type { Texts } from './ends.ts';
import { isAsGood, score } from './indent-heuristic.ts';
import { isLineStart, lines } from './tokens.ts';

/** How far a block is moved, in lines. */
const maxSlide = 100;
/** Lines looked at on either side of a block. */
const slideContext = 120;
const longestSlidBlock = 2_000;

/** Pure insertions and deletions of whole lines are moved; what replaces lines stays. */
export function slid(before: string, after: string, runs: readonly ChangedRun[]): readonly ChangedRun[] {
  const moved: ChangedRun[] = [];
  for (const [i, run] of runs.entries()) {
    // The one before may have come closer.
    const lowest = Math.max(runs[i - 1]?.end ?? -1, moved[i - 1]?.end ?? -1) + 1;
    const highest = (runs[i + 1]?.start ?? Number.POSITIVE_INFINITY) - 1;
    moved.push(slidRun({ before, after }, run, { lowest, highest }));
  }
  return moved;
}

/** `room` is where its start and its end may come to, in the text before. */
function slidRun({ before, after }: Texts, run: ChangedRun, { lowest, highest }: Room): ChangedRun {
  const inserts = run.start === run.end;
  if (!inserts && run.newStart !== run.newEnd) return run;
  const shift = inserts
    ? slidBy(
        after,
        { start: run.newStart, end: run.newEnd },
        { lowest: run.newStart - (run.start - lowest), highest: run.newEnd + (highest - run.end) },
      )
    : slidBy(before, { start: run.start, end: run.end }, { lowest, highest });
  if (shift === 0) return run;
  return {
    start: run.start + shift,
    end: run.end + shift,
    newStart: run.newStart + shift,
    newEnd: run.newEnd + shift,
  };
}

interface Room {
  readonly lowest: number;
  readonly highest: number;
}

interface Span {
  readonly start: number;
  readonly end: number;
}

/** By how many code units the block moves. */
function slidBy(value: string, block: Span, room: Room): number {
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

interface Block {
  /** Lines of the text that holds the block: every line has its terminator, except perhaps the last. */
  readonly lines: readonly string[];
  readonly start: number;
  readonly end: number;
  /** The block may move so that its start is in `[lowest, highest]`. */
  readonly lowest: number;
  readonly highest: number;
}

/** How many lines to move the block: negative is up. Moving it does not change the text. */
function slide(block: Block): number {
  const { lines, start, end } = block;
  let up = 0;
  while (up < maxSlide && start - up > block.lowest && lines[start - up - 1] === lines[end - up - 1]) up++;
  let down = 0;
  while (down < maxSlide && start + down < block.highest && lines[start + down] === lines[end + down]) down++;
  if (up === 0 && down === 0) return 0;
  let best = -up;
  let bestScore = score(lines, start - up, end - up);
  for (let shift = -up + 1; shift <= down; shift++) {
    const candidate = score(lines, start + shift, end + shift);
    // The lowest place wins among equals, as in git.
    if (isAsGood(candidate, bestScore)) {
      best = shift;
      bestScore = candidate;
    }
  }
  return best;
}
