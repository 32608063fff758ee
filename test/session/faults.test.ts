/** What goes wrong between the session and a server, and what becomes of the asks under way. */

import { getEventListeners } from 'node:events';
import { expect, test } from 'vitest';
import type { AnswerEvent, ModelFailure } from '../../server/core/model.ts';
import { createDial } from '../../server/session/dial.ts';
import { createHttpDial } from '../../server/session/http.ts';
import type { Dial, Socket } from '../../server/session/socket.ts';
import { askDocument, completeAsk, drawn, editAsk } from '../support/asks.ts';
import { virtualClock, whilePassing } from '../support/clock.ts';
import { memoryServer } from '../support/model-memory.ts';
import {
  begin,
  delta,
  error,
  event,
  finish,
  type ModelServer,
  reply,
  type Step,
  said,
  startModelServer,
} from '../support/model-server.ts';
import { testSession } from '../support/session.ts';
import { servedOverHttp, servedSession, temporarySession } from '../support/temporary-session.ts';

async function failureOf(answer: AsyncIterable<AnswerEvent>): Promise<ModelFailure> {
  for await (const each of answer) if (each.kind === 'failed') return each.failure;
  throw new Error('the answer did not fail');
}

test.each<[number, object, string, RegExp]>([
  [401, {}, 'unauthorized', /does not accept the key: check `model\.apiKey`/],
  [403, {}, 'unauthorized', /does not let this key use "model-1"/],
  [404, {}, 'not-found', /has nothing at this address/],
  [426, {}, 'unsupported', /does not offer WebSocket/],
  [429, { 'retry-after': '12' }, 'busy', /next try in 12 s/],
  [500, {}, 'offline', /out of order \(HTTP 500\)/],
  [418, {}, 'unsupported', /refused the connection \(HTTP 418\)/],
  [200, {}, 'unsupported', /showed a page instead of a WebSocket \(HTTP 200\)/],
  [302, {}, 'unsupported', /showed a page instead of a WebSocket \(HTTP 302\)/],
  [
    308,
    { location: 'https://other.example/v1/responses?token=secret' },
    'unsupported',
    /sends requests on to wss:\/\/other\.example\/v1\/responses \(HTTP 308\), which is not followed: set `model\.url`/,
  ],
  [
    302,
    { location: 'https://login.hotel.example/portal?key=secret' },
    'unsupported',
    /on to https:\/\/login\.hotel\.example\/portal \(HTTP 302\), .* sign in there/,
  ],
  [402, {}, 'unauthorized', /wants to be paid first: top up your account/],
  [511, {}, 'offline', /^The network wants you to sign in before it lets anybody through to /],
])('an upgrade answered with %d is one sentence', async (status, headers, code, sentence) => {
  const { ask, clock } = await servedSession({ refuse: () => ({ status, headers: { ...headers } }) });
  // What may pass is tried once more, a moment later.
  const failure = await whilePassing(clock, failureOf(ask()));
  expect(failure.code).toBe(code);
  expect(failure.message).toMatch(sentence);
  expect(failure.message).not.toContain('key-1');
});

test('a dead host is said to be dead, and is not hammered', async () => {
  const server = await startModelServer();
  await server.close();
  const { ask, clock, session } = temporarySession(server.url);
  expect(await whilePassing(clock, failureOf(ask()))).toMatchObject({
    code: 'offline',
    message: expect.stringMatching(/^Nothing answers at 127\.0\.0\.1:\d+: start the model server/),
  });
  expect(session.status()).toMatchObject({ state: 'failed' });
  const second = await failureOf(ask('b█'));
  expect(second.code).toBe('offline');
  expect(second.retryAfterMs).toBeGreaterThan(0);
});

test('a server that hangs in the upgrade, and one that is none', async () => {
  const hanging = await servedSession({ refuse: () => 'hang' });
  const edit = hanging.session.ask(editAsk('«let a»', 'shorten'), new AbortController().signal);
  const first = await whilePassing(hanging.clock, failureOf(edit));
  expect(first.message).toMatch(/did not answer within 15 s/);

  const garbage = await servedSession({ refuse: () => 'garbage' });
  expect((await failureOf(garbage.ask())).message).toContain('but not as a WebSocket server');
});

test('a completion waits no longer for a connection than for an answer', async () => {
  const { ask, clock } = temporarySession(() => new Promise(() => undefined));
  let told = '';
  void failureOf(ask()).then(({ message }) => {
    told = message;
  });
  clock.advance(7_999);
  await new Promise(setImmediate);
  expect(told).toBe('');
  clock.advance(1);
  await new Promise(setImmediate);
  expect(told).toMatch(/did not answer within 8 s: check/);
});

test('what a completion has waited for a connection counts, what an edit has does not', async () => {
  for (const [asked, endsAt] of [
    [completeAsk('a█'), 8_000],
    [editAsk('«a»', 'b'), 40_000 + 30_000],
  ] as const) {
    const server = memoryServer();
    const { clock, session } = temporarySession('ws://model.example/v1/responses', {
      dial: server.dial,
      limits: { connectMs: 60_000 },
    });
    const answer = drawn(session.ask(asked, new AbortController().signal));
    let ended = false;
    void answer.then(() => {
      ended = true;
    });
    await new Promise(setImmediate);
    clock.advance(asked.task === 'edit' ? 40_000 : 5_000);
    expect(server.accept()).toBe(true);
    await new Promise(setImmediate);
    expect(server.running()).toBe(1);
    clock.advance(endsAt - clock.now() - 1);
    await new Promise(setImmediate);
    expect(ended).toBe(false);
    clock.advance(1);
    expect(await answer).toBe('failed model');
  }
});

