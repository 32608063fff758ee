/** A machine that was asleep: its own clock stood still, the time of day did not, and no connection says that it is dead. */

import { expect, test } from 'vitest';
import { askDocument, completeAsk, drawn } from '../support/asks.ts';
import { virtualClock } from '../support/clock.ts';
import { memoryServer } from '../support/model-memory.ts';
import { testSession } from '../support/session.ts';

const night = 8 * 3_600_000;
const turns = () => new Promise(setImmediate);

/** A session that has been answered, some minutes ago; what wakes it is done, and then it is asked again. */
async function check(host: string, wake: (session: ReturnType<typeof testSession>['session']) => void) {
  let asleep = 0;
  const clock = virtualClock();
  const server = memoryServer();
  const { session } = testSession(`ws://${host}/v1/responses`, {
    clock,
    dial: server.dial,
    epochMs: () => clock.now() + asleep,
  });
  let dialled = 0;
  const dial = async (): Promise<void> => {
    for (await turns(); server.dials() > 0; await turns()) {
      dialled++;
      server.accept();
    }
  };
  const asked = async (): Promise<void> => {
    const answer = drawn(session.ask(completeAsk('a█'), new AbortController().signal));
    await dial();
    server.send('first', { type: 'response.completed', response: { id: 'r', output: [] } });
    expect(await answer).toBe('completed');
  };
  await asked();
  // Awake, somebody looks often enough, however long nobody asks.
  for (let i = 0; i < 40; i++) clock.advance(6_000);
  await asked();
  expect(dialled).toBe(1);
  asleep = night;
  wake(session);
  // What woke it may take its time.
  await dial();
  await asked();
  await session.dispose();
  expect(clock.pending()).toBe(0);
  return dialled;
}

test('what is asked first goes over another connection', async () => {
  expect(await check('model.example', () => undefined)).toBe(2);
});

test('the first key opens it, before anything is asked', async () => {
  const told = { kind: 'opened', document: askDocument('a') } as const;
  expect(await check('model.example', (session) => session.tell(told))).toBe(2);
});

test('a model on this machine slept along', async () => {
  expect(await check('127.0.0.1', () => undefined)).toBe(1);
});

test('where nobody asks, who looks after the connection ends it', async () => {
  let asleep = 0;
  const clock = virtualClock();
  const server = memoryServer();
  const { session } = testSession('ws://model.example/v1/responses', {
    clock,
    dial: server.dial,
    epochMs: () => clock.now() + asleep,
  });
  const answer = drawn(session.ask(completeAsk('a█'), new AbortController().signal));
  await turns();
  server.accept();
  await turns();
  server.send('first', { type: 'response.completed', response: { id: 'r', output: [] } });
  await answer;
  asleep = night;
  expect(server.connections()).toBe(1);
  clock.advance(15_000);
  expect(server.connections()).toBe(0);
  expect(session.status().state).toBe('idle');
  await session.dispose();
  expect(clock.pending()).toBe(0);
});

/** What a server that is busy for two hours says to a session, which sleeps meanwhile or does not, and is asked again. */
async function askedAgain(
  says: 'at the upgrade' | 'to a request',
  { asleepMs, awakeMs }: { readonly asleepMs: number; readonly awakeMs: number },
): Promise<string> {
  let asleep = 0;
  const clock = virtualClock();
  const server = memoryServer();
  const { session } = testSession('ws://model.example/v1/responses', {
    clock,
    dial: server.dial,
    epochMs: () => clock.now() + asleep,
  });
  const ask = () => drawn(session.ask(completeAsk('a█'), new AbortController().signal));
  const retryAfterMs = 2 * 3_600_000;
  const refused = ask();
  await turns();
  if (says === 'at the upgrade') {
    server.refuse({ kind: 'http', status: 429, message: '', code: undefined, retryAfterMs });
  } else {
    server.accept();
    await turns();
    server.send('first', { type: 'error', status: 429, error: { resets_in_seconds: retryAfterMs / 1000 } });
  }
  expect(await refused).toBe('failed busy');
  asleep = asleepMs;
  clock.advance(awakeMs);
  const answer = ask();
  await turns();
  if (server.dials() > 0) {
    server.accept();
    await turns();
    server.send('first', { type: 'response.completed', response: { id: 'r', output: [] } });
  }
  const said = await answer;
  await session.dispose();
  expect(clock.pending()).toBe(0);
  return said;
}

test.each(['at the upgrade', 'to a request'] as const)(
  'a wait that a server asked for, %s, is over in the morning',
  async (says) => {
    expect(await askedAgain(says, { asleepMs: night, awakeMs: 0 })).toBe('completed');
    expect(await askedAgain(says, { asleepMs: night / 8, awakeMs: 0 })).toBe('failed busy');
    expect(await askedAgain(says, { asleepMs: -night, awakeMs: 7_199_000 })).toBe('failed busy');
    expect(await askedAgain(says, { asleepMs: -night, awakeMs: 7_201_000 })).toBe('completed');
  },
);

test('a connection made after a long time without one is new, and stays', async () => {
  const clock = virtualClock();
  const server = memoryServer();
  const { session } = testSession('ws://model.example/v1/responses', {
    clock,
    dial: server.dial,
    epochMs: () => clock.now(),
  });
  session.tell({ kind: 'opened', document: askDocument('a') });
  for (await turns(); clock.now() < 120_000 || server.dials() === 0; await turns()) {
    server.refuse({ kind: 'network', code: 'ENOTFOUND', message: 'no network' });
    clock.advance(1_000);
  }
  server.accept();
  await turns();
  expect(server.connections()).toBe(1);
  clock.advance(15_000);
  expect(server.connections()).toBe(1);
  await session.dispose();
});
