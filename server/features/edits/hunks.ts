/**
 * Hunks of the edits that landed, so that each can be kept or reverted for itself.
 *
 * Laws
 * - A hunk is where its new text stands. It is carried over later edits, and once its text reads otherwise it is
 *   the user's own and no hunk any more.
 * - Bounded: the oldest go first.
 */

import { mapOffset } from '../../core/edit.ts';
import type { Documents, Snapshot } from '../../state/documents.ts';
import type { Landed } from './landing.ts';

const maxHunks = 500;

export interface Hunk {
  readonly id: string;
  /** The same for all hunks that landed together. */
  readonly edit: string;
  readonly uri: string;
  readonly version: number;
  /** Where `after` stands, in the coordinates of `version`. */
  readonly start: number;
  readonly end: number;
  readonly before: string;
  readonly after: string;
}

export interface Hunks {
  /** The id of the edit. */
  landed(landed: Landed): string;
  /** Those that touch the range, in the snapshot's coordinates. */
  within(snapshot: Snapshot, start: number, end: number): readonly Hunk[];
  find(id: string, snapshotOf: (uri: string) => Snapshot | undefined): Hunk | undefined;
  /** What still stands of an edit, in the present document's coordinates and order. */
  ofEdit(edit: string, snapshotOf: (uri: string) => Snapshot | undefined): readonly Hunk[];
  forget(id: string): boolean;
  closed(uri: string): void;
}

export function createHunks(documents: Documents, newId: () => string): Hunks {
  let hunks: readonly Hunk[] = [];

  function carried(hunk: Hunk, snapshot: Snapshot): Hunk | undefined {
    const typed = hunk.version === snapshot.version ? [] : documents.editSince(hunk.uri, hunk.version);
    if (!typed) return undefined;
    const start = mapOffset(typed, hunk.start, 'after');
    const end = Math.max(start, mapOffset(typed, hunk.end, 'before'));
    if (snapshot.text.value.slice(start, end) !== hunk.after) return undefined;
    return { ...hunk, version: snapshot.version, start, end };
  }

  return {
    landed({ before: { text }, edit, typed, after: { uri, version } }) {
      let delta = 0;
      const together = newId();
      const fresh = edit.map((replacement) => {
        const from = replacement.start + delta;
        const to = from + replacement.text.length;
        delta = to - replacement.end;
        const start = mapOffset(typed, from, 'after');
        const end = Math.max(start, mapOffset(typed, to, 'before'));
        const before = text.value.slice(replacement.start, replacement.end);
        return { id: newId(), edit: together, uri, version, start, end, before, after: replacement.text };
      });
      hunks = [...fresh, ...hunks].slice(0, maxHunks);
      return together;
    },
    within(snapshot, start, end) {
      const others = hunks.filter((hunk) => hunk.uri !== snapshot.uri);
      const own = hunks
        .filter((hunk) => hunk.uri === snapshot.uri)
        .flatMap((hunk) => carried(hunk, snapshot) ?? []);
      hunks = [...own, ...others];
      return own.filter((hunk) => hunk.start <= end && start <= hunk.end);
    },
    find(id, snapshotOf) {
      const hunk = hunks.find((candidate) => candidate.id === id);
      const snapshot = hunk && snapshotOf(hunk.uri);
      return hunk && snapshot && carried(hunk, snapshot);
    },
    ofEdit(edit, snapshotOf) {
      return hunks
        .filter((hunk) => hunk.edit === edit)
        .flatMap((hunk) => {
          const snapshot = snapshotOf(hunk.uri);
          return (snapshot && carried(hunk, snapshot)) ?? [];
        })
        .sort((a, b) => a.start - b.start);
    },
    forget(id) {
      const known = hunks.some((hunk) => hunk.id === id);
      hunks = hunks.filter((hunk) => hunk.id !== id);
      return known;
    },
    closed(uri) {
      hunks = hunks.filter((hunk) => hunk.uri !== uri);
    },
  };
}