test('an answer that has ended listens to its signal no more, however it ended', async () => {
  const { ask, server } = await servedSession({
    answer: (_frame, n) => (n === 0 ? [{ hold: 'x' }] : n === 1 ? reply('ok') : [error(500, 'x')]),
  });
  const { signal } = new AbortController();
  const left = ask('a█', signal)[Symbol.asyncIterator]();
  void left.next();
  await server.arrived('response.create', 1);
  expect(getEventListeners(signal, 'abort').length).toBe(1);
  await left.return?.();
  await new Promise(setImmediate);
  expect(getEventListeners(signal, 'abort')).toEqual([]);
  server.release('x');
  for (const ending of ['"ok" completed', 'failed model']) {
    expect(await drawn(ask('a█', signal))).toBe(ending);
    await new Promise(setImmediate);
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  }
});

test('one that is given up takes nobody who waits with it', async () => {
  const server = memoryServer();
  const { ask } = temporarySession('ws://model.example/v1/responses', { dial: server.dial });
  const aborts = Array.from({ length: 20 }, () => new AbortController());
  const answers = aborts.map(({ signal }) => drawn(ask('a█', signal)));
  await new Promise(setImmediate);
  server.accept();
  await new Promise(setImmediate);
  // By then it is known that it has lanes.
  server.send('first', { type: 'response.created', response: { id: 'r' } });
  await new Promise(setImmediate);
  expect(server.running()).toBe(16);
  aborts[0]?.abort();
  aborts[18]?.abort();
  for (let turns = 0; turns < 20; turns++) {
    // A connection with a tail makes way for those who wait.
    server.accept();
    await new Promise(setImmediate);
    server.send('first', { type: 'response.completed', response: { id: 'r', output: [] } });
    await new Promise(setImmediate);
  }
  const ended = (i: number): string => (i === 0 || i === 18 ? 'failed cancelled' : 'completed');
  expect(await Promise.all(answers)).toEqual(aborts.map((_, i) => ended(i)));
});

test.each(['http://localhost:11434', 'https://api.example/v1', 'api.example', ''])(
  '%s is answered with the addresses that work',
  async (url) => {
    const failure = await failureOf(temporarySession(url).ask());
    expect(failure.code).toBe('unsupported');
    expect(failure.message).toContain('ws:// or wss://');
  },
);

test('an address that nobody can give is no hang', async () => {
  const failing = temporarySession(() => Promise.reject(new Error('no thread')));
  expect(await whilePassing(failing.clock, failureOf(failing.ask()))).toMatchObject({
    code: 'offline',
    message: 'The model could not be started ("no thread"): the log says more.',
  });
  const hanging = temporarySession(() => new Promise(() => undefined));
  const edit = hanging.session.ask(editAsk('«a»', 'b'), new AbortController().signal);
  const second = await whilePassing(hanging.clock, failureOf(edit));
  expect(second.message).toMatch(/did not answer within 15 s/);
  const disposed = temporarySession(() => new Promise(() => undefined), { connect: 'now' });
  const third = failureOf(disposed.ask());
  await disposed.session.dispose();
  expect((await third).code).toBe('disposed');
  expect(disposed.clock.pending()).toBe(0);
});

test('a key that was renewed meanwhile is taken at the second try', async () => {
  const server = await startModelServer({ refuse: (n) => (n === 0 ? { status: 401 } : undefined) });
  const clock = virtualClock();
  let key = 0;
  const { session } = testSession(
    () => Promise.resolve({ url: server.url, headers: { Authorization: `Bearer ${key++}` } }),
    { clock },
  );
  expect(await drawn(session.ask(completeAsk('a█'), new AbortController().signal))).toBe('"ok" completed');
  expect(server.upgrades.map(({ authorization }) => authorization)).toEqual(['Bearer 0', 'Bearer 1']);
  await session.dispose();
  await server.close();
});

/** A whole answer, cut after every step. */
const whole = reply('abcdef', { pieces: 3 });

test.each(whole.map((_, i) => i))('a connection that ends after %d events loses no ask', async (steps) => {
  const { ask, server, clock } = await servedSession({
    answer: (_frame, n) => (n === 0 ? [...whole.slice(0, steps), { destroy: true }] : whole),
  });
  const answer = await whilePassing(clock, drawn(ask()));
  // Before the first event the request is made anew; later what it cost is spent, and the user is told.
  const isAnswered = steps === 0 || steps === whole.length - 1;
  expect(answer).toMatch(isAnswered ? /^"abcdef" completed$/ : /^("[a-f]+" )?failed offline$/);
  expect(await drawn(ask())).toBe('"abcdef" completed');
  expect(server.received.length).toBe(steps === 0 ? 3 : 2);
});

test('a server that ends every connection without a word is not asked for ever', async () => {
  const { ask, server, clock } = await servedSession({ answer: () => [{ destroy: true }] });
  expect((await whilePassing(clock, failureOf(ask()))).code).toBe('offline');
  expect(server.received.length).toBeLessThanOrEqual(2);
});

test.each<[string, Step]>([
  ['no JSON', { raw: '{"type":"response.output_text.delta","del' }],
  ['no object', { raw: '[1]' }],
  ['no type', { raw: '{"event":1}' }],
  ['a binary frame with words', { binary: 'abc' }],
  ['a binary frame', { binary: '{"type":"\xff"}' }],
  ['a delta without text', { bare: { type: 'response.output_text.delta', delta: 7, stream_id: 'w0' } }],
])('%s costs nothing where the numbering shows that nothing is missing', async (_, broken) => {
  const { ask } = await servedSession({
    answer: () => [...begin(), broken, ...said('abc'), ...finish('abc')],
  });
  expect(await drawn(ask())).toBe('"abc" completed');
});

