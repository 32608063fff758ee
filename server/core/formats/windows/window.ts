/**
 * Window: what the formats of next-edit models have in common. The model is shown some lines around the cursor (the
 * window), what happened lately and related code, and writes the window anew.
 *
 * Laws
 * - A prompt never holds control tokens that came from a document (`defuse`); an answer reads as if none had been.
 * - The estimate of a prompt never exceeds `contextTokens`: related code goes first, then history, then the lines
 *   around the window. Where the window alone is too large there is no prompt.
 * - A reader is total, and what it gives is an edit of the window's lines alone.
 */

import type { AskDocument, RecentChange, Snippet } from '../../ask.ts';
import type { LineRange } from '../../place.ts';
import type { PromptPart } from '../../prompt/prompt.ts';
import { lineAt, lineCount, lineEnd, lineText, type Text } from '../../text.ts';
import type { AnswerReader } from '../reader.ts';

export const windowFormatNames = ['zeta-2', 'zeta-2.1', 'sweep', 'instinct', 'mercury'] as const;
export type WindowFormatName = (typeof windowFormatNames)[number];

/** What a prediction is made from. */
export interface WindowContext {
  readonly document: AskDocument;
  /** UTF-16 offset into `document.text`. */
  readonly cursor: number;
  /** Oldest first. */
  readonly history: readonly RecentChange[];
  /** Most helpful first. */
  readonly snippets: readonly Snippet[];
  /** Estimated tokens the prompt may have. */
  readonly contextTokens: number;
}

export type WindowInput =
  /** Raw text for a completions endpoint: no chat template around it. */
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'messages'; readonly parts: readonly PromptPart[] };

export interface WindowPrompt {
  readonly input: WindowInput;
  /** Stop strings the server needs; a reader takes the answer with and without them. */
  readonly stop: readonly string[];
  /** Lines of the document that the model writes anew. */
  readonly window: LineRange;
  /** Estimated tokens the whole window needs, with room to grow. */
  readonly maxOutputTokens: number;
}

export interface WindowFormat {
  readonly name: WindowFormatName;
  /** Nothing where the window alone needs more than `contextTokens`. */
  write(context: WindowContext): WindowPrompt | undefined;
  /** Reads what the model answers to a prompt with this window. */
  read(text: Text, window: LineRange): AnswerReader;
  /** What a model of this format writes so that the window's lines become `lines`. */
  answer(text: Text, window: LineRange, lines: readonly string[]): string;
}

/** So many lines above and below the cursor's line, as far as there are any. */
export function windowByLines(text: Text, cursor: number, above: number, below: number): LineRange {
  const line = lineAt(text, cursor);
  return {
    startLine: Math.max(0, line - above),
    endLine: Math.max(line + 1, Math.min(contentEnd(text), line + below + 1)),
  };
}

/** The cursor's line and whole lines around `inside` it, grown on both sides up to so many characters. */
export function windowBySize(text: Text, cursor: number, characters: number): LineRange {
  const line = lineAt(text, cursor);
  return grown(text, { startLine: line, endLine: line + 1 }, characters);
}

/** The range with whole lines around it, as evenly as they fit into so many characters in all. */
export function grown(text: Text, range: LineRange, characters: number): LineRange {
  let { startLine, endLine } = range;
  const end = Math.max(endLine, contentEnd(text));
  let left = characters - sizeOf(text, range);
  for (let grows = true; grows; ) {
    grows = false;
    if (startLine > 0 && sizeOf(text, { startLine: startLine - 1, endLine: startLine }) <= left) {
      startLine--;
      left -= sizeOf(text, { startLine, endLine: startLine + 1 });
      grows = true;
    }
    if (endLine < end && sizeOf(text, { startLine: endLine, endLine: endLine + 1 }) <= left) {
      left -= sizeOf(text, { startLine: endLine, endLine: endLine + 1 });
      endLine++;
      grows = true;
    }
  }
  return { startLine, endLine };
}

export function linesIn(text: Text, { startLine, endLine }: LineRange): readonly string[] {
  return Array.from({ length: endLine - startLine }, (_, i) => lineText(text, startLine + i));
}

/** Lines as prompts have them: each with `\n`. */
export function asText(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join('');
}

/** The lines with `mark` where the cursor is; `escape` is done to everything but the mark. */
export function withCursor(
  text: Text,
  range: LineRange,
  cursor: { readonly offset: number; readonly mark: string; readonly escape: (value: string) => string },
): readonly string[] {
  const at = lineAt(text, cursor.offset);
  return linesIn(text, range).map((line, i) => {
    if (range.startLine + i !== at) return cursor.escape(line);
    const column = Math.min(line.length, cursor.offset - (lineEnd(text, at) - line.length));
    return cursor.escape(line.slice(0, column)) + cursor.mark + cursor.escape(line.slice(column));
  });
}

/** The line behind the last one with content: the empty one after a final terminator is nobody's to write. */
export function contentEnd(text: Text): number {
  const lines = lineCount(text);
  return lines > 1 && lineText(text, lines - 1) === '' ? lines - 1 : lines;
}

function sizeOf(text: Text, range: LineRange): number {
  return linesIn(text, range).reduce((sum, line) => sum + line.length + 1, 0);
}
