/** What an exchange is given: how long its peer may be silent, and whom it asks and reports to. */

import type { Behind } from '../core/behind.ts';
import type { Clock } from '../core/clock.ts';
import type { ModelFailure } from '../core/model.ts';
import type { AnswerEnd, Bill } from './accounts.ts';
import type { Deadlines } from './deadlines.ts';
import type { Exchange } from './exchange.ts';
import type { EventBody } from './protocol/events.ts';

export interface ExchangeLimits {
  /** From sending to the first event; for an edit, which the user waits for. */
  readonly firstEventMs: number;
  /** For a completion: from asking, so also while it waits for a connection, and between events until its first text. */
  readonly completionMs: number;
  /** Between two events. */
  readonly idleMs: number;
}

export interface ExchangeOwner {
  /** It ended while waiting or running, without a terminal event of its peer. */
  released(exchange: Exchange): void;
  /** Its reader was told so. */
  ended(exchange: Exchange, end: AnswerEnd): void;
  /** What an answer cost, also one that nobody waited for to its end. */
  billed(exchange: Exchange, bill: Bill): void;
  /** The peer answered, with words or without. */
  answered(): void;
  silent(waitedMs: number): ModelFailure;
  /** It waited so long and was not sent. */
  unsent(waitedMs: number): ModelFailure;
  /** All was said, and the end that would show what it is worth does not come: a failure where it is not asked again. */
  unproven(exchange: Exchange, waitedMs: number): ModelFailure | undefined;
  /** Its connection was said to be used up and brings nothing more: a failure where it is not asked again. */
  usedUp(exchange: Exchange): ModelFailure | undefined;
  /**
   * Whether its peer is a provider. A gateway sees to limits itself, an engine's answers have none, and the end of what
   * either says tells more than what it cost.
   */
  isProvider(): boolean;
  garbled(): ModelFailure;
  failed(exchange: Exchange, body: EventBody): ModelFailure;
}

export interface ExchangeOptions {
  readonly clock: Clock;
  readonly behind: Behind;
  readonly deadlines: Deadlines;
  readonly limits: ExchangeLimits;
  readonly owner: ExchangeOwner;
}
