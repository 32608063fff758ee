/**
 * An entry of the cache: what was written at one place, and how much of it is shown now.
 *
 *   unit      `if (a) {`                       shown, and typed along
 *   complete  `if (a) {` ⏎ `b();` ⏎ `}`           can be shown instead, to who asks for more
 *   whole     … ⏎ `for (`                       all that is known
 *
 * Law: each begins with the one before it.
 */

import type { Region } from '../../core/ask.ts';
import { type Edit, mapOffset } from '../../core/edit.ts';
import { rebase } from '../../core/rebase.ts';
import type { InlineSuggestion } from '../../core/suggestion.ts';
import { sliceOf } from '../../core/text.ts';
import type { Snapshot } from '../../state/documents.ts';
import type { Anchor, EditsSince } from './anchor.ts';
import { unitLength } from './unit.ts';

/** A range of the anchored version and what replaces it. */
export type Piece = Omit<InlineSuggestion, 'id'>;

export interface Written {
  readonly anchor: Anchor;
  readonly piece: Piece;
  /** The part of it to show first, where that is not all. */
  readonly unit?: Piece | undefined;
  readonly open: boolean;
  /** A better one is to take its place, unless the user types along it. */
  readonly provisional?: true;
}

export interface Reach extends Region {
  readonly version: number;
}

export interface Entry {
  readonly key: string;
  anchor: Anchor;
  unit: InlineSuggestion;
  /** Begins with the unit's text. */
  whole: Piece | undefined;
  /** As much of the whole as can be shown at once, where that is more than the unit. */
  complete: Piece | undefined;
  open: boolean;
  /** Nothing is expected behind it. */
  last: boolean;
  shown: boolean;
  /** Where it can be at most, in a version since its anchor; nothing where that was not looked for yet. */
  reach: Reach | undefined;
  /** The version it was last shown in. */
  shownIn: number | undefined;
  /** Whether its fate was counted. */
  decided: boolean;
  readonly provisional: boolean;
}

export function createEntry(key: string, written: Written, newId: () => string): Entry {
  const { anchor, piece, unit = piece, open, provisional = false } = written;
  return {
    key,
    anchor,
    unit: { id: newId(), ...unit },
    whole: isMore(piece, unit) ? piece : undefined,
    complete: undefined,
    open,
    last: false,
    shown: false,
    reach: undefined,
    shownIn: undefined,
    decided: false,
    provisional,
  };
}

/**
 * Whether the entry cannot be at the cursor of this version, found without carrying it there: of many entries nearly
 * all are elsewhere, and what follows a place costs far less than what was done since.
 */
export function isElsewhere(
  entry: Entry,
  { snapshot, cursor, since }: { snapshot: Snapshot; cursor: number; since: EditsSince },
): boolean {
  const { reach } = entry;
  if (!reach) return false;
  if (reach.version !== snapshot.version) {
    const fresh = since(reach.version);
    if (!fresh) return false;
    entry.reach = reachAfter(reach, fresh, snapshot.version);
  }
  const { start, end } = entry.reach ?? reach;
  return cursor < start || cursor > end;
}

/** Where it can be at most, at its anchor. */
export function reachOf({ anchor, unit, whole, complete }: Entry): Reach {
  const ends = [unit, whole, complete].map((piece) => piece?.end ?? unit.end);
  return reachAfter({ start: unit.start, end: Math.max(...ends) }, anchor.typed, anchor.version);
}

function reachAfter({ start, end }: Region, edit: Edit, version: number): Reach {
  return { start: mapOffset(edit, start, 'before'), end: mapOffset(edit, end, 'after'), version };
}

/** More of it was written. What is on the screen stays; of another shape of it, nothing is taken. */
export function rewrite(entry: Entry, { piece, unit = piece, open }: Written): void {
  entry.open = open;
  entry.reach = undefined;
  if (!entry.shown) {
    entry.unit = { id: entry.unit.id, ...unit };
    entry.whole = isMore(piece, unit) ? piece : undefined;
    entry.complete = undefined;
  } else if (isMore(piece, entry.unit)) {
    entry.whole = piece;
    entry.complete = isMore(unit, entry.unit) ? unit : undefined;
  }
}

/** Where the entry stands now; its rest becomes the unit where the unit is used up, and `followed` is told. */
export function carried(entry: Entry, newId: () => string, followed: () => void): Piece | undefined {
  const { unit, whole } = entry;
  const { typed } = entry.anchor;
  if (typed.length === 0) return unit;
  const now = rebase([unit], typed);
  if (now.kind === 'rebased') return now.edit[0];
  if (!whole || rebased(whole, typed).length === 0) {
    // A wrong key may be taken back: what was not followed is known when another one is shown.
    if (now.reason === 'finished') followed();
    return undefined;
  }
  followed();
  grow(entry, entry.complete ?? nextOf(entry, whole), newId);
  entry.shown = false;
  entry.decided = false;
  // That may be typed to its end as well.
  return carried(entry, newId, followed);
}

/** More than these no editor closes by itself behind one cursor. */
const mostClosers = 8;

/**
 * The piece from the cursor on, where only what an editor closed by itself stands between: typed along up to it, the
 * text there reads as the suggestion does, and the cursor is still before the end of the pair.
 */
export function beforeClosers(
  piece: Piece,
  unit: Piece,
  { snapshot, cursor }: { readonly snapshot: Snapshot; readonly cursor: number },
): Piece {
  const { start, end, text } = piece;
  if (start <= cursor || start - cursor > mostClosers || !unit.text.endsWith(text)) return piece;
  const between = sliceOf(snapshot.text, cursor, start);
  const typed = unit.text.slice(0, unit.text.length - text.length);
  return /^[)\]}>"'`]+$/.test(between) && typed.endsWith(between)
    ? { start: cursor, end, text: between + text }
    : piece;
}

/** This is the unit from now on; it begins with what was. */
export function grow(entry: Entry, piece: Piece, newId: () => string): void {
  const { whole } = entry;
  entry.unit = { id: newId(), ...piece };
  entry.whole = whole && isMore(whole, piece) ? whole : undefined;
  entry.complete = undefined;
}

export function isMore(piece: Piece, unit: Piece): boolean {
  return (
    piece.start === unit.start && piece.text.length > unit.text.length && piece.text.startsWith(unit.text)
  );
}

function rebased(piece: Piece, typed: Edit): Edit {
  const now = rebase([piece], typed);
  return now.kind === 'rebased' ? now.edit : [];
}

/** What to show behind the unit: of a stream as much as is complete, of what was asked for ahead all. */
function nextOf({ unit, open }: Entry, whole: Piece): Piece {
  if (!open || whole.end !== unit.end) return whole;
  const said = unit.text.length;
  return { ...whole, text: whole.text.slice(0, said + unitLength(whole.text.slice(said))) };
}
