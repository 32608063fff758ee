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
 * - What was rejected, or has it as its first lines, is not shown again at the same place while the line before it
 *   reads the same.
 * - Ids of what was shown are known until the document closes, whatever became of the entry.
 * - Bounded: at most `maxEntries` entries, `maxShown` ids and `maxRejected` rejections.
 */

import type { InlineSuggestion } from '../../core/suggestion.ts';
import type { Documents, Snapshot } from '../../state/documents.ts';
import { type Anchor, carriedTo, type EditsSince, editsSince } from './anchor.ts';
import {
  beforeClosers,
  carried,
  createEntry,
  type Entry,
  grow,
  isElsewhere,
  isMore,
  type Piece,
  reachOf,
  rewrite,
  type Written,
} from './entry.ts';
import { isSameRejection, lineBefore, type Rejection, rejectionOf } from './rejection.ts';
import { opensMore } from './unit.ts';

export type { Piece, Written };

const maxEntries = 64;
const maxShown = 256;
const maxRejected = 128;

/** An entry that fits at a cursor now. */
export interface Fit {
  /** Of the entry. */
  readonly key: string;
  /** In the coordinates of the present version. */
  readonly suggestion: InlineSuggestion;
  /** How much of what is shown was typed already, in UTF-16 code units. */
  readonly typedAlong: number;
  /** Whether the editor was given what this is the rest of. */
  readonly isShown: boolean;
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
  wasRejected(snapshot: Snapshot, piece: Piece): boolean;
  /** Share of what was shown of late that the user typed or accepted to its end; 1 before anything is known. */
  followed(): number;
  /** Those of several lines: they are indented otherwise from now on. */
  dropLines(uri: string): void;
  forget(uri: string): void;
  clear(): void;
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
  let rejected: readonly Rejection[] = [];
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

  function placed(
    entry: Entry,
    to: { snapshot: Snapshot; cursor: number; since: EditsSince; extent: FitOrder['extent'] },
  ): Fit | undefined {
    const { snapshot, cursor, since, extent } = to;
    if (isElsewhere(entry, to)) return undefined;
    const anchor = carriedTo(entry.anchor, snapshot, since);
    if (!anchor) {
      drop((each) => each === entry);
      return undefined;
    }
    entry.anchor = anchor;
    entry.reach = reachOf(entry);
    const followedToItsEnd = () => decide(entry, 1);
    let piece = carried(entry, newId, followedToItsEnd);
    if (piece && entry.complete && extent === 'complete') {
      grow(entry, entry.complete, newId);
      piece = carried(entry, newId, followedToItsEnd);
    }
    piece = piece && beforeClosers(piece, entry.unit, { snapshot, cursor });
    if (piece?.start !== cursor || piece.text === '') return undefined;
    const { key, unit, whole, open, last, shown } = entry;
    return {
      key,
      suggestion: { id: unit.id, start: piece.start, end: piece.end, text: piece.text },
      typedAlong: unit.text.length - piece.text.length,
      isShown: shown,
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
    put(key, written) {
      const known = find(key);
      if (known) rewrite(known, written);
      else entries = [createEntry(key, written, newId), ...entries].slice(0, maxEntries);
    },
    extend(key, piece) {
      const known = find(key);
      if (!known) return;
      known.reach = undefined;
      if (piece && isMore(piece, known.unit)) known.whole = piece;
      else known.last = true;
    },
    fits,
    asked({ uri, version }) {
      const entry = find(current.get(uri));
      if (entry?.complete && entry.shownIn === version && !entry.open) grow(entry, entry.complete, newId);
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
      rejected = [rejectionOf(known.uri, known.before, known.suggestion.text), ...rejected].slice(
        0,
        maxRejected,
      );
      return true;
    },
    wasShown: (id) => shown.has(id),
    wasRejected(snapshot, piece) {
      if (rejected.length === 0) return false;
      const now = rejectionOf(snapshot.uri, lineBefore(snapshot, piece), piece.text);
      return rejected.some((each) => isSameRejection(each, now));
    },
    followed: () => followed,
    dropLines: (uri) =>
      drop(({ anchor, unit, whole }) => anchor.uri === uri && (whole ?? unit).text.includes('\n')),
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