test('frames that cannot be read are warned of once for each connection', async () => {
  const broken: Step = { raw: '{' };
  const { ask, logged } = await servedSession({
    answer: () => [...begin(), broken, broken, broken, ...said('abc'), ...finish('abc')],
  });
  expect(await drawn(ask())).toBe('"abc" completed');
  expect(await drawn(ask())).toBe('"abc" completed');
  const told = logged.filter((line) => line.includes('could not be read')).map((line) => line.split(':')[0]);
  expect(told).toEqual(['warn', ...Array(5).fill('debug')]);
});

test('events that come as binary frames are read as text', async () => {
  const { ask, logged } = await servedSession({
    answer: () =>
      whole.flatMap((step, sequence_number) =>
        'event' in step
          ? { binary: JSON.stringify({ ...step.event, sequence_number, stream_id: 'w0' }) }
          : [],
      ),
  });
  expect(await drawn(ask())).toBe('"abcdef" completed');
  expect(logged.filter((line) => line.startsWith('warn'))).toEqual([]);
});

test('a lost piece of an answer fails that answer and no other', async () => {
  const lost: Step = { raw: '{broken' };
  const { ask } = await servedSession({
    // The sequence jumps by one: a piece was in the frame that could not be read.
    answer: (_frame, n) =>
      n === 0
        ? [
            ...begin(),
            delta('ab'),
            lost,
            {
              bare: {
                type: 'response.output_text.delta',
                delta: 'ef',
                sequence_number: 6,
                stream_id: 'w0',
                output_index: 0,
                content_index: 0,
              },
            },
          ]
        : reply('other'),
  });
  expect(await drawn(ask())).toBe('"ab" failed protocol');
  expect(await drawn(ask())).toBe('"other" completed');
});

test('an end that says something else than was streamed is no answer', async () => {
  const { ask } = await servedSession({ answer: () => [...begin(), ...said('abc'), ...finish('xyz')] });
  expect(await drawn(ask())).toBe('"abc" failed protocol');
});

test.each<[string, readonly Step[], string]>([
  [
    'deltas and a bare end',
    [delta('ab'), delta('c'), event('response.completed', { response: { id: 'r' } })],
    '"abc" completed',
  ],
  [
    'only the end',
    [
      event('response.completed', {
        response: { id: 'r', output: [{ type: 'message', content: [{ type: 'output_text', text: 'abc' }] }] },
      }),
    ],
    '"abc" completed',
  ],
  [
    'only whole items',
    [
      event('response.output_item.done', {
        output_index: 1,
        item: { type: 'message', content: [{ type: 'output_text', text: 'abc' }] },
      }),
      event('response.completed', { response: {} }),
    ],
    '"abc" completed',
  ],
  [
    'reasoning first, left out at the end',
    [
      event('response.output_item.added', { output_index: 0, item: { type: 'reasoning' } }),
      event('response.reasoning_text.delta', { output_index: 0, delta: 'hmm' }),
      event('response.output_text.delta', { output_index: 1, content_index: 0, delta: 'abc' }),
      event('response.completed', {
        response: { output: [{ type: 'message', content: [{ type: 'output_text', text: 'abc' }] }] },
      }),
    ],
    '"abc" completed',
  ],
  [
    'commentary',
    [
      event('response.output_item.added', {
        output_index: 0,
        item: { type: 'message', phase: 'commentary', content: [] },
      }),
      event('response.output_text.delta', { output_index: 0, content_index: 0, delta: 'I will' }),
      event('response.output_item.added', {
        output_index: 1,
        item: { type: 'message', phase: 'final_answer', content: [] },
      }),
      event('response.output_text.delta', { output_index: 1, content_index: 0, delta: 'abc' }),
      event('response.completed', { response: {} }),
    ],
    '"abc" completed',
  ],
  [
    'a custom tool call',
    [
      event('response.custom_tool_call_input.delta', { output_index: 0, delta: 'abc' }),
      event('response.completed', { response: {} }),
    ],
    '"abc" completed',
  ],
  [
    'a refusal',
    [
      event('response.refusal.delta', { output_index: 0, content_index: 0, delta: 'I will not.' }),
      event('response.completed', { response: {} }),
    ],
    'no: I will not. completed',
  ],
  [
    'an early end',
    [
      delta('ab'),
      event('response.incomplete', { response: { incomplete_details: { reason: 'max_output_tokens' } } }),
    ],
    '"ab" incomplete max_output_tokens',
  ],
  [
    'nothing at all',
    [
      event('response.incomplete', {
        response: { incomplete_details: { reason: 'max_output_tokens' }, output: [] },
      }),
    ],
    'incomplete max_output_tokens',
  ],
  [
    'keep-alive and unknown events',
    [
      { bare: { type: 'keepalive' } },
      { bare: { type: 'codex.rate_limits' } },
      delta('abc'),
      event('response.rainbow'),
      event('response.completed', { response: null }),
    ],
    '"abc" completed',
  ],
])('understands %s', async (_, steps, expected) => {
  const { ask } = await servedSession({ answer: () => steps });
  expect(await drawn(ask())).toBe(expected);
});

