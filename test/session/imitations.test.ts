/** Servers that speak the protocol nearly: what each says in its own way, on a socket and over HTTP, is understood. */

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import type { AnswerEvent } from '../../server/core/model.ts';
import { createHttpDial } from '../../server/session/http.ts';
import { drawn } from '../support/asks.ts';
import { whilePassing } from '../support/clock.ts';
import {
  begin,
  delta,
  event,
  type Json,
  reply,
  type Step,
  startModelServer,
} from '../support/model-server.ts';
import { type TemporarySession, temporarySession } from '../support/temporary-session.ts';

const bare = (fields: Json): Step => ({ bare: fields });

/** An answer in one line, or in how many milliseconds it failed with which words. */
async function outcome({ ask, clock }: Pick<TemporarySession, 'ask' | 'clock'>): Promise<string> {
  const asked = clock.now();
  const said = async (answer: AsyncIterable<AnswerEvent>): Promise<string> => {
    let text = '';
    for await (const event of answer) {
      if (event.kind === 'text') text += event.text;
      else if (event.kind === 'failed') {
        const { code, message, retryAfterMs } = event.failure;
        const soon = clock.now() - asked < 2_000 ? 'at once' : 'late';
        return `${soon} ${code} ${retryAfterMs ?? 'untold'}: ${message}`;
      } else if (event.kind === 'done') return `${text} ${event.outcome}`;
    }
    return 'no end';
  };
  return whilePassing(clock, said(ask()));
}

async function onSocket(answer: (frame: Json) => readonly Step[], lanes: 'named' | 'silent' = 'silent') {
  const server = await startModelServer({ lanes, answer });
  onTestFinished(server.close);
  return { server, ...temporarySession(server.url) };
}

/** How many messages each of six asks took, which are all answered. */
async function messagesOfSix(session: Awaited<ReturnType<typeof onSocket>>): Promise<readonly number[]> {
  const messages: number[] = [];
  for (let n = 0; n < 6; n++) {
    const before = session.server.received.length;
    expect(await outcome(session)).toBe('ok completed');
    messages.push(session.server.received.length - before);
  }
  return messages;
}

