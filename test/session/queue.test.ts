/** Laws of the queue between the socket that pushes and the reader of an answer. */

import { expect, test } from 'vitest';
import type { AnswerEvent } from '../../server/core/model.ts';
import { AnswerQueue } from '../../server/session/queue.ts';

const text: AnswerEvent = { kind: 'text', index: 0, text: 'a' };
const failed: AnswerEvent = { kind: 'failed', failure: { code: 'cancelled', message: '' } };

test('a reader that stops while it waits is let go, and says so once', async () => {
  let stopped = 0;
  const queue = new AnswerQueue(() => stopped++);
  const waiting = queue.next();
  await queue.return();
  await queue.return();
  expect(await waiting).toEqual({ done: true, value: undefined });
  expect(stopped).toBe(1);
});

test('after an ending nothing is taken in, and a late reader hears all before it', async () => {
  let stopped = 0;
  const queue = new AnswerQueue(() => stopped++);
  for (const event of [text, failed, text, failed]) queue.push(event);
  const heard: AnswerEvent[] = [];
  for await (const event of queue) heard.push(event);
  expect(heard).toEqual([text, failed]);
  await queue.return();
  expect(stopped).toBe(0);
});

test('there is one reader', () => {
  const queue = new AnswerQueue(() => undefined);
  queue[Symbol.asyncIterator]();
  expect(() => queue[Symbol.asyncIterator]()).toThrow('only once');
});
