/**
 * Shown: which lines a completion's task shows of a file that the model was told already. Every key asks, so each line
 * is paid at every key; but without enough of them a model knows neither where it is nor what of the file still holds.
 *
 * Laws
 * - The cursor's own line and every change it touches are shown, and of unchanged lines at least the nearest with words
 *   on each side, where they are near and not long: so it is plain what the changed ones stand between, and what is no longer there.
 * - Lines shown are such as the model can find at one place only; where the few are not, there are more.
 */

import type { CompleteAsk, Region } from '../ask.ts';
import { shownBy } from './chat.ts';
import { type Drift, withTouching } from './drift.ts';
import { linesAround } from './excerpt.ts';

/** Characters other than blanks, with the cursor's own line: about two lines of code before, one behind. */
const wordsBefore = 80;
const wordsBehind = 40;
/** Lines that are looked through for them. */
const linesBefore = 4;
const linesBehind = 2;
/** Of lines on one side, in UTF-16 code units: a minified one is too dear. */
const mostBeside = 500;
/** Changes up to this length next to the lines asked about are shown with them. */
export const mostTouching = 2000;

/** `told`: of the base's text what the model was told. */
export function shownOf(ask: CompleteAsk, drift: Drift, told: string): Region {
  const { text } = ask.document;
  const widest = shownBy(ask);
  const few = fewest(ask, widest, drift);
  if (isPlaced(text, few, drift, told)) return few;
  const many = withTouching(drift, widest, mostTouching);
  return { start: Math.min(few.start, many.start), end: Math.max(few.end, many.end) };
}

function fewest({ document: { text }, cursor }: CompleteAsk, widest: Region, drift: Drift): Region {
  const line = linesAround(text, { start: cursor, end: cursor }, 0);
  const own = { start: Math.max(line.start, widest.start), end: Math.min(line.end, widest.end) };
  const core = withTouching(drift, own, mostTouching);
  const start = before(text, core.start, cursor);
  const end = behind(text, core.end, cursor);
  // Long lines, or little context: beside nothing but the own line the widest is few enough.
  const few = {
    start: core.start < own.start ? start : Math.max(start, widest.start),
    end: core.end > own.end ? end : Math.min(end, widest.end),
  };
  return withTouching(drift, few, mostTouching);
}

function before(text: string, from: number, cursor: number): number {
  if (from > 0 && text[from - 1] !== '\n') return from;
  let start = from;
  let words = wordsIn(text.slice(from, cursor));
  let isAnchored = false;
  for (let i = 0; i < linesBefore && start > 0 && !(isAnchored && words >= wordsBefore); i++) {
    const next = start < 2 ? 0 : text.lastIndexOf('\n', start - 2) + 1;
    if (from - next > mostBeside) break;
    const more = wordsIn(text.slice(next, start));
    isAnchored ||= more > 0;
    words += more;
    start = next;
  }
  return start;
}

function behind(text: string, from: number, cursor: number): number {
  if (from > 0 && text[from - 1] !== '\n') return from;
  let end = from;
  let words = wordsIn(text.slice(cursor, from));
  let isAnchored = false;
  for (let i = 0; i < linesBehind && end < text.length && !(isAnchored && words >= wordsBehind); i++) {
    const next = text.indexOf('\n', end) + 1 || text.length;
    if (next - from > mostBeside) break;
    const more = wordsIn(text.slice(end, next));
    isAnchored ||= more > 0;
    words += more;
    end = next;
  }
  return end;
}

function wordsIn(text: string): number {
  return text.replace(/\s+/g, '').length;
}

/** Whether what is unchanged of these lines, before the first change or behind the last, was told once. */
function isPlaced(text: string, { start, end }: Region, { changes }: Drift, told: string): boolean {
  const inside = changes.filter((change) => change.end >= start && change.start <= end);
  const head = text.slice(start, Math.max(start, inside[0]?.start ?? end));
  const tail = text.slice(Math.min(end, inside.at(-1)?.end ?? end), end);
  // What is only new stands between lines that were told as one.
  return [head, tail, head + tail].some((lines) => isOnce(told, lines));
}

function isOnce(text: string, part: string): boolean {
  if (wordsIn(part) === 0) return false;
  const at = text.indexOf(part);
  return at !== -1 && text.indexOf(part, at + 1) === -1;
}
