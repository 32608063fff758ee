/** What makes a rejected suggestion the same again. */

import type { InlineSuggestion } from '../../core/suggestion.ts';
import { detached, lineAt, lineStart, sliceOf } from '../../core/text.ts';
import type { Snapshot } from '../../state/documents.ts';
import type { Shown } from './cache.ts';

export function lineBefore({ text }: Snapshot, { start }: InlineSuggestion): string {
  // Kept with each of hundreds of suggestions, none of which may keep its version of the document.
  return detached(sliceOf(text, lineStart(text, lineAt(text, start)), start));
}

export function rejectionKey({
  uri,
  before,
  suggestion,
}: Pick<Shown, 'uri' | 'before' | 'suggestion'>): string {
  // Indentation may be redone by the editor; the words are what was rejected.
  return JSON.stringify([uri, before.trim(), suggestion.text.trim()]);
}