/** A server without WebSocket whose `POST` is answered by this text. */
async function overHttp(body: string, { status = 200, headers = {} } = {}): Promise<TemporarySession> {
  const server = createServer((request, response) => {
    request.resume().on('end', () => response.writeHead(status, headers).end(body));
  });
  server.on('upgrade', (_request, socket) => socket.end('HTTP/1.1 426 No\r\nconnection: close\r\n\r\n'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return temporarySession(`ws://127.0.0.1:${port}/v1/responses`, { fallback: createHttpDial() });
}

test.each<[string, Json, RegExp]>([
  ['no type', { error: { message: 'No luck.', type: 'api_error' } }, /^at once model untold: .*"No luck"/],
  ['only words', { error: 'No luck.' }, /^at once model untold: .*"No luck"/],
  [
    'a type of its own',
    { type: 'response.error', error: { message: 'No luck.' } },
    /^at once model .*"No luck"/,
  ],
  ['a status for its code', { error: { code: 429, message: 'Slow.' } }, /^at once busy untold/],
  [
    'an end that is none',
    { type: 'response.completed', response: { status: 'failed', error: { message: 'No luck.' } } },
    /^at once model untold: .*"No luck"/,
  ],
  [
    'no status, overloaded',
    {
      type: 'error',
      error: { code: 'server_is_overloaded', type: 'service_unavailable_error', message: 'x' },
    },
    /^at once busy untold/,
  ],
  [
    'no status, a limit',
    { type: 'error', error: { type: 'rate_limit_error', message: 'x' } },
    /^at once busy/,
  ],
  [
    'a wait in words',
    {
      type: 'response.failed',
      response: {
        error: { code: 'rate_limit_exceeded', message: 'Used 9. Please try again in 11.054s. See x.' },
      },
    },
    /^at once busy 11054: .*next try in 11 s/,
  ],
  [
    'a wait in words, in parts',
    { error: { code: 'rate_limit_exceeded', message: 'Please try again in 1m2.5s.' } },
    /^at once busy 62500/,
  ],
  [
    'a wait as a field',
    { type: 'error', status_code: 429, error: { type: 'usage_limit_reached', resets_in_seconds: 9568 } },
    /^at once busy 9568000: .*next try in 3 h/,
  ],
  [
    'no money',
    { status: 429, error: { code: 'insufficient_quota', message: 'You exceeded your current quota.' } },
    /^at once unauthorized untold: .*wants to be paid first \("You exceeded your current quota"\): top up/,
  ],
  [
    'no money until tomorrow',
    { status: 429, error: { code: 'insufficient_quota', message: 'Used up.', resets_in_seconds: 9568 } },
    /^at once busy 9568000/,
  ],
  [
    'a bill at its limit',
    { status: 400, error: { type: 'billing_hard_limit_reached', message: 'Billing hard limit.' } },
    /^at once unauthorized untold: .*paid first/,
  ],
  [
    'a model for another endpoint',
    {
      status: 404,
      error: { message: 'This model is only supported in v1/chat/completions and not in v1/responses.' },
    },
    /^at once not-found untold: .*does not take model "model-1" \("This model is only supported in v1\/chat/,
  ],
  [
    'an organisation that is nobody yet',
    {
      status: 400,
      error: { param: 'stream', message: 'Your organization must be verified to stream this model.' },
    },
    /^at once not-found untold: .*does not take model "model-1" \("Your organization must be verified/,
  ],
  [
    'a reason for what is forbidden',
    {
      status: 403,
      error: { code: 'unsupported_country_region_territory', message: 'Country not supported' },
    },
    /^at once unauthorized untold: .*use "model-1" \("Country not supported"\): check/,
  ],
])('an error with %s', async (_, event, expected) => {
  expect(await outcome(await onSocket(() => [bare(event)]))).toMatch(expected);
});

test('a failure that is said twice fails one answer', async () => {
  const failed = { id: 'resp_1', status: 'failed', error: { code: 'server_error', message: 'No luck.' } };
  const server = await startModelServer({
    lanes: 'silent',
    answer: (_frame, n) =>
      n > 0
        ? reply('ok')
        : [
            ...begin(),
            event('error', { code: 'server_error', message: 'No luck.' }),
            { hold: 'its end' },
            event('response.failed', { response: failed }),
          ],
  });
  onTestFinished(server.close);
  const { ask } = temporarySession(server.url);
  expect(await drawn(ask())).toBe('failed model');
  const second = drawn(ask());
  await server.arrived('response.create', 2);
  server.release('its end');
  expect(await second).toBe('"ok" completed');
});

test.each<[string, (steps: readonly Step[]) => readonly Step[]]>([
  [
    'leaves the name of the lane empty',
    (steps) => steps.map((step) => ('event' in step ? bare({ ...step.event, stream_id: '' }) : step)),
  ],
  [
    'ends each stream as one of server-sent events',
    (steps) => [...steps.map((step) => ('event' in step ? bare(step.event) : step)), { raw: '[DONE]' }],
  ],
  [
    'ends each stream as a line of one',
    (steps) => [
      ...steps.map((step) => ('event' in step ? bare(step.event) : step)),
      { raw: 'data: [DONE]\n\n' },
    ],
  ],
])('a server that %s costs nobody an answer', async (_, as) => {
  const session = await onSocket(() => as(reply('ok')));
  for (let n = 0; n < 3; n++) expect(await outcome(session)).toBe('ok completed');
  expect(session.logged.filter((line) => line.startsWith('warn'))).toEqual([]);
});

test('an answer that was cut short is incomplete, whatever its last event is called', async () => {
  const response = { status: 'incomplete', incomplete_details: { reason: 'max_output_tokens' } };
  const cut = [...begin(), delta('ab'), bare({ type: 'response.completed', response })];
  expect(await drawn((await onSocket(() => cut)).ask())).toBe('"ab" incomplete max_output_tokens');
});

test.each<[string, string, Json]>([
  ['max_output_tokens', 'detail', { status: 400, detail: 'Unsupported parameter: max_output_tokens' }],
  [
    'stream_options',
    'a list of details',
    { status: 422, detail: [{ loc: ['body', 'stream_options'], msg: 'Extra inputs are not permitted' }] },
  ],
  ['stream_options', 'words alone', { error: { message: 'Argument not supported: stream_options' } }],
  [
    'reasoning',
    'a name of its own',
    { status: 400, error: { message: 'Model m does not support parameter reasoningEffort.' } },
  ],
])('a refused %s, said by %s, is left out', async (field, _, refusal) => {
  const answer = (frame: Json) => (field in frame ? [bare({ type: 'error', ...refusal })] : reply('ok'));
  const server = await startModelServer({ lanes: 'silent', answer });
  onTestFinished(server.close);
  const { ask, clock } = temporarySession(server.url, {
    model: { name: 'm', format: 'auto', effort: 'low' },
  });
  expect(await outcome({ ask, clock })).toBe('ok completed');
  expect(await outcome({ ask, clock })).toBe('ok completed');
  expect(server.received.map(({ frame }) => field in frame)).toEqual([true, false, false]);
});

test('a server that says in its own words that it keeps no response costs nobody an answer', async () => {
  const gone = { error: { message: 'gRPC error: Response with id=r not found', type: 'api_error' } };
  const session = await onSocket(({ previous_response_id }) =>
    previous_response_id === undefined ? reply('ok') : [bare(gone)],
  );
  expect(await messagesOfSix(session)).toEqual([1, 2, 2, 2, 1, 1]);
  expect(session.session.status().strategy).toMatchObject({ name: 'full' });
});

const refusals: readonly (readonly [string, object])[] = [
  [
    'in words of its own',
    { status: 400, error: { message: 'Responses cannot be continued while store is false' } },
  ],
  ['as invalid', { error: { type: 'invalid_request_error', message: 'Bad request' } }],
  ['as a fault of its own', { status: 500, error: { type: 'server_error', message: 'KeyError' } }],
  ['as a conflict', { status: 409, error: { message: 'stored responses only' } }],
];

test.each(refusals)('a server that refuses to continue, %s, costs nobody an answer', async (_, refusal) => {
  for (const lanes of ['named', 'silent'] as const) {
    const session = await onSocket(
      ({ previous_response_id }) =>
        previous_response_id === undefined ? reply('ok') : [bare({ type: 'error', ...refusal })],
      lanes,
    );
    expect(await messagesOfSix(session)).toEqual([1, 2, 2, 2, 1, 1]);
    expect(session.session.status().strategy).toEqual({
      name: 'full',
      reason: 'the server does not continue from earlier responses',
    });
  }
});

test('what is refused also whole is told, and says nothing about continuing', async () => {
  let bad = false;
  const refusal = bare({ type: 'error', status: 400, error: { message: 'No.' } });
  const session = await onSocket(() => (bad ? [refusal] : reply('ok')), 'named');
  expect(await outcome(session)).toBe('ok completed');
  bad = true;
  for (let n = 0; n < 3; n++) expect(await outcome(session)).toContain('rejected');
  bad = false;
  expect(await outcome(session)).toBe('ok completed');
  expect(session.session.status().strategy?.name).toBe('forks');
});

test('a fault of a server that was seen to continue is told at once', async () => {
  let bad = false;
  const fault = bare({ type: 'error', status: 500, error: { message: 'Out of memory.' } });
  const session = await onSocket(() => (bad ? [fault] : reply('ok')), 'named');
  expect(await outcome(session)).toBe('ok completed');
  expect(await outcome(session)).toBe('ok completed');
  bad = true;
  const before = session.server.received.length;
  expect(await outcome(session)).toContain('model');
  expect(session.server.received.length - before).toBe(1);
});

const created = '{"type":"response.created","response":{"id":"r"}}';
const text = '{"type":"response.output_text.delta","delta":"ab"}';
const completed = '{"type":"response.completed","response":{"id":"r","output":[]}}';
const events = (...all: readonly string[]): string => all.map((each) => `data: ${each}\n\n`).join('');
const stream = events(created, text, completed);
const message = { type: 'message', content: [{ type: 'output_text', text: 'ab' }] };

test.each<[string, string, Record<string, string>]>([
  ['without a content type', stream, {}],
  ['called plain text', stream, { 'content-type': 'text/plain' }],
  ['called JSON', stream, { 'content-type': 'application/json' }],
  ['called so in capitals', stream, { 'content-type': 'Text/Event-Stream; charset=UTF-8' }],
  ['behind blank lines and comments', `\n: hi\n\n${stream}`, { 'content-type': 'text/event-stream' }],
  ['behind a byte order mark', `\ufeff${events(text, completed)}`, { 'content-type': 'text/event-stream' }],
  ['without its last blank line', stream.trimEnd(), { 'content-type': 'text/event-stream' }],
  [
    'whose events are named beside their data',
    'event: response.output_text.delta\ndata: {"delta":"ab"}\n\nevent: response.completed\ndata: {"response":{}}\n\n',
    { 'content-type': 'text/event-stream' },
  ],
  [
    'that is none but the whole response',
    JSON.stringify({ object: 'response', status: 'completed', output: [message] }),
    { 'content-type': 'application/json' },
  ],
])('a stream %s is read', async (_, body, headers) => {
  expect(await outcome(await overHttp(body, { headers }))).toBe('ab completed');
});

test.each<[string, string, object, RegExp]>([
  [
    'inside of a stream',
    events(created, '{"error":{"message":"x","code":"rate_limit_exceeded"}}', '[DONE]'),
    {},
    /^at once busy/,
  ],
  [
    'named beside its data',
    'event: error\ndata: {"message":"No luck."}\n\n',
    {},
    /^at once model .*"No luck"/,
  ],
  [
    'that says it is fine',
    '{"error":{"message":"No luck.","code":"upstream"}}',
    {},
    /^at once model .*"No luck"/,
  ],
  ['as a detail', '{"detail":"No luck."}', { status: 400 }, /^at once rejected .*"No luck"/],
  ['of one that is overloaded', '{"error":{"message":"x"}}', { status: 529 }, /^at once busy/],
  ['that is a page', '<html>Sign in</html>', {}, /^at once not-found/],
  ['that is nothing', '', {}, /^at once offline/],
])('an error %s', async (_, body, more, expected) => {
  expect(await outcome(await overHttp(body, more))).toMatch(expected);
});
