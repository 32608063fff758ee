/**
 * Positions between client and core. Inside, a character is a UTF-16 code unit; the client may have chosen bytes
 * (utf-8) or code points (utf-32). A position inside a surrogate pair or a multi-byte sequence goes to its start;
 * a lone surrogate counts as three bytes, as its replacement character would.
 */

import type { Position, Text } from '../core/text.ts';
import { lineText, offsetAt, positionAt } from '../core/text.ts';
import type { Range } from './params.ts';

export type PositionEncoding = 'utf-8' | 'utf-16' | 'utf-32';

export interface Span {
  readonly start: number;
  readonly end: number;
}

/** The client's first choice among those known; `utf-16` is what LSP falls back to. */
export function chooseEncoding(offered: readonly string[]): PositionEncoding {
  const known = offered.find((name) => name === 'utf-8' || name === 'utf-16' || name === 'utf-32');
  return known === 'utf-8' || known === 'utf-32' ? known : 'utf-16';
}

export function toOffset(text: Text, position: Position, encoding: PositionEncoding): number {
  if (encoding === 'utf-16') return offsetAt(text, position);
  const line = lineText(text, position.line);
  return offsetAt(text, { line: position.line, character: unitsIn(line, position.character, encoding) });
}

export function toPosition(text: Text, offset: number, encoding: PositionEncoding): Position {
  const position = positionAt(text, offset);
  if (encoding === 'utf-16') return position;
  const before = lineText(text, position.line).slice(0, position.character);
  return { line: position.line, character: widthOf(before, encoding) };
}

export function toSpan(text: Text, range: Range, encoding: PositionEncoding): Span {
  const a = toOffset(text, range.start, encoding);
  const b = toOffset(text, range.end, encoding);
  return { start: Math.min(a, b), end: Math.max(a, b) };
}

export function toRange(text: Text, span: Span, encoding: PositionEncoding): Range {
  return { start: toPosition(text, span.start, encoding), end: toPosition(text, span.end, encoding) };
}

/** How many UTF-16 code units of the line stand before this character of it, as the client counts them. */
export function unitsBefore(line: string, character: number, encoding: PositionEncoding): number {
  return encoding === 'utf-16' ? character : unitsIn(line, character, encoding);
}

function unitsIn(line: string, width: number, encoding: 'utf-8' | 'utf-32'): number {
  let left = width;
  let units = 0;
  while (units < line.length) {
    const point = line.codePointAt(units) ?? 0;
    const cost = encoding === 'utf-8' ? bytesOf(point) : 1;
    if (cost > left) break;
    left -= cost;
    units += point > 0xffff ? 2 : 1;
  }
  return units;
}

export function widthOf(text: string, encoding: PositionEncoding): number {
  if (encoding === 'utf-16') return text.length;
  let width = 0;
  for (const character of text) width += encoding === 'utf-8' ? bytesOf(character.codePointAt(0) ?? 0) : 1;
  return width;
}

function bytesOf(codePoint: number): number {
  if (codePoint < 0x80) return 1;
  if (codePoint < 0x800) return 2;
  return codePoint > 0xffff ? 4 : 3;
}
