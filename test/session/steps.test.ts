/** What the session does at one moment, step by step: each test moves a server in memory to it and no further. */

import { getEventListeners } from 'node:events';
import { expect, test } from 'vitest';
import type { SessionOptions } from '../../server/session/session.ts';
import type { Dial, Refusal } from '../../server/session/socket.ts';
import { askDocument, completeAsk, drawn } from '../support/asks.ts';
import { virtualClock } from '../support/clock.ts';
import { testSession } from '../support/session.ts';
import {
  connectionLimit,
  type SteppedConnection,
  type SteppedRequest,
  type SteppedServer,
  steppedServer,
} from '../support/stepped-server.ts';

const minuteMs = 60_000;
/** The first wait after a refusal, with the random number that test sessions have. */
const firstWaitMs = 175;
const refused: Refusal = {
  kind: 'http',
  status: 503,
  message: '',
  code: undefined,
  retryAfterMs: undefined,
};

interface Asked {
  readonly abort: AbortController;
  /** As `drawn` says; nothing while it goes on. */
  end(): string | undefined;
}

function setUp(lanes: 'named' | 'silent', more: Partial<SessionOptions> = {}) {
  const clock = virtualClock();
  const server = steppedServer({ lanes, takesAsks: false, now: clock.now });
  const signals = new Set<AbortSignal>();
  const dial: Dial = (endpoint, options, signal) => {
    signals.add(signal);
    return server.dial(endpoint, options, signal);
  };
  const { session, logged } = testSession('wss://api.x.ai/v1/responses', {
    clock,
    dial,
    prewarm: () => 'never',
    ...more,
  });
  let asked = 0;
  return {
    clock,
    server,
    session,
    logged,
    signals,
    ask(text = 'a█'): Asked {
      const abort = new AbortController();
      let end: string | undefined;
      const wanted = { ...completeAsk(text), maxOutputTokens: 100 + asked++ };
      void drawn(session.ask(wanted, abort.signal)).then((drawing) => {
        end = drawing;
      });
      return { abort, end: () => end };
    },
    /** Disposes, and checks that nothing is left. */
    async over(): Promise<void> {
      await session.dispose();
      await settled();
      expect([clock.pending(), server.connections.length, server.dials()]).toEqual([0, 0, 0]);
      for (const signal of signals) expect(getEventListeners(signal, 'abort')).toEqual([]);
      expect(server.violations).toEqual([]);
    },
  };
}

function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

async function accepted(server: SteppedServer): Promise<SteppedConnection> {
  await settled();
  server.accept();
  await settled();
  const connection = server.connections.at(-1);
  if (!connection) throw new Error('nobody dialled');
  return connection;
}

/** The oldest request that runs on a connection. */
function running(connection: SteppedConnection | undefined): SteppedRequest {
  const [request] = connection?.requests ?? [];
  if (!request) throw new Error('nothing runs there');
  return request;
}

/** Its place among all that was asked, from 0. */
const placeOf = ({ frame }: SteppedRequest): number => Number(frame.max_output_tokens) - 100;

/** A connection on which something was answered: by then it is known whether the server has lanes. */
async function known(scene: ReturnType<typeof setUp>): Promise<SteppedConnection> {
  const first = scene.ask();
  const connection = await accepted(scene.server);
  running(connection).complete();
  await settled();
  expect(first.end()).toBe('completed');
  return connection;
}

/** Answers what runs first on it. */
async function answer(connection: SteppedConnection, words: string): Promise<void> {
  running(connection).word(words);
  running(connection).complete();
  await settled();
}

test('what was sent when its connection ended is asked again in order, before all that waits', async () => {
  const scene = setUp('named');
  const first = await known(scene);
  scene.ask();
  scene.ask();
  scene.ask();
  await settled();
  expect(first.requests.map(placeOf)).toEqual([1, 2, 3]);
  first.close();
  scene.ask();
  const second = await accepted(scene.server);
  expect(second.requests.map(placeOf)).toEqual([1, 2, 3, 4]);
  await scene.over();
});

test('what ends its connection each time is asked twice and no more', async () => {
  const scene = setUp('named');
  const first = await known(scene);
  const poison = scene.ask();
  await settled();
  first.close();
  const second = await accepted(scene.server);
  // The connection itself is well: others are answered there.
  const other = scene.ask();
  await settled();
  second.requests.at(-1)?.complete();
  await settled();
  expect(other.end()).toBe('completed');
  expect(poison.end()).toBeUndefined();
  second.close();
  await settled();
  expect(poison.end()).toBe('failed offline');
  await scene.over();
});

