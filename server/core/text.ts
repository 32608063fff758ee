/**
 * Text: an immutable document with a line index.
 *
 * Laws
 * - Offsets are UTF-16 code units into `value`, as JavaScript strings count.
 * - Lines end at `\n`, `\r\n` or a lone `\r`, as LSP counts them. A final line without terminator is a line;
 *   the empty text has one line.
 * - A position past the end of its line is the end of that line before its terminator; a line past the end is
 *   the end of the text. So every position has an offset, and no function here fails.
 * - Nobody changes a Text: `replaced` makes the next one. Typing at one place of a large text costs the same whatever
 *   its length: the string and the line index are made when somebody reads them whole (`value`, `lineStarts`), and
 *   all functions here read pieces.
 */

import { CR, LF, lastStart, lineStartsIn } from './line-starts.ts';
import { largeText, TypedText } from './typed-text.ts';

export interface Position {
  /** Zero-based. */
  readonly line: number;
  /** UTF-16 code units from the start of the line. */
  readonly character: number;
}

export interface Text {
  readonly value: string;
  /** Offset of the first code unit of every line; `lineStarts[0]` is 0. */
  readonly lineStarts: Uint32Array;
}

export function toText(value: string): Text {
  return { value, lineStarts: Uint32Array.from([0, ...lineStartsIn(value, 0)]) };
}

/** A text whose lines may be of no interest: their index is made for the first who wants it. */
export function unindexed(value: string): Text {
  return new Unindexed(value);
}

class Unindexed implements Text {
  readonly value: string;
  #starts: Uint32Array | undefined;

  constructor(value: string) {
    this.value = value;
  }

  get lineStarts(): Uint32Array {
    this.#starts ??= toText(this.value).lineStarts;
    return this.#starts;
  }
}

/** Whether parts of it can be read for less than its whole string costs. */
export function isCheaperInParts(text: Text): boolean {
  return text instanceof TypedText;
}

/** The text in `[start, end)`: unlike a slice of `value`, it does not make the whole string of a text just typed in. */
export function sliceOf(text: Text, start: number, end: number): string {
  return text instanceof TypedText ? text.slice(start, end) : text.value.slice(start, end);
}

/** Engines cut shorter pieces out as strings of their own. */
const leastCut = 13;

/**
 * The same characters in memory of their own. A piece cut out of a string keeps the whole of it alive: whoever keeps
 * pieces for long, a line of each version of a large text, would keep every version.
 */
export function detached(piece: string): string {
  return piece.length < leastCut ? piece : ` ${piece}`.slice(1);
}

/** In UTF-16 code units. */
export function lengthOf(text: Text): number {
  return text instanceof TypedText ? text.length : text.value.length;
}

export function lineCount(text: Text): number {
  return text instanceof TypedText ? text.lineCount : text.lineStarts.length;
}

/** The line that holds `offset`; an offset past the end is on the last line. */
export function lineAt(text: Text, offset: number): number {
  return text instanceof TypedText ? text.lineAt(offset) : lastStart(text.lineStarts, offset);
}

export function lineStart(text: Text, line: number): number {
  if (line <= 0) return 0;
  if (line >= lineCount(text)) return lengthOf(text);
  return text instanceof TypedText ? text.lineStart(line) : (text.lineStarts[line] as number);
}

/** Offset of the end of the line's content, before its terminator. */
export function lineEnd(text: Text, line: number): number {
  const start = lineStart(text, line);
  let end = lineFullEnd(text, line);
  if (end > start && unitAt(text, end - 1) === LF) end--;
  if (end > start && unitAt(text, end - 1) === CR) end--;
  return end;
}

/** Offset just after the line's terminator: the start of the next line, or the end of the text. */
export function lineFullEnd(text: Text, line: number): number {
  return lineStart(text, line + 1);
}

/** The line's content without its terminator. */
export function lineText(text: Text, line: number): string {
  return sliceOf(text, lineStart(text, line), lineEnd(text, line));
}

export function offsetAt(text: Text, position: Position): number {
  if (position.line < 0) return 0;
  if (position.line >= lineCount(text)) return lengthOf(text);
  const start = lineStart(text, position.line);
  return Math.min(start + Math.max(0, position.character), lineEnd(text, position.line));
}

/** An offset inside a line terminator is given as the end of its line: LSP has no position between `\r` and `\n`. */
export function positionAt(text: Text, offset: number): Position {
  const clamped = Math.max(0, Math.min(offset, lengthOf(text)));
  const line = lineAt(text, clamped);
  return { line, character: Math.min(clamped, lineEnd(text, line)) - lineStart(text, line) };
}

/** The text with `[start, end)` replaced: only the inserted text is scanned for lines. */
export function replaced(text: Text, start: number, end: number, inserted: string): Text {
  const typed = text instanceof TypedText && text.typedOn(start, end, inserted);
  if (typed) return typed;
  // Texts of earlier places are not kept alive by this one.
  const next = new TypedText(whole(text), { start, end, inserted });
  return lengthOf(text) < largeText ? whole(next) : next;
}

function whole(text: Text): Text {
  return text instanceof TypedText ? { value: text.value, lineStarts: text.lineStarts } : text;
}

/** Where the first `\n` at `from` or behind it stands; -1 where there is none. */
export function lineFeedFrom(text: Text, from: number): number {
  return text instanceof TypedText ? text.lineFeedFrom(from) : text.value.indexOf('\n', from);
}

/** Where the last `\n` at `from` or before it stands; -1 where there is none. */
export function lineFeedBefore(text: Text, from: number): number {
  if (from < 0) return -1;
  return text instanceof TypedText ? text.lineFeedBefore(from) : text.value.lastIndexOf('\n', from);
}

/** The code unit at `offset`; not a number outside the text. */
export function unitAt(text: Text, offset: number): number {
  return text instanceof TypedText
    ? text.slice(offset, offset + 1).charCodeAt(0)
    : text.value.charCodeAt(offset);
}

/** The terminator most lines use, `\n` where there is none. */
export function dominantEol(text: Text): '\n' | '\r\n' | '\r' {
  // A sample is enough: files mix terminators by accident, near the place of the accident.
  const lines = Math.min(lineCount(text) - 1, 200);
  const counts = { '\n': 0, '\r\n': 0, '\r': 0 };
  for (let line = 0; line < lines; line++) {
    const eol = sliceOf(text, lineEnd(text, line), lineFullEnd(text, line));
    if (eol === '\n' || eol === '\r\n' || eol === '\r') counts[eol]++;
  }
  if (counts['\r\n'] > counts['\n'] && counts['\r\n'] >= counts['\r']) return '\r\n';
  return counts['\r'] > counts['\n'] ? '\r' : '\n';
}
