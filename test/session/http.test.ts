/** The way over HTTP under everything that can go wrong with it, over real sockets: no request is lost, none is left open. */

import type { IncomingMessage } from 'node:http';
import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { createHttpDial } from '../../server/session/http.ts';
import { readAnswer } from '../../server/session/http-answer.ts';
import { drawn, editAsk } from '../support/asks.ts';
import { virtualClock, whilePassing } from '../support/clock.ts';
import { begin, delta, error, reply, type Step } from '../support/model-server.ts';
import { servedOverHttp, servedSession } from '../support/temporary-session.ts';

const whole = reply('abcdef', { pieces: 3 });
const points = whole.map((_, i) => i);
const faults: readonly (readonly [string, Step])[] = [
  ['its end', { close: 1000 }],
  ['a cut', { destroy: true }],
  ['silence', { hold: 'for ever' }],
  ['an error', error(500, 'server_error')],
  ['a busy server', error(429, 'rate_limit_exceeded')],
];

test.each(points.flatMap((point) => faults.map(([name, step]) => [name, point, step] as const)))(
  '%s after %d events ends that answer and no other',
  async (_, point, step) => {
    const { ask, clock } = await servedOverHttp({
      answer: (_frame, n) => (n === 0 ? [...whole.slice(0, point), step] : whole),
    });
    const isAnswered = point === whole.length - 1;
    const ends = /^("[a-f]+" )?failed (offline|model|busy)$/;
    const answer = await whilePassing(clock, drawn(ask()));
    // What is whole lacks nothing but what it cost. A cut may take with it what was sent before.
    if (!isAnswered) expect(answer).toMatch(ends);
    else if ('destroy' in step) expect(answer).toMatch(/^("abcdef" completed|("[a-f]+" )?failed offline)$/);
    else expect(answer).toBe('"abcdef" completed');
    clock.advance(60_000);
    expect(await drawn(ask())).toBe('"abcdef" completed');
  },
);

test.each(points)('what cannot be read after %d events costs nothing', async (point) => {
  const { ask } = await servedOverHttp({
    answer: () => [...whole.slice(0, point), { raw: '{' }, { raw: '[1]' }, ...whole.slice(point)],
  });
  expect(await drawn(ask())).toBe('"abcdef" completed');
});

test.each(Array.from({ length: 12 }, (_, i) => i))('an abort after %d turns', async (turns) => {
  const { ask } = await servedOverHttp({ answer: () => whole });
  const abort = new AbortController();
  const answer = drawn(ask('let a█', abort.signal));
  for (let i = 0; i < turns; i++) await new Promise(setImmediate);
  abort.abort();
  expect(await answer).toMatch(/^("[a-f]+" )?(failed cancelled|completed)$/);
  expect(await drawn(ask())).toBe('"abcdef" completed');
});

test.each(Array.from({ length: 12 }, (_, i) => i))('disposal after %d turns', async (turns) => {
  const { ask, session } = await servedOverHttp({ answer: () => whole });
  const answers = [drawn(ask()), drawn(ask())];
  for (let i = 0; i < turns; i++) await new Promise(setImmediate);
  await session.dispose();
  for (const each of await Promise.all(answers)) expect(each).toMatch(/(failed disposed|completed)$/);
});

test('a request whose reader has gone is really ended, however many there were', async () => {
  const { ask, server } = await servedOverHttp({
    answer: (_frame, n) => (n < 40 ? [...begin(), delta('ab'), { hold: 'for ever' }] : whole),
  });
  for (let i = 0; i < 40; i++) {
    const abort = new AbortController();
    const answer = drawn(ask('let a█', abort.signal));
    await server.arrived('response.create', i + 1);
    abort.abort();
    expect(await answer).toMatch(/failed cancelled$/);
  }
  await server.deserted();
  expect(await drawn(ask())).toBe('"abcdef" completed');
});

