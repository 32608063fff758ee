/**
 * Which part of a text to show when all of it does not fit: whole lines around a place, cut where something begins,
 * so that a function or class is shown whole or not at all where there is a choice.
 */

import type { Region } from '../ask.ts';
import { columnsOf, indentOf } from '../indent.ts';
import { lengthOf, lineFeedBefore, lineFeedFrom, type Text, unindexed, unitAt } from '../text.ts';

/** Code before a place says more about it than code behind it. */
const shareBefore = 2 / 3;
/** Of what would fit on one side, the part that may be given up for a cut at a border. */
const shareGivenUp = 2 / 3;

/**
 * Whole lines around `focus`, at most `room` code units of them; `focus` itself is always inside, even where it
 * alone is larger, and at least a third of what would fit on each side of it.
 */
export function excerpt(text: string, focus: Region, room: number): Region {
  if (text.length <= room) return { start: 0, end: text.length };
  const focusStart = clamp(focus.start, 0, text.length);
  const focusEnd = clamp(focus.end, focusStart, text.length);
  const spare = Math.max(0, room - (focusEnd - focusStart));
  const before = Math.min(focusStart, Math.max(spare * shareBefore, spare - (text.length - focusEnd)));
  const whole = unindexed(text);
  const start = lineStartFrom(whole, Math.ceil(focusStart - before), focusStart);
  const end = lineEndUpTo(whole, Math.min(text.length, Math.floor(focusEnd + spare - before)), focusEnd);
  const latestStart = focusStart - (focusStart - start) * (1 - shareGivenUp);
  const earliestEnd = focusEnd + (end - focusEnd) * (1 - shareGivenUp);
  return {
    start:
      start === 0 || start === focusStart ? start : (borderIn(text, start, latestStart, 'first') ?? start),
    end: end === text.length || end === focusEnd ? end : (borderIn(text, earliestEnd, end, 'last') ?? end),
  };
}

const lineFeed = 10;
/** Lines a header is looked for in, and the part of the room it may take. */
const headerLines = 120;
const headerShare = 1 / 8;

/** The lines a file begins with up to its last import, as far as they fit; for an excerpt that begins further down. */
export function header(text: string, room: number): Region {
  const most = Math.floor(room * headerShare);
  let end = 0;
  let at = 0;
  let isOpen = false;
  let isComment = false;
  for (let count = 0; count < headerLines && at < text.length; count++) {
    const next = text.indexOf('\n', at) + 1 || text.length;
    const line = text.slice(at, next).trimEnd();
    if (next > most) break;
    const turns = line.split('"""').length % 2 === 0;
    const opens = line.lastIndexOf('/*') > line.lastIndexOf('*/');
    if (isComment) isComment = !turns && !line.includes('*/');
    else if (turns || opens) isComment = true;
    else if (isOpen || imports.test(line)) {
      isOpen = isOpen ? !/^[)}]/.test(line) : /[({]$/.test(line);
      end = next;
    } else if (/^[\p{L}_]/u.test(line)) break;
    at = next;
  }
  return { start: 0, end };
}

const imports =
  /^(?:import(?:\s|$)|from\s+\S+\s+import\b|export .* from\b|use\b|using\b|#\s*include\b|package\b|module\b|namespace\b|require(?:_once|_relative)?\b|include\b|extern crate\b|open\b|library\(|source\b|@import\b|(?:const|let|var|local)\b.*\brequire\b)/;

/** The start of a line between the two where something begins that is no deeper than any other such; in the text's order. */
function borderIn(text: string, from: number, to: number, which: 'first' | 'last'): number | undefined {
  let best: number | undefined;
  let bestDepth = Number.POSITIVE_INFINITY;
  let at = from <= 0 ? 0 : text.indexOf('\n', from - 1) + 1;
  if (from > 0 && at === 0) return undefined;
  let previous = at === 0 ? '' : text.slice(text.lastIndexOf('\n', at - 2) + 1, at);
  while (at <= to && at < text.length) {
    const next = text.indexOf('\n', at) + 1 || text.length;
    const line = text.slice(at, next);
    const depth = columnsOf(indentOf(line));
    if ((depth < bestDepth || (depth === bestDepth && which === 'last')) && begins(line, previous)) {
      best = at;
      bestDepth = depth;
    }
    previous = line;
    at = next;
  }
  return best;
}

/** Whether something begins with the line: behind a blank line or a closing one. */
function begins(line: string, previous: string): boolean {
  const words = line.trim();
  if (words === '' || /^(?:[)\]}]|end\b|else\b|elif\b|except\b|catch\b|finally\b|\*)/.test(words))
    return false;
  const before = previous.trim();
  return before === '' || /^(?:[)\]}]+[;,]?|end)$/.test(before);
}

/** Whole lines: `lines` of them before and behind the lines of `focus`. */
export function linesAround(text: Text, focus: Region, lines: number): Region {
  let start = focus.start <= 0 ? 0 : lineFeedBefore(text, focus.start - 1) + 1;
  for (let i = 0; i < lines && start > 0; i++) start = lineBefore(text, start);
  let end = lineBehind(text, focus.end);
  for (let i = 0; i < lines && end < lengthOf(text); i++) end = lineBehind(text, end);
  return { start, end };
}

/** The start of the line before the one that starts at `start`; the beginning of the text where there is none. */
export function lineBefore(text: Text, start: number): number {
  return start < 2 ? 0 : lineFeedBefore(text, start - 2) + 1;
}

/** The end of the line that `offset` is in, with its terminator. */
export function lineBehind(text: Text, offset: number): number {
  return lineFeedFrom(text, offset) + 1 || lengthOf(text);
}

/**
 * Of `lines`, which hold `place`, no more than so many code units before and behind it: whole lines, and of the place's
 * own line what is nearest.
 */
export function nearest(
  text: Text,
  lines: Region,
  { place, before, behind }: { readonly place: number; readonly before: number; readonly behind: number },
): Region {
  const [from, to] = [place - before, place + behind];
  const start = lineStartFrom(text, from, place);
  const end = lineEndUpTo(text, to, place);
  const isLineStart = start < place || place === 0 || unitAt(text, place - 1) === lineFeed;
  return {
    start: lines.start >= from ? lines.start : isLineStart ? start : apart(text, from, 1),
    end: lines.end <= to ? lines.end : end > place ? end : apart(text, to, -1),
  };
}

/** `offset`, or the one beside it that does not part a surrogate pair. */
function apart(text: Text, offset: number, step: 1 | -1): number {
  const unit = unitAt(text, offset);
  return unit >= 0xdc00 && unit <= 0xdfff ? offset + step : offset;
}

/** The first line start at or after `from`; `limit` where its line begins before `from`. */
function lineStartFrom(text: Text, from: number, limit: number): number {
  if (from <= 0) return 0;
  const next = lineFeedFrom(text, from - 1) + 1;
  return next > 0 && next <= limit ? next : limit;
}

/** The last line end at or before `to`; `limit` where its line goes on behind `to`. */
function lineEndUpTo(text: Text, to: number, limit: number): number {
  if (to >= lengthOf(text)) return lengthOf(text);
  return Math.max(lineFeedBefore(text, to - 1) + 1, limit);
}

function clamp(value: number, low: number, high: number): number {
  return Math.max(low, Math.min(value, high));
}
