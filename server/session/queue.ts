/**
 * Answer queue: what an answer brings, between the socket that pushes and the feature that reads.
 *
 * Laws
 * - After an ending (`done`, `failed`) nothing more is taken in; a reader that comes later still gets everything.
 * - Only one reader, and it is told at once.
 * - A reader that stops early calls `stopped`, once.
 */

import type { AnswerEvent } from '../core/model.ts';

type Next = IteratorResult<AnswerEvent, undefined>;

/** It is its own iterator: one is made for every ask, before that is sent. */
export class AnswerQueue implements AsyncIterable<AnswerEvent>, AsyncIterator<AnswerEvent, undefined> {
  readonly #stopped: () => void;
  readonly #events: AnswerEvent[] = [];
  #at = 0;
  #ended = false;
  #released = false;
  #taken = false;
  #wake: ((next: Next) => void) | undefined;

  constructor(stopped: () => void) {
    this.#stopped = stopped;
  }

  push(event: AnswerEvent): void {
    if (this.#ended || this.#released) return;
    this.#ended = event.kind === 'done' || event.kind === 'failed';
    const waiting = this.#wake;
    if (!waiting) {
      this.#events.push(event);
      return;
    }
    this.#wake = undefined;
    waiting({ done: false, value: event });
  }

  [Symbol.asyncIterator](): AsyncIterator<AnswerEvent, undefined> {
    if (this.#taken) throw new Error('an answer can be read only once');
    this.#taken = true;
    return this;
  }

  next(): Promise<Next> {
    const event = this.#released ? undefined : this.#events[this.#at];
    if (event) {
      this.#at++;
      return Promise.resolve({ done: false, value: event });
    }
    if (this.#released || this.#ended) return Promise.resolve({ done: true, value: undefined });
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }

  return(): Promise<Next> {
    if (!this.#released) {
      this.#released = true;
      if (!this.#ended) this.#stopped();
      this.#wake?.({ done: true, value: undefined });
      this.#wake = undefined;
    }
    return Promise.resolve({ done: true, value: undefined });
  }
}
