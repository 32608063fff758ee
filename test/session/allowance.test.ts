import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Ask } from '../../server/core/ask.ts';
import type { AnswerEvent, ModelFailure } from '../../server/core/model.ts';
import {
  type Allowance,
  type AllowanceLimits,
  type Cost,
  createAllowance,
  type Grant,
} from '../../server/session/allowance.ts';
import { createMirror } from '../../server/session/mirror.ts';
import { mostUsage } from '../../server/session/request.ts';
import { askDocument, completeAsk, drawn, editAsk } from '../support/asks.ts';
import { virtualClock } from '../support/clock.ts';
import { memoryServer } from '../support/model-memory.ts';
import { testSession } from '../support/session.ts';

/** At most, sent and received. */
function mostTokens(ask: Ask): number {
  const { inputTokens, outputTokens } = mostUsage(ask, createMirror());
  return inputTokens + outputTokens;
}

const tokensOnly = (tokens: number): Cost => ({ tokens, dollars: 0 });

const minute = 60_000;
const hour = 60 * minute;

function setUp(limits: Partial<AllowanceLimits>) {
  const clock = virtualClock();
  const inForce = {
    requestsPerMinute: 1_000,
    tokensPerHour: 1_000_000,
    spendPerDay: 'none' as const,
    ...limits,
  };
  const allowance = createAllowance({ clock, limits: () => inForce });
  return {
    clock,
    inForce,
    grant(tokens = 1): Grant {
      const taken = allowance.take(tokensOnly(tokens));
      if (taken.kind === 'refused') throw new Error(taken.failure.message);
      return taken;
    },
    refusal: (tokens = 1) => refusalOf(allowance, tokens),
  };
}

function refusalOf(allowance: Allowance, tokens: number): ModelFailure | undefined {
  const taken = allowance.take(tokensOnly(tokens));
  return taken.kind === 'refused' ? taken.failure : undefined;
}

test('so many requests in any minute, and again as the oldest one leaves it', () => {
  const { clock, grant, refusal } = setUp({ requestsPerMinute: 2 });
  grant();
  clock.advance(20_000);
  grant();
  expect(refusal()).toEqual({
    code: 'limit',
    message: '`limits.requestsPerMinute` (2) is reached: hosted models are asked again within a minute.',
    retryAfterMs: 40_000,
  });
  clock.advance(39_999);
  expect(refusal()?.retryAfterMs).toBe(1);
  clock.advance(1);
  grant();
  expect(refusal()?.retryAfterMs).toBe(20_000);
});

test('tokens count by the estimate until the server says what they were', () => {
  const { clock, grant, refusal } = setUp({ tokensPerHour: 1000 });
  const first = grant(600);
  expect(refusal(600)).toEqual({
    code: 'limit',
    message: '`limits.tokensPerHour` (1000) is reached: hosted models are asked again within an hour.',
    retryAfterMs: hour,
  });
  clock.advance(minute);
  first.used(tokensOnly(400));
  grant(600).used(tokensOnly(900));
  expect(refusal(1)?.retryAfterMs).toBe(hour - minute);
  clock.advance(hour - minute);
  expect(refusal(101)?.retryAfterMs).toBe(minute);
  grant(100);
});

test('what was never sent is given back, what is sent twice counts twice', () => {
  const { grant, refusal } = setUp({ requestsPerMinute: 3, tokensPerHour: 10 });
  grant(10).giveBack();
  grant(4).again();
  expect(refusal(7)?.message).toContain('tokensPerHour');
  grant(4);
  expect(refusal(1)?.message).toContain('requestsPerMinute');
});

test('what can never be granted says so, and no time', () => {
  const none = setUp({ requestsPerMinute: 0 });
  expect(none.refusal()).toEqual({
    code: 'limit',
    message:
      '`limits.requestsPerMinute` is 0, so no hosted model is asked: raise it, or set `model.url` to "local".',
  });
  const few = setUp({ tokensPerHour: 100 });
  expect(few.refusal(101)).toEqual({
    code: 'limit',
    message:
      '`limits.tokensPerHour` (100) is less than this request alone may need: raise it, or choose fewer lines.',
  });
  few.grant(100);
  expect(setUp({ tokensPerHour: 0 }).refusal()).toEqual({
    code: 'limit',
    message:
      '`limits.tokensPerHour` is 0, so no hosted model is asked: raise it, or set `model.url` to "local".',
  });
});

test('dollars are limited also where nothing keeps them between starts', () => {
  const limits = { requestsPerMinute: 9, tokensPerHour: 9, spendPerDay: 1 };
  const allowance = createAllowance({ clock: virtualClock(), limits: () => limits });
  const taken = allowance.take({ tokens: 1, dollars: 0.75 });
  expect(allowance.take({ tokens: 1, dollars: 0.5 }).kind).toBe('refused');
  if (taken.kind === 'granted') taken.used({ tokens: 1, dollars: 0.25 });
  expect(allowance.take({ tokens: 1, dollars: 0.5 }).kind).toBe('granted');
  limits.spendPerDay = 0;
  expect(allowance.take(tokensOnly(1))).toMatchObject({
    kind: 'refused',
    failure: { message: expect.stringContaining('`limits.spendPerDay` is 0') },
  });
});

