/**
 * Answer queue: what an answer brings, between the socket that pushes and the feature that reads.
 *
 * Laws
 * - After an ending (`done`, `failed`) nothing more is taken in; a reader that comes later still gets everything.
 * - Only one reader, and it is told at once.
 * - A reader that stops early calls `stopped`, once.
 */

import type { AnswerEvent } from '../core/model.ts';

export interface AnswerQueue extends AsyncIterable<AnswerEvent> {
  push(event: AnswerEvent): void;
}

export function createAnswerQueue(stopped: () => void): AnswerQueue {
  const events: AnswerEvent[] = [];
  let at = 0;
  let ended = false;
  let released = false;
  let wake: ((result: IteratorResult<AnswerEvent, undefined>) => void) | undefined;
  let taken = false;

  const take = (): IteratorResult<AnswerEvent, undefined> | undefined => {
    if (released) return { done: true, value: undefined };
    const event = events[at];
    if (event) {
      at++;
      return { done: false, value: event };
    }
    return ended ? { done: true, value: undefined } : undefined;
  };

  const iterator: AsyncIterator<AnswerEvent, undefined> = {
    next() {
      const result = take();
      if (result) return Promise.resolve(result);
      return new Promise((resolve) => {
        wake = resolve;
      });
    },
    return() {
      if (!released) {
        released = true;
        if (!ended) stopped();
        wake?.({ done: true, value: undefined });
        wake = undefined;
      }
      return Promise.resolve({ done: true, value: undefined });
    },
  };

  return {
    push(event) {
      if (ended || released) return;
      events.push(event);
      ended = event.kind === 'done' || event.kind === 'failed';
      const waiting = wake;
      wake = undefined;
      const result = waiting && take();
      if (result) waiting(result);
    },
    [Symbol.asyncIterator]() {
      if (taken) throw new Error('an answer can be read only once');
      taken = true;
      return iterator;
    },
  };
}
