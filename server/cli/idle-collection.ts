/**
 * Idle collection: what short-lived objects leave behind is collected in the quiet behind a message. Else it is in the
 * middle of an answer, every ten to twenty keys, which takes one to five milliseconds longer then. Browsers do the same
 * (Degenbaev et al., "Idle Time Garbage Collection Scheduling", PLDI 2016).
 *
 *   message ──`quietMs` without another──► more than `leastBytes` young? ──► collect the young
 *
 * Laws
 * - One timer at most, and none while nothing is said.
 * - Only the young are looked through, which takes a millisecond or two: a key that comes meanwhile hardly waits.
 */

import { getHeapSpaceStatistics } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { Clock } from '../core/clock.ts';

/** Most keys come later than this behind the answer to the one before. */
const quietMs = 25;
/** About half of what V8 lets grow before it collects by itself: less is soon done again. */
const leastBytes = 4_000_000;

export interface YoungGeneration {
  /** Of objects made since the last collection, about. */
  bytes(): number;
  collect(): void;
}

/** The returned function is told of every message; it does next to nothing then. */
export function createIdleCollection(clock: Clock, young: YoungGeneration): () => void {
  let saidAt = 0;
  let isWaiting = false;
  function look(): void {
    const quiet = clock.now() - saidAt;
    isWaiting = quiet < quietMs;
    if (isWaiting) clock.after(quietMs - quiet, look);
    else if (young.bytes() >= leastBytes) young.collect();
  }
  return () => {
    saidAt = clock.now();
    if (isWaiting) return;
    isWaiting = true;
    clock.after(quietMs, look);
  };
}

/** That of this thread; never collected where the program was started without `--expose-gc`. */
export function ownYoungGeneration(): YoungGeneration {
  let collect: unknown;
  return {
    bytes() {
      const young = getHeapSpaceStatistics().find(({ space_name }) => space_name === 'new_space');
      return young?.space_used_size ?? 0;
    },
    collect() {
      // Only a context that is made under the flag knows how.
      collect ??= runInNewContext('globalThis.gc ?? null');
      if (typeof collect === 'function') collect({ type: 'minor' });
    },
  };
}
