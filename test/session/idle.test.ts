import { expect, onTestFinished, test } from 'vitest';
import type { SessionOptions } from '../../server/session/session.ts';
import { askDocument, completeAsk, drawn } from '../support/asks.ts';
import { virtualClock } from '../support/clock.ts';
import { memoryServer } from '../support/model-memory.ts';
import { testSession } from '../support/session.ts';

const minute = 60_000;
const turns = () => new Promise(setImmediate);

/** A session with an open connection that has just answered. */
async function setUp(more: Partial<SessionOptions> = {}) {
  const clock = virtualClock();
  const server = memoryServer();
  const { session, logged } = testSession('ws://model.example/v1/responses', {
    clock,
    dial: server.dial,
    ...more,
  });
  onTestFinished(async () => {
    await session.dispose();
    expect(clock.pending()).toBe(0);
    expect(server.violations).toEqual([]);
  });
  const ask = () => drawn(session.ask(completeAsk('a█'), new AbortController().signal));
  const finish = () =>
    server.send('first', { type: 'response.completed', response: { id: 'r', output: [] } });
  const first = ask();
  await turns();
  server.accept();
  await turns();
  finish();
  expect(await first).toBe('completed');
  return { clock, server, session, logged, ask, finish };
}

test('a connection that nobody uses ends after five minutes, and the next ask opens another', async () => {
  const { clock, server, session, logged, ask, finish } = await setUp();
  clock.advance(5 * minute - 1);
  expect(server.connections()).toBe(1);
  clock.advance(1);
  expect(server.connections()).toBe(0);
  expect(session.status().state).toBe('idle');
  // Nothing is made of it: no warning, no new try.
  await turns();
  expect(server.dials()).toBe(0);
  expect(logged.filter((line) => !line.startsWith('debug'))).toEqual([]);
  const next = ask();
  await turns();
  server.accept();
  await turns();
  finish();
  expect(await next).toBe('completed');
});

test('what is told uses it, and opens another one before it is asked', async () => {
  const { clock, server, session } = await setUp();
  const tell = () => session.tell({ kind: 'opened', document: askDocument('a') });
  for (let i = 0; i < 4; i++) {
    clock.advance(4 * minute);
    tell();
  }
  clock.advance(5 * minute - 1);
  expect(server.connections()).toBe(1);
  clock.advance(1);
  expect(server.connections()).toBe(0);
  tell();
  await turns();
  expect(server.dials()).toBe(1);
  server.accept();
  await turns();
  clock.advance(5 * minute);
  expect(server.connections()).toBe(0);
});

test('an answer under way uses it, and the five minutes begin at its end', async () => {
  const { clock, server, ask, finish } = await setUp({
    limits: { completionMs: 20 * minute, idleMs: 20 * minute },
  });
  const slow = ask();
  server.send('first', { type: 'response.created', response: { id: 'r' } });
  clock.advance(12 * minute);
  expect(server.connections()).toBe(1);
  finish();
  expect(await slow).toBe('completed');
  clock.advance(5 * minute - 1);
  expect(server.connections()).toBe(1);
  clock.advance(5 * minute);
  expect(server.connections()).toBe(0);
});

test('a connection that is kept warm stays', async () => {
  const { clock, server } = await setUp({ connect: 'now' });
  clock.advance(50 * minute);
  expect([server.connections(), server.dials()]).toEqual([1, 0]);
});