test.each<[string, Step, string, RegExp]>([
  [
    'nested',
    error(400, 'invalid_prompt', { message: 'Too long.' }),
    'rejected',
    /rejected the request \("Too long"\)/,
  ],
  [
    'unpaid',
    error(402, 'payment_required', { message: 'No credits.' }),
    'unauthorized',
    /wants to be paid first \("No credits"\): top up/,
  ],
  ['too large', error(413, 'too_large'), 'rejected', /takes no request as large as this one/],
  [
    'more than the model can read',
    error(400, 'context_length_exceeded', { message: 'Your input exceeds the context window.' }),
    'rejected',
    /^The request is longer than "model-1" can read: lower `context\.completionTokens` and `context\.editTokens`, or/,
  ],
  [
    'the same in the words of vLLM, inside an answer',
    event('response.failed', {
      response: {
        error: { code: 'server_error', message: "This model's maximum context length is 4096 tokens." },
      },
    }),
    'rejected',
    /^The request is longer than "model-1" can read/,
  ],
  ['too late', error(408, 'timeout'), 'model', /failed while answering/],
  [
    'a wrong key as a wrong request',
    error(400, 'invalid', { message: 'Incorrect API key provided: xa***' }),
    'unauthorized',
    /does not accept the key/,
  ],
  ['Azure’s', error(404, 'DeploymentNotFound'), 'not-found', /has no model "model-1"/],
  [
    'flat',
    event('error', { code: 'server_error', message: 'Oh.', param: null }),
    'model',
    /failed while answering \("Oh"\)/,
  ],
  [
    'status_code',
    event('error', { status_code: 429, error: { message: 'slow' }, headers: { 'Retry-After': '3' } }),
    'busy',
    /next try in 3 s/,
  ],
  [
    'retry-after-ms',
    event('error', { status: 429, error: { headers: { 'retry-after-ms': '1500' } } }),
    'busy',
    /next try in 1\.5 s/,
  ],
  [
    'failed',
    event('response.failed', { response: { error: { code: 'rate_limit_exceeded', message: 'm' } } }),
    'busy',
    /try again later/,
  ],
  ['no model', error(404, 'model_not_found'), 'not-found', /no model "model-1"/],
  ['no model, 400', error(400, 'model_not_found'), 'not-found', /check `model\.name`/],
  [
    'no model, by its parameter',
    error(400, 'invalid_value', { message: 'No access to `x`.', param: 'model' }),
    'not-found',
    /does not take model "model-1" \("No access to `x`"\): check `model\.name`\.$/,
  ],
  [
    'no model, LiteLLM’s',
    error(400, '400', { message: 'Invalid model name passed in model=model-1.', param: 'None' }),
    'not-found',
    /does not take model "model-1" .*: check `model\.name`\.$/,
  ],
  [
    'no model, vLLM’s',
    error(404, '404', { message: 'The model `model-1.5b:q8` does not exist.', type: 'NotFoundError' }),
    'not-found',
    /does not take model "model-1" .*: check `model\.name`\.$/,
  ],
  ['no rights', error(401, 'invalid_api_key'), 'unauthorized', /check `model\.apiKey`/],
])('an error is one sentence: %s', async (_, step, code, sentence) => {
  // A key may have been renewed since it was read: one more connection finds out.
  const times = JSON.stringify(step).includes('"status":401') ? 2 : 1;
  const { ask, clock, session, server } = await servedSession({
    answer: (_frame, n) => (n < times ? [step] : reply('fine')),
  });
  const failure = await failureOf(ask());
  expect(failure.code).toBe(code);
  expect(failure.message).toMatch(sentence);
  // A server that says no to everybody is left alone for a while.
  if (code !== 'rejected' && code !== 'model') {
    const told = await failureOf(ask());
    expect(told).toMatchObject({ code, message: failure.message });
    expect(session.status()).toMatchObject({
      state: code === 'busy' ? 'busy' : 'failed',
      message: failure.message,
    });
    expect(server.received.length).toBe(times);
    clock.advance(told.retryAfterMs ?? 0);
    await new Promise(setImmediate);
  }
  expect(await drawn(ask())).toBe('"fine" completed');
  expect(session.status().state).toBe('ready');
});

test('a field the server does not know is left out from then on', async () => {
  const { ask, server } = await servedSession({
    answer: (frame) =>
      'stream_options' in frame
        ? [
            error(400, 'unknown_parameter', {
              message: "Unknown parameter: 'stream_options'.",
              param: 'stream_options',
            }),
          ]
        : 'text' in frame
          ? [error(400, 'unsupported_value', { param: 'text.verbosity' })]
          : reply('fine'),
  });
  expect(await drawn(ask())).toBe('"fine" completed');
  expect(await drawn(ask())).toBe('"fine" completed');
  expect(server.received.length).toBe(4);
});

test('silence before the first event and between two ends the ask, not the session', async () => {
  const { ask, server, clock } = await servedSession(
    {
      answer: (_frame, n) =>
        n === 0
          ? [{ hold: 'never' }]
          : n === 1
            ? [...begin(), delta('ab'), { hold: 'never' }]
            : reply('fine'),
    },
    { limits: { completionMs: 1000, idleMs: 2000 } },
  );
  const first = failureOf(ask());
  await server.arrived('response.create', 1);
  clock.advance(999);
  clock.advance(1);
  expect((await first).message).toMatch(/took the request and sent nothing for 1 s/);

  const iterator = ask()[Symbol.asyncIterator]();
  expect((await iterator.next()).value).toMatchObject({ kind: 'text', text: 'ab' });
  clock.advance(2000);
  expect((await iterator.next()).value).toMatchObject({ kind: 'failed', failure: { code: 'model' } });
  expect(await drawn(ask())).toBe('"fine" completed');
});

