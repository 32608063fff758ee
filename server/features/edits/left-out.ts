/**
 * What the guard left out of edits that landed, so that it can be included after all.
 *
 * Laws
 * - Of each document that of its newest edit, carried over what was typed since; what the user has changed since in
 *   the same place is gone from it.
 * - Bounded by the number of open documents.
 */

import { apply, compose, type Edit, invert, map, normalise } from '../../core/edit.ts';
import type { Documents, Snapshot } from '../../state/documents.ts';

export interface LeftOut {
  readonly id: string;
  /** In the snapshot's coordinates. */
  readonly edit: Edit;
  readonly hunks: number;
}

export interface LeftOuts {
  /** `kept` was made for `base` and has just landed; `edit` is what is missing behind it. */
  landed(landed: {
    readonly base: Snapshot;
    readonly kept: Edit;
    readonly edit: Edit;
    readonly hunks: number;
  }): void;
  of(snapshot: Snapshot): LeftOut | undefined;
  find(id: string): { readonly snapshot: Snapshot; readonly leftOut: LeftOut } | undefined;
  forget(id: string): boolean;
  closed(uri: string): void;
}

interface Kept extends LeftOut {
  readonly uri: string;
  readonly version: number;
}

export function createLeftOuts(documents: Documents, newId: () => string): LeftOuts {
  const kept = new Map<string, Kept>();

  function present(snapshot: Snapshot): Kept | undefined {
    const known = kept.get(snapshot.uri);
    if (!known || known.version === snapshot.version) return known;
    const typed = documents.editSince(snapshot.uri, known.version);
    const edit = typed ? carried(known.edit, typed) : [];
    kept.delete(snapshot.uri);
    if (edit.length === 0) return undefined;
    const now = { ...known, version: snapshot.version, edit };
    kept.set(snapshot.uri, now);
    return now;
  }

  return {
    landed({ base, kept: made, edit, hunks }) {
      const { uri } = base;
      kept.delete(uri);
      const snapshot = documents.get(uri);
      const since = documents.editSince(uri, base.version);
      if (!snapshot || !since) return;
      const before = base.text.value;
      // What else happened: typed meanwhile, and the comment that was taken away.
      const others = normalise(apply(before, made), compose(invert(before, made), since));
      const left = carried(edit, others);
      if (left.length > 0) kept.set(uri, { id: newId(), uri, version: snapshot.version, edit: left, hunks });
    },
    of: present,
    find(id) {
      const known = [...kept.values()].find((each) => each.id === id);
      const snapshot = known && documents.get(known.uri);
      const leftOut = snapshot && present(snapshot);
      return leftOut && { snapshot, leftOut };
    },
    forget(id) {
      for (const [uri, each] of kept) if (each.id === id) return kept.delete(uri);
      return false;
    },
    closed: (uri) => void kept.delete(uri),
  };
}

/** Each replacement for itself: one that conflicts costs the others nothing. */
function carried(edit: Edit, typed: Edit): Edit {
  return edit.flatMap((replacement) => map([replacement], typed) ?? []);
}
