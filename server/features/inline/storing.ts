/** Storing: what is certain of an answer goes into the cache, where whoever asks next finds it. */

import type { SilenceReason } from '../../core/suggestion.ts';
import type { SuggestionCache } from './cache.ts';
import { type Plan, type Stream, shaped, written } from './expectation.ts';
import type { Spoken } from './spoken.ts';
import { certainLength } from './unit.ts';

/** An answer as far as it came. */
export interface Storable {
  readonly plan: Plan;
  readonly key: string;
  /** By candidate, as the model wrote it. */
  readonly said: readonly string[];
  /** Something of it is in the cache. */
  isTaken: boolean;
}

export interface Storing {
  /** Its beginning, into the cache; the reason where there is nothing to put there. */
  take(answer: Storable, said: string, stream: Stream): SilenceReason | undefined;
  /** All of it; `cut`: the last line may be a part of one. */
  finish(answer: Storable, end: 'whole' | 'cut'): SilenceReason | 'taken';
}

export interface StoringParts {
  readonly cache: SuggestionCache;
  readonly spoken: Spoken;
  readonly newId: () => string;
}

export function createStoring({ cache, spoken, newId }: StoringParts): Storing {
  function take(answer: Storable, said: string, stream: Stream): SilenceReason | undefined {
    const { key, plan } = answer;
    const open = stream === 'open';
    spoken.said(key, plan, { text: said, stream });
    const found = written(plan, said, stream);
    if (typeof found === 'string') return found;
    answer.isTaken = true;
    if (plan.ahead) cache.extend(key, found.piece);
    else cache.put(key, { anchor: plan.anchor, open, ...found });
    return undefined;
  }

  function finish(answer: Storable, end: 'whole' | 'cut'): SilenceReason | 'taken' {
    let reason: SilenceReason = 'nothing-to-say';
    let taken = answer.isTaken;
    const { key, plan, said } = answer;
    if (plan.ask.candidates === 1) {
      const first = said[0] ?? '';
      const found = take(answer, end === 'cut' ? first.slice(0, certainLength(first)) : first, end);
      if (found === undefined) taken = true;
      else reason = found;
      if (plan.ahead && found !== undefined) cache.extend(key, undefined);
    } else {
      // Last first, so that the best is the newest of the cache.
      for (const text of said.toReversed()) {
        const piece = shaped(plan, text ?? '');
        if (typeof piece === 'string') reason = piece;
        else {
          taken = true;
          cache.put(newId(), { anchor: plan.anchor, piece, open: false });
        }
      }
    }
    return taken ? 'taken' : reason;
  }

  return { take, finish };
}
