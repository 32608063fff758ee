/**
 * Hunks of the edits that landed, so that each can be kept or reverted for itself.
 *
 * Laws
 * - A hunk is where its new text stands. It is carried over later edits, and once its text reads otherwise it is
 *   the user's own and no hunk any more; nor are there any once the whole text is what it was before.
 * - Hunks of a file that is not open wait on disk: they are the document's once it is open and reads so.
 * - It is found from any of its lines, and lines that only came or went from those next to them too.
 * - Bounded: the oldest go first.
 */

import type { Region } from '../../core/ask.ts';
import { mapOffset, placesAfter } from '../../core/edit.ts';
import { lineAt, lineCount, lineEnd, lineStart, sliceOf, type Text } from '../../core/text.ts';
import type { Documents, Snapshot } from '../../state/documents.ts';
import type { Landed, LandedClosed } from './landing.ts';

const maxHunks = 500;

export interface Hunk {
  readonly id: string;
  /** The same for all hunks that landed together. */
  readonly edit: string;
  readonly uri: string;
  /** Nothing while the file was never open. */
  readonly version: number | undefined;
  /** Where `after` stands, in the coordinates of `version`, or of the file on disk. */
  readonly start: number;
  readonly end: number;
  readonly before: string;
  readonly after: string;
}

export interface Hunks {
  landed(landed: Landed): void;
  landedClosed(landed: LandedClosed): void;
  /** The document is open now, or has changed: what landed while it was closed may stand in it. */
  seen(snapshot: Snapshot): void;
  /** Those on the lines of the range, in the snapshot's coordinates, those that it touches first. */
  within(snapshot: Snapshot, start: number, end: number): readonly Hunk[];
  find(id: string, snapshotOf: (uri: string) => Snapshot | undefined): Hunk | undefined;
  /** What still stands of an edit, in the present document's coordinates and order. */
  ofEdit(edit: string, snapshotOf: (uri: string) => Snapshot | undefined): readonly Hunk[];
  /** Another one of the edit that a hunk was part of, also where that one is no hunk any more. */
  sibling(id: string, snapshotOf: (uri: string) => Snapshot | undefined): Hunk | undefined;
  /** What landed of an edit in files that are not open, as of then. */
  ofClosed(edit: string): readonly Hunk[];
  forget(id: string): boolean;
  closed(uri: string): void;
}

