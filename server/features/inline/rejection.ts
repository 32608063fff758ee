/** What makes a rejected suggestion the same again. */

import type { InlineSuggestion } from '../../core/suggestion.ts';
import { detached, lineAt, lineStart, sliceOf } from '../../core/text.ts';
import type { Snapshot } from '../../state/documents.ts';

export interface Rejection {
  readonly uri: string;
  /** The line before it. Indentation may be redone by the editor; the words are what was rejected. */
  readonly before: string;
  readonly text: string;
}

export function lineBefore({ text }: Snapshot, { start }: Pick<InlineSuggestion, 'start'>): string {
  // Kept with each of hundreds of suggestions, none of which may keep its version of the document.
  return detached(sliceOf(text, lineStart(text, lineAt(text, start)), start));
}

export function rejectionOf(uri: string, before: string, text: string): Rejection {
  return { uri, before: before.trim(), text };
}

export function isSameRejection(a: Rejection, b: Rejection): boolean {
  return a.uri === b.uri && a.before === b.before && isSameAgain(a.text, b.text);
}

/** Whether one is the other, or its first lines: an answer that streams grows after it was shown. */
export function isSameAgain(a: string, b: string): boolean {
  const [one, other] = [a.trim(), b.trim()];
  const [short, long] = one.length <= other.length ? [one, other] : [other, one];
  if (short === '' || !long.startsWith(short)) return short === long;
  return /^(?:$|[^\S\n]*\n)/.test(long.slice(short.length));
}
