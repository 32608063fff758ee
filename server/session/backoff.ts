/**
 * When to try again: a policy without state or clock.
 *
 * The first failure is tried again almost at once (a server that was just restarted), then the wait doubles up to
 * a minute. Jitter keeps many editors from coming back in step. A refusal that only the user can change (a wrong
 * key, a wrong address) is not worth hurrying for. Where nobody was reached, trying costs nobody anything, and the
 * network may be back at any moment: then a key is reason enough.
 */

import { unreached } from './protocol/unreached.ts';
import type { Refusal } from './socket.ts';

const firstWaitMs = 200;
const longestWaitMs = 60_000;
/** A wait that a server asks for is waited out with the ask held back only where it is hardly noticed. */
const mostPatientMs = 1_000;
/** openai-node takes 0.75 to 1 of the wait; so do we. */
const jitterFrom = 0.75;

/** After `failures` of a row, at least 1; `random` is in [0, 1). */
function backoffMs(failures: number, random: () => number): number {
  const wait = Math.min(longestWaitMs, firstWaitMs * 2 ** (failures - 1));
  return jittered(wait, random);
}

/** The wait or somewhat less; `random` is in [0, 1). */
export function jittered(ms: number, random: () => number): number {
  return ms * (jitterFrom + (1 - jitterFrom) * random());
}

/** Whether trying again soon can help at all. */
function isLasting(refusal: Refusal): boolean {
  switch (refusal.kind) {
    case 'http':
      return (
        refusal.status >= 400 && refusal.status < 500 && refusal.status !== 408 && refusal.status !== 429
      );
    case 'not-websocket':
    case 'unsupported':
      return true;
    case 'network':
    case 'no-endpoint':
    case 'timeout':
    case 'aborted':
      return false;
    default:
      return refusal satisfies never;
  }
}

/** Whether who waits is told now: trying again cannot help, or not before the server's own, longer wait is over. */
export function endsPatience(refusal: Refusal): boolean {
  return isLasting(refusal) || (refusal.kind === 'http' && (refusal.retryAfterMs ?? 0) > mostPatientMs);
}

export function waitMs(refusal: Refusal, failures: number, random: () => number): number {
  const least = refusal.kind === 'http' ? (refusal.retryAfterMs ?? 0) : 0;
  const wait = isLasting(refusal) ? longestWaitMs / 2 : backoffMs(failures, random);
  return Math.max(least, wait);
}

const unsentMs = 2_000;
/** Also the longest wait of a circuit that knows no more. */
export const unheardMs = 5_000;

/** How long after it what comes with keys is reason for another try; nothing where it is none. */
export function keyWaitMs(refusal: Refusal): number | undefined {
  switch (refusal.kind === 'network' ? unreached(refusal.code) : undefined) {
    case 'unsent':
      return unsentMs;
    case 'unheard':
      return unheardMs;
    case undefined:
      return undefined;
  }
}
