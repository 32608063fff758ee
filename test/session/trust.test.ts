/** A WebSocket that is refused, closed or silent where HTTP is not: the answer comes, and the WebSocket gets its chances. */

import { expect, test } from 'vitest';
import type { AnswerEvent } from '../../server/core/model.ts';
import { createHttpDial } from '../../server/session/http.ts';
import { drawn, editAsk } from '../support/asks.ts';
import { whilePassing } from '../support/clock.ts';
import { event, type ModelServerOptions, reply, type Step } from '../support/model-server.ts';
import { type ServedSession, servedSession } from '../support/temporary-session.ts';

const overBoth = (options: ModelServerOptions): Promise<ServedSession> =>
  servedSession({ post: true, ...options }, { fallback: createHttpDial() });

const minuteMs = 60_000;

/** Time passes in steps in which pings can be answered. */
async function pass(minutes: number, { clock }: ServedSession): Promise<void> {
  for (let second = 0; second < minutes * 60; second += 5) {
    clock.advance(5_000);
    await new Promise(setImmediate);
  }
}

const asked = ({ ask, clock }: ServedSession): Promise<string> => whilePassing(clock, drawn(ask()));

/** The first answer, asked for again and again. */
async function answered(session: ServedSession): Promise<string> {
  for (let n = 0; n < 200; n++) {
    const answer = await asked(session);
    if (answer.endsWith('completed')) return answer;
    session.clock.advance(1_000);
    await new Promise(setImmediate);
  }
  return 'never';
}

/** An edit whose answer has begun to come in: what is asked from now on is asked behind that. */
async function editBegun({ session }: ServedSession): Promise<{ readonly answer: Promise<string> }> {
  const events = session.ask(editAsk('«let a»', 'shorten'), new AbortController().signal);
  const reader = events[Symbol.asyncIterator]();
  const { value: first } = await reader.next();
  const rest = async function* (): AsyncIterable<AnswerEvent> {
    yield first;
    yield* { [Symbol.asyncIterator]: () => reader };
  };
  return { answer: drawn(rest()) };
}

/** By which way each request came. */
const ways = ({ server }: ServedSession): readonly string[] =>
  server.received.map(({ connection }) => (connection === -1 ? 'http' : 'socket'));

test.each([500, 502, 503, 504])(
  'an upgrade answered with %d again and again is asked over HTTP, and by WebSocket when it is well',
  async (status) => {
    let isWell = false;
    const session = await overBoth({ refuse: () => (isWell ? undefined : { status }) });
    expect(await asked(session)).toBe('failed offline');
    expect(await answered(session)).toBe('"ok" completed');
    expect(await asked(session)).toBe('"ok" completed');
    expect(session.server.upgrades.length).toBe(3);
    isWell = true;
    // The way over HTTP is left as a socket is when nobody uses it.
    await pass(11, session);
    expect(await asked(session)).toBe('"ok" completed');
    expect(ways(session)).toEqual(['http', 'http', 'socket']);
  },
);

test('one that is still not well by then costs a moment', async () => {
  const session = await overBoth({ refuse: () => ({ status: 502 }) });
  expect(await answered(session)).toBe('"ok" completed');
  await pass(11, session);
  expect(await asked(session)).toBe('"ok" completed');
  expect(session.server.upgrades.length).toBe(4);
});

test.each([
  [403, 'failed unauthorized'],
  [502, 'failed offline'],
] as const)(
  'a server that answers all with %d is asked by WebSocket when it is well',
  async (status, failed) => {
    let isWell = false;
    const session = await overBoth({ post: status, refuse: () => (isWell ? undefined : { status }) });
    for (let n = 0; n < 20; n++) {
      expect(await asked(session)).toBe(failed);
      session.clock.advance(5_000);
      await new Promise(setImmediate);
    }
    expect(session.server.refusedPosts()).toBeGreaterThan(0);
    isWell = true;
    expect(await answered(session)).toBe('"ok" completed');
    expect(ways(session)).toEqual(['socket']);
  },
);

test.each([502, 404])('a server out of order, with %d over HTTP, is asked less and less', async (post) => {
  let isWell = false;
  const session = await overBoth({ post, refuse: () => (isWell ? undefined : { status: 503 }) });
  const requests = (): number => session.server.upgrades.length + session.server.refusedPosts();
  const perMinute: number[] = [];
  for (let minute = 0; minute < 3; minute++) {
    const before = requests();
    for (let n = 0; n < 240; n++) {
      expect(await asked(session)).toBe('failed offline');
      session.clock.advance(250);
      await new Promise(setImmediate);
    }
    perMinute.push(requests() - before);
  }
  expect(perMinute[0]).toBeLessThan(16);
  expect(perMinute[2]).toBeLessThan(5);
  isWell = true;
  expect(await answered(session)).toBe('"ok" completed');
  expect(ways(session)).toEqual(['socket']);
});

const limited = (frame: object): readonly Step[] =>
  'stream' in frame || JSON.stringify(frame).length < 6_000 ? reply('ok') : [{ close: 1009 }];
const large = editAsk(`«${'let a = 1;\n'.repeat(600)}»`, 'shorten');

const begun = event('response.created', { response: { id: 'resp_1', status: 'in_progress' } });

