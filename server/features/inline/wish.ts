/** What is wished for: a place in one version of a document, and how it was asked for. */

import type { Region } from '../../core/ask.ts';
import { mapOffset } from '../../core/edit.ts';
import type { IndentUnit } from '../../core/indent.ts';
import type { InlineSuggestion } from '../../core/suggestion.ts';
import { sliceOf, type Text } from '../../core/text.ts';
import type { Documents, Snapshot } from '../../state/documents.ts';

export interface InlineWish {
  readonly uri: string;
  /** UTF-16 offset in the document's version `version`. */
  readonly cursor: number;
  /** The present one where it is left out. */
  readonly version?: number;
  readonly trigger: 'invoked' | 'automatic';
  /**
   * More than what is complete first, where it comes soon: a `block` that is only opened by then, or the whole `answer`.
   * For those who look once and see no stream: a menu, an explicit request.
   */
  readonly upTo?: 'block' | 'answer';
  /** The entry selected in the editor's own menu. */
  readonly selected?: Region & { readonly text: string };
  /** Asked about a version of the document that is no more, in whose coordinates the cursor cannot be read. */
  readonly isOutdated?: true;
  /** What the editor says that it indents with in this document. */
  readonly indent?: IndentUnit;
}

/** The wish in the coordinates of the present version, where the way there is known. */
export function upToDate(wish: InlineWish, now: Snapshot, documents: Documents): InlineWish | undefined {
  if (wish.version === undefined || wish.version === now.version) return wish;
  const typed = documents.editSince(wish.uri, wish.version);
  if (!typed) return undefined;
  const { selected, ...rest } = wish;
  const moved = { ...rest, version: now.version, cursor: mapOffset(typed, wish.cursor, 'after') };
  if (!selected) return moved;
  const start = mapOffset(typed, selected.start, 'before');
  return { ...moved, selected: { ...selected, start, end: mapOffset(typed, selected.end, 'after') } };
}

/** The suggestion over the selected entry's range, when what it inserts continues that entry. */
export function continuing(
  selected: Region & { readonly text: string },
  suggestion: InlineSuggestion,
  snapshot: Snapshot,
): InlineSuggestion | undefined {
  const typed = sliceOf(snapshot.text, selected.start, suggestion.start);
  const text = typed + suggestion.text;
  if (selected.start > suggestion.start || !text.startsWith(selected.text)) return undefined;
  return { id: suggestion.id, start: selected.start, end: Math.max(selected.end, suggestion.end), text };
}

/** How many different suggestions an explicit request is given to cycle through. */
const invokedCandidates = 3;

export function candidatesOf({ trigger }: InlineWish): number {
  return trigger === 'invoked' ? invokedCandidates : 1;
}

/** Whether a word goes on behind the cursor. */
export function isInWord(text: Text, cursor: number): boolean {
  return /[\p{L}\p{N}_$]/u.test(sliceOf(text, cursor, cursor + 1));
}
