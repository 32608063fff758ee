/** How long a peer may be silent before its answer is given up, in milliseconds. */

import { type Ask, isSuggestion } from '../core/ask.ts';
import type { ExchangeLimits } from './exchange-owner.ts';

/** A server that still answers what it has begun sends the next piece by then; others have forgotten it. */
export const usedUpMs = 3_000;
/** From a completed message to the response's end is milliseconds, but for ends that are late, or lost on the way. */
const lateEndMs = 5_000;

/** `said`: what came of the answer so far; `all` where only its end is missing. */
export function silenceMs(
  ask: Ask,
  said: 'nothing' | 'no words' | 'some' | 'all',
  { firstEventMs, completionMs, idleMs }: ExchangeLimits,
): number {
  switch (said) {
    case 'all':
      return Math.min(lateEndMs, idleMs);
    case 'some':
      return idleMs;
    case 'no words':
      return isSuggestion(ask) ? completionMs : idleMs;
    case 'nothing':
      return isSuggestion(ask) ? completionMs : firstEventMs;
    default:
      return said satisfies never;
  }
}