export function createHunks(documents: Documents, newId: () => string): Hunks {
  let hunks: readonly Hunk[] = [];
  /** Which edit each was part of, also of those that are gone. */
  const edits = new Map<string, string>();
  /** What each document was before its newest hunks: the user's own undo brings that back. */
  const origins = new Map<string, { readonly hunks: readonly string[]; readonly text: Text }>();

  function carried(hunk: Hunk, snapshot: Snapshot): Hunk | undefined {
    if (hunk.version === undefined) return undefined;
    const typed = hunk.version === snapshot.version ? [] : documents.editSince(hunk.uri, hunk.version);
    if (!typed) return undefined;
    const start = mapOffset(typed, hunk.start, 'after');
    const end = Math.max(start, mapOffset(typed, hunk.end, 'before'));
    if (sliceOf(snapshot.text, start, end) !== hunk.after) return undefined;
    return { ...hunk, version: snapshot.version, start, end };
  }

  function add(fresh: readonly Hunk[]): void {
    hunks = [...fresh, ...hunks].slice(0, maxHunks);
    for (const { id, edit } of fresh) edits.set(id, edit);
    for (const id of edits.keys()) {
      if (edits.size <= maxHunks) break;
      edits.delete(id);
    }
  }

  function ofEdit(edit: string, snapshotOf: (uri: string) => Snapshot | undefined): readonly Hunk[] {
    return hunks
      .filter((hunk) => hunk.edit === edit)
      .flatMap((hunk) => {
        const snapshot = snapshotOf(hunk.uri);
        return (snapshot && carried(hunk, snapshot)) ?? [];
      })
      .sort((a, b) => a.start - b.start);
  }

  const ofClosed = (edit: string) => hunks.filter((hunk) => hunk.edit === edit && hunk.version === undefined);

  function seen({ uri, version, text }: Snapshot): void {
    const stands = (hunk: Hunk) =>
      hunk.uri === uri && hunk.version === undefined && sliceOf(text, hunk.start, hunk.end) === hunk.after;
    hunks = hunks.map((hunk) => (stands(hunk) ? { ...hunk, version } : hunk));
  }

  return {
    landed({ group, before: { text }, edit, typed, after: { uri, version } }) {
      const fresh = placesAfter(edit).map(({ start: from, end: to }, i) => {
        const { start: cut, end: cutEnd, text: after } = edit[i] ?? noReplacement;
        const start = mapOffset(typed, from, 'after');
        const end = Math.max(start, mapOffset(typed, to, 'before'));
        return {
          id: newId(),
          edit: group,
          uri,
          version,
          start,
          end,
          before: sliceOf(text, cut, cutEnd),
          after,
        };
      });
      add(fresh);
      origins.set(uri, { hunks: fresh.map(({ id }) => id), text });
    },
    landedClosed({ group, file: { uri, text }, edit }) {
      const fresh = placesAfter(edit).map((place, i) => {
        const { start, end, text: after } = edit[i] ?? noReplacement;
        const before = sliceOf(text, start, end);
        return { id: newId(), edit: group, uri, version: undefined, ...place, before, after };
      });
      add(fresh);
      // Most editors open a file to change it, and tell of that before they say that it is done.
      const snapshot = documents.get(uri);
      if (snapshot) seen(snapshot);
    },
    seen,
    within(snapshot, start, end) {
      const isOwn = (hunk: Hunk) => hunk.uri === snapshot.uri && hunk.version !== undefined;
      const origin = origins.get(snapshot.uri);
      if (origin?.text.value === snapshot.text.value)
        hunks = hunks.filter(({ id }) => !origin.hunks.includes(id));
      const others = hunks.filter((hunk) => !isOwn(hunk));
      const own = hunks.filter(isOwn).flatMap((hunk) => carried(hunk, snapshot) ?? []);
      hunks = [...own, ...others];
      const isTouched = (hunk: Hunk) => hunk.start <= end && start <= hunk.end;
      const near = own.filter((hunk) => {
        const lines = linesOf(hunk, snapshot.text);
        return lines.start <= end && start <= lines.end;
      });
      return [...near.filter(isTouched), ...near.filter((hunk) => !isTouched(hunk))];
    },
    find(id, snapshotOf) {
      const hunk = hunks.find((candidate) => candidate.id === id);
      const snapshot = hunk && snapshotOf(hunk.uri);
      return hunk && snapshot && carried(hunk, snapshot);
    },
    ofEdit,
    sibling(id, snapshotOf) {
      const edit = edits.get(id);
      return edit === undefined ? undefined : (ofEdit(edit, snapshotOf)[0] ?? ofClosed(edit)[0]);
    },
    ofClosed,
    forget(id) {
      const known = hunks.some((hunk) => hunk.id === id);
      hunks = hunks.filter((hunk) => hunk.id !== id);
      return known;
    },
    closed(uri) {
      hunks = hunks.filter((hunk) => hunk.uri !== uri);
      origins.delete(uri);
    },
  };
}

const noReplacement = { start: 0, end: 0, text: '' };

/** From the start of its first line to the end of its last one. */
function linesOf({ start, end, before, after }: Hunk, text: Text): Region {
  const isWhole = (lines: string) => lines === '' || lines.includes('\n');
  // Lines that came or went: whoever looks for them may stand next to the place.
  const around = (before === '' || after === '') && isWhole(before) && isWhole(after) ? 1 : 0;
  const first = Math.max(0, lineAt(text, start) - around);
  const last = lineAt(text, end > start && after.endsWith('\n') ? end - 1 : end);
  return {
    start: lineStart(text, first),
    end: lineEnd(text, Math.min(last + around, lineCount(text) - 1)),
  };
}