test('an hour that the machine slept through is one', () => {
  const clock = virtualClock();
  let asleep = 0;
  const allowance = createAllowance({
    clock,
    epochMs: () => clock.now() + asleep,
    limits: () => ({ requestsPerMinute: 100, tokensPerHour: 10, spendPerDay: 'none' }),
  });
  expect(allowance.take({ tokens: 10, dollars: 0 }).kind).toBe('granted');
  asleep = 59 * 60_000;
  expect(allowance.isUsedUp()).toBe(true);
  asleep = 61 * 60_000 + 59 * 60_000;
  expect(allowance.isUsedUp()).toBe(false);
});

test('a changed limit counts from the next request on', () => {
  const { inForce, grant, refusal } = setUp({ requestsPerMinute: 3 });
  for (let i = 0; i < 3; i++) grant();
  inForce.requestsPerMinute = 1;
  expect(refusal()?.retryAfterMs).toBe(minute);
  inForce.requestsPerMinute = 4;
  grant();
});

test('no window ever holds more than the limits, and every wait is exact', () => {
  const step = fc.record({
    pass: fc.constantFrom(0, 1, 7_000, minute - 1, minute, 10 * minute, hour),
    tokens: fc.integer({ min: 1, max: 60 }),
    end: fc.constantFrom('open', 'cheaper', 'back', 'again'),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const limits = { requestsPerMinute: 4, tokensPerHour: 100, spendPerDay: 'none' } as const;
      const clock = virtualClock();
      const allowance = createAllowance({ clock, limits: () => limits });
      const requests: number[] = [];
      const tokens: { readonly at: number; readonly amount: number }[] = [];
      const now = () => clock.now();
      const fits = (amount: number, at: number) =>
        requests.filter((each) => each + minute > at).length < 4 &&
        tokens.filter((each) => each.at + hour > at).reduce((sum, each) => sum + each.amount, amount) <= 100;
      for (const { pass, tokens: amount, end } of steps) {
        clock.advance(pass);
        const taken = allowance.take(tokensOnly(amount));
        expect(taken.kind === 'granted').toBe(fits(amount, now()));
        if (taken.kind === 'refused') {
          const wait = taken.failure.retryAfterMs ?? 0;
          expect([fits(amount, now() + wait - 1), fits(amount, now() + wait)]).toEqual([false, true]);
          continue;
        }
        if (end === 'back') {
          taken.giveBack();
          continue;
        }
        requests.push(now());
        if (end === 'again') {
          taken.again();
          requests.push(now());
        }
        if (end === 'cheaper') taken.used(tokensOnly(1));
        tokens.push({ at: now(), amount: end === 'cheaper' ? 1 : amount });
      }
    }),
  );
});

test('an ask is estimated by what it brings, and never above what it may send and get', () => {
  const small = mostTokens(completeAsk('let a█'));
  const larger = mostTokens(completeAsk(`${'x'.repeat(3000)}█`));
  expect(larger - small).toBeCloseTo(1000, -1);
  expect(mostTokens(editAsk(`«${'x'.repeat(1_000_000)}»`, 'y'))).toBe(4096 + 256);
  const piece = 'x'.repeat(3000);
  const told = {
    history: [{ path: 'a.ts', before: piece, after: piece, line: 0 }],
    snippets: [{ path: 'b.ts', text: piece }],
  };
  expect(mostTokens({ ...completeAsk('let a█'), ...told }) - small).toBeCloseTo(3000, -1);
});

/** A session with limits over a server that is moved by hand. */
function session(limits: Partial<AllowanceLimits>) {
  const clock = virtualClock();
  const server = memoryServer();
  const inForce = {
    requestsPerMinute: 1_000,
    tokensPerHour: 1_000_000,
    spendPerDay: 'none',
    ...limits,
  } as const;
  const allowance = createAllowance({ clock, limits: () => inForce });
  const open = () => testSession('ws://model.example/v1/responses', { clock, dial: server.dial, allowance });
  return { clock, server, open };
}

const never = () => new AbortController().signal;

async function failureOf(answer: AsyncIterable<AnswerEvent>): Promise<ModelFailure> {
  for await (const each of answer) if (each.kind === 'failed') return each.failure;
  throw new Error('the answer did not fail');
}

const turns = () => new Promise(setImmediate);

function done(server: ReturnType<typeof memoryServer>, tokens: number): boolean {
  const usage = { input_tokens: tokens - 5, output_tokens: 5 };
  return server.send('first', { type: 'response.completed', response: { id: 'r', output: [], usage } });
}

