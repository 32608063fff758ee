/**
 * shape: from what a model wrote at a cursor to what the editor is shown there.
 *
 * Laws (checked by property tests)
 * - The replaced range starts at the cursor and ends on the same line; it never parts a surrogate pair or CRLF.
 * - What stands around the cursor is not said twice: echoes are taken off, closers that editors put there by
 *   themselves are covered, so that the text has them once and typing them goes on in the suggestion.
 * - In the middle of a line a suggestion has one line; never more than `maxLines`.
 * - It ends without blanks, has the document's line terminators and the file's own indentation.
 * - What is left of it changes something, or there is a reason for silence.
 */

import { splits } from './edit.ts';
import { indentUnit } from './indent.ts';
import { cleaned } from './shape/cleaned.ts';
import { withoutFollowingLines, withoutPrefixEcho } from './shape/echo.ts';
import { isOnlyClosers, joinedToRest } from './shape/line.ts';
import { fittedLines, fittedStart } from './shape/lines.ts';
import type { SilenceReason } from './suggestion.ts';
import { dominantEol, lineAt, lineCount, lineEnd, lineStart, lineText, type Text } from './text.ts';

export interface ShapeWish {
  readonly text: Text;
  /** UTF-16 offset. */
  readonly cursor: number;
  /** What the model wrote. */
  readonly suggestion: string;
  readonly maxLines: number;
  readonly languageId?: string;
}

export type Shaped =
  | { readonly kind: 'shown'; readonly start: number; readonly end: number; readonly text: string }
  | { readonly kind: 'silent'; readonly reason: ShapeSilence };

export type ShapeSilence = Extract<SilenceReason, 'nothing-to-say' | 'repeats-text' | 'middle-of-word'>;

/** How much of the text around the cursor is looked at, in lines. */
const surroundings = 40;

export function shape({ text, cursor, suggestion, maxLines, languageId }: ShapeWish): Shaped {
  const { value } = text;
  if (cursor < 0 || cursor > value.length || splits(value, cursor)) return silent('middle-of-word');
  const line = lineAt(text, cursor);
  const linePrefix = value.slice(lineStart(text, line), cursor);
  const rest = value.slice(cursor, lineEnd(text, line));
  const place = { linePrefix, lineAbove: lineAbove(text, line), unit: indentUnit(text) };

  const written = cleaned(suggestion, languageId);
  if (written.trim() === '') return silent('nothing-to-say');
  const fresh = withoutPrefixEcho(written, above(text, line) + linePrefix);
  let piece = fittedLines(fittedStart(fresh, place), place);
  if (!isOnlyClosers(rest)) piece = piece.split('\n', 1)[0] ?? '';
  piece = withoutFollowingLines(piece, linePrefix, below(text, line));
  piece = withoutTrailingBlanks(piece.split('\n').slice(0, maxLines), languageId);
  const meaningfulEnd = rest !== '' && !/^[\s)\]}"'`>;,:]/.test(rest);
  if (!meaningfulEnd) piece = piece.trimEnd();

  const joined = joinedToRest(piece, linePrefix, rest);
  const end = cursor + joined.covers;
  if (joined.text.trim() === '' || joined.text === value.slice(cursor, end)) return silent('repeats-text');
  if (isWord(joined.text.at(-1)) && isWord(value[end])) return silent('middle-of-word');
  return { kind: 'shown', start: cursor, end, text: joined.text.replaceAll('\n', dominantEol(text)) };
}

function silent(reason: ShapeSilence): Shaped {
  return { kind: 'silent', reason };
}

function lineAbove(text: Text, line: number): string {
  for (let i = line - 1; i >= Math.max(0, line - surroundings); i--) {
    const content = lineText(text, i);
    if (content.trim() !== '') return content;
  }
  return '';
}

function above(text: Text, line: number): string {
  let result = '';
  for (let i = Math.max(0, line - surroundings); i < line; i++) result += `${lineText(text, i)}\n`;
  return result;
}

function below(text: Text, line: number): readonly string[] {
  const lines: string[] = [];
  for (let i = line + 1; i < Math.min(lineCount(text), line + surroundings); i++)
    lines.push(lineText(text, i));
  return lines;
}

/** Two blanks at the end of a line of Markdown break the line. */
function withoutTrailingBlanks(lines: readonly string[], languageId: string | undefined): string {
  if (languageId === 'markdown') return lines.join('\n');
  return lines.map((line, i) => (i === lines.length - 1 ? line : line.trimEnd())).join('\n');
}

function isWord(sign: string | undefined): boolean {
  return sign !== undefined && /[\p{L}\p{N}_$]/u.test(sign);
}
