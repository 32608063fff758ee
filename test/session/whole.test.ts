/**
 * An answer that its server has called completed, before the end that says what it cost: that end may be late, or lost
 * on the way, and nobody is to wait for it.
 *
 * The reader's events, the time between them in seconds: `abc whole 5 completed`.
 */

import { expect, test } from 'vitest';
import { completeAsk, editAsk } from '../support/asks.ts';
import {
  begin,
  delta,
  event,
  type Json,
  type ModelServerOptions,
  type Step,
} from '../support/model-server.ts';
import { type ServedSession, servedSession } from '../support/temporary-session.ts';

const message = (fields: Json = {}) => ({
  type: 'message',
  status: 'completed',
  content: [{ type: 'output_text', text: 'abc' }],
  ...fields,
});
const added = (output_index: number, item: Json): Step =>
  event('response.output_item.added', { output_index, item: { ...item, status: 'in_progress' } });
const done = (item: Json, output_index = 0): Step =>
  event('response.output_item.done', { output_index, item });
const hold: Step = { hold: 'end' };
const completed = event('response.completed', {
  response: { id: 'resp_1', usage: { input_tokens: 10, output_tokens: 3 } },
});

interface Served extends ServedSession {
  /** What the reader of an edit, or of a completion, hears within a minute. */
  heard(task?: 'edit' | 'complete', maxOutputTokens?: number): Promise<string>;
}

async function served(answer: readonly Step[], options: ModelServerOptions = {}): Promise<Served> {
  const made = await servedSession({
    answer: (_frame, n) => (n === 0 ? answer : [...begin(), completed]),
    ...options,
  });
  const { session, clock } = made;
  return {
    ...made,
    async heard(task = 'edit', maxOutputTokens = 100) {
      const asked = task === 'edit' ? editAsk('«let a»', 'shorten') : completeAsk('let a█');
      const said: string[] = [];
      let last = 0;
      const read = (async () => {
        for await (const each of session.ask({ ...asked, maxOutputTokens }, new AbortController().signal)) {
          const seconds = Math.round((clock.now() - last) / 1000);
          last = clock.now();
          if (seconds > 0) said.push(String(seconds));
          if (each.kind === 'text') said.push(each.text);
          else if (each.kind === 'done') said.push(each.outcome);
          else said.push(each.kind === 'failed' ? `failed ${each.failure.code}` : each.kind);
        }
      })();
      let isOver = false;
      void read.finally(() => {
        isOver = true;
      });
      for (let second = 0; second < 70 && !isOver; second++) {
        for (let turn = 0; turn < 30 && !isOver; turn++) await new Promise(setImmediate);
        if (!isOver) clock.advance(1000);
      }
      return said.join(' ');
    },
  };
}

test.each<[string, readonly Step[], string]>([
  ['the end follows', [done(message()), completed], 'abc whole completed'],
  ['the end never comes', [done(message()), hold], 'abc whole 5 completed'],
  ['the connection ends', [done(message()), { close: 1000 }], 'abc whole completed'],
  ['an error ends it', [done(message()), event('error', { code: 'server_error' })], 'abc whole completed'],
  ['no words of its own', [done({ type: 'message', status: 'completed' }), hold], 'abc whole 5 completed'],
  ['not called completed', [done(message({ status: undefined })), hold], 'abc 60 failed model'],
  ['called incomplete', [done(message({ status: 'incomplete' })), hold], 'abc 60 failed model'],
  ['cut short after all', [done(message()), event('response.incomplete')], 'abc whole incomplete'],
  ['it thinks on', [done(message()), added(1, { type: 'reasoning' }), hold], 'abc whole 60 failed model'],
  [
    'another message',
    [
      done(message()),
      added(1, { type: 'message' }),
      event('response.output_text.delta', { output_index: 1, delta: 'd' }),
      completed,
    ],
    'abc whole d completed',
  ],
  [
    'more words, unannounced',
    [done(message()), event('response.output_text.delta', { output_index: 1, delta: 'd' }), hold],
    'abc whole d 60 failed model',
  ],
])('%s', async (_, steps, expected) => {
  const { heard } = await served([...begin(), delta('abc'), ...steps]);
  expect(await heard()).toBe(expected);
});

test('what was thought first may have used up what was allowed: its words wait for the end, and are not lost', async () => {
  const reasoning = { type: 'reasoning', summary: [] };
  const steps = [added(0, reasoning), done(reasoning), added(1, { type: 'message' })];
  const said = event('response.output_text.delta', { output_index: 1, delta: 'abc' });
  const { heard } = await served([...steps, said, done(message(), 1), hold]);
  expect(await heard()).toBe('abc 5 completed');
});

test('what is as long as was allowed may be cut short', async () => {
  const { heard } = await served([...begin(), delta('abc'), done(message()), completed]);
  expect(await heard('complete', 3)).toBe('abc completed');
});

test('a gateway says more with the end than what it cost', async () => {
  const { heard } = await served([...begin(), delta('abc'), done(message()), hold], { takesAsks: true });
  expect(await heard()).toBe('abc 60 failed model');
});

test('an end that comes late is billed, and its lane is free again', async () => {
  const { heard, session, server } = await served([
    ...begin(),
    delta('abc'),
    done(message()),
    hold,
    completed,
  ]);
  expect(await heard()).toBe('abc whole 5 completed');
  expect(session.status()).toMatchObject({ state: 'ready', usage: { inputTokens: 0 } });
  server.release('end');
  for (let turn = 0; turn < 30; turn++) await new Promise(setImmediate);
  expect(session.status()).toMatchObject({ usage: { inputTokens: 10, outputTokens: 3 } });
  expect(session.status().measured?.ledger).toMatchObject({ input: 10, wasted: 0, estimated: 0 });
});

test('what an answer cost whose connection ended is estimated, and none of it is wasted', async () => {
  const { heard, session } = await served([...begin(), delta('abc'), done(message()), { close: 1000 }]);
  expect(await heard()).toBe('abc whole completed');
  const ledger = session.status().measured?.ledger;
  expect(ledger).toMatchObject({ wasted: 0 });
  expect(ledger?.estimated).toBeGreaterThan(0);
});
