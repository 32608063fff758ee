/** One answer on its way to ghost text: as others see it, and as the pursuits keep it while it runs. */

import type { CompleteAsk } from '../../core/ask.ts';
import type { SilenceReason } from '../../core/suggestion.ts';
import type { Anchor } from './anchor.ts';
import type { Storable } from './storing.ts';

export interface Pursuit {
  readonly ask: CompleteAsk;
  /** Asked about a text that is not there yet. */
  readonly isAhead: boolean;
  /** Nothing while it runs; `taken` when it left something in the cache. */
  readonly outcome: SilenceReason | 'taken' | undefined;
  /** Settles when there is more of it in the cache, or it has ended. */
  progress(): Promise<void>;
}

export interface Running extends Pursuit, Storable {
  readonly controller: AbortController;
  anchor: Anchor;
  outcome: SilenceReason | 'taken' | undefined;
  readonly said: string[];
  /** Length of the first candidate that is in the cache. */
  certain: number;
  /** Why nothing of what it said so far is to be shown. */
  silence?: SilenceReason | undefined;
  /** Version in which it was contradicted first, while it is. */
  doubted: number | undefined;
  /** Length at which the answer was last compared with what was typed. */
  compared: number;
  /** Its answer has come to its end, or was left: there is nothing to abort. */
  isRead: boolean;
  heardAt: number;
  /** Takes back the look whether it goes on. */
  unwatch: (() => void) | undefined;
  wake: () => void;
  progressed: Promise<void>;
}

/** Lines that a model may say before what is new: of the text once more, of its thoughts, a fence. */
const mostBefore = 100;

/** Lines of an answer that are waited for. */
export function mostLines({ plan, isTaken, silence }: Running): number {
  const isBefore = !isTaken && (silence === 'repeats-text' || silence === 'nothing-to-say');
  return plan.ask.maxLines + (isBefore ? mostBefore : 0);
}

/** Who waits from now on waits for what comes next. */
export function renew(pursuit: Running): void {
  pursuit.progressed = new Promise((resolve) => {
    pursuit.wake = resolve;
  });
}
