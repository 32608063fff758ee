/** Which part of a text to show when all of it does not fit: whole lines around a place. */

import type { Region } from '../ask.ts';

/** Code before a place says more about it than code behind it. */
const shareBefore = 2 / 3;

/**
 * Whole lines around `focus`, at most `room` code units of them; `focus` itself is always inside, even where it
 * alone is larger.
 */
export function excerpt(text: string, focus: Region, room: number): Region {
  if (text.length <= room) return { start: 0, end: text.length };
  const focusStart = clamp(focus.start, 0, text.length);
  const focusEnd = clamp(focus.end, focusStart, text.length);
  const spare = Math.max(0, room - (focusEnd - focusStart));
  const before = Math.min(focusStart, Math.max(spare * shareBefore, spare - (text.length - focusEnd)));
  const start = Math.ceil(focusStart - before);
  const end = Math.min(text.length, Math.floor(focusEnd + spare - before));
  return { start: lineStartFrom(text, start, focusStart), end: lineEndUpTo(text, end, focusEnd) };
}

/** Whole lines: `lines` of them before and behind the lines of `focus`. */
export function linesAround(text: string, focus: Region, lines: number): Region {
  let start = text.lastIndexOf('\n', focus.start - 1) + 1;
  if (focus.start <= 0) start = 0;
  for (let i = 0; i < lines && start > 0; i++) start = start < 2 ? 0 : text.lastIndexOf('\n', start - 2) + 1;
  let end = text.indexOf('\n', focus.end);
  for (let i = 0; i < lines && end !== -1; i++) end = text.indexOf('\n', end + 1);
  return { start, end: end === -1 ? text.length : end + 1 };
}

/** The first line start at or after `from`; `limit` where its line begins before `from`. */
function lineStartFrom(text: string, from: number, limit: number): number {
  if (from <= 0) return 0;
  const next = text.indexOf('\n', from - 1) + 1;
  return next > 0 && next <= limit ? next : limit;
}

/** The last line end at or before `to`; `limit` where its line goes on behind `to`. */
function lineEndUpTo(text: string, to: number, limit: number): number {
  if (to >= text.length) return text.length;
  return Math.max(text.lastIndexOf('\n', to - 1) + 1, limit);
}

function clamp(value: number, low: number, high: number): number {
  return Math.max(low, Math.min(value, high));
}
