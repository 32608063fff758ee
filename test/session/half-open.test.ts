/** A network that is changed under an open connection: what is written is lost, and nobody says so. */

import { expect, test } from 'vitest';
import type { Dial } from '../../server/session/socket.ts';
import { completeAsk, drawn, editAsk } from '../support/asks.ts';
import { virtualClock } from '../support/clock.ts';
import { memoryServer } from '../support/model-memory.ts';
import { testSession } from '../support/session.ts';

const turns = () => new Promise(setImmediate);
const answered = { type: 'response.completed', response: { id: 'r', output: [] } };

interface Network {
  readonly host: string;
  /** How long each answer took while the network was well. */
  readonly tookMs: readonly number[];
  /** Between the last of them and the edit. */
  readonly pauseMs?: number;
  /** Whether pings are answered when an edit is asked for, which is not. */
  readonly pongs: boolean;
  /** Whether the machine knows that it is in another one by then. */
  readonly isLeft?: boolean;
}

/** Seconds until another connection is tried for; nothing where none is in so many. */
async function check(
  { host, tookMs, pauseMs = 0, pongs, isLeft = false }: Network,
  withinS = 20,
): Promise<number | undefined> {
  const clock = virtualClock();
  const server = memoryServer();
  let isWell = true;
  const dial: Dial = async (endpoint, options, signal) => {
    const dialled = await server.dial(endpoint, options, signal);
    if (dialled.kind !== 'open') return dialled;
    const { socket } = dialled;
    const ping = (): void => {
      if (isWell || pongs) socket.ping();
    };
    return { kind: 'open', socket: { ...socket, ping, hasLeft: () => isLeft && !isWell } };
  };
  const { session } = testSession(`wss://${host}/v1/responses`, { clock, dial });
  const { signal } = new AbortController();
  for (const ms of tookMs) {
    const answer = drawn(session.ask(completeAsk('a█'), signal));
    await turns();
    server.accept();
    await turns();
    // Slow at everything.
    isWell = ms < 1000;
    clock.advance(ms);
    server.send('first', answered);
    expect(await answer).toBe('completed');
  }
  clock.advance(pauseMs);
  isWell = false;
  const edit = drawn(session.ask(editAsk('«a»', 'b'), signal));
  await turns();
  if (tookMs.length === 0) server.accept();
  let found: number | undefined;
  for (let second = 1; second <= withinS && found === undefined; second++) {
    clock.advance(1000);
    await turns();
    if (server.dials() > 0) found = second;
  }
  if (found !== undefined) {
    server.accept();
    await turns();
    server.send('last', answered);
    expect(await edit).toBe('completed');
  }
  await session.dispose();
  await edit;
  expect(clock.pending()).toBe(0);
  return found;
}

const well = { host: 'model.example', tookMs: [100, 100], pongs: false };

test('an edit asked into it is asked anew, once no ping is answered either', async () => {
  expect(await check(well)).toBe(5);
});

test('so is one asked after a pause', async () => {
  for (const pauseMs of [3_000, 60_000]) expect(await check({ ...well, pauseMs })).toBe(5);
});

test('at once where the machine knows that it is in another network', async () => {
  expect(await check({ ...well, isLeft: true })).toBe(1);
  // Also of a server that may be slow at everything.
  expect(await check({ ...well, tookMs: [], isLeft: true })).toBeLessThanOrEqual(3);
});

test('a model that thinks for long, on a connection that is well, is waited for', async () => {
  expect(await check({ ...well, pongs: true })).toBe(undefined);
});

test('a server that has been slow to say anything is given twice as long', async () => {
  expect(await check({ ...well, tookMs: [100, 4000] })).toBe(10);
});

test('a server that has said nothing yet may be slow at everything', async () => {
  expect(await check({ ...well, tookMs: [] })).toBe(undefined);
});

test('no network is between this machine and itself', async () => {
  expect(await check({ ...well, host: '127.0.0.1' })).toBe(undefined);
});

test('a completion asked into it is given up when it would be anyway, where there is no network to ask it anew in', async () => {
  const clock = virtualClock();
  const server = memoryServer();
  const dial: Dial = async (endpoint, options, signal) => {
    const dialled = await server.dial(endpoint, options, signal);
    if (dialled.kind !== 'open') return dialled;
    return { kind: 'open', socket: { ...dialled.socket, ping: () => undefined } };
  };
  const { session } = testSession('wss://model.example/v1/responses', { clock, dial });
  const ask = () => drawn(session.ask(completeAsk('a█'), new AbortController().signal));
  const first = ask();
  await turns();
  server.accept();
  await turns();
  server.send('first', answered);
  expect(await first).toBe('completed');
  let ended: number | undefined;
  const asked = clock.now();
  const second = ask().finally(() => {
    ended = clock.now() - asked;
  });
  for (let s = 1; s <= 20 && ended === undefined; s++) {
    await turns();
    clock.advance(1000);
    await turns();
  }
  expect(await second).toMatch(/^failed /);
  expect([server.dials(), ended]).toEqual([1, 8_000]);
  await session.dispose();
  expect(clock.pending()).toBe(0);
});
