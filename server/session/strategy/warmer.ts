/**
 * Warmer: when a base is made.
 *
 *   first edit (or opening, by `privacy.prewarm`), asked without one ──► now, unless an answer is to stand for it
 *   the place moved once, changes that forks tell again and again    ──► when nobody has typed for a moment
 *
 * Laws
 * - Nothing is made twice at a time, and nothing for a document that was closed or never told.
 * - A base waits for room on a connection, never the other way round: what users wait for goes first.
 * - There is one timer at most, and none where nothing is left to do.
 */

import type { WorkspaceEvent } from '../../core/ask.ts';
import type { Clock } from '../../core/clock.ts';
import type { Base } from '../../core/prompt/base.ts';
import type { Bases } from './bases.ts';

/** `full`: there is no room for it now. `barred`: it may not be paid for now. */
export type Making = 'sent' | 'full' | 'barred';

export interface WarmerOptions {
  readonly clock: Clock;
  readonly bases: Bases;
  /** Whether a base may be made at all, as far as is known. */
  readonly mayWarm: () => boolean;
  /** When a document gets its first base. */
  readonly prewarm: () => 'edit' | 'open' | 'never';
  /** Whether the server has it, is being given it, or an answer that may stand for it is waited for. */
  readonly isServed: (base: Base) => boolean;
  /** Whether there is room for one now. */
  readonly hasRoom: () => boolean;
  readonly make: (base: Base) => Making;
}

export interface Warmer {
  tell(event: WorkspaceEvent): void;
  /** An ask was sent whole with it; `missed` as in `Worded`. */
  sentWhole(base: Base, missed: number): void;
  /** The answer that was waited for does not stand for it. */
  unserved(base: Base): void;
  /** A fork told `drift` characters that a newer base would have. */
  forked(drift: number): void;
  /** The server wants it put differently: it goes out again as soon as there is room. */
  again(base: Base): void;
  /** A connection has opened in place of another. */
  opened(): void;
  /** There may be room. */
  roomy(): void;
  dispose(): void;
}

/** Shorter pauses are those between two words. */
export const idleMs = 1_500;
/** What goes with the same edit, an ask above all, is sent before the base. */
const firstMs = 10;
/** Who did nothing for so long is not made ready for; as long as an unused connection is kept. */
const recentMs = 5 * 60_000;

export function createWarmer(options: WarmerOptions): Warmer {
  const { clock, bases, mayWarm, prewarm, isServed, hasRoom, make } = options;
  /** Documents that have none yet, and bases that asks were sent with. */
  const wanted = new Set<string | Base>();
  const wantedIdle = new Set<Base>();
  let drifts = false;
  let activeAt = Number.NEGATIVE_INFINITY;
  let cancelIdle: (() => void) | undefined;
  let cancelFirst: (() => void) | undefined;
  let ended = false;

  function want(what: string | Base): void {
    wanted.add(what);
    cancelFirst ??= clock.after(firstMs, () => {
      cancelFirst = undefined;
      makeWanted();
    });
  }

  function makeWanted(): void {
    if (wanted.size === 0) return;
    if (!mayWarm()) {
      wanted.clear();
      return;
    }
    if (!hasRoom()) return;
    for (const what of wanted) {
      const base = typeof what === 'string' ? bases.ahead(what) : what;
      // What cannot be paid is not waited for: the next edit asks again.
      if (!base || !bases.uses(base) || isServed(base) || make(base) !== 'full') wanted.delete(what);
      else return;
    }
  }

  function active(): void {
    activeAt = clock.now();
    if (!cancelIdle && (drifts || wantedIdle.size > 0)) watch(idleMs);
  }

  function watch(ms: number): void {
    cancelIdle = clock.after(ms, () => {
      const left = activeAt + idleMs - clock.now();
      cancelIdle = undefined;
      if (left > 0) watch(left);
      else idle();
    });
  }

  function idle(): void {
    drifts = false;
    for (const base of wantedIdle) wanted.add(base);
    wantedIdle.clear();
    makeWanted();
    if (!mayWarm()) return;
    for (const base of bases.renewals()) if (make(base) !== 'sent') bases.failed(base);
  }

  return {
    tell(event) {
      if (ended) return;
      bases.tell(event);
      if (event.kind === 'closed') wanted.delete(event.uri);
      const when = prewarm();
      if (event.kind === 'opened' && when === 'open') want(event.document.uri);
      if (event.kind !== 'changed') return;
      const base = bases.of(event.uri);
      if (when !== 'never' && !(base && isServed(base)) && mayWarm()) want(event.uri);
      active();
    },
    sentWhole(base, missed) {
      if (!bases.uses(base) || isServed(base) || !mayWarm()) return;
      // One that moved once may be passing by; one that is back, or was there before, stays.
      if (missed === 1) wantedIdle.add(base);
      else want(base);
      active();
    },
    unserved(base) {
      if (ended) return;
      wantedIdle.add(base);
      active();
    },
    forked(drift) {
      drifts ||= drift > 0;
      active();
    },
    again: (base) => void wanted.add(base),
    opened() {
      const [newest] = bases.inUse();
      if (newest && clock.now() - activeAt < recentMs) want(newest);
    },
    roomy: makeWanted,
    dispose() {
      ended = true;
      wanted.clear();
      wantedIdle.clear();
      cancelIdle?.();
      cancelFirst?.();
    },
  };
}
