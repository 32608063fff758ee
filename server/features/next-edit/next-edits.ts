/**
 * Next edits: after a change, the place and text of the next one.
 *
 *   change ──settles──► where else the same fits ──nothing──► the model is asked ──► its hunks wait
 *   request ──► the same fits elsewhere ──► a hunk that waits ──► the answer under way ──► the model
 *   taken  ──► the next hunk of the answer; after the last one the model is asked again at once
 *
 * Laws
 * - What is certain comes first: the last edit repeated, without a model.
 * - Of an answer one hunk is given, the nearest to the cursor; the others wait and cost no question.
 * - A question about a text is asked once: who asks meanwhile joins, who asks again is told the same.
 * - Nothing is shown for a text it was not made for.
 */

import { map, mapOffset, type Replacement } from '../../core/edit.ts';
import { nextEdits } from '../../core/next-edit/hunks.ts';
import { nextPlaces } from '../../core/next-edit/places.ts';
import { estimateTokens } from '../../core/prompt/prompt.ts';
import type { SilenceReason } from '../../core/suggestion.ts';
import type { DocumentChange, Snapshot } from '../../state/documents.ts';
import { createBasis } from '../../state/settings/basis.ts';
import type { Settings } from '../../state/settings/settings.ts';
import type { ContextOf } from '../context.ts';
import type { Repeats } from '../edits/repeats.ts';
import { progressOf } from '../suggest/wait.ts';
import type { Switch } from '../switch.ts';
import { createQueues, type Queued } from './queue.ts';
import { createRefused } from './refused.ts';
import { beginSearch, type Search, type SearchParts } from './search.ts';
import { createSettling } from './settling.ts';

export interface NextEditWish {
  readonly uri: string;
  /** UTF-16 offset in the document's version `version`. */
  readonly cursor: number;
  /** The present one where it is left out. */
  readonly version?: number;
  /** Asked for by the editor as the user goes along, or by the user. */
  readonly trigger: 'automatic' | 'invoked';
}

export type NextEditOutcome =
  | { readonly kind: 'shown'; readonly snapshot: Snapshot; readonly next: Queued }
  | { readonly kind: 'silent'; readonly reason: SilenceReason };

export interface NextEdits {
  suggest(wish: NextEditWish, signal: AbortSignal): Promise<NextEditOutcome>;
  /** The nearest one of an answer that is here already; asks nobody. */
  known(snapshot: Snapshot, cursor: number): Replacement | undefined;
  changed(change: DocumentChange, by: 'user' | 'edit'): void;
  /** Whether the id was known. */
  accepted(id: string): boolean;
  rejected(id: string): boolean;
  closed(uri: string): void;
  /** It was switched off or on by hand, or snoozed: nothing is looked for any longer where nothing is to be shown. */
  switched(): void;
  settingsChanged(): void;
  dispose(): void;
}

export interface NextEditsParts extends Omit<SearchParts, 'refused' | 'found'> {
  readonly settings: () => Settings;
  readonly context: ContextOf;
  readonly onOff: Switch;
  readonly repeats: Repeats;
  /** Whether next edits are the embedded engine's, which repeats the last edit and no more. */
  readonly isEmbedded: () => boolean;
  readonly newId: () => string;
}

interface Shown {
  readonly uri: string;
  readonly version: number;
  readonly hunk: Replacement;
}

/** Places that are looked at for one edit: each is a request. */
const mostPlaces = { automatic: 2, invoked: 4 } as const;
/** Tokens of an answer beside the region itself, and at most how many times that. */
const spareTokens = 128;
const growth = 1.5;
const mostShown = 64;