test('what refuses every connection as used up is believed in the end', async () => {
  const scene = setUp('named');
  const asked = scene.ask();
  let tries = 0;
  for (; asked.end() === undefined && tries < 20; tries++) {
    running(await accepted(scene.server)).fail(400, { code: connectionLimit });
    await settled();
  }
  expect(asked.end()).toBe('failed offline');
  expect(tries).toBeLessThanOrEqual(7);
  await scene.over();
});

test('who waits for another connection is not late by the time it waited on the first', async () => {
  const scene = setUp('named', { limits: { completionMs: 8_000 } });
  const first = await known(scene);
  const asked = scene.ask();
  await settled();
  scene.clock.advance(5_000);
  first.close();
  await settled();
  scene.clock.advance(5_000);
  await answer(await accepted(scene.server), 'words');
  expect(asked.end()).toBe('"words" completed');
  await scene.over();
});

test('the second try is numbered from its own beginning', async () => {
  const scene = setUp('named');
  const asked = scene.ask();
  const connection = await accepted(scene.server);
  running(connection).created();
  running(connection).fail(400, { code: 'unknown_parameter', param: 'stream_options' });
  await settled();
  connection.raw('{');
  await answer(connection, 'words');
  expect(asked.end()).toBe('"words" completed');
  await scene.over();
});

test.each([
  ['of a lane that was never used', 'w31'],
  ['of a lane whose answer has ended', 'w0'],
])('an event %s is heard by nobody, also where only one could be meant', async (_, lane) => {
  const scene = setUp('named');
  const connection = await known(scene);
  const asked = scene.ask();
  await settled();
  running(connection).created();
  expect(running(connection).frame.stream_id).not.toBe(lane);
  for (const event of [
    { type: 'response.output_text.delta', delta: 'late', output_index: 0, content_index: 0 },
    { type: 'response.completed', response: { id: 'late' } },
    { type: 'error', status: 500, error: { code: 'server_error', message: '' } },
  ])
    connection.raw(JSON.stringify({ ...event, stream_id: lane }));
  await answer(connection, 'words');
  expect(asked.end()).toBe('"words" completed');
  await scene.over();
});

test('an event that names no lane is nobody’s where several are running', async () => {
  const scene = setUp('named');
  const connection = await known(scene);
  const both = [scene.ask(), scene.ask()];
  await settled();
  const event = { type: 'response.output_text.delta', delta: 'late', output_index: 0, content_index: 0 };
  connection.raw(JSON.stringify(event));
  connection.raw(JSON.stringify({ type: 'error', status: 500, error: { code: 'server_error' } }));
  await answer(connection, 'one');
  await answer(connection, 'two');
  expect(both.map(({ end }) => end())).toEqual(['"one" completed', '"two" completed']);
  await scene.over();
});

test('answers that come in another order than they were asked for are each told to their own', async () => {
  const scene = setUp('named');
  const connection = await known(scene);
  const asked = Array.from({ length: 16 }, () => scene.ask());
  await settled();
  expect(connection.requests.length).toBe(16);
  for (const each of connection.requests.toReversed()) each.created();
  for (const each of connection.requests) each.word(`to ${placeOf(each)}, `);
  for (const each of connection.requests.toReversed()) {
    each.word('in the end');
    each.complete();
  }
  await settled();
  expect(asked.map(({ end }) => end())).toEqual(asked.map((_, i) => `"to ${i + 1}, in the end" completed`));
  await scene.over();
});

test('asks that cannot be put into words take no lane with them', async () => {
  const scene = setUp('named');
  const connection = await known(scene);
  const tooLong = `${'x'.repeat(40_000)}█`;
  const refusals = Array.from({ length: 17 }, () => {
    const ask = { ...completeAsk(tooLong), contextTokens: 10 };
    return drawn(scene.session.ask(ask, new AbortController().signal));
  });
  expect(new Set(await Promise.all(refusals))).toEqual(new Set(['failed model']));
  const asked = scene.ask();
  await settled();
  await answer(connection, 'words');
  expect(asked.end()).toBe('"words" completed');
  await scene.over();
});

