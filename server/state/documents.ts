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

import {
  applyToText,
  compose,
  type Edit,
  invert,
  lengthDelta,
  noEdit,
  type Replacement,
  replacementBetween,
} from '../core/edit.ts';
import { slidTo } from '../core/slide.ts';
import { withTakenOut } from '../core/taken-out.ts';
import { detached, lengthOf, lineAt, lineEnd, lineStart, sliceOf, type Text, toText } from '../core/text.ts';

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
  /** The user's cursor is here; without a word it is taken to be where the newest change ended. */
  cursorIs(uri: string, offset: number): void;
  /** What happened since `version`, as one edit of that version's text; nothing where that is not known any more. */
  editSince(uri: string, version: number): Edit | undefined;
  /** The same, less what was taken away and put back again meanwhile. */
  netEditSince(uri: string, version: number): Edit | undefined;
  /**
   * Whether the newest change was a backspace (one character as a user counts them), took away a word of a line, or
   * took back what was changed before it, in as many steps as it was made. Taking away more than that is rewriting:
   * whoever kills a line wants to see what comes instead. A key that was taken away and typed again is typed.
   */
  lastChangeRemoves(uri: string): boolean;
  /** What the newest change took back, as an edit that does it again; nothing where it took nothing back. */
  undone(uri: string): Edit | undefined;
}

/** How many changes back a suggestion can be carried: more keys than a model's answer takes. */
const keptChanges = 256;

interface Logged {
  readonly from: number;
  readonly edit: Edit;
  /** The same, with what it takes out. */
  readonly net: Edit;
}

interface Open {
  readonly snapshot: Snapshot;
  /** Oldest first; each takes the text of version `from` to that of the next. Written on: no key copies it. */
  readonly log: Logged[];
  /** What the newest change did, the newest two together, and so on: each from the one before, for the first who asks. */
  readonly since: { readonly edit: Edit[]; readonly net: Edit[] };
  readonly removed: boolean;
  /** The newest change took back what was changed before it. */
  readonly isUndo: boolean;
  /** What would take the newest change back, the one before it, and so on: as many as an undo takes together. */
  readonly undos: readonly Edit[];
}

/** Editors undo what was typed in one go. */
const mostUndone = 32;
/** Code units; what puts back more is compared with the newest change alone. */
const largestUndone = 2000;

export function createDocuments(): Documents {
  const open = new Map<string, Open>();
  const cursors = new Map<string, number>();

  function change(uri: string, version: number | undefined, edit: Edit): DocumentChange | undefined {
    const present = open.get(uri);
    if (!present) return undefined;
    const before = present.snapshot;
    const told = clamped(edit, lengthOf(before.text));
    const done = slidTo(before.text, told, cursors.get(uri) ?? Number.POSITIVE_INFINITY);
    const [only, ...others] = done;
    if (only && others.length === 0) cursors.set(uri, only.start + only.text.length);
    else cursors.delete(uri);
    const next = version !== undefined && version > before.version ? version : before.version + 1;
    const after = { ...before, version: next, text: applyToText(before.text, done) };
    const isBack = isUndo(done, present.undos);
    const { log } = present;
    log.push({ from: before.version, edit: done, net: withTakenOut(before.text, done) });
    if (log.length >= 2 * keptChanges) log.splice(0, log.length - keptChanges);
    open.set(uri, {
      snapshot: after,
      log,
      since: { edit: [], net: [] },
      removed: (isBack && !isKey(done)) || isDeletion(before.text, done),
      isUndo: isBack,
      undos: remembered(undo(before.text, done), present.undos),
    });
    return { before, after, edit: done };
  }

  function since(uri: string, version: number, kind: 'edit' | 'net'): Edit | undefined {
    const present = open.get(uri);
    if (!present) return undefined;
    if (present.snapshot.version === version) return noEdit;
    const { log } = present;
    const known = present.since[kind];
    const from = log.findLastIndex((entry) => entry.from === version);
    const count = log.length - from;
    if (from === -1 || count > keptChanges) return undefined;
    for (let i = known.length; i < count; i++) {
      const logged = log[log.length - 1 - i] as Logged;
      const later = known[i - 1];
      known.push(later ? compose(logged[kind], later) : logged[kind]);
    }
    return known[count - 1];
  }

  return {
    open({ uri, languageId, version, text }) {
      const snapshot = { uri, languageId, version, text: toText(text) };
      open.set(uri, {
        snapshot,
        log: [],
        since: { edit: [], net: [] },
        removed: false,
        isUndo: false,
        undos: [],
      });
      return snapshot;
    },
    change,
    replace(uri, version, text) {
      const before = open.get(uri)?.snapshot.text.value;
      if (before === undefined) return undefined;
      return change(uri, version, [replacementBetween(before, text)]);
    },
    close(uri) {
      const snapshot = open.get(uri)?.snapshot;
      open.delete(uri);
      cursors.delete(uri);
      return snapshot;
    },
    get: (uri) => open.get(uri)?.snapshot,
    all: () => [...open.values()].map(({ snapshot }) => snapshot),
    editSince: (uri, version) => since(uri, version, 'edit'),
    netEditSince: (uri, version) => since(uri, version, 'net'),
    cursorIs: (uri, offset) => void (open.has(uri) && cursors.set(uri, offset)),
    lastChangeRemoves: (uri) => open.get(uri)?.removed ?? false,
    undone(uri) {
      const present = open.get(uri);
      return present?.isUndo ? present.undos[0] : undefined;
    },
  };
}