test.each<[string, 'complete' | 'edit', number, readonly Step[], string]>([
  ['nothing', 'complete', 8_000, [], 'failed model'],
  ['only that it began', 'complete', 8_000, begin(), 'failed model'],
  ['some text', 'complete', 20_000, [...begin(), delta('ab')], '"ab" failed model'],
  ['nothing', 'edit', 15_000, [], 'failed model'],
  ['only that it began', 'edit', 20_000, begin(), 'failed model'],
])('silence after %s in an ask to %s ends it in %d ms', async (_, task, ms, steps, end) => {
  const clock = virtualClock();
  const dial = createDial({ clock });
  let left = steps.length;
  let allHeard = (): void => undefined;
  const heard = new Promise<void>((resolve) => {
    allHeard = resolve;
  });
  // Shorter than the time between two pings, but for the completion's, which is the real one.
  const own = await servedSession(
    { answer: () => [...steps, { hold: 'never' }] },
    {
      limits: { firstEventMs: 15_000, idleMs: 20_000 },
      dial: (endpoint, { handlers, connectMs }, signal) => {
        const message = (text: string): void => {
          handlers.message(text);
          if (--left === 0) allHeard();
        };
        return dial(endpoint, { handlers: { ...handlers, message }, connectMs }, signal);
      },
    },
  );
  const { session, server } = own;
  const ask = task === 'complete' ? completeAsk('let a█') : editAsk('«let a»', 'shorten');
  let ended = false;
  const answer = drawn(session.ask(ask, new AbortController().signal)).finally(() => {
    ended = true;
  });
  await server.arrived('response.create', 1);
  if (left > 0) await heard;
  own.clock.advance(ms - 1);
  await new Promise(setImmediate);
  expect(ended).toBe(false);
  own.clock.advance(1);
  expect(await answer).toBe(end);
});

test('a connection that answers no ping is replaced', async () => {
  const { ask, server, clock } = await servedSession();
  expect(await drawn(ask())).toBe('"ok" completed');
  // No time passes on the wire, so no pong can come between.
  clock.advance(25_000);
  expect(await drawn(ask())).toBe('"ok" completed');
  expect(server.upgrades.length).toBe(2);
});

test('newest wins: tails are left behind, and their connection is replaced before it is full', async () => {
  const { ask, server } = await servedSession({
    answer: (_frame, n) => (n < 14 ? [{ hold: 'tail' }] : reply(`answer ${n}`)),
  });
  // The first is answered so that lanes are known.
  const known = new AbortController();
  const answers: Promise<string>[] = [];
  answers.push(drawn(ask('a█', known.signal)));
  await server.arrived('response.create', 1);
  known.abort();
  for (let i = 1; i < 14; i++) {
    const abort = new AbortController();
    answers.push(drawn(ask('a█', abort.signal)));
    await server.arrived('response.create', i + 1);
    abort.abort();
  }
  expect(await drawn(ask())).toBe('"answer 14" completed');
  expect(new Set(await Promise.all(answers))).toEqual(new Set(['failed cancelled']));
  expect(server.upgrades.length).toBeGreaterThan(1);
});

test('a used-up connection is replaced, the ask goes on', async () => {
  const limit = error(400, 'websocket_connection_limit_reached');
  const { ask, server } = await servedSession({ answer: (_frame, n) => (n === 1 ? [limit] : reply('fine')) });
  expect(await drawn(ask())).toBe('"fine" completed');
  expect(await drawn(ask())).toBe('"fine" completed');
  expect(server.received.map(({ connection }) => connection)).toEqual([0, 0, 1]);
});

/** Said of the connection: it names no lane. */
const usedUp: Step = {
  bare: { type: 'error', status: 400, error: { code: 'websocket_connection_limit_reached', message: '' } },
};

test('an answer that has begun on a lane goes on when its connection is said to be used up', async () => {
  const { ask, server } = await servedSession({
    answer: (_frame, n) =>
      n === 1 ? [...begin(), ...said('fi'), usedUp, ...said('ne'), ...finish('fine')] : reply('fine'),
  });
  expect(await drawn(ask())).toBe('"fine" completed');
  expect(await drawn(ask())).toBe('"fine" completed');
  expect(await drawn(ask())).toBe('"fine" completed');
  expect(server.received.map(({ connection }) => connection)).toEqual([0, 0, 1]);
});

test('a connection that is used up and then ends costs nobody who has heard nothing', async () => {
  const { ask, server } = await servedSession({
    answer: (_frame, n) => (n === 1 ? [...begin(), usedUp, { close: 1000 }] : reply('fine')),
  });
  expect(await drawn(ask())).toBe('"fine" completed');
  expect(await drawn(ask())).toBe('"fine" completed');
  expect(server.received.map(({ connection }) => connection)).toEqual([0, 0, 1]);
  // With everything in it: the new connection has nothing to continue from.
  expect(server.received[2]?.frame.previous_response_id).toBeUndefined();
});

test('asked again on a connection that is used up too, it is said to have ended', async () => {
  const { ask, server, clock } = await servedSession({ answer: () => [...begin(), usedUp, { close: 1000 }] });
  expect((await whilePassing(clock, failureOf(ask()))).message).toMatch(/ended while it was answering/);
  expect(server.received.length).toBe(2);
});

test.each<[Step, string]>([
  [{ close: 1000 }, ''],
  [{ close: 1011 }, ' (1011)'],
  [{ close: 1008, reason: 'Plan ended' }, ' (1008, "Plan ended")'],
  [{ close: 4003, reason: 'Wrong: const secretValue = compute' }, ' (4003, "Wrong: …")'],
])(
  'what a server says when it closes under an answer is told, and nothing of what it was sent: %j',
  async (close, why) => {
    const { session, clock } = await servedSession({ answer: () => [...begin(), ...said('x'), close] });
    const asked = session.ask(completeAsk('const secretValue = compute█'), new AbortController().signal);
    expect((await whilePassing(clock, failureOf(asked))).message).toMatch(
      new RegExp(`ended while it was answering${why.replace(/[()…]/g, '\\$&')}: try again`),
    );
  },
);

