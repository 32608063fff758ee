/**
 * Offsets: an edit as lines of JSON, one replacement a line: `{"start":12,"end":15,"text":"sum"}`.
 *
 * What a model that knows the exact document answers (the embedded engine): nothing has to be located again.
 * Offsets are UTF-16 code units of the document before the edit, in order and disjoint. JSON keeps line
 * terminators of the text inside its quotes, so a line of the answer is always one replacement, and a stream
 * can be read line by line. An answer in this format says so in its terminal `metadata.format`.
 */

import type { Edit, Replacement } from '../edit.ts';

/** Value of `metadata.format` of such an answer; the number changes when the lines do. */
export const offsetsFormat = 'offsets/1';

export function writeOffsets(edit: Edit): string {
  return edit.map(({ start, end, text }) => `${JSON.stringify({ start, end, text })}\n`).join('');
}

/** The whole answer as an edit of a document of `length` code units; nothing where it is not one. */
export function readOffsets(answer: string, length: number): Edit | undefined {
  const { replacements, rest } = takeOffsets(answer.endsWith('\n') || answer === '' ? answer : `${answer}\n`);
  if (rest !== '') return undefined;
  let at = 0;
  for (const { start, end } of replacements) {
    if (start < at || end > length) return undefined;
    at = end;
  }
  return replacements;
}

/**
 * The replacements of all complete lines, and the text behind them, to be given again with what the stream brings
 * next. Reading stops for good at a line that is no replacement: it stays the start of `rest`.
 */
export function takeOffsets(streamed: string): {
  readonly replacements: Replacement[];
  readonly rest: string;
} {
  const replacements: Replacement[] = [];
  let at = 0;
  for (let end = streamed.indexOf('\n'); end !== -1; end = streamed.indexOf('\n', at)) {
    const line = streamed.slice(at, end).trim();
    if (line !== '') {
      const replacement = readLine(line);
      if (!replacement) break;
      replacements.push(replacement);
    }
    at = end + 1;
  }
  return { replacements, rest: streamed.slice(at) };
}

function readLine(line: string): Replacement | undefined {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  const { start, end, text } = value as { start?: unknown; end?: unknown; text?: unknown };
  if (!isOffset(start) || !isOffset(end) || end < start || typeof text !== 'string') return undefined;
  return { start, end, text };
}

function isOffset(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}
