/**
 * Idle collection: what short-lived objects leave behind is collected in the quiet behind a message. Else it is in the
 * middle of an answer, every ten to twenty keys, which takes one to five milliseconds longer then. Browsers do the same
 * (Degenbaev et al., "Idle Time Garbage Collection Scheduling", PLDI 2016).
 *
 *   message ──`quietMs` without another──► half of the room for the young taken? ──► collect the young
 *
 * Laws
 * - One timer at most, and none while nothing is said.
 * - Only the young are looked through, which takes a millisecond or two: a key that comes meanwhile hardly waits.
 * - The room is asked for each time: V8 leaves a program that rests as little as a sixteenth of what it had, which a key or two fill.
 */

import { getHeapSpaceStatistics } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { Clock } from '../core/clock.ts';

/** Most keys come later than this behind the answer to the one before. */
const quietMs = 25;
/** Of the room: where less is taken, collecting is soon done again, where more is, the next key may not fit. */
const leastShare = 0.5;

export interface YoungGeneration {
  /** How much of the room for objects made since the last collection is taken, from 0 to 1; all of it is collected. */
  share(): number;
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
    else if (young.share() >= leastShare) young.collect();
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
    share() {
      let most = 0;
      // A text of more than 128 KiB is kept apart; either room that is full is the end of both.
      for (const { space_name, space_used_size, space_available_size } of getHeapSpaceStatistics())
        if (space_name === 'new_space' || space_name === 'new_large_object_space')
          most = Math.max(most, space_used_size / Math.max(1, space_used_size + space_available_size));
      return most;
    },
    collect() {
      // Only a context that is made under the flag knows how.
      collect ??= runInNewContext('globalThis.gc ?? null');
      if (typeof collect === 'function') collect({ type: 'minor' });
    },
  };
}