test('used up in the middle of an answer on its only lane, it is said to have ended', async () => {
  const limit = error(400, 'websocket_connection_limit_reached');
  const { ask } = await servedSession({
    lanes: 'silent',
    answer: (_frame, n) => (n === 1 ? [...begin(), ...said('fi'), limit] : reply('fine')),
  });
  expect(await drawn(ask())).toBe('"fine" completed');
  expect(await failureOf(ask())).toMatchObject({
    code: 'offline',
    message: expect.stringMatching(/^The connection to \S+ ended while it was answering: try again\.$/),
  });
});

test("before the peer's age limit another connection takes over", async () => {
  const { ask, server, clock, session } = await servedSession();
  expect(await drawn(ask())).toBe('"ok" completed');
  for (let minute = 0; minute < 55; minute += 5 / 60) {
    session.tell({ kind: 'opened', document: askDocument('a') });
    clock.advance(5000);
    await new Promise(setImmediate);
  }
  await server.connected(2);
  expect(await drawn(ask())).toBe('"ok" completed');
  expect(server.upgrades.length).toBe(2);
});

test('a request the model cannot be given is not sent', async () => {
  const { ask, server } = await servedSession({}, { model: { name: 'm', format: 'fim:qwen' } });
  expect((await failureOf(ask())).message).toContain('"fim:qwen"');
  expect(server.received).toEqual([]);
  const chat = temporarySession(server.url);
  const huge = editAsk(`«${'x'.repeat(20_000)}»`, 'shorten');
  expect(await failureOf(chat.session.ask(huge, new AbortController().signal))).toMatchObject({
    code: 'limit',
  });
  // Ghost text that has no room is silence: no limit for a user to be told of.
  const tiny = { ...completeAsk('let a█'), contextTokens: 100 };
  expect(await failureOf(chat.session.ask(tiny, new AbortController().signal))).toMatchObject({
    code: 'model',
    message: expect.stringContaining('`context.completionTokens`'),
  });
});

test('a peer that takes asks gets documents by name, its own events, and cancels', async () => {
  const { session, server } = await servedSession({
    takesAsks: true,
    answer: (_frame, n) => (n === 0 ? reply('one') : [{ hold: 'x' }]),
  });
  const document = askDocument('let a');
  session.tell({ kind: 'opened', document });
  session.tell({ kind: 'folders', folders: [{ name: 'a', path: '/a' }], exclude: ['x'] });
  expect(await drawn(session.ask(completeAsk('let a█'), new AbortController().signal))).toBe(
    '"one" completed',
  );
  const abort = new AbortController();
  const second = drawn(session.ask(completeAsk('let a█'), abort.signal));
  await server.arrived('response.create', 2);
  abort.abort();
  expect(await second).toBe('failed cancelled');
  await server.arrived('whittle.cancel', 1);
  const types = server.received.map(({ frame }) => frame.type);
  expect(types).toEqual([
    'whittle.folders',
    'whittle.document.opened',
    'response.create',
    'response.create',
    'whittle.cancel',
  ]);
  expect(server.received[2]?.frame.whittle_ask).toMatchObject({
    document: { uri: document.uri, version: 1 },
  });
  expect(JSON.stringify(server.received[2]?.frame)).not.toContain('let a');
});

test('a peer that has lost a document gets it with the ask, once', async () => {
  const lost = error(400, 'whittle_document_not_found', { param: 'whittle_ask.document' });
  for (const isGoneForGood of [false, true]) {
    const { session, server } = await servedSession({
      takesAsks: true,
      answer: (_frame, n) => (n === 0 || isGoneForGood ? [lost] : reply('one')),
    });
    session.tell({ kind: 'opened', document: askDocument('let a') });
    expect(await drawn(session.ask(completeAsk('let a█'), new AbortController().signal))).toBe(
      isGoneForGood ? 'failed rejected' : '"one" completed',
    );
    const asks = server.received.filter(({ frame }) => frame.type === 'response.create');
    expect(asks.map(({ frame }) => JSON.stringify(frame).includes('let a'))).toEqual([false, true]);
  }
});

test.each([
  ['ws://127.0.0.1:9/v1/responses', ['whittle.folders', 'whittle.document.opened', 'whittle.folders']],
  ['ws://gateway.example/v1/responses', ['whittle.document.opened']],
])('the paths of folders are told on this machine alone: %s', async (url, told) => {
  const sent: string[] = [];
  const dial: Dial = (_endpoint, { handlers }) => {
    const socket: Socket = {
      headers: { 'x-whittle-ask': '1' },
      send: (text) => sent.push(JSON.parse(text).type) > 0,
      ping: () => undefined,
      close: () => handlers.closed({ code: 1000, reason: '' }),
    };
    return Promise.resolve({ kind: 'open', socket });
  };
  const { session } = temporarySession(url, { dial });
  const folders = [{ name: 'a', path: '/home/me/a' }];
  session.tell({ kind: 'opened', document: askDocument('let a') });
  session.tell({ kind: 'folders', folders, exclude: [] });
  await new Promise(setImmediate);
  session.tell({ kind: 'folders', folders, exclude: ['x'] });
  expect(sent).toEqual(told);
});