export function createNextEdits(parts: NextEditsParts): NextEdits {
  const { documents, settings, context, onOff, repeats, trouble, clock, newId } = parts;
  const queues = createQueues(newId);
  const refused = createRefused(documents);
  /** The newest of each document, also when it has ended. */
  const searches = new Map<string, Search>();
  const shown = new Map<string, Shown>();
  // On or off, by language or by hand, next edits are as ghost text is.
  const basis = createBasis(settings, 'completion', 'nextEdit');
  const settling = createSettling({
    clock,
    isWanted: () =>
      settings().nextEdit.model.url !== undefined || settings().nextEdit.model.name !== undefined,
    settled(snapshot, cursor) {
      if (documents.get(snapshot.uri) !== snapshot || documents.undone(snapshot.uri)) return;
      if (parts.isEmbedded() || reasonNotToShow(snapshot, 'automatic')) return;
      if (repeated(snapshot, cursor) || freshIn(snapshot)) return;
      if (!searchFor(snapshot, cursor)) begin(snapshot, cursor, 'automatic');
    },
  });

  function reasonNotToShow(snapshot: Snapshot, trigger: NextEditWish['trigger']): SilenceReason | undefined {
    if (!settings().nextEdit.enabled) return 'disabled';
    if (trigger === 'invoked') return onOff.holding(snapshot) === 'off' ? 'disabled' : undefined;
    return onOff.offReason(snapshot) ?? (settings().completion.mode === 'manual' ? 'manual' : undefined);
  }

  /** Where the last edit fits again: behind the cursor, else from the top. */
  function repeated({ uri }: Snapshot, cursor: number): Replacement | undefined {
    const present = documents.get(uri);
    const places = present ? repeats.places(present).filter((place) => !refused.has(present, place)) : [];
    return places.find(({ start }) => start >= cursor) ?? places[0];
  }

  function freshIn({ uri }: Snapshot): readonly Queued[] | undefined {
    const queue = queues.of(uri);
    return queue && !queue.isStale ? queue.hunks : undefined;
  }

  /** One about this very text and place, under way or ended without a hunk. */
  function searchFor(snapshot: Snapshot, cursor: number): Search | undefined {
    const search = searches.get(snapshot.uri);
    if (!search?.covers(cursor) || search.outcome === 'found' || search.outcome === 'superseded')
      return undefined;
    const { text } = search.snapshot;
    return search.snapshot === snapshot || text.value === snapshot.text.value ? search : undefined;
  }

  function begin(snapshot: Snapshot, cursor: number, trigger: NextEditWish['trigger']): Search | undefined {
    const { uri, text } = snapshot;
    searches.get(uri)?.end('superseded');
    const contextAt = (focus: number, maxOutputTokens: number) =>
      context(snapshot, { tokens: settings().context.completionTokens, maxOutputTokens, focus });
    const { history, diagnostics, document } = contextAt(cursor, spareTokens);
    const last = history.findLast(({ path }) => path === document.path);
    // Without a change there is nothing to follow it, but what is reported as wrong.
    if (history.length === 0 && trigger === 'automatic') return undefined;
    const places = nextPlaces(text, { cursor, last, diagnostics }).slice(0, mostPlaces[trigger]);
    if (places.length === 0) return undefined;
    const search = beginSearch(
      {
        snapshot,
        places,
        ask: (place) => ({
          ...contextAt(
            place.cursor,
            spareTokens + Math.ceil(growth * estimateTokens(place.region.end - place.region.start)),
          ),
          task: 'nextEdit',
          cursor: place.cursor,
          region: place.region,
        }),
      },
      {
        ...parts,
        refused,
        found: (of, hunks, how) => queues.put(of, hunks, how === 'first' ? 'instead' : 'more'),
      },
    );
    searches.set(uri, search);
    return search;
  }

  function give(snapshot: Snapshot, next: Queued): NextEditOutcome {
    const { uri, version } = snapshot;
    shown.delete(next.id);
    shown.set(next.id, { uri, version, hunk: next });
    for (const id of shown.keys()) {
      if (shown.size <= mostShown) break;
      shown.delete(id);
    }
    return { kind: 'shown', snapshot, next };
  }

  async function suggest(wish: NextEditWish, signal: AbortSignal): Promise<NextEditOutcome> {
    const { uri, trigger } = wish;
    const snapshot = documents.get(uri);
    if (!snapshot) return silent('unknown-document');
    if (trigger === 'automatic') settling.asked(uri);
    const off = reasonNotToShow(snapshot, trigger);
    if (off) return silent(off);
    const typed = wish.version === undefined ? [] : documents.editSince(uri, wish.version);
    if (!typed) return silent('conflict');
    const cursor = mapOffset(typed, wish.cursor, 'after');
    const repeat = repeated(snapshot, cursor);
    if (repeat) return give(snapshot, { ...repeat, id: newId() });
    const known = nearest(freshIn(snapshot), cursor);
    if (known) return give(snapshot, known);
    if (parts.isEmbedded()) return silent('nothing-to-say');
    if (trigger === 'automatic' && documents.undone(uri)) return silent('deleting');
    const search = searchFor(snapshot, cursor) ?? begin(snapshot, cursor, trigger);
    return search ? await follow(search, { snapshot, cursor, wish }, signal) : silent('nothing-to-say');
  }

  async function follow(
    search: Search,
    {
      snapshot,
      cursor,
      wish,
    }: { readonly snapshot: Snapshot; readonly cursor: number; readonly wish: NextEditWish },
    signal: AbortSignal,
  ): Promise<NextEditOutcome> {
    for (;;) {
      if (signal.aborted) return silent('cancelled');
      const present = documents.get(snapshot.uri);
      if (!present) return silent('unknown-document');
      const off = reasonNotToShow(present, wish.trigger);
      if (off) return silent(off);
      // Whoever changes the text asks again.
      if (present !== snapshot) return silent('conflict');
      const known = nearest(freshIn(present), cursor);
      if (known) return give(present, known);
      const { outcome } = search;
      if (outcome !== undefined) {
        const older = nearest(queues.of(snapshot.uri)?.hunks, cursor);
        if (older) return give(present, older);
        return silent(outcome === 'found' ? 'conflict' : outcome);
      }
      await progressOf(search, { signal, beside: undefined });
    }
  }

  function forget(uri: string): void {
    settling.forget(uri);
    searches.get(uri)?.end('superseded');
    searches.delete(uri);
    queues.forget(uri);
  }

  function forgetAll(): void {
    settling.clear();
    for (const uri of [...searches.keys()]) forget(uri);
    queues.clear();
  }

  return {
    async suggest(wish, signal) {
      const outcome = await suggest(wish, signal);
      if (outcome.kind === 'silent') trouble.silent(outcome.reason);
      return outcome;
    },
    known: (snapshot, cursor) =>
      reasonNotToShow(snapshot, 'automatic') ? undefined : nearest(freshIn(snapshot), cursor),
    changed(change, by) {
      const { uri, text } = change.after;
      const how = queues.changed(change);
      const undone = how === 'other' ? documents.undone(uri) : undefined;
      if (undone) {
        for (const hunk of nextEdits(text, undone)) refused.add(change.after, hunk);
        settling.forget(uri);
        return;
      }
      if (how === 'done') settling.changed(change, 'accepted');
      else if (by === 'user') settling.changed(change, 'typed');
    },
    // What was taken arrives as a change as well.
    accepted: (id) => shown.delete(id),
    rejected(id) {
      const known = shown.get(id);
      if (!known) return false;
      shown.delete(id);
      const { uri, version, hunk } = known;
      queues.drop(uri, id);
      const snapshot = documents.get(uri);
      const typed = documents.editSince(uri, version);
      const [now] = (typed && map([{ start: hunk.start, end: hunk.end, text: hunk.text }], typed)) ?? [];
      if (snapshot && now) refused.add(snapshot, now);
      return true;
    },
    closed(uri) {
      forget(uri);
      refused.closed(uri);
      for (const [id, each] of [...shown]) if (each.uri === uri) shown.delete(id);
    },
    switched() {
      for (const snapshot of documents.all()) if (onOff.offReason(snapshot)) forget(snapshot.uri);
    },
    settingsChanged() {
      if (basis.hasChanged()) forgetAll();
    },
    dispose: forgetAll,
  };
}

function nearest(hunks: readonly Queued[] | undefined, cursor: number): Queued | undefined {
  const distance = ({ start, end }: Replacement): number => Math.max(start - cursor, cursor - end, 0);
  return hunks?.toSorted((a, b) => distance(a) - distance(b))[0];
}

function silent(reason: SilenceReason): NextEditOutcome {
  return { kind: 'silent', reason };
}