test('an ask over the limit is answered at once and nothing is sent, in any session', async () => {
  const { clock, server, open } = session({ requestsPerMinute: 1 });
  const one = open().session;
  const two = open().session;
  const first = drawn(one.ask(completeAsk('a█'), never()));
  await turns();
  server.accept();
  await turns();
  expect(server.running()).toBe(1);
  for (const each of [one, two]) {
    expect(await failureOf(each.ask(completeAsk('b█'), never()))).toMatchObject({
      code: 'limit',
      message: expect.stringContaining('`limits.requestsPerMinute` (1)'),
      retryAfterMs: minute,
    });
  }
  expect([server.running(), server.dials()]).toEqual([1, 0]);
  done(server, 10);
  expect(await first).toBe('completed');
  clock.advance(minute);
  const again = drawn(one.ask(completeAsk('c█'), never()));
  expect(server.running()).toBe(1);
  done(server, 10);
  expect(await again).toBe('completed');
  expect(one.status().requests).toBe(2);
  await Promise.all([one.dispose(), two.dispose()]);
  expect(clock.pending()).toBe(0);
});

test('no connection is opened ahead of asks that the limits let none go', async () => {
  const document = completeAsk('a█').document;
  for (const limits of [{ requestsPerMinute: 0 }, { tokensPerHour: 0 }, { requestsPerMinute: 2 }]) {
    const { server, open } = session(limits);
    const { session: opened } = open();
    opened.tell({ kind: 'opened', document });
    await turns();
    expect(server.dials()).toBe(limits.requestsPerMinute === 2 ? 1 : 0);
    await opened.dispose();
  }
});

test('an answer given up counts by what its server says it cost', async () => {
  const ask = completeAsk('a█');
  const { clock, server, open } = session({ tokensPerHour: mostTokens(ask) + 20 });
  const { session: opened } = open();
  const abort = new AbortController();
  const given = drawn(opened.ask(ask, abort.signal));
  await turns();
  server.accept();
  await turns();
  abort.abort();
  expect(await given).toBe('failed cancelled');
  expect((await failureOf(opened.ask(ask, never()))).code).toBe('limit');
  done(server, 15);
  expect(opened.status().usage).toMatchObject({ inputTokens: 10, outputTokens: 5 });
  const next = drawn(opened.ask(ask, never()));
  done(server, 15);
  expect(await next).toBe('completed');
  await opened.dispose();
  expect(clock.pending()).toBe(0);
});

test('an ask that was given up before it was sent costs nothing', async () => {
  const { clock, server, open } = session({ requestsPerMinute: 1 });
  const { session: opened } = open();
  const abort = new AbortController();
  const given = drawn(opened.ask(completeAsk('a█'), abort.signal));
  abort.abort();
  expect(await given).toBe('failed cancelled');
  const next = drawn(opened.ask(completeAsk('b█'), never()));
  await turns();
  server.accept();
  await turns();
  done(server, 10);
  expect(await next).toBe('completed');
  await opened.dispose();
  expect(clock.pending()).toBe(0);
});

const another = completeAsk('let a█', { uri: 'file:///work/b.ts' });
test.each([
  ['counts', 4_000 + mostTokens(another), 4_001, 'failed limit'],
  ['costs nothing where it is refused', 1_500 + mostTokens(another), 'refused', 'completed'],
  ['is not given where that would be too much', 1_000 + mostTokens(another), 'not given', 'completed'],
])('what is given ahead %s', async (_, tokensPerHour, cost, ending) => {
  const { clock, server, open } = session({ tokensPerHour });
  const { session: opened } = open();
  const document = askDocument('const value = compute(input, 1);\n'.repeat(120));
  opened.tell({ kind: 'opened', document });
  await turns();
  server.accept();
  await turns();
  opened.tell({ kind: 'changed', uri: document.uri, version: 2, edit: [{ start: 0, end: 0, text: ';' }] });
  clock.advance(20);
  expect(server.running()).toBe(cost === 'not given' ? 0 : 1);
  if (cost === 'refused') server.send('first', { type: 'error', status: 400, error: { message: 'No.' } });
  else if (typeof cost === 'number') done(server, cost);
  const answer = drawn(opened.ask(another, never()));
  done(server, 100);
  expect(await answer).toBe(ending);
  await opened.dispose();
  expect(clock.pending()).toBe(0);
});

test('a request put differently counts twice', async () => {
  const { clock, server, open } = session({ requestsPerMinute: 2 });
  const { session: opened } = open();
  const answer = drawn(opened.ask(completeAsk('a█'), never()));
  await turns();
  server.accept();
  await turns();
  const error = { code: 'unknown_parameter', param: 'stream_id', message: '' };
  server.send('first', { type: 'error', status: 400, error });
  done(server, 10);
  expect(await answer).toBe('completed');
  expect((await failureOf(opened.ask(completeAsk('b█'), never()))).code).toBe('limit');
  await opened.dispose();
  expect(clock.pending()).toBe(0);
});