test('an answer without end is ended at its server too', async () => {
  const endless = [...begin(), ...Array.from({ length: 200 }, () => delta('x'.repeat(100)))];
  const { ask, server } = await servedOverHttp({ answer: () => [...endless, { hold: 'for ever' }] });
  expect(await drawn(ask())).toMatch(/incomplete endless$/);
  await server.deserted();
});

test('answers come in any order, each to its own', async () => {
  const { ask, server } = await servedOverHttp({
    answer: (_frame, n) => [...begin(), { hold: `${n}` }, ...reply(`answer ${n}`).slice(4)],
  });
  const answers: Promise<string>[] = [];
  for (let n = 0; n < 12; n++) {
    answers.push(drawn(ask()));
    await server.arrived('response.create', n + 1);
  }
  for (let n = 11; n >= 0; n--) server.release(`${n}`);
  expect(await Promise.all(answers)).toEqual(answers.map((_, n) => `"answer ${n}" completed`));
});

test('kept connections that all ended cost nothing', async () => {
  const { ask, server } = await servedOverHttp({ answer: () => whole });
  expect(await Promise.all([ask(), ask(), ask()].map(drawn))).toEqual(Array(3).fill('"abcdef" completed'));
  server.cut();
  expect(await Promise.all([ask(), ask(), ask()].map(drawn))).toEqual(Array(3).fill('"abcdef" completed'));
});

test('blanks before an answer are not kept', async () => {
  const response = Object.assign(new PassThrough(), { statusCode: 200, headers: {} });
  const told: string[] = [];
  readAnswer(response as unknown as IncomingMessage, ({ type }) => told.push(type));
  const blanks = '\n'.repeat(64 * 1024);
  const started = performance.now();
  for (let n = 0; n < 200; n++) {
    response.write(blanks);
    await new Promise(setImmediate);
  }
  // All of them read again with each chunk took four seconds.
  expect(performance.now() - started).toBeLessThan(1_500);
  response.end('data: {"type":"response.completed","response":{}}\n\n');
  await new Promise((resolve) => response.once('end', resolve));
  expect(told[0]).toBe('response.completed');
});

test.each([
  ['line', 'data: ', 'x'.repeat(64 * 1024)],
  ['event', '', `data: ${'x'.repeat(64 * 1024)}\n`],
])('a %s without end is ended before it fills the memory', async (_, start, more) => {
  const response = Object.assign(new PassThrough(), { statusCode: 200, headers: {} });
  const told: unknown[] = [];
  readAnswer(response as unknown as IncomingMessage, (event) => told.push(event.message));
  response.write(`${start}${more}`);
  for (let n = 0; n < 300 && !response.destroyed; n++) {
    response.write(more);
    await new Promise(setImmediate);
  }
  expect(told).toEqual(['the stream has an event of more than 16 MiB']);
  expect(response.destroyed).toBe(true);
});

test.each([
  ['before its answer', []],
  ['in the middle of its answer', [...begin(), delta('ab')]],
])('a server that can be reached no more is noticed %s', async (_, steps) => {
  const clock = virtualClock();
  const fallback = createHttpDial({ clock, reach: () => () => undefined });
  const settings = { post: true, refuse: () => ({ status: 426 }) };
  const answer = (_frame: unknown, n: number) => (n === 0 ? [...steps, { hold: 'for ever' }] : whole);
  const { ask, session, server } = await servedSession({ ...settings, answer }, { fallback });
  const lost = drawn(session.ask(editAsk('«a»', 'b'), new AbortController().signal));
  await server.arrived('response.create', 1);
  for (let second = 0; second < 12; second++) {
    for (let turn = 0; turn < 10; turn++) await new Promise(setImmediate);
    clock.advance(1_000);
  }
  expect(await lost).toMatch(/failed offline$/);
  expect(clock.pending()).toBe(0);
  expect(await drawn(ask())).toBe('"abcdef" completed');
});
