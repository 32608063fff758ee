/**
 * Taken back: what was accepted and then undone or deleted is not offered again at its place, with what comes after it
 * or without.
 *
 * Law: at its place means at the same offset, carried over what was typed meanwhile, with the line before it as it was.
 */

import { mapOffset } from '../../core/edit.ts';
import type { InlineSuggestion } from '../../core/suggestion.ts';
import type { Documents, Snapshot } from '../../state/documents.ts';
import type { Shown } from './cache.ts';
import { isSameAgain, lineBefore } from './rejection.ts';

export interface TakenBack {
  accepted(shown: Shown): void;
  has(snapshot: Snapshot, piece: Pick<InlineSuggestion, 'start' | 'text'>): boolean;
  /** The document was closed: opened anew its versions begin anew as well. */
  forget(uri: string): void;
}

/** Acceptances remembered, newest first. */
const most = 16;

export function createTakenBack(documents: Documents): TakenBack {
  let accepted: readonly Shown[] = [];

  function isOf(
    shown: Shown,
    snapshot: Snapshot,
    { start, text }: Pick<InlineSuggestion, 'start' | 'text'>,
  ): boolean {
    if (shown.uri !== snapshot.uri) return false;
    if (!isSameAgain(text, shown.suggestion.text)) return false;
    if (lineBefore(snapshot, { ...shown.suggestion, start }) !== shown.before) return false;
    const since = documents.editSince(shown.uri, shown.version);
    return since !== undefined && mapOffset(since, shown.suggestion.start, 'before') === start;
  }

  return {
    accepted(shown) {
      accepted = [shown, ...accepted].slice(0, most);
    },
    has: (snapshot, piece) => accepted.some((shown) => isOf(shown, snapshot, piece)),
    forget(uri) {
      accepted = accepted.filter((shown) => shown.uri !== uri);
    },
  };
}