test('a file that no message has room for costs the others nothing, and is told of once it is small enough', async () => {
  const { session, server } = await servedSession({ takesAsks: true });
  const { signal } = new AbortController();
  const uri = 'file:///work/huge.ts';
  const text = 'x'.repeat(17_000_000);
  const huge = { ...completeAsk('█'), document: askDocument(text, { uri }) } as const;
  session.tell({ kind: 'opened', document: huge.document });
  session.tell({ kind: 'opened', document: askDocument('let a') });
  expect(await failureOf(session.ask(huge, signal))).toEqual({
    code: 'rejected',
    message: 'The file is larger than 15 MiB, which is more than this model can be given: use a smaller one.',
  });
  session.tell({ kind: 'changed', uri, version: 2, edit: [{ start: 0, end: 1, text: 'y' }] });
  expect(await drawn(session.ask(completeAsk('let a█'), signal))).toBe('"ok" completed');
  session.tell({ kind: 'changed', uri, version: 3, edit: [{ start: 5, end: text.length, text: '' }] });
  expect(await drawn(session.ask(completeAsk('yxxxx█', { uri, version: 3 }), signal))).toBe('"ok" completed');
  expect(server.received.map(({ frame }) => frame.type)).toEqual([
    'whittle.document.opened',
    'response.create',
    'whittle.document.opened',
    'response.create',
  ]);
});

test('a provider gets no events of ours', async () => {
  const { session, server, ask } = await servedSession();
  session.tell({ kind: 'opened', document: askDocument('let a') });
  session.tell({ kind: 'folders', folders: [{ name: 'a', path: '/a' }], exclude: [] });
  expect(await drawn(ask())).toBe('"ok" completed');
  expect(server.received.map(({ frame }) => frame.type)).toEqual(['response.create']);
  expect(server.received[0]?.frame).toMatchObject({
    store: false,
    model: 'model-1',
    stream_options: { include_obfuscation: false },
    text: { verbosity: 'low' },
  });
});

test('timing and usage are told', async () => {
  const usage = {
    input_tokens: 10,
    input_tokens_details: { cached_tokens: 4 },
    output_tokens: 5,
    output_tokens_details: { reasoning_tokens: 1 },
  };
  const { ask, session } = await servedSession({ answer: () => reply('x', { response: { usage } }) });
  const events: AnswerEvent[] = [];
  for await (const each of ask()) events.push(each);
  const read = { inputTokens: 10, cachedTokens: 4, outputTokens: 5, reasoningTokens: 1 };
  expect(events.at(-1)).toMatchObject({
    kind: 'done',
    usage: read,
    timing: { queued: 0, sent: 0, created: 0, firstText: 0, done: 0 },
  });
  expect(session.status().usage).toEqual(read);
});

async function disposedAt(server: ModelServer, steps: number): Promise<string> {
  const clock = virtualClock();
  const { session } = testSession(server.url, { clock });
  const answer = drawn(session.ask(completeAsk('a█'), new AbortController().signal));
  for (let i = 0; i < steps; i++) await new Promise(setImmediate);
  await session.dispose();
  expect(clock.pending()).toBe(0);
  return answer;
}

test('disposal at any moment settles the ask and leaves nothing', async () => {
  const { server } = await servedSession({ answer: () => whole });
  for (let steps = 0; steps < 15; steps++) {
    expect(await disposedAt(server, steps)).toMatch(/^("[a-f]+" )?(failed disposed|completed)$/);
  }
  // The server notices the last one a moment later.
  while (server.connections() > 0) await new Promise(setImmediate);
});

test.each([400, 403, 404, 405, 426, 501])(
  'a server that answers the upgrade with %d is asked over HTTP, once and for all',
  async (status) => {
    const { ask, server, logged } = await servedSession(
      { post: true, refuse: () => ({ status }) },
      { fallback: createHttpDial() },
    );
    expect(await drawn(ask())).toBe('"ok" completed');
    expect(await drawn(ask())).toBe('"ok" completed');
    expect(server.upgrades.length).toBe(1);
    expect(logged.filter((line) => line.startsWith('warn'))).toEqual([
      expect.stringContaining('has no working WebSocket, using HTTP'),
    ]);
  },
);

const nothing = 'not-found';
test.each<[number, object, number, string, RegExp]>([
  [401, {}, 0, 'unauthorized', /does not accept the key: check `model\.apiKey`/],
  [429, { 'retry-after': '12' }, 0, 'busy', /next try in 12 s/],
  [429, {}, 0, 'busy', /try again later/],
  [500, {}, 0, 'offline', /out of order \(HTTP 500\)/],
  [503, {}, 0, 'offline', /out of order \(HTTP 503\)/],
  [400, {}, 1, nothing, /its WebSocket was refused with HTTP 400, and a POST found nothing/],
  [403, {}, 1, 'unauthorized', /does not let this key use "model-1"/],
  [404, {}, 1, nothing, /its WebSocket was refused with HTTP 404, and a POST found nothing/],
  [405, {}, 1, nothing, /its WebSocket was refused with HTTP 405, and a POST found nothing/],
  [426, {}, 1, nothing, /its WebSocket was refused with HTTP 426, and a POST found nothing/],
  [501, {}, 1, nothing, /its WebSocket was refused with HTTP 501, and a POST found nothing/],
])(
  'an upgrade refused with %d %j, where %d POST finds nothing, is %s',
  async (status, headers, posts, code, sentence) => {
    const { ask, clock, server } = await servedSession(
      { post: 404, refuse: () => ({ status, headers: { ...headers } }) },
      { fallback: createHttpDial() },
    );
    const failure = await whilePassing(clock, failureOf(ask()));
    expect(failure.code).toBe(code);
    expect(failure.message).toMatch(sentence);
    expect(server.refusedPosts()).toBe(posts);
  },
);

test('an answer that goes on and on is ended, and the next ask goes through', async () => {
  const line = 'const again = compute(again);\n';
  const endless = [...begin(), ...Array.from({ length: 500 }, () => delta(line))];
  let asks = 0;
  const { session } = await servedSession({ answer: () => (asks++ === 0 ? endless : reply('ok')) });
  const ask = { ...completeAsk('let a█'), maxOutputTokens: 100, candidates: 1 };
  const events: AnswerEvent[] = [];
  for await (const each of session.ask(ask, new AbortController().signal)) events.push(each);
  expect(events.at(-1)).toMatchObject({ kind: 'done', outcome: 'incomplete', reason: 'endless' });
  const heard = events.flatMap((each) => (each.kind === 'text' ? each.text : [])).join('');
  expect(heard).toBe(line.repeat(Math.floor(800 / line.length) + 1));
  expect(await drawn(session.ask(ask, new AbortController().signal))).toBe('"ok" completed');
});

