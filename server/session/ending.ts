/** How an answer ends for its reader when it was answered. */

import type { AnswerEvent, AnswerTiming } from '../core/model.ts';
import type { EndedResponse } from './protocol/events.ts';

export type DoneEvent = Extract<AnswerEvent, { kind: 'done' }>;

/** What its peer, or whoever ended it, says of it. */
export type Told = Pick<EndedResponse, 'metadata' | 'reason' | 'usage'>;

/** While it is put together. */
export type Writable<T> = { -readonly [K in keyof T]: T[K] };

export function doneEvent(outcome: DoneEvent['outcome'], told: Told, timing: AnswerTiming): DoneEvent {
  const done: Writable<DoneEvent> = { kind: 'done', outcome, metadata: told.metadata, timing };
  if (told.reason !== undefined) done.reason = told.reason;
  if (told.usage !== undefined) done.usage = told.usage;
  return done;
}
