/**
 * Following: a wish that nothing known grants waits for whatever is under way and may fit, and begins what nobody has
 * begun yet.
 *
 * Laws
 * - The newest wish of a document may begin work, older ones live on what there is.
 * - An answer that comes for an older version is carried over what was typed meanwhile, or dropped.
 * - Who asked by hand waits at most `invokedMs`: then what there is is shown, or the model is said to be busy.
 */

import type { CompleteAsk } from '../../core/ask.ts';
import type { Behind } from '../../core/behind.ts';
import type { Clock } from '../../core/clock.ts';
import type { ModelSession } from '../../core/model.ts';
import type { InlineOutcome, SilenceReason } from '../../core/suggestion.ts';
import type { Documents, Snapshot } from '../../state/documents.ts';
import { silenceAfter, silent } from '../suggest/silence.ts';
import { progressOf, type Waits } from '../suggest/wait.ts';
import type { Switch } from '../switch.ts';
import type { Fit, SuggestionCache } from './cache.ts';
import type { Hedge } from './hedge.ts';
import type { Known } from './known.ts';
import { createMore } from './more.ts';
import type { Pursuits } from './pursuit.ts';
import type { Pursuit } from './running.ts';
import { candidatesOf, type InlineWish, upToDate } from './wish.ts';

export interface Following {
  follow(wish: InlineWish, snapshot: Snapshot, signal: AbortSignal): Promise<InlineOutcome>;
  /** Whether more than this is worth a wait for who wishes it. */
  isWorthMore(wish: InlineWish, fit: Fit): boolean;
  /** This, or more of it. */
  more(wish: InlineWish, at: Found, signal: AbortSignal): Promise<InlineOutcome>;
  forget(uri: string): void;
}

/** What fits in a version of the document. */
export interface Found {
  readonly snapshot: Snapshot;
  readonly fits: readonly Fit[];
  readonly from: 'model' | 'cache';
}

export interface FollowingParts {
  readonly documents: Documents;
  readonly session: ModelSession;
  readonly onOff: Switch;
  readonly known: Known;
  readonly pursuits: Pursuits;
  readonly cache: SuggestionCache;
  readonly hedge: Hedge;
  /** Whether the embedded engine answers beside the model. */
  readonly hedges: () => boolean;
  readonly askFor: (snapshot: Snapshot, wish: InlineWish) => CompleteAsk;
  readonly start: (snapshot: Snapshot, wish: InlineWish) => Pursuit;
  /** A model is about to be asked because the editor wants it. */
  readonly asking: (uri: string) => void;
  readonly shown: (snapshot: Snapshot, fits: readonly Fit[], from: 'model' | 'cache') => InlineOutcome;
  readonly clock: Clock;
  readonly behind: Behind;
}

/** Longer than a slow model takes for all its candidates; nobody looks at one place for more. */
const invokedMs = 10_000;

export function createFollowing(parts: FollowingParts): Following {
  const { documents, session, onOff, known, pursuits, hedge, askFor, clock, behind } = parts;
  const moreOf = createMore(parts);
  /** Number of the newest wish of each document. */
  const newest = new Map<string, number>();
  let wishes = 0;

  async function wait(wish: InlineWish, snapshot: Snapshot, waits: Waits): Promise<InlineOutcome> {
    let { signal, beside } = waits;
    const number = ++wishes;
    newest.set(wish.uri, number);
    let now = snapshot;
    let moved = wish;
    let joined: Pursuit | undefined;
    let isLate = false;
    /** The version the last own pursuit was for. */
    let askedFor: Snapshot | undefined;
    for (;;) {
      if (signal.aborted) return silent('cancelled');
      joined = underWay(now, moved);
      if (!joined) {
        if (newest.get(wish.uri) !== number) return silent('conflict');
        parts.asking(wish.uri);
        askedFor = now;
        joined = parts.start(now, moved);
      }
      // A session that fails at once may have ended it already.
      if (joined.outcome === undefined) {
        const next = await progressOf(joined, { signal, beside });
        if (next === 'aborted') return silent('cancelled');
        isLate = next === 'beside' && wish.trigger === 'invoked';
        if (next === 'beside') beside = undefined;
      }
      const present = presentOf(wish, snapshot);
      if (typeof present === 'string') return silent(present);
      now = present.snapshot;
      moved = present.wish;
      const found = known.fitting(now, moved, candidatesOf(wish));
      if (found.length > 0) {
        const { request } = joined.ask;
        if (request !== undefined) behind.later(() => session.applied?.(request));
        return await more(moved, { snapshot: now, fits: found, from: 'model' }, signal);
      }
      if (isLate) return silent('busy');
      const { outcome } = joined;
      if (outcome === undefined) continue;
      const wasForThis = askedFor === now || joined.ask.document.version === now.version;
      const reason = silenceAfter(outcome, wasForThis ? 'this' : 'older');
      if (reason) return silent(reason === 'rejected' && wish.selected ? 'not-selected' : reason);
    }
  }

  /** Where a wish for a version is in the present one; the reason where there is nothing to show there any more. */
  function presentOf(
    wish: InlineWish,
    { version }: Snapshot,
  ): { readonly snapshot: Snapshot; readonly wish: InlineWish } | SilenceReason {
    const snapshot = documents.get(wish.uri);
    if (!snapshot) return 'unknown-document';
    const off = onOff.offReason(snapshot);
    if (off) return off;
    const moved = upToDate({ ...wish, version }, snapshot, documents);
    return moved ? { snapshot, wish: moved } : 'conflict';
  }

  async function more(wish: InlineWish, at: Found, signal: AbortSignal): Promise<InlineOutcome> {
    const [first] = at.fits;
    if (!first || !moreOf.isExpected(wish, first)) return parts.shown(at.snapshot, at.fits, at.from);
    await moreOf.come(wish, first, signal);
    if (signal.aborted) return silent('cancelled');
    const present = presentOf(wish, at.snapshot);
    if (typeof present === 'string') return silent(present);
    const fits = known.fitting(present.snapshot, present.wish, candidatesOf(wish));
    return fits.length > 0 ? parts.shown(present.snapshot, fits, at.from) : silent('conflict');
  }

  function underWay(snapshot: Snapshot, wish: InlineWish): Pursuit | undefined {
    if (wish.trigger === 'automatic' && !wish.selected) return pursuits.agreeing(snapshot, wish.cursor);
    return pursuits.same(askFor(snapshot, wish));
  }

  return {
    async follow(wish, snapshot, signal) {
      if (wish.trigger === 'invoked') {
        let cancel = () => {};
        const late = new Promise<void>((resolve) => {
          cancel = clock.after(invokedMs, resolve);
        });
        try {
          return await wait(wish, snapshot, { signal, beside: late });
        } finally {
          cancel();
        }
      }
      const local = parts.hedges() ? hedge.begin(snapshot, askFor(snapshot, wish)) : undefined;
      try {
        return await wait(wish, snapshot, { signal, beside: local?.shown });
      } finally {
        local?.end();
      }
    },
    isWorthMore: moreOf.isExpected,
    more,
    forget: (uri) => void newest.delete(uri),
  };
}