function clamped(edit: Edit, length: number): Edit {
  if (edit.every(({ start, end }) => start >= 0 && end <= length)) return edit;
  const within = (offset: number) => Math.max(0, Math.min(offset, length));
  return edit.map(({ start, end, text }) => ({ start: within(start), end: within(end), text }));
}

/** Longer clusters (families of emoji) have at most some ten code points. */
const longestCharacter = 32;
const longestWord = 64;

/** One character or one word; of a word, only where something is left on its line. */
function isDeletion(text: Text, edit: Edit): boolean {
  const [only] = edit;
  if (!only || edit.length > 1 || only.text !== '') return false;
  if (isCharacter(text, only)) return true;
  const gone = sliceOf(text, only.start, Math.min(only.end, only.start + longestWord + 1));
  if (
    gone.length > longestWord ||
    !/^(?:[^\S\r\n]*[\p{L}\p{N}_$]+[^\S\r\n]*|[^\p{L}\p{N}\r\n]+)$/u.test(gone)
  )
    return false;
  const line = lineAt(text, only.start);
  return (
    sliceOf(text, lineStart(text, line), only.start).trim() !== '' ||
    sliceOf(text, only.end, lineEnd(text, line)).trim() !== ''
  );
}

function undo(before: Text, done: Edit): Edit {
  return invert(before, done).map((each) =>
    each.text === '' ? each : { ...each, text: detached(each.text) },
  );
}

/** Whether it puts in what one key does: a sign, a line break, or a pair. */
function isKey([only, ...others]: Edit): boolean {
  return (
    only !== undefined &&
    others.length === 0 &&
    only.end === only.start &&
    /^(?:[\s\S]|\r\n|\(\)|\[\]|\{\}|<>|""|''|``)$/.test(only.text)
  );
}

/** Whether it takes back the newest change, or that and those before it in one. */
function isUndo(edit: Edit, undos: readonly Edit[]): boolean {
  const [newest, ...others] = undos;
  if (!newest || edit.length === 0) return false;
  if (same(edit, newest)) return true;
  const [only] = edit;
  // A key is typed far more often than one character is put back.
  if (!only || isKey(edit) || !isSmall(edit) || !isSmall(newest)) return false;
  const wanted = lengthDelta(edit);
  let delta = lengthDelta(newest);
  let together = newest;
  let from = 0;
  for (const [i, undo] of others.entries()) {
    delta += lengthDelta(undo);
    // Put together only where they could be it: while a text grows, none of them is.
    if (delta !== wanted) continue;
    for (; from <= i; from++) together = compose(together, others[from] ?? noEdit);
    if (same(edit, together)) return true;
  }
  return false;
}

/** Of the ones before it none but the newest is large: what lies behind a large one cannot be reached. */
function remembered(undo: Edit, before: readonly Edit[]): readonly Edit[] {
  const [newest] = before;
  return newest && isSmall(newest) ? [undo, ...before.slice(0, mostUndone - 1)] : [undo];
}

function isSmall(edit: Edit): boolean {
  return (
    edit.reduce((length, { start, end, text }) => length + end - start + text.length, 0) <= largestUndone
  );
}

function isCharacter(text: Text, only: Replacement): boolean {
  const length = only.end - only.start;
  if (length <= 1 || length > longestCharacter) return length === 1;
  const characters = new Intl.Segmenter().segment(sliceOf(text, only.start, only.end));
  return [...characters].length === 1;
}

function same(a: Edit, b: Edit): boolean {
  return (
    a.length > 0 &&
    a.length === b.length &&
    a.every(({ start, end, text }, i) => start === b[i]?.start && end === b[i]?.end && text === b[i]?.text)
  );
}
