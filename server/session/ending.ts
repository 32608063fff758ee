/** How an answer ends for its reader when it was answered. */

import type { AnswerEvent, AnswerTiming } from '../core/model.ts';
import type { EndedResponse } from './protocol/events.ts';

export type DoneEvent = Extract<AnswerEvent, { kind: 'done' }>;

type Writable<T> = { -readonly [K in keyof T]: T[K] };

/** `ended`: what its peer, or whoever ended it, says of it. */
export function doneEvent(
  ended: Pick<DoneEvent, 'outcome' | 'metadata'> & Partial<Pick<EndedResponse, 'reason' | 'usage'>>,
  timing: AnswerTiming,
): DoneEvent {
  const { outcome, metadata, reason, usage } = ended;
  const done: Writable<DoneEvent> = { kind: 'done', outcome, metadata, timing };
  if (reason !== undefined) done.reason = reason;
  if (usage !== undefined) done.usage = usage;
  return done;
}
