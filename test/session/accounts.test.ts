/** What each request took and cost, through a session over a server moved by hand. */

import { expect, onTestFinished, test } from 'vitest';
import type { Ask } from '../../server/core/ask.ts';
import type { Ledger, RequestRecord } from '../../server/core/measured.ts';
import { noUsage } from '../../server/core/model.ts';
import type { SessionOptions } from '../../server/session/session.ts';
import { completeAsk, drawn } from '../support/asks.ts';
import { virtualClock } from '../support/clock.ts';
import { memoryServer } from '../support/model-memory.ts';
import { testSession } from '../support/session.ts';

const turns = () => new Promise(setImmediate);
const price = { input: 2, cached: 0.5, output: 10 };

async function scene(more: Partial<SessionOptions> = {}) {
  const clock = virtualClock();
  const server = memoryServer();
  const { session, logged } = testSession('ws://model.example/v1/responses', {
    clock,
    dial: server.dial,
    prewarm: () => 'never',
    price,
    ...more,
  });
  onTestFinished(async () => {
    await session.dispose();
    expect(clock.pending()).toBe(0);
  });
  let requests = 0;
  return {
    clock,
    server,
    session,
    logged,
    async ask() {
      const abort = new AbortController();
      const ask: Ask = { ...completeAsk('let a█'), request: ++requests };
      const answer = drawn(session.ask(ask, abort.signal));
      await turns();
      server.accept();
      await turns();
      return { answer, abort, request: requests };
    },
    text: (delta: string) =>
      server.send('first', { type: 'response.output_text.delta', delta, output_index: 0, content_index: 0 }),
    created: () => server.send('first', { type: 'response.created', response: { id: 'r' } }),
    done: (usage?: object) =>
      server.send('first', {
        type: 'response.completed',
        response: { id: 'r', ...(usage ? { usage } : {}) },
      }),
    ledger: (): Ledger | undefined => session.status().measured?.ledger,
    record: (): RequestRecord | undefined => session.status().measured?.records.at(-1),
    running: () => session.status().measured?.running,
  };
}

const usage = (input: number, cached: number, output: number) => ({
  input_tokens: input,
  input_tokens_details: { cached_tokens: cached },
  output_tokens: output,
});

test.each([
  ['below zero', -1],
  ['larger than any count', 1e300],
])('a usage that is %s is as good as none', async (_, wrong) => {
  const { ask, text, done, session, ledger } = await scene();
  const { answer } = await ask();
  text('a');
  done(usage(wrong, wrong, wrong));
  expect(await answer).toBe('"a" completed');
  const { input, output, estimated } = ledger() ?? { input: 0, output: 0, estimated: undefined };
  expect(input).toBeGreaterThan(0);
  expect(estimated).toBe(input + output);
  expect(session.status().usage).toEqual(noUsage);
});

test('each step of an answer has its time, and the log one line of it', async () => {
  const { clock, ask, created, text, done, record, session, logged, running } = await scene();
  const first = await ask();
  expect(running()).toBe(1);
  clock.advance(15);
  created();
  clock.advance(60);
  text('a');
  clock.advance(4);
  text('b');
  clock.advance(1);
  done(usage(1000, 900, 2));
  await first.answer;
  await turns();
  clock.advance(3);
  session.applied?.(first.request);
  expect(record()).toEqual({
    at: 0,
    request: 1,
    task: 'complete',
    outcome: 'completed',
    ms: { sent: 0, created: 15, firstText: 75, lastText: 79, done: 80, applied: 83 },
    tokens: { input: 1000, cached: 900, output: 2, by: 'server' },
  });
  expect(running()).toBe(0);
  expect(logged.filter((line) => line.startsWith('debug: model request'))).toEqual([
    'debug: model request completion, answered whole: sent 0.0, created 15.0, first text 75.0, last text 79.0, done 80.0 ms; 1000 tokens in (900 cached), 2 out',
    'debug: model request complete applied after 83.0 ms',
  ]);
});

test('what was shown while it was still being written counts as applied then, once', async () => {
  const { clock, ask, text, done, record, session } = await scene();
  const { answer, request } = await ask();
  clock.advance(10);
  text('a');
  clock.advance(5);
  session.applied?.(request);
  clock.advance(50);
  done();
  await answer;
  session.applied?.(request);
  expect(record()?.ms).toMatchObject({ applied: 15, done: 65 });
});

test('beside a measurement stands what its sizes let expect, from the speeds of those before', async () => {
  const { clock, ask, created, text, done, record, session } = await scene();
  /** A server that reads 10 and writes 1 token in a millisecond, 20 ms away, and takes 30 ms to begin. */
  async function answered(uncached: number, output: number, stall = 0): Promise<void> {
    const { answer } = await ask();
    clock.advance(20);
    created();
    clock.advance(30 + uncached / 10 + stall);
    for (let i = 0; i < output; i++) {
      if (i > 0) clock.advance(1);
      text('x');
    }
    done(usage(2000, 2000 - uncached, output));
    await answer;
  }
  await answered(1000, 20);
  expect(record()?.expectedMs).toBeUndefined();
  await answered(200, 40);
  await answered(600, 30);
  // One that stalls moves nothing.
  await answered(400, 30, 5000);
  await answered(800, 50);
  await answered(100, 10);
  expect(record()).toMatchObject({
    ms: { firstText: 60, lastText: 69 },
    expectedMs: { firstText: expect.closeTo(60, 0), lastText: expect.closeTo(69, 0) },
  });
  expect(session.status().measured?.speeds).toEqual({
    networkMs: 20,
    startMs: expect.closeTo(30, 1),
    msPerInputToken: expect.closeTo(0.1, 3),
    msPerOutputToken: 1,
  });
});

