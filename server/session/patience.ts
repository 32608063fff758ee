/** How long a peer may be silent before its answer is given up, in milliseconds, and how long it may go on. */

import { type Ask, isSuggestion } from '../core/ask.ts';
import type { ExchangeLimits } from './exchange-owner.ts';

/** A server that still answers what it has begun sends the next piece by then; others have forgotten it. */
export const usedUpMs = 3_000;
/** From a completed message to the response's end is milliseconds, but for ends that are late, or lost on the way. */
const lateEndMs = 5_000;

/** As long as that is missing it is not known what the answer is worth, and nobody has heard it. */
const keptEndMs = 2_000;
/** Code units for each token allowed: about twice what tokens of code and prose have on average. */
const longestToken = 8;

/** Whether an answer of so many code units goes on far beyond what it may be. */
export function isEndless({ maxOutputTokens }: Ask, characters: number): boolean {
  return characters > maxOutputTokens * longestToken;
}

/** `said`: what came of the answer so far; `all` where only its end is missing, `kept` where nobody has heard that. */
export function silenceMs(
  ask: Ask,
  said: 'nothing' | 'no words' | 'some' | 'kept' | 'all',
  { firstEventMs, completionMs, idleMs }: ExchangeLimits,
): number {
  switch (said) {
    case 'all':
      return Math.min(lateEndMs, idleMs);
    case 'kept':
      return Math.min(keptEndMs, idleMs);
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
