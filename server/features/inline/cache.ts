/**
 * Suggestions that may still fit, the one the editor shows first, then newest first.
 *
 *   stream   `st x = 1;` ⏎ `foo();` …        unit: what is shown, whole: all that is known by now
 *   shown    `st x = 1;`                     typed along or accepted to its end: the rest is the next unit
 *
 * Laws
 * - An entry is what was written for one version, and what the user did since. Typing along it gives the same text
 *   again, shortened by what was typed; a wrong key taken back brings it back.
 * - What the editor was given of an entry does not change until it is typed to its end, whatever comes behind it. Only
 *   whoever asks for it again, at the very same text, is given all that is complete when the answer has ended.
 * - What was rejected is not shown again at the same place while the line before it reads the same.
 * - Ids of what was shown are known until the document closes, whatever became of the entry.
 * - Bounded: at most `maxEntries` entries, `maxShown` ids and `maxRejected` rejections.
 */

import type { Edit } from '../../core/edit.ts';
import { rebase } from '../../core/rebase.ts';
import type { InlineSuggestion } from '../../core/suggestion.ts';
import type { Documents, Snapshot } from '../../state/documents.ts';
import { type Anchor, carriedTo, type EditsSince, editsSince } from './anchor.ts';
import { lineBefore, rejectionKey } from './rejection.ts';
import { opensMore, unitLength } from './unit.ts';

const maxEntries = 64;
const maxShown = 256;
const maxRejected = 128;

/** A range of the anchored version and what replaces it. */
export type Piece = Omit<InlineSuggestion, 'id'>;

/** An entry that fits at a cursor now. */
export interface Fit {
  /** Of the entry. */
  readonly key: string;
  /** In the coordinates of the present version. */
  readonly suggestion: InlineSuggestion;
  /** How much of what is shown was typed already, in UTF-16 code units. */
  readonly typedAlong: number;
  /** What may come behind it. */
  readonly behind: 'known' | 'coming' | 'unknown' | 'nothing';
}

export interface FitOrder {
  readonly first: 'shown' | 'newest';
  /** Of an entry that was shown: the same again, or all of it that is complete by now. */
  readonly extent: 'shown' | 'complete';
}

export interface SuggestionCache {
  /**
   * What the model wrote so far: a new entry, or more of a known one. `open` while its stream goes on.
   */
  put(key: string, written: Written): void;
  /** `piece` followed by what is expected after it; without one, nothing is. */
  extend(key: string, piece: Piece | undefined): void;
  /** Those that fit at the cursor of this snapshot now, newest first; take no more than needed. */
  fits(snapshot: Snapshot, cursor: number, order: FitOrder): Iterable<Fit>;
  /** The editor asks at this version: what it was given of an entry at the very same is all that is complete by now. */
  asked(snapshot: Snapshot): void;
  /** An entry in the coordinates of its own anchor. */
  known(key: string): { readonly anchor: Anchor; readonly unit: InlineSuggestion } | undefined;
  /** Whether what is complete of an entry only opens a block. */
  opensMore(key: string): boolean;
  /** Carries all entries to this version, because the way to it is only known for so long. */
  keepUp(snapshot: Snapshot): void;
  /** The editor is given these. */
  showing(snapshot: Snapshot, fits: readonly Fit[]): void;
  /** Whether this text is what the editor shows in the document. */
  isShown(uri: string, text: string): boolean;
  /** What was shown under the id, if it was; it is known no more. */
  accept(id: string): Shown | undefined;
  reject(id: string): boolean;
  wasShown(id: string): boolean;
  wasRejected(snapshot: Snapshot, suggestion: InlineSuggestion): boolean;
  /** Share of what was shown of late that the user typed or accepted to its end; 1 before anything is known. */
  followed(): number;
  forget(uri: string): void;
  clear(): void;
}

export interface Written {
  readonly anchor: Anchor;
  readonly piece: Piece;
  /** The part of it to show first, where that is not all. */
  readonly unit?: Piece | undefined;
  readonly open: boolean;
  /** A better one is to take its place, unless the user types along it. */
  readonly provisional?: true;
}