test('a base of which a frame may have been lost is not continued from', async () => {
  const scene = setUp('named', { prewarm: () => 'edit' });
  const document = askDocument('let a\n'.repeat(50));
  scene.session.tell({ kind: 'opened', document });
  scene.session.tell({ kind: 'changed', uri: document.uri, version: 1, edit: [] });
  const connection = await accepted(scene.server);
  scene.clock.advance(10);
  await settled();
  const base = running(connection);
  expect(base.frame.generate).toBe(false);
  base.created();
  connection.raw('{');
  base.complete();
  await settled();
  scene.ask(`${document.text}█`);
  await settled();
  const asked = connection.requests.find(({ frame }) => frame.generate !== false);
  expect(asked?.frame.previous_response_id).toBeUndefined();
  expect(asked).toBeDefined();
  await scene.over();
});

test('after a refusal nobody brings the next try forward, and there is one', async () => {
  const scene = setUp('named');
  const first = scene.ask();
  await settled();
  scene.server.refuse(refused);
  await settled();
  const others = [scene.ask(), scene.ask()];
  scene.session.tell({ kind: 'opened', document: askDocument('a') });
  await settled();
  expect(scene.server.dials()).toBe(0);
  scene.clock.advance(firstWaitMs - 1);
  await settled();
  expect(scene.server.dials()).toBe(0);
  scene.clock.advance(1);
  await settled();
  expect(scene.server.dials()).toBe(1);
  await answer(await accepted(scene.server), 'words');
  for (const connection of scene.server.connections)
    while (connection.requests.length > 0) await answer(connection, 'words');
  expect([first, ...others].map(({ end }) => end())).toEqual(Array(3).fill('"words" completed'));
  await scene.over();
});

test('of two connections that end without a word the second decides when the next is tried for', async () => {
  const scene = setUp('named');
  scene.ask();
  scene.ask();
  const first = await accepted(scene.server);
  const second = await accepted(scene.server);
  first.close();
  second.close();
  await settled();
  scene.clock.advance(firstWaitMs);
  await settled();
  expect(scene.server.dials()).toBe(0);
  scene.clock.advance(firstWaitMs);
  await settled();
  expect(scene.server.dials()).toBe(1);
  await scene.over();
});

test.each([
  ['kept at all times', 'now'],
  ['made when it is needed', 'demand'],
] as const)(
  'a server that ends every connection without a word is left alone for longer and longer, %s',
  async (_, connect) => {
    const scene = setUp('named', { connect });
    let dials = 0;
    for (let second = 0; second < 120; second++) {
      if (connect === 'demand') scene.ask();
      await settled();
      while (scene.server.dials() > 0) {
        dials++;
        (await accepted(scene.server)).close();
        await settled();
      }
      for (let part = 0; part < 10; part++) {
        scene.clock.advance(100);
        await settled();
      }
    }
    // 0.2 s, doubled up to a minute.
    expect(dials).toBeGreaterThan(5);
    expect(dials).toBeLessThan(14);
    await scene.over();
  },
);

test('a connection too old for which no successor can be made just ends with what runs on it', async () => {
  const scene = setUp('silent', { limits: { completionMs: 60 * minuteMs, idleMs: 60 * minuteMs } });
  const first = await known(scene);
  scene.ask();
  scene.ask();
  const second = await accepted(scene.server);
  for (let minute = 0; minute < 24; minute++) {
    scene.clock.advance(minuteMs);
    await settled();
  }
  // One try for a successor is under way, which is the first one's.
  expect([scene.server.dials(), scene.server.connections.length]).toEqual([1, 2]);
  running(second).complete();
  await settled();
  expect(scene.server.connections).toEqual([first]);
  running(first).complete();
  await accepted(scene.server);
  expect(scene.server.connections).not.toContain(first);
  await scene.over();
});

test('a connection that opens while the session is disposed of does not outlive it', async () => {
  const scene = setUp('named');
  const asked = scene.ask();
  await settled();
  scene.server.accept();
  await scene.over();
  expect(asked.end()).toBe('failed disposed');
});

test('connections that came and went leave no listener', async () => {
  const scene = setUp('named');
  for (let i = 0; i < 5; i++) (await known(scene)).close();
  await settled();
  for (const signal of scene.signals) expect(getEventListeners(signal, 'abort')).toEqual([]);
  await scene.over();
});
