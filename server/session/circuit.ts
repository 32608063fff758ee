/**
 * Circuit: stops asking a model that says no to everybody, and lets asks through again by itself.
 *
 *   closed ──busy, wrong key, failures in a row──► open ──time──► closed (the next answer decides)
 *
 * Laws
 * - While it is open nothing is sent; who asks is told at once, with how long it will take. Only who asks by hand goes
 *   through where the server could not be reached: the network may be back.
 * - A server's own wait (`retry-after`, `resets_at`, a gateway's for a server nearby) is kept to; without one, or where
 *   one below a second was not enough, the wait doubles with each failure, less some jitter, so that many editors do not
 *   come back in step.
 * - What is wrong with one request (too long, refused) says nothing about the next; so many in a row do, though never for
 *   long, nor to who asks by hand: another range may be taken.
 */

import type { Ask } from '../core/ask.ts';
import type { Clock } from '../core/clock.ts';
import type { ModelFailure } from '../core/model.ts';
import { sleepless } from '../core/sleepless.ts';
import { jittered, unheardMs } from './backoff.ts';
import { isByHand } from './by-hand.ts';
import { retold } from './protocol/sentences.ts';

export interface Circuit {
  /** What to tell who asks for this now; nothing while asks go through. */
  refusal(task?: Ask['task']): ModelFailure | undefined;
  failed(failure: ModelFailure): void;
  answered(): void;
}

/** A server may fail now and then; so often in a row it is not well. */
const failuresInRow = 5;
const firstWaitMs = 1_000;
const longestWaitMs = 60_000;
/** What only the user can change is tried again at leisure. */
const lastingWaitMs = 30_000;
/** Another file may be taken, and nobody asks for suggestions by hand. */
const longestRejectedMs = 10_000;

/** `random` is in [0, 1). `epochMs`: milliseconds since 1970. */
export function createCircuit(
  clock: Pick<Clock, 'now'>,
  random: () => number,
  epochMs?: () => number,
): Circuit {
  const time = sleepless(clock, epochMs);
  let until = 0;
  let last: ModelFailure | undefined;
  let inRow = 0;
  let busyInRow = 0;
  let rejectedInRow = 0;

  const open = (failure: ModelFailure, ms: number): void => {
    until = time.now() + ms;
    last = failure;
  };

  /** A short wait may be a rounded one, or none: who is refused again behind it waits as if nothing had been said. */
  const busyMs = (toldMs: number | undefined): number => {
    if (toldMs === undefined) return jittered(waitMs(inRow), random);
    if (toldMs >= firstWaitMs || busyInRow === 1) return toldMs;
    return Math.max(toldMs, jittered(waitMs(busyInRow - 1), random));
  };

  const ownWaitMs = ({ unreached }: ModelFailure): number => {
    const wait = jittered(waitMs(inRow - failuresInRow + 1), random);
    return unreached ? Math.min(unheardMs, wait) : wait;
  };

  return {
    refusal(task) {
      if (!last) return undefined;
      const left = until - time.now();
      if (left <= 0) {
        last = undefined;
        return undefined;
      }
      const isUnreached =
        (last.code === 'offline' || last.code === 'barred') && last.retryAfterMs === undefined;
      // Nobody waits for a suggestion: what is only logged keeps its words, so that it is logged once.
      if (task && !isByHand(task)) return { ...last, retryAfterMs: left };
      return task && (isUnreached || last.code === 'rejected') ? undefined : retold(last, left);
    },
    failed(failure) {
      switch (failure.code) {
        case 'busy':
          inRow++;
          busyInRow++;
          open(failure, busyMs(failure.retryAfterMs));
          return;
        case 'unauthorized':
        case 'not-found':
          open(failure, failure.retryAfterMs ?? lastingWaitMs);
          return;
        case 'model':
        case 'protocol':
        case 'offline':
        case 'barred':
          inRow++;
          if (inRow < failuresInRow) return;
          open(failure, failure.retryAfterMs ?? ownWaitMs(failure));
          return;
        case 'rejected':
          rejectedInRow++;
          if (rejectedInRow < failuresInRow) return;
          open(
            failure,
            Math.min(longestRejectedMs, jittered(waitMs(rejectedInRow - failuresInRow + 1), random)),
          );
          return;
        case 'cancelled':
        case 'disposed':
        case 'excluded':
        case 'unsupported':
        case 'limit':
          return;
        default:
          failure.code satisfies never;
      }
    },
    answered() {
      inRow = 0;
      busyInRow = 0;
      rejectedInRow = 0;
      last = undefined;
    },
  };
}

function waitMs(failures: number): number {
  return Math.min(longestWaitMs, firstWaitMs * 2 ** (failures - 1));
}
