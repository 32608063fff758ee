/** A model's answer with the secrets put in again, each candidate a stream of its own. */

import type { AnswerEvent } from '../../core/model.ts';
import { createRestoring, type Restoring } from './restoring.ts';
import type { Vault } from './vault.ts';

/** Not a generator: leaving before the first event must release the answer behind it as well. */
export function restored(answer: AsyncIterable<AnswerEvent>, vault: Vault): AsyncIterable<AnswerEvent> {
  const source = answer[Symbol.asyncIterator]();
  const streams = new Map<number, Restoring>();
  const ready: AnswerEvent[] = [];

  function take(event: AnswerEvent): void {
    switch (event.kind) {
      case 'text': {
        const stream = streams.get(event.index) ?? createRestoring(vault);
        streams.set(event.index, stream);
        const text = stream.push(event.text);
        if (text !== '') ready.push({ ...event, text });
        return;
      }
      case 'refusal':
        ready.push({ ...event, text: vault.restore(event.text) });
        return;
      case 'whole':
      case 'done':
        for (const [index, stream] of streams) {
          const text = stream.end();
          if (text !== '') ready.push({ kind: 'text', index, text });
        }
        streams.clear();
        ready.push(event);
        return;
      case 'failed':
        ready.push(event);
        return;
      default:
        event satisfies never;
    }
  }

  const iterator: AsyncIterableIterator<AnswerEvent> = {
    [Symbol.asyncIterator]: () => iterator,
    async next() {
      for (;;) {
        const event = ready.shift();
        if (event) return { done: false, value: event };
        const result = await source.next();
        if (result.done) return { done: true, value: undefined };
        take(result.value);
      }
    },
    async return() {
      ready.length = 0;
      await source.return?.();
      return { done: true, value: undefined };
    },
  };
  return iterator;
}
