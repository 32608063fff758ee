/**
 * A document as an editor holds it, and positions in the three encodings of LSP. Strict where editors are lenient: a
 * position that is not in the text is a problem of the server, not something to clamp.
 */

import type { Position, Range, TextEdit } from 'vscode-languageserver';

export type Encoding = 'utf-8' | 'utf-16' | 'utf-32';

export interface OpenDocument {
  readonly uri: string;
  readonly languageId: string;
  readonly version: number;
  readonly text: string;
  /** Texts before each undoable change, oldest first. */
  readonly undo: readonly string[];
}

/** A change as an editor makes it, in UTF-16 offsets of the text before it. */
export interface Change {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

export function toPosition(text: string, offset: number, encoding: Encoding): Position {
  const before = text.slice(0, offset);
  // A position between `\r` and `\n` does not exist: it is the end of the line.
  const inside = before.endsWith('\r') && text[offset] === '\n' ? before.slice(0, -1) : before;
  const lines = inside.split(/\r\n|\n|\r/);
  return { line: lines.length - 1, character: units(lines.at(-1) ?? '', encoding) };
}

/** The offset of a position, or nothing where the text has no such position. */
export function toOffset(text: string, position: Position, encoding: Encoding): number | undefined {
  let start = 0;
  for (let line = 0; line < position.line; line++) {
    const next = nextLine(text, start);
    if (next === undefined) return undefined;
    start = next;
  }
  const content = /^[^\r\n]*/.exec(text.slice(start, lineLimit(text, start)))?.[0] ?? '';
  return within(content, position.character, encoding, start);
}

export function toRange(text: string, change: { start: number; end: number }, encoding: Encoding): Range {
  return { start: toPosition(text, change.start, encoding), end: toPosition(text, change.end, encoding) };
}

/** Edits as changes sorted by start, or what is wrong with them. */
export function toChanges(text: string, edits: readonly TextEdit[], encoding: Encoding): Change[] | string {
  const changes: Change[] = [];
  for (const { range, newText } of edits) {
    const start = toOffset(text, range.start, encoding);
    const end = toOffset(text, range.end, encoding);
    if (start === undefined || end === undefined) return `range outside the text: ${JSON.stringify(range)}`;
    if (end < start) return `range that ends before it starts: ${JSON.stringify(range)}`;
    changes.push({ start, end, text: newText });
  }
  changes.sort((a, b) => a.start - b.start || a.end - b.end);
  for (const [i, change] of changes.entries()) {
    const previous = changes[i - 1];
    if (previous && change.start < previous.end) return `overlapping edits at ${change.start}`;
    if (previous && change.start === previous.end)
      return `touching edits at ${change.start}, which editors order differently`;
  }
  return changes;
}

export function changed(text: string, changes: readonly Change[]): string {
  let result = '';
  let at = 0;
  for (const { start, end, text: inserted } of changes) {
    result += text.slice(at, start) + inserted;
    at = end;
  }
  return result + text.slice(at);
}

function units(text: string, encoding: Encoding): number {
  switch (encoding) {
    case 'utf-8':
      return Buffer.byteLength(text);
    case 'utf-16':
      return text.length;
    case 'utf-32':
      return [...text].length;
    default:
      return encoding satisfies never;
  }
}

function within(content: string, character: number, encoding: Encoding, start: number): number | undefined {
  if (encoding === 'utf-16') return character <= content.length ? start + character : undefined;
  let seen = 0;
  let offset = start;
  for (const point of content) {
    if (seen >= character) break;
    seen += units(point, encoding);
    offset += point.length;
  }
  return seen === character ? offset : undefined;
}

function nextLine(text: string, start: number): number | undefined {
  const limit = lineLimit(text, start);
  return limit === text.length && !/[\r\n]$/.test(text.slice(start)) ? undefined : limit;
}

/** Offset behind the terminator of the line that starts at `start`, or the end of the text. */
function lineLimit(text: string, start: number): number {
  const terminator = /\r\n|\n|\r/g;
  terminator.lastIndex = start;
  return terminator.exec(text) ? terminator.lastIndex : text.length;
}
