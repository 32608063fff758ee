/**
 * More: who looks once and sees no stream is given more than its first line, where that comes soon.
 *
 *   said   `if (a) {` ──► ⏎ `b();` ──► ⏎ `}` ──► … ──► end
 *   block       waits ─────────────────► shown          at most `blockMs`, less where the first text was quick
 *   answer      waits ───────────────────────────► shown      at most `answerMs`
 *
 * Laws
 * - Nobody waits for more than is under way: where no answer is, what there is is shown at once.
 * - When the time is over, what is complete by then is shown.
 */

import type { Clock } from '../../core/clock.ts';
import { progressOf } from '../suggest/wait.ts';
import type { Fit, SuggestionCache } from './cache.ts';
import type { Pursuits } from './pursuit.ts';
import type { InlineWish } from './wish.ts';

export interface More {
  isExpected(wish: InlineWish, fit: Fit): boolean;
  /** Settles when what is wished for is in the cache, no more of it comes, or it took too long. */
  come(wish: InlineWish, fit: Fit, signal: AbortSignal): Promise<void>;
}

export interface MoreParts {
  readonly cache: Pick<SuggestionCache, 'opensMore'>;
  readonly pursuits: Pick<Pursuits, 'writing' | 'firstTextMs'>;
  readonly clock: Clock;
}

/** A menu that comes so much later is in the way; less, where the model is quick to begin. */
const blockMs = 150;
const quickMs = 50;
/** Whoever asked for it waits; some editors hold back the entries of other servers meanwhile. */
const answerMs = 1000;

export function createMore({ cache, pursuits, clock }: MoreParts): More {
  const isMissing = ({ upTo }: InlineWish, key: string): boolean =>
    upTo === 'answer' || (upTo === 'block' && cache.opensMore(key));

  /** What runs ahead is about a text that is not there yet. */
  const comingOf = (key: string) => {
    const pursuit = pursuits.writing(key);
    return pursuit?.isAhead ? undefined : pursuit;
  };

  return {
    isExpected: (wish, { key }) => isMissing(wish, key) && comingOf(key) !== undefined,
    async come(wish, { key }, signal) {
      const firstMs = pursuits.firstTextMs(0.5) ?? 0;
      const most = wish.upTo === 'answer' ? answerMs : Math.min(blockMs, quickMs + firstMs);
      let cancel = () => {};
      const late = new Promise<void>((resolve) => {
        cancel = clock.after(most, resolve);
      });
      try {
        while (isMissing(wish, key)) {
          const pursuit = comingOf(key);
          if (!pursuit || (await progressOf(pursuit, { signal, beside: late })) !== 'progress') return;
        }
      } finally {
        cancel();
      }
    },
  };
}