interface Entry {
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
  /** The version it was last shown in. */
  shownIn: number | undefined;
  /** Whether its fate was counted. */
  decided: boolean;
  readonly provisional: boolean;
}

export interface Shown {
  readonly uri: string;
  /** Of the document it was shown in. */
  readonly version: number;
  /** The line before it. */
  readonly before: string;
  readonly suggestion: InlineSuggestion;
  readonly key: string;
}

/** What one more outcome counts against all before it. */
const newest = 0.15;

export function createCache(documents: Documents, newId: () => string): SuggestionCache {
  let entries: readonly Entry[] = [];
  let rejected: readonly string[] = [];
  /** By id; a Map keeps the order of their coming. */
  const shown = new Map<string, Shown>();
  /** The entry last shown in each document. */
  const current = new Map<string, string>();
  let followed = 1;

  const find = (key: string | undefined) => entries.find((entry) => entry.key === key);
  const drop = (gone: (entry: Entry) => boolean) => {
    entries = entries.filter((entry) => !gone(entry));
  };

  function decide(entry: Entry, value: 0 | 1): void {
    if (!entry.shown || entry.decided) return;
    entry.decided = true;
    followed += (value - followed) * newest;
  }

  /** Where the entry stands now; its rest becomes the unit where the unit is used up. */
  function carried(entry: Entry): Piece | undefined {
    const { unit, whole } = entry;
    const { typed } = entry.anchor;
    if (typed.length === 0) return unit;
    const now = rebase([unit], typed);
    if (now.kind === 'rebased') return now.edit[0];
    const finished = now.reason === 'finished';
    const [piece] = whole ? rebased(whole, typed) : [];
    if (!whole || !piece) {
      // A wrong key may be taken back: what was not followed is known when another one is shown.
      if (finished) decide(entry, 1);
      return undefined;
    }
    decide(entry, 1);
    grow(entry, entry.complete ?? nextOf(entry, whole));
    entry.shown = false;
    entry.decided = false;
    const [next] = rebased(entry.unit, typed);
    return next;
  }

  /** What stands in the unit's place from now on begins with it. */
  function grow(entry: Entry, piece: Piece): void {
    const { whole } = entry;
    entry.unit = { id: newId(), ...piece };
    entry.whole = whole && isMore(whole, piece) ? whole : undefined;
    entry.complete = undefined;
  }

  function placed(
    entry: Entry,
    to: { snapshot: Snapshot; cursor: number; since: EditsSince; extent: FitOrder['extent'] },
  ): Fit | undefined {
    const { snapshot, cursor, since, extent } = to;
    const anchor = carriedTo(entry.anchor, snapshot, since);
    if (!anchor) {
      drop((each) => each === entry);
      return undefined;
    }
    entry.anchor = anchor;
    let piece = carried(entry);
    if (piece && entry.complete && extent === 'complete') {
      grow(entry, entry.complete);
      piece = carried(entry);
    }
    if (piece?.start !== cursor || piece.text === '') return undefined;
    const { key, unit, whole, open, last } = entry;
    return {
      key,
      suggestion: { id: unit.id, start: piece.start, end: piece.end, text: piece.text },
      typedAlong: unit.text.length - piece.text.length,
      behind: whole ? 'known' : open ? 'coming' : last ? 'nothing' : 'unknown',
    };
  }

  function* fits(snapshot: Snapshot, cursor: number, order: FitOrder): Generator<Fit> {
    const to = { snapshot, cursor, since: editsSince(documents, snapshot.uri), extent: order.extent };
    const first = order.first === 'shown' ? find(current.get(snapshot.uri)) : undefined;
    const shownFirst = first && placed(first, to);
    const leads = shownFirst && !(first.provisional && shownFirst.typedAlong === 0);
    if (leads) yield shownFirst;
    for (const entry of entries) {
      if ((leads && entry === first) || entry.anchor.uri !== snapshot.uri) continue;
      const found = placed(entry, to);
      if (found) yield found;
    }
  }

  return {
    put(key, { anchor, piece, unit: first = piece, open, provisional = false }) {
      const known = find(key);
      const whole = isMore(piece, first) ? piece : undefined;
      if (!known) {
        const unit = { id: newId(), ...first };
        const fate = { last: false, shown: false, shownIn: undefined, decided: false, provisional };
        const entry = { key, anchor, unit, whole, complete: undefined, open, ...fate };
        entries = [entry, ...entries];
        if (entries.length > maxEntries) entries = entries.slice(0, maxEntries);
        return;
      }
      known.open = open;
      // What is on the screen stays; where the model came to another shape of it, that is all there is.
      if (!known.shown) {
        known.unit = { id: known.unit.id, ...first };
        known.whole = whole;
        known.complete = undefined;
      } else if (isMore(piece, known.unit)) {
        known.whole = piece;
        known.complete = isMore(first, known.unit) ? first : undefined;
      }
    },
    extend(key, piece) {
      const known = find(key);
      if (!known) return;
      if (piece && isMore(piece, known.unit)) known.whole = piece;
      else known.last = true;
    },
    fits,
    asked({ uri, version }) {
      const entry = find(current.get(uri));
      if (entry?.complete && entry.shownIn === version && !entry.open) grow(entry, entry.complete);
    },
    known(key) {
      const entry = find(key);
      return entry && { anchor: entry.anchor, unit: entry.unit };
    },
    opensMore(key) {
      const entry = find(key);
      return entry !== undefined && opensMore((entry.complete ?? entry.unit).text);
    },
    keepUp(snapshot) {
      const since = editsSince(documents, snapshot.uri);
      for (const entry of entries) {
        if (entry.anchor.uri !== snapshot.uri) continue;
        const anchor = carriedTo(entry.anchor, snapshot, since);
        if (anchor) entry.anchor = anchor;
        else drop((each) => each === entry);
      }
    },
    showing(snapshot, given) {
      const { uri } = snapshot;
      for (const { key, suggestion } of given) {
        const { id } = suggestion;
        shown.delete(id);
        shown.set(id, {
          uri,
          version: snapshot.version,
          before: lineBefore(snapshot, suggestion),
          suggestion,
          key,
        });
        const entry = find(key);
        if (entry) {
          entry.shown = true;
          entry.shownIn = snapshot.version;
        }
      }
      const first = given[0]?.key;
      if (first !== undefined && current.get(uri) !== first) {
        const before = find(current.get(uri));
        if (before) decide(before, 0);
        current.set(uri, first);
      }
      for (const id of shown.keys()) {
        if (shown.size <= maxShown) break;
        shown.delete(id);
      }
    },
    isShown(uri, text) {
      const key = current.get(uri);
      for (const each of shown.values()) if (each.key === key && each.suggestion.text === text) return true;
      return false;
    },
    accept(id) {
      const known = shown.get(id);
      shown.delete(id);
      return known;
    },
    reject(id) {
      const known = shown.get(id);
      if (!known) return false;
      shown.delete(id);
      const entry = find(known.key);
      if (entry) decide(entry, 0);
      drop(({ key }) => key === known.key);
      rejected = [rejectionKey(known), ...rejected].slice(0, maxRejected);
      return true;
    },
    wasShown: (id) => shown.has(id),
    wasRejected: (snapshot, suggestion) =>
      rejected.length > 0 &&
      rejected.includes(
        rejectionKey({ uri: snapshot.uri, before: lineBefore(snapshot, suggestion), suggestion }),
      ),
    followed: () => followed,
    forget(uri) {
      drop(({ anchor }) => anchor.uri === uri);
      current.delete(uri);
      for (const [id, of] of [...shown]) if (of.uri === uri) shown.delete(id);
    },
    clear() {
      entries = [];
      current.clear();
    },
  };
}

function isMore(piece: Piece, unit: Piece): boolean {
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
