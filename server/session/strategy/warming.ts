/**
 * Warming: a base on its way to the server. It travels on a lane as an ask does, but nobody waits for it.
 *
 * Laws
 * - It has one outcome, whatever the server does, and leaves no timer.
 * - Only a response for which nothing was generated is a base: a server that answers does not know `generate`.
 */

import type { Clock } from '../../core/clock.ts';
import type { Usage } from '../../core/model.ts';
import type { Base } from '../../core/prompt/base.ts';
import type { Bill } from '../bill.ts';
import type { WireError } from '../protocol/error.ts';
import type { ServerEvent } from '../protocol/events.ts';
import { generates } from './belief.ts';

export type WarmingOutcome =
  | { readonly kind: 'made'; readonly usage: Usage | undefined }
  /** The server generated though it was told not to. */
  | { readonly kind: 'answered'; readonly usage: Usage | undefined }
  | { readonly kind: 'refused'; readonly error: WireError | undefined }
  /** Nothing came for so long. */
  | { readonly kind: 'silent' }
  /** Its connection ended. */
  | { readonly kind: 'gone' };

/** What a base costs, as the session counts it. */
export interface BaseCost {
  notSent(): void;
  billed(bill: Bill): void;
}

/** What it cost: nothing where it was refused. */
export function billOf(outcome: WarmingOutcome): Bill {
  if (outcome.kind === 'refused') return 'free';
  return (outcome.kind === 'made' || outcome.kind === 'answered') && outcome.usage ? outcome.usage : 'untold';
}

/** A base is read as fast as any prompt; a server that takes longer does not do it. */
const mostWarmingMs = 30_000;

export class Warming {
  readonly base: Base;
  /** Nobody waits: what it says is dropped, and its lane makes way where there are too many. */
  readonly ended = true;
  readonly heard = false;
  readonly begun = false;
  readonly #clock: Clock;
  readonly #settled: (outcome: WarmingOutcome) => void;
  #cancelTimer: (() => void) | undefined;
  #isSettled = false;
  #generated = false;

  constructor(base: Base, clock: Clock, settled: (outcome: WarmingOutcome) => void) {
    this.base = base;
    this.#clock = clock;
    this.#settled = settled;
  }

  sent(): void {
    this.#cancelTimer = this.#clock.after(mostWarmingMs, () => this.#settle({ kind: 'silent' }));
  }

  receive({ body }: ServerEvent): void {
    this.#generated ||= generates(body);
    if (body.kind === 'error') this.#settle({ kind: 'refused', error: body.error });
    else if (body.kind === 'ended') {
      const { usage, error } = body.response;
      if (body.outcome === 'failed') this.#settle({ kind: 'refused', error });
      else this.#settle({ kind: this.#generated ? 'answered' : 'made', usage });
    }
  }

  doubt(): void {}

  /** Its connection ended, or was never able to take it. */
  gone(): void {
    this.#settle({ kind: 'gone' });
  }

  #settle(outcome: WarmingOutcome): void {
    if (this.#isSettled) return;
    this.#isSettled = true;
    this.#cancelTimer?.();
    this.#settled(outcome);
  }
}