test('a server that fails under each answer is left alone after a few, also over several lanes', async () => {
  let isWell = false;
  const session = await servedSession({ answer: () => (isWell ? reply('ok') : [begun, { close: 1011 }]) });
  const { server, clock, ask } = session;
  for (let n = 0; n < 5; n++) expect(await asked(session)).toBe('failed offline');
  for (let n = 0; n < 20; n++) expect(await asked(session)).toBe('failed offline');
  expect(server.received.length).toBe(5);
  expect(session.session.status()).toMatchObject({
    state: 'failed',
    message: expect.stringMatching(/ended while it was answering \(1011\): try again\.$/),
  });
  isWell = true;
  clock.advance(1_000);
  expect(await asked(session)).toBe('"ok" completed');
  isWell = false;
  // The same failure of all that ran there.
  const both = whilePassing(clock, Promise.all([ask(), ask(), ask(), ask(), ask(), ask()].map(drawn)));
  expect(await both).toContain('failed offline');
  isWell = true;
  expect(await asked(session)).toBe('"ok" completed');
});

test('what is too large for the WebSocket goes over HTTP, at once', async () => {
  const session = await overBoth({ answer: limited });
  expect(await asked(session)).toBe('"ok" completed');
  expect(await drawn(session.session.ask(large, new AbortController().signal))).toBe('"ok" completed');
  expect(ways(session)).toEqual(['socket', 'socket', 'http']);
  await pass(11, session);
  expect(await asked(session)).toBe('"ok" completed');
  expect(ways(session).at(-1)).toBe('socket');
});

test.each([
  ['no way over HTTP', () => servedSession({ answer: limited })],
  ['nothing there over HTTP', () => overBoth({ answer: limited, post: 404 })],
])('where there is %s, it is said to be too large, and what is smaller is answered', async (_, served) => {
  const { session, clock, ask } = await served();
  const said = async (answer: AsyncIterable<AnswerEvent>): Promise<string> => {
    for await (const event of answer) if (event.kind === 'failed') return event.failure.message;
    return 'no failure';
  };
  expect(await whilePassing(clock, said(session.ask(large, new AbortController().signal)))).toMatch(
    /^127\.0\.0\.1:\d+ takes no request as large as this one: choose a smaller range\.$/,
  );
  expect(await whilePassing(clock, drawn(ask()))).toBe('"ok" completed');
});

test('a socket that was well and says nothing any more is left for another one', async () => {
  const session = await overBoth({
    answer: (_frame, n) => (n === 1 ? [{ hold: 'for ever' }] : reply('ok')),
  });
  expect(await asked(session)).toBe('"ok" completed');
  expect(await asked(session)).toBe('failed model');
  expect(await asked(session)).toBe('"ok" completed');
  expect(session.server.received.map(({ connection }) => connection)).toEqual([0, 0, 1]);
});

test('sockets that never say anything are given up for HTTP', async () => {
  const session = await overBoth({
    answer: (frame) => ('stream' in frame ? reply('ok') : [{ hold: 'for ever' }]),
  });
  for (let n = 0; n < 3; n++) expect(await asked(session)).toBe('failed model');
  expect(await asked(session)).toBe('"ok" completed');
  expect(ways(session)).toEqual(['socket', 'socket', 'socket', 'http']);
  expect(session.clock.now()).toBeLessThan(minuteMs);
});

test('what is still being answered on a socket that is left goes on', async () => {
  const session = await overBoth({
    answer: (_frame, n) => {
      if (n === 1) return [...reply('ok').slice(0, 5), { hold: 'edit' }, ...reply('ok').slice(5)];
      return n === 2 ? [{ hold: 'for ever' }] : reply('ok');
    },
  });
  const { server } = session;
  expect(await asked(session)).toBe('"ok" completed');
  const edited = await editBegun(session);
  expect(await asked(session)).toBe('failed model');
  expect(await asked(session)).toBe('"ok" completed');
  server.release('edit');
  expect(await edited.answer).toBe('"ok" completed');
  expect(server.received.map(({ connection }) => connection)).toEqual([0, 0, 0, 1]);
});

test('one socket that leaves several requests unanswered counts once', async () => {
  const session = await overBoth({
    answer: (frame, n) =>
      'stream' in frame || ![1, 2, 3, 4].includes(n) ? reply('ok') : [{ hold: 'for ever' }],
  });
  const { server, clock } = session;
  expect(await asked(session)).toBe('"ok" completed');
  expect(await asked(session)).toBe('failed model');
  const controllers = [1, 2, 3].map(() => new AbortController());
  const answers = controllers.map(({ signal }) =>
    drawn(session.session.ask(editAsk('«let a»', 'shorten'), signal)),
  );
  await server.arrived('response.create', 4);
  clock.advance(6_000);
  for (const controller of controllers) controller.abort();
  expect(await Promise.all(answers)).toEqual(Array(3).fill('failed cancelled'));
  expect(await asked(session)).toBe('"ok" completed');
  expect(server.received.map(({ connection }) => connection)).toEqual([0, 0, 1, 1, 1, 2]);
});

test('sockets that say nothing do not count with those before one that served and is still open', async () => {
  const session = await overBoth({
    answer: (frame, n) => {
      if (n === 2) return [...reply('ok').slice(0, 5), { hold: 'edit' }, ...reply('ok').slice(5)];
      return 'stream' in frame || ![0, 1, 4, 5].includes(n) ? reply('ok') : [{ hold: 'for ever' }];
    },
  });
  const { server } = session;
  for (let n = 0; n < 2; n++) expect(await asked(session)).toBe('failed model');
  // What serves is heard later than what did not.
  session.clock.advance(1_000);
  const edited = await editBegun(session);
  expect(await asked(session)).toBe('"ok" completed');
  for (let n = 0; n < 2; n++) expect(await asked(session)).toBe('failed model');
  expect(await asked(session)).toBe('"ok" completed');
  server.release('edit');
  expect(await edited.answer).toBe('"ok" completed');
  expect(server.received.map(({ connection }) => connection)).toEqual([0, 1, 2, 2, 2, 3, 4]);
});
