/**
 * Carriage returns of clients whose lines end at `\n` alone (Neovim, Vim, Emacs, Kakoune, Helix). LSP ends lines at a
 * lone `\r` as well, so that one within a line of theirs would shift every line behind it; and in a file of mixed
 * terminators their cursor stands behind the `\r` of a `\r\n`, a place that LSP does not have.
 *
 * Laws
 * - Our copy of such a document holds no `\r` but before a `\n`. A blank stands in its place, which is as long in every
 *   encoding, so that each line and column is the same on both sides.
 * - A column behind the `\r` of a `\r\n` is the place between the two; one that is farther is the end of the line, as
 *   the protocol has it.
 * - A document without a `\n` whose first line ends at a `\r` is left alone: so Neovim sends a file of old Macs (`:set
 *   fileformat=mac`), where a `\r` does end a line.
 */

import type { Replacement } from '../core/edit.ts';
import { lengthOf, lineEnd, lineStart, sliceOf, type Text, unitAt } from '../core/text.ts';
import { type PositionEncoding, widthOf } from './position.ts';

const LF = 10;
const CR = 13;

const client = /^(?:n?vim|neovim|coc|ale|emacs|gnu emacs|eglot|lsp-bridge|kak|helix)/i;

/** Whether the client of this name ends lines at `\n` alone. */
export function endsLinesAtFeeds(clientName: string): boolean {
  return client.test(clientName);
}

export function withoutLoneReturns(text: string): string {
  return text.includes('\r') ? text.replace(/\r(?!\n)/g, ' ') : text;
}

/** A document as it is opened. */
export function withoutStrayReturns(text: string): string {
  return text.includes('\n') ? withoutLoneReturns(text) : text;
}

/** Whether the lines of our copy end at `\r`, as those of an old Mac's file. */
export function endsLinesAtReturns(text: Text): boolean {
  const end = lineEnd(text, 0);
  return unitAt(text, end) === CR && unitAt(text, end + 1) !== LF;
}

/** Whether the column is the one behind a line and its `\r`. */
export function isBehind(line: string, character: number, encoding: PositionEncoding): boolean {
  return widthOf(line, encoding) + 1 === character;
}

/** The offset of a position that was clamped to the end of its line, where it is behind a `\r` there. */
export function behindReturn(
  text: Text,
  offset: number,
  { line, character }: { readonly line: number; readonly character: number },
  encoding: PositionEncoding,
): number {
  if (unitAt(text, offset) !== CR || unitAt(text, offset + 1) !== LF) return offset;
  return isBehind(sliceOf(text, lineStart(text, line), offset), character, encoding) ? offset + 1 : offset;
}

/** The same replacement, with a blank for the `\r` before it where that would be left alone. */
export function leavingNoReturn(text: Text, { start, end, text: inserted }: Replacement): Replacement {
  const isBetween = start > 0 && unitAt(text, start - 1) === CR && unitAt(text, start) === LF;
  if (!isBetween) return { start, end, text: inserted };
  const next = inserted === '' && end < lengthOf(text) ? unitAt(text, end) : inserted.charCodeAt(0);
  return next === LF ? { start, end, text: inserted } : { start: start - 1, end, text: ` ${inserted}` };
}
