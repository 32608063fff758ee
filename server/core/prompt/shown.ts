/**
 * Shown: which lines a completion's task shows of a file that the model was told already. Every key asks, so each line
 * is paid at every key; but without enough of them a model knows neither where it is nor what of the file still holds.
 *
 * Laws
 * - The cursor's own line and every change it touches are shown, and of unchanged lines at least the nearest with words
 *   on each side, where they are near and not long: so it is plain what the changed ones stand between, and what is no
 *   longer there.
 * - Lines shown are such as the model can find at one place only; where the few are not, there are more.
 */

import { type CompleteAsk, type Region, textOf } from '../ask.ts';
import { detached, sliceOf, type Text, unitAt } from '../text.ts';
import { mostLinesShown } from './chat.ts';
import { type Drift, withTouching } from './drift.ts';
import { lineBefore, lineBehind, linesAround } from './excerpt.ts';

interface Side {
  /** Characters other than blanks, with the cursor's own line. */
  readonly words: number;
  /** Lines that are looked through for them. */
  readonly lines: number;
  /** Where the next line ends; `at` itself where there is none. */
  readonly next: (text: Text, at: number) => number;
}

/** About two lines of code before, one behind. */
const before: Side = { words: 80, lines: mostLinesShown.before, next: lineBefore };
const behind: Side = { words: 40, lines: mostLinesShown.behind, next: lineBehind };
const lineFeed = 10;
/** Of lines on one side, in UTF-16 code units: a minified one is too dear. */
const mostBeside = 500;
/** Changes up to this length next to the lines asked about are shown with them. */
export const mostTouching = 2000;

export interface ShownOptions {
  /** `shownBy(ask)`. */
  readonly widest: Region;
  readonly drift: Drift;
  /** Of this text what the model was told, always the same of it. */
  readonly of: Text;
  readonly told: string;
}

export function shownOf(ask: CompleteAsk, { widest, drift, of, told }: ShownOptions): Region {
  const text = textOf(ask.document);
  const few = fewest(ask, widest, drift);
  if (placing(text, few, drift).some((lines) => isOnceIn(of, told, lines))) return few;
  const many = withTouching(drift, widest, mostTouching);
  return { start: Math.min(few.start, many.start), end: Math.max(few.end, many.end) };
}

function fewest({ document, cursor }: CompleteAsk, widest: Region, drift: Drift): Region {
  const text = textOf(document);
  const line = linesAround(text, { start: cursor, end: cursor }, 0);
  const own = { start: Math.max(line.start, widest.start), end: Math.min(line.end, widest.end) };
  const core = withTouching(drift, own, mostTouching);
  const start = reached(text, { from: core.start, cursor }, before);
  const end = reached(text, { from: core.end, cursor }, behind);
  // Long lines, or little context: beside nothing but the own line the widest is few enough.
  const few = {
    start: core.start < own.start ? start : Math.max(start, widest.start),
    end: core.end > own.end ? end : Math.min(end, widest.end),
  };
  return withTouching(drift, few, mostTouching);
}

/** How far lines are shown on one side of those at the cursor, which end at `from`. */
function reached(text: Text, { from, cursor }: { from: number; cursor: number }, side: Side): number {
  if (from > 0 && unitAt(text, from - 1) !== lineFeed) return from;
  let at = from;
  let words = wordsBetween(text, from, cursor);
  let isAnchored = false;
  for (let i = 0; i < side.lines && !(isAnchored && words >= side.words); i++) {
    const next = side.next(text, at);
    if (next === at || Math.abs(next - from) > mostBeside) break;
    const more = wordsBetween(text, at, next);
    isAnchored ||= more > 0;
    words += more;
    at = next;
  }
  return at;
}

function wordsBetween(text: Text, a: number, b: number): number {
  return wordsIn(sliceOf(text, Math.min(a, b), Math.max(a, b)));
}

function wordsIn(text: string): number {
  let blanks = 0;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit === 32 || (unit >= 9 && unit <= 13) || (unit > 127 && isWideBlank(unit))) blanks++;
  }
  return text.length - blanks;
}

function isWideBlank(unit: number): boolean {
  return /\s/.test(String.fromCharCode(unit));
}

/** What is unchanged of these lines, before the first change and behind the last: it places them if it was told once. */
function placing(text: Text, { start, end }: Region, { changes }: Drift): readonly string[] {
  const inside = changes.filter((change) => change.end >= start && change.start <= end);
  const head = sliceOf(text, start, Math.max(start, inside[0]?.start ?? end));
  const tail = sliceOf(text, Math.min(end, inside.at(-1)?.end ?? end), end);
  // What is only new stands between lines that were told as one.
  return [head, tail, head + tail];
}

/** What was looked for of late: most keys ask for the same lines as the one before. */
const looked = new WeakMap<Text, Map<string, boolean>>();
const mostLooked = 8;

function isOnceIn(of: Text, told: string, lines: string): boolean {
  let known = looked.get(of);
  if (!known || known.size >= mostLooked) {
    known = new Map();
    looked.set(of, known);
  }
  let isIt = known.get(lines);
  if (isIt === undefined) {
    isIt = isOnce(told, lines);
    known.set(detached(lines), isIt);
  }
  return isIt;
}

function isOnce(text: string, part: string): boolean {
  if (wordsIn(part) === 0) return false;
  const at = text.indexOf(part);
  return at !== -1 && text.indexOf(part, at + 1) === -1;
}