test('the ledger holds what was billed, and its price', async () => {
  const { ask, done, ledger } = await scene();
  const { answer } = await ask();
  done(usage(1_000_000, 400_000, 100_000));
  await answer;
  expect(ledger()).toEqual({
    input: 1_000_000,
    cached: 400_000,
    output: 100_000,
    wasted: 0,
    estimated: 0,
    dollars: 0.6 * 2 + 0.4 * 0.5 + 0.1 * 10,
  });
});

test('without a price there is no money', async () => {
  const { ask, done, ledger } = await scene({ price: {} });
  const { answer } = await ask();
  done(usage(10, 0, 1));
  await answer;
  expect(ledger()).toEqual({ input: 10, cached: 0, output: 1, wasted: 0, estimated: 0 });
});

test('an abandoned answer is wasted, by what its server says when its tail has ended', async () => {
  const { ask, text, done, ledger, record } = await scene();
  const { answer, abort } = await ask();
  text('abc');
  abort.abort();
  await answer;
  expect(ledger()).toMatchObject({ input: 0, wasted: 0 });
  text('def');
  done(usage(100, 0, 20));
  expect(ledger()).toMatchObject({ input: 100, output: 20, wasted: 120, estimated: 0 });
  expect(record()).toMatchObject({ outcome: 'cancelled', tokens: { input: 100, output: 20, by: 'server' } });
});

test('an abandoned answer whose connection ends is estimated, and marked as such', async () => {
  const { ask, text, server, ledger, record } = await scene();
  const { answer, abort } = await ask();
  text('x'.repeat(30));
  abort.abort();
  await answer;
  server.close();
  const found = ledger();
  expect(found?.output).toBe(10);
  expect(found?.input).toBeGreaterThan(100);
  expect(found).toMatchObject({
    wasted: (found?.input ?? 0) + 10,
    estimated: (found?.input ?? 0) + 10,
  });
  expect(record()?.tokens?.by).toBe('estimate');
});

test('what is estimated is so in the tokens of this model, as far as it has told', async () => {
  const { ask, done, server, ledger, record } = await scene();
  const lost = async () => {
    const { answer, abort } = await ask();
    abort.abort();
    await answer;
    server.close();
    return record()?.tokens?.input ?? 0;
  };
  const before = await lost();
  const told = ledger()?.input ?? 0;
  const { answer } = await ask();
  done(usage(2 * before, 0, 1));
  await answer;
  expect(ledger()?.input).toBe(told + 2 * before);
  expect(await lost()).toBe(2 * before);
});

test('of an answer that its reader left early only the rest is wasted', async () => {
  const { clock, server, session, text, done, ledger, record } = await scene();
  const read = (async () => {
    for await (const event of session.ask(completeAsk('a█'), new AbortController().signal))
      if (event.kind === 'text') return event.text;
    return '';
  })();
  await turns();
  server.accept();
  await turns();
  text('abcde');
  expect(await read).toBe('abcde');
  text('fghij');
  done(usage(100, 0, 40));
  expect(record()).toMatchObject({ outcome: 'left' });
  expect(ledger()).toMatchObject({ input: 100, output: 40, wasted: 20 });
  clock.advance(0);
});

test('what was refused costs nothing, what was lost and asked again is wasted', async () => {
  const { ask, server, ledger, done } = await scene();
  const refused = await ask();
  server.send('first', { type: 'error', status: 400, error: { code: 'invalid_prompt', message: 'No.' } });
  expect(await refused.answer).toBe('failed rejected');
  expect(ledger()).toMatchObject({ input: 0, output: 0, wasted: 0, estimated: 0 });
  const lost = await ask();
  server.close();
  await turns();
  server.accept();
  await turns();
  done(usage(100, 0, 5));
  expect(await lost.answer).toBe('completed');
  const found = ledger();
  expect(found).toMatchObject({ output: 5, wasted: (found?.input ?? 0) - 100 });
  expect(found?.wasted).toBeGreaterThan(50);
  expect(found?.estimated).toBe(found?.wasted);
});

test('memory stays bounded', async () => {
  const { ask, done, session } = await scene();
  for (let i = 0; i < 200; i++) {
    const { answer } = await ask();
    done(usage(10, 0, 1));
    await answer;
  }
  const { records = [], ledger } = session.status().measured ?? {};
  expect(records.length).toBe(64);
  expect(records.at(-1)?.request).toBe(200);
  expect(ledger).toMatchObject({ input: 2000, output: 200 });
});