test('a connection is no sign of health: what stands behind it has failed until it answers', async () => {
  const answers = [[error(502, 'server_error', { message: 'Nothing answers at m.' })], reply('ok')];
  let asks = 0;
  const { ask, session } = await servedSession({
    takesAsks: true,
    answer: () => answers[asks++] ?? reply(''),
  });
  await failureOf(ask());
  expect(session.status()).toMatchObject({
    state: 'failed',
    message: expect.stringMatching(/Nothing answers at m/),
  });
  expect(await drawn(ask())).toBe('"ok" completed');
  expect(session.status().state).toBe('ready');
  expect(session.status().message).toBeUndefined();
});

test('what is on its way over HTTP when nothing is found there is told in the same words', async () => {
  const { ask } = await servedSession(
    { post: 404, refuse: () => ({ status: 404 }) },
    { fallback: createHttpDial() },
  );
  const [first, second] = await Promise.all([failureOf(ask()), failureOf(ask('let b█'))]);
  expect(first.message).toMatch(/a POST found nothing/);
  expect(second.message).toBe(first.message);
});

test.each([401, 429, 500, 503])('an upgrade refused with %d is not asked over HTTP', async (status) => {
  const { ask, clock, server } = await servedSession(
    { post: true, refuse: () => ({ status }) },
    { fallback: createHttpDial() },
  );
  await whilePassing(clock, failureOf(ask()));
  expect(server.received).toEqual([]);
});

test('something else than a WebSocket, where a POST finds nothing, is said to be that', async () => {
  const { ask } = await servedSession({ post: 404, refuse: () => 'garbage' }, { fallback: createHttpDial() });
  expect((await failureOf(ask())).message).toMatch(
    /its WebSocket was answered by something else, and a POST/,
  );
});

test('a server that had nothing at all is asked by WebSocket again when its time has come', async () => {
  const { ask, clock, server } = await servedSession(
    { post: 404, refuse: (n) => (n === 0 ? { status: 404 } : undefined) },
    { fallback: createHttpDial() },
  );
  expect((await failureOf(ask())).code).toBe('not-found');
  clock.advance(30_000);
  expect(await drawn(ask())).toBe('"ok" completed');
  expect(server.received.map(({ connection }) => connection)).toEqual([1]);
});

test('a wait that the server asks for is told at once and kept to', async () => {
  const { ask, clock, server, session } = await servedSession({
    refuse: (n) => (n === 0 ? { status: 429, headers: { 'retry-after': '12' } } : undefined),
  });
  expect(await failureOf(ask())).toMatchObject({ code: 'busy' });
  clock.advance(11_999);
  expect(await failureOf(ask())).toMatchObject({ code: 'busy', retryAfterMs: 1 });
  expect(session.status().state).toBe('busy');
  expect(server.upgrades.length).toBe(1);
  clock.advance(1);
  expect(await drawn(ask())).toBe('"ok" completed');
});

test('a refusal whose page never ends is what its status says', async () => {
  const { session, clock } = await servedSession({ refuse: () => 'endless' });
  const edit = session.ask(editAsk('«let a»', 'shorten'), new AbortController().signal);
  expect((await whilePassing(clock, failureOf(edit))).code).toBe('unauthorized');
});

test('a server whose WebSocket ends without a word again and again is asked over HTTP', async () => {
  const { ask, clock, server } = await servedSession(
    { post: true, answer: (frame) => ('stream' in frame ? reply('by post') : [{ destroy: true }]) },
    { fallback: createHttpDial() },
  );
  // The WebSocket gets no `stream`, so the script knows the two apart.
  for (let tries = 0; tries < 3; tries++) await whilePassing(clock, drawn(ask()));
  expect(await whilePassing(clock, drawn(ask()))).toBe('"by post" completed');
  expect(server.upgrades.length).toBeLessThanOrEqual(6);
});

test.each<[string, readonly Step[], string]>([
  ['a refusal', [error(429, 'rate_limit_exceeded')], 'failed busy'],
  ['a wrong model', [error(404, 'model_not_found')], 'failed not-found'],
  ['a wrong key', [error(401, 'invalid_api_key')], 'failed unauthorized'],
  ['an early end', [...begin(), delta('ab'), { close: 1000 }], '"ab" failed offline'],
  ['a cut', [...begin(), { destroy: true }], 'failed offline'],
  [
    'garbage inside',
    [...begin(), { raw: '{' }, delta('ab'), { raw: '[1]' }, ...finish('ab')],
    '"ab" completed',
  ],
])('over HTTP, %s costs its ask and nothing else', async (_, steps, expected) => {
  const { ask, clock } = await servedOverHttp({
    answer: (_frame, n) => (n < (expected === 'failed unauthorized' ? 2 : 1) ? steps : reply('fine')),
  });
  expect(await drawn(ask())).toBe(expected);
  clock.advance(30_000);
  expect(await drawn(ask())).toBe('"fine" completed');
});

test('over HTTP an aborted request is really ended', async () => {
  const { ask, server } = await servedOverHttp({ answer: () => [...begin(), { hold: 'x' }] });
  const abort = new AbortController();
  const answer = drawn(ask('a█', abort.signal));
  await server.arrived('response.create', 1);
  abort.abort();
  expect(await answer).toBe('failed cancelled');
});
