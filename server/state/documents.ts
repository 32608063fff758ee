/**
 * The open documents as immutable snapshots.
 *
 * Laws
 * - A Snapshot never changes; `get` gives the same object until the next change of that document.
 * - Versions of one open document only grow. A client that sends none, or one that does not grow, is given the
 *   next number: a suggestion can then be refused by the client, but never lands on a text it was not made for.
 * - apply(text of version v, editSince(uri, v)) = present text, or `editSince` gives nothing.
 * - Nothing here knows a listener: who changes a document gets what happened as a value.
 */

import { applyToText, compose, type Edit, invert, noEdit, trimmed } from '../core/edit.ts';
import { type Text, toText } from '../core/text.ts';

export interface Snapshot {
  readonly uri: string;
  readonly languageId: string;
  readonly version: number;
  readonly text: Text;
}

export interface OpenedDocument {
  readonly uri: string;
  readonly languageId: string;
  readonly version: number;
  readonly text: string;
}

export interface DocumentChange {
  readonly before: Snapshot;
  readonly after: Snapshot;
  readonly edit: Edit;
}

export interface Documents {
  /** Opening what is open starts it anew: nothing made for the text before can be carried over. */
  open(document: OpenedDocument): Snapshot;
  /** Nothing for a document that is not open. Ranges past the end are clamped. */
  change(uri: string, version: number | undefined, edit: Edit): DocumentChange | undefined;
  /** The whole text anew, recorded as the smallest single replacement. */
  replace(uri: string, version: number | undefined, text: string): DocumentChange | undefined;
  /** The last snapshot, where it was open. */
  close(uri: string): Snapshot | undefined;
  get(uri: string): Snapshot | undefined;
  all(): readonly Snapshot[];
  /** What happened since `version`, as one edit of that version's text; nothing where that is not known any more. */
  editSince(uri: string, version: number): Edit | undefined;
  /**
   * Whether the newest change was a backspace (one character as a user counts them) or took back the one before it.
   * Taking away more than that is rewriting: whoever kills a line wants to see what comes instead.
   */
  lastChangeRemoves(uri: string): boolean;
}

/** How many changes back a suggestion can be carried: more keys than a model's answer takes. */
const keptChanges = 256;

interface Open {
  readonly snapshot: Snapshot;
  /** Oldest first; each takes the text of version `from` to that of the next. */
  readonly log: readonly { readonly from: number; readonly edit: Edit }[];
  readonly removed: boolean;
  /** What would take the newest change back. */
  readonly undo: Edit;
}

export function createDocuments(): Documents {
  const open = new Map<string, Open>();

  function change(uri: string, version: number | undefined, edit: Edit): DocumentChange | undefined {
    const present = open.get(uri);
    if (!present) return undefined;
    const before = present.snapshot;
    const done = clamped(edit, before.text.value.length);
    const next = version !== undefined && version > before.version ? version : before.version + 1;
    const after = { ...before, version: next, text: applyToText(before.text, done) };
    open.set(uri, {
      snapshot: after,
      log: [...present.log.slice(1 - keptChanges), { from: before.version, edit: done }],
      removed: isBackspace(before.text.value, done) || same(done, present.undo),
      undo: invert(before.text.value, done),
    });
    return { before, after, edit: done };
  }

  return {
    open({ uri, languageId, version, text }) {
      const snapshot = { uri, languageId, version, text: toText(text) };
      open.set(uri, { snapshot, log: [], removed: false, undo: noEdit });
      return snapshot;
    },
    change,
    replace(uri, version, text) {
      const before = open.get(uri)?.snapshot.text.value;
      if (before === undefined) return undefined;
      return change(uri, version, [trimmed(before, { start: 0, end: before.length, text })]);
    },
    close(uri) {
      const snapshot = open.get(uri)?.snapshot;
      open.delete(uri);
      return snapshot;
    },
    get: (uri) => open.get(uri)?.snapshot,
    all: () => [...open.values()].map(({ snapshot }) => snapshot),
    editSince(uri, version) {
      const present = open.get(uri);
      if (!present) return undefined;
      if (present.snapshot.version === version) return noEdit;
      const from = present.log.findIndex((entry) => entry.from === version);
      if (from === -1) return undefined;
      return present.log.slice(from).reduce<Edit>((edit, entry) => compose(edit, entry.edit), noEdit);
    },
    lastChangeRemoves: (uri) => open.get(uri)?.removed ?? false,
  };
}

function clamped(edit: Edit, length: number): Edit {
  if (edit.every(({ start, end }) => start >= 0 && end <= length)) return edit;
  const within = (offset: number) => Math.max(0, Math.min(offset, length));
  return edit.map(({ start, end, text }) => ({ start: within(start), end: within(end), text }));
}

/** Longer clusters (families of emoji) have at most some ten code points. */
const longestCharacter = 32;

function isBackspace(value: string, edit: Edit): boolean {
  const [only] = edit;
  if (!only || edit.length > 1 || only.text !== '') return false;
  const length = only.end - only.start;
  if (length <= 1 || length > longestCharacter) return length === 1;
  const characters = new Intl.Segmenter().segment(value.slice(only.start, only.end));
  return [...characters].length === 1;
}

function same(a: Edit, b: Edit): boolean {
  return (
    a.length > 0 &&
    a.length === b.length &&
    a.every(({ start, end, text }, i) => start === b[i]?.start && end === b[i]?.end && text === b[i]?.text)
  );
}
