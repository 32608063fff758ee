/**
 * Unapplied: edits that the editor refused, so that they can be applied after all without asking a model again. Kate
 * takes an edit only within two seconds after it was asked for.
 *
 * Laws
 * - Of each document the newest, while nothing was typed over any of its places.
 * - Bounded by the number of open documents.
 */

import { map } from '../../core/edit.ts';
import type { Documents, Snapshot } from '../../state/documents.ts';
import type { FileEdit, LandingWish } from './landing.ts';

export interface Unapplied {
  readonly id: string;
  readonly title: string;
  readonly wish: LandingWish;
}

export interface UnappliedEdits {
  /** Nothing where it is not kept, else the title of what applies it. */
  refused(wish: LandingWish): string | undefined;
  of(snapshot: Snapshot): Unapplied | undefined;
  find(id: string): Unapplied | undefined;
  forget(id: string): void;
  closed(uri: string): void;
}

export function createUnappliedEdits(documents: Documents, newId: () => string): UnappliedEdits {
  const kept = new Map<string, Unapplied>();

  function fits(file: FileEdit): boolean {
    if ('closed' in file) return true;
    const { base, edit } = file;
    const now = documents.get(base.uri);
    const typed = now === base ? [] : now && documents.editSince(base.uri, base.version);
    return typed !== undefined && map(edit, typed) !== undefined;
  }

  return {
    refused(wish) {
      const [first] = wish.files;
      if (!first || !('base' in first)) return undefined;
      const title = `Apply: ${wish.label}`;
      kept.set(first.base.uri, { id: newId(), title, wish });
      return title;
    },
    of({ uri }) {
      const known = kept.get(uri);
      if (!known || known.wish.files.every(fits)) return known;
      kept.delete(uri);
      return undefined;
    },
    find: (id) => [...kept.values()].find((each) => each.id === id),
    forget(id) {
      for (const [uri, each] of kept) if (each.id === id) kept.delete(uri);
    },
    closed: (uri) => void kept.delete(uri),
  };
}
