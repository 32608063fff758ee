/** The gateway as any client of the protocol sees it: a bare WebSocket, frames as literals. */

import { request as httpRequest } from 'node:http';
import { afterEach, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import type { Backend, BackendEvent } from '../../server/gateway/backend.ts';
import { engineBackend } from '../../server/gateway/engine.ts';
import { type Gateway, type GatewayOptions, startGateway } from '../../server/gateway/gateway.ts';
import { completeAsk } from '../support/asks.ts';
import { virtualClock } from '../support/clock.ts';
import { echoEngine } from '../support/engine.ts';

type Event = Readonly<Record<string, unknown>> & { readonly type: string };

const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

async function gateway(more: Partial<GatewayOptions> = {}) {
  const clock = virtualClock();
  const engine = echoEngine();
  const started = await startGateway({
    backend: engineBackend(engine),
    host: '127.0.0.1',
    port: 0,
    clients: 'trusted',
    clock,
    log: () => undefined,
    ...more,
  });
  ends.push(async () => {
    await started.close();
    expect(clock.pending()).toBe(0);
  });
  return { ...started, clock, engine };
}

async function connect({ url, token }: Gateway, headers: Readonly<Record<string, string>> = {}) {
  const webSocket = new WebSocket(url, { headers: { Authorization: `Bearer ${token}`, ...headers } });
  const events: Event[] = [];
  const waiters: (() => void)[] = [];
  webSocket.on('message', (data) => {
    events.push(JSON.parse(data.toString()));
    for (const wake of waiters.splice(0)) wake();
  });
  const closed = new Promise<number>((resolve) => webSocket.once('close', resolve));
  await new Promise((resolve, reject) => {
    webSocket.once('open', resolve);
    webSocket.once('error', reject);
  });
  return {
    closed,
    pinged: () => new Promise((resolve) => webSocket.once('ping', resolve)),
    events,
    send: (frame: object) => webSocket.send(JSON.stringify(frame)),
    raw: (data: string | Buffer) => webSocket.send(data),
    end: () => webSocket.terminate(),
    /** All events up to the first that satisfies, taken off. */
    async until(satisfies: (event: Event) => boolean): Promise<Event[]> {
      for (;;) {
        const at = events.findIndex(satisfies);
        if (at !== -1) return events.splice(0, at + 1);
        await new Promise<void>((resolve) => waiters.push(resolve));
      }
    },
  };
}

const terminal = ({ type }: Event): boolean => /^(response\.(completed|incomplete|failed)|error)$/.test(type);

function deltas(events: readonly Event[]): string {
  return events.map(({ type, delta }) => (type === 'response.output_text.delta' ? delta : '')).join('');
}

function codeOf(event: Event | undefined): unknown {
  return (event?.error as { code?: unknown } | undefined)?.code;
}

function idOf(events: readonly Event[]): string {
  return String((events.at(-1)?.response as { id?: string } | undefined)?.id);
}

/** Status and error code of an HTTP answer, `101` for an upgrade. */
function knock(
  url: string,
  options: {
    readonly method?: string;
    readonly path?: string;
    readonly headers?: Record<string, string>;
  } = {},
) {
  const { port, pathname } = new URL(url);
  return new Promise<string>((resolve, reject) => {
    const { method = 'GET', path = pathname, headers = {} } = options;
    const sent = httpRequest({ host: '127.0.0.1', port, method, path, headers }, (response) => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        body += chunk;
      });
      response.on('end', () =>
        resolve(`${response.statusCode} ${JSON.parse(body).error?.code ?? JSON.parse(body).status}`),
      );
    });
    sent.on('upgrade', (_response, socket) => {
      socket.destroy();
      resolve('101');
    });
    sent.on('error', reject);
    sent.end();
  });
}

const upgrade = {
  Connection: 'Upgrade',
  Upgrade: 'websocket',
  'Sec-WebSocket-Version': '13',
  'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
};

test('only who has the token, and is no web page, is let in', async () => {
  const { url, token } = await gateway();
  const port = new URL(url).port;
  const good = { Authorization: `Bearer ${token}` };
  expect(await knock(url, { headers: { ...upgrade, ...good } })).toBe('101');
  expect(await knock(url, { headers: { ...upgrade, ...good, Host: `localhost:${port}` } })).toBe('101');
  expect(await knock(url, { headers: { ...upgrade, ...good, Host: `evil.example:${port}` } })).toBe(
    '421 host_not_allowed',
  );
  expect(await knock(url, { headers: { ...upgrade, ...good, Origin: 'https://evil.example' } })).toBe(
    '403 origin_not_allowed',
  );
  expect(await knock(url, { headers: { ...upgrade, ...good, Origin: 'null' } })).toBe(
    '403 origin_not_allowed',
  );
  expect(await knock(url, { headers: upgrade })).toBe('401 invalid_api_key');
  expect(await knock(url, { headers: { ...upgrade, Authorization: `Bearer ${token}x` } })).toBe(
    '401 invalid_api_key',
  );
  expect(await knock(url, { headers: { ...upgrade, Authorization: token } })).toBe('401 invalid_api_key');
  expect(await knock(url, { headers: { ...upgrade, ...good }, path: '/v1/other' })).toBe('404 not_found');
});

test('plain HTTP: health for everyone but web pages, the rest for those let in', async () => {
  const { url, token } = await gateway();
  const good = { Authorization: `Bearer ${token}` };
  expect(await knock(url, { path: '/healthz' })).toBe('200 ok');
  const foreign = { Host: 'evil.example' };
  expect(await knock(url, { path: '/healthz', headers: foreign })).toBe('421 host_not_allowed');
  expect(await knock(url, { path: '/healthz', headers: { Origin: 'https://evil.example' } })).toBe(
    '403 origin_not_allowed',
  );
  expect(await knock(url, { headers: good })).toBe('426 upgrade_required');
  expect(await knock(url)).toBe('401 invalid_api_key');
  expect(await knock(url, { headers: good, path: '/' })).toBe('404 not_found');
});

test('the events of a response come in order, numbered, on their lane', async () => {
  const client = await connect(await gateway());
  client.send({
    type: 'response.create',
    stream_id: 'a.1',
    model: 'm',
    input: 'let x',
    stream: true,
    unknown: 1,
  });
  const events = await client.until(terminal);
  expect(events.map(({ type }) => type.replace('response.', ''))).toEqual([
    'created',
    'in_progress',
    'output_item.added',
    'content_part.added',
    'output_text.delta',
    'output_text.done',
    'content_part.done',
    'output_item.done',
    'completed',
  ]);
  expect(events.map(({ sequence_number }) => sequence_number)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
  expect(events.every(({ stream_id }) => stream_id === 'a.1')).toBe(true);
  expect(deltas(events)).toBe('LET X');
  expect(events.at(-1)?.response).toMatchObject({
    status: 'completed',
    model: 'm',
    metadata: { confidence: '0.8750' },
    output: [{ type: 'message', content: [{ type: 'output_text', text: 'LET X' }] }],
  });
});

test('the unnamed lane is answered without a name', async () => {
  const client = await connect(await gateway());
  client.send({
    type: 'response.create',
    input: [{ type: 'message', role: 'user', content: [{ type: 'input_text', text: 'y' }] }],
  });
  const events = await client.until(terminal);
  expect(deltas(events)).toBe('Y');
  expect(events.some((event) => 'stream_id' in event)).toBe(false);
});

test('several candidates are several messages; silence and refusal are no text', async () => {
  const client = await connect(await gateway());
  client.send({ type: 'response.create', whittle_ask: completeAsk('// two█') });
  expect((await client.until(terminal)).at(-1)?.response).toMatchObject({
    output: [{ content: [{ text: '// TWO' }] }, { content: [{ text: 'other' }] }],
    metadata: { confidence: '0.8750', 'confidence.1': '0.5000' },
  });
  client.send({ type: 'response.create', whittle_ask: completeAsk('// silent█') });
  expect((await client.until(terminal)).at(-1)?.response).toMatchObject({
    output: [],
    metadata: { silence: 'low-confidence' },
  });
});

test('a response is continued from by its own lane and by others; only the newest of a lane can be', async () => {
  const client = await connect(await gateway());
  client.send({ type: 'response.create', stream_id: 'base', input: 'one ', generate: false });
  const warm = await client.until(terminal);
  expect(warm.map(({ type }) => type)).toEqual(['response.created', 'response.completed']);
  expect(warm.at(-1)?.response).toMatchObject({ output: [], status: 'completed' });
  const base = idOf(warm);
  for (const lane of ['fork1', 'fork2', 'base']) {
    client.send({ type: 'response.create', stream_id: lane, previous_response_id: base, input: 'two' });
    expect(deltas(await client.until(terminal))).toBe('ONE TWO');
  }
  client.send({ type: 'response.create', stream_id: 'fork1', previous_response_id: base, input: 'two' });
  const lost = await client.until(terminal);
  expect(lost.at(-1)).toMatchObject({ type: 'error', status: 400, stream_id: 'fork1' });
  expect(codeOf(lost.at(-1))).toBe('previous_response_not_found');
});

test.each([
  ['{"type"', 'invalid_json'],
  ['[]', 'invalid_event'],
  ['{"type":1}', 'invalid_event'],
  ['{"type":"response.fly"}', 'unknown_event_type'],
  ['{"type":"response.create","stream_id":""}', 'invalid_stream_id'],
  ['{"type":"response.create","stream_id":"a b"}', 'invalid_stream_id'],
  ['{"type":"response.create","input":7}', 'invalid_value'],
  ['{"type":"response.create","previous_response_id":"resp_x"}', 'previous_response_not_found'],
  ['{"type":"response.create","whittle_ask":{"task":"complete"}}', 'invalid_value'],
  ['{"type":"whittle.document.changed","uri":"a"}', 'unknown_event_type'],
])('%s is answered with %s and the connection lives', async (frame, code) => {
  const client = await connect(await gateway());
  client.raw(frame);
  expect(codeOf((await client.until(terminal)).at(-1))).toBe(code);
  client.send({ type: 'response.create', input: 'still here' });
  expect(deltas(await client.until(terminal))).toBe('STILL HERE');
});

test('a client that answers pings stays, however long it says nothing', async () => {
  const started = await gateway();
  const { clock, url } = started;
  const client = await connect(started);
  for (let i = 0; i < 3; i++) {
    const pinged = client.pinged();
    clock.advance(20_000);
    await pinged;
    // On another connection: what the first one sent before is read before it.
    await fetch(new URL('/healthz', url.replace('ws', 'http')));
  }
  client.send({ type: 'response.create', input: 'back' });
  expect(deltas(await client.until(terminal))).toBe('BACK');
});

test('binary is answered with an error; steering gives its input back', async () => {
  const client = await connect(await gateway());
  client.raw(Buffer.from('{}'));
  expect(codeOf((await client.until(terminal)).at(-1))).toBe('invalid_event');
  client.send({ type: 'response.steer', previous_response_id: 'resp_1', input: 'shorter' });
  const failed = (await client.until(({ type }) => type === 'response.steer.failed')).at(-1);
  expect(failed).toMatchObject({ steer: { previous_response_id: 'resp_1', input: 'shorter' } });
});

test('the 33rd lane name is refused, names in use go on', async () => {
  const client = await connect(await gateway());
  for (let i = 0; i < 33; i++) client.send({ type: 'response.create', stream_id: `l${i}`, input: 'x' });
  const events = await client.until(({ type }) => type === 'error');
  expect(codeOf(events.at(-1))).toBe('websocket_stream_limit_reached');
  client.send({ type: 'response.create', stream_id: 'l0', input: 'x' });
  expect(deltas(await client.until(terminal))).toBe('X');
});

test('a bug of the engine fails its request and nothing else', async () => {
  const client = await connect(await gateway());
  client.send({ type: 'response.create', whittle_ask: completeAsk('// throw█') });
  expect((await client.until(terminal)).at(-1)).toMatchObject({
    type: 'response.failed',
    response: { error: { code: 'server_error' } },
  });
  client.send({ type: 'response.create', input: 'x' });
  expect(deltas(await client.until(terminal))).toBe('X');
});

test('documents are mirrored and told to the engine; who leaves closes them', async () => {
  const running = await gateway();
  const client = await connect(running);
  const { document } = completeAsk('let a█');
  const named = { ...completeAsk('let abc█'), document: { uri: document.uri, version: 2 } };
  client.send({ type: 'whittle.document.opened', document });
  client.send({
    type: 'whittle.document.changed',
    uri: document.uri,
    version: 2,
    edit: [{ start: 5, end: 5, text: 'bc' }],
  });
  client.send({ type: 'response.create', whittle_ask: named });
  expect(deltas(await client.until(terminal))).toBe('LET ABC');
  expect([...running.engine.documents.values()]).toEqual([{ ...document, version: 2, text: 'let abc' }]);
  client.send({
    type: 'response.create',
    whittle_ask: { ...named, document: { uri: document.uri, version: 3 } },
  });
  expect(codeOf((await client.until(terminal)).at(-1))).toBe('whittle_document_not_found');

  const second = await connect(running);
  second.send({ type: 'response.create', whittle_ask: named });
  expect(codeOf((await second.until(terminal)).at(-1))).toBe('whittle_document_not_found');
  // The newest to open a document speaks for it, and only its leaving closes it.
  second.send({ type: 'whittle.document.opened', document: { ...document, version: 7, text: 'second' } });
  client.send({
    type: 'whittle.document.changed',
    uri: document.uri,
    version: 3,
    edit: [{ start: 0, end: 0, text: '!' }],
  });
  client.send({
    type: 'response.create',
    whittle_ask: { ...named, cursor: 8, document: { uri: document.uri, version: 3 } },
  });
  expect(deltas(await client.until(terminal))).toBe('!LET ABC');
  second.send({ type: 'response.create', input: 'x' });
  await second.until(terminal);
  expect(running.engine.documents.get(document.uri)?.text).toBe('second');
});

test('folders are taken from trusted clients only', async () => {
  const folders = { type: 'whittle.folders', folders: [{ name: 'a', path: '/a' }], exclude: [] };
  for (const clients of ['trusted', 'strangers'] as const) {
    const running = await gateway({ clients });
    const client = await connect(running);
    client.send(folders);
    client.send({ type: 'response.create', input: 'x' });
    await client.until(terminal);
    expect(running.engine.folderCalls).toEqual(clients === 'trusted' ? [['/a']] : []);
  }
});

test('an old connection is ended with the error clients know', async () => {
  const running = await gateway({ limits: { connectionAgeMs: 1000 } });
  const client = await connect(running);
  running.clock.advance(1000);
  expect(codeOf((await client.until(terminal)).at(-1))).toBe('websocket_connection_limit_reached');
  expect(await client.closed).toBe(1000);
});

test('a client that answers no ping is ended', async () => {
  const running = await gateway();
  const client = await connect(running);
  // No time passes on the wire, so no pong can come between.
  running.clock.advance(40_000);
  expect(await client.closed).toBe(1006);
});

test('a message over the limit ends the connection with 1009', async () => {
  const client = await connect(await gateway({ limits: { messageBytes: 1000 } }));
  client.raw(JSON.stringify({ type: 'response.create', input: 'x'.repeat(2000) }));
  expect(await client.closed).toBe(1009);
});

/** A backend whose answers end when the test says so. */
function slowBackend() {
  const running: { readonly text: string; readonly signal: AbortSignal; end(): void }[] = [];
  const started: (() => void)[] = [];
  const backend: Backend = {
    ...engineBackend(echoEngine()),
    async *answer(ask, signal): AsyncGenerator<BackendEvent> {
      const aborted = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
      const ended = new Promise<void>((resolve) => {
        running.push({ text: ask.document.text, signal, end: resolve });
      });
      for (const wake of started.splice(0)) wake();
      await Promise.race([ended, aborted]);
      yield { kind: 'text', candidate: 0, text: ask.document.text };
      yield { kind: 'end', outcome: 'completed' };
    },
  };
  return {
    backend,
    running,
    async started(count: number) {
      while (running.length < count) await new Promise<void>((resolve) => started.push(resolve));
    },
  };
}

test('a lane runs in order, lanes run beside each other, 16 at once', async () => {
  const slow = slowBackend();
  const client = await connect(await gateway({ backend: slow.backend }));
  client.send({ type: 'response.create', stream_id: 'a', input: 'a1' });
  client.send({ type: 'response.create', stream_id: 'a', input: 'a2' });
  for (let i = 0; i < 16; i++) client.send({ type: 'response.create', stream_id: `b${i}`, input: `b${i}` });
  await slow.started(16);
  expect(slow.running.map(({ text }) => text)).toEqual([
    'a1',
    ...Array.from({ length: 15 }, (_, i) => `b${i}`),
  ]);
  slow.running[3]?.end();
  expect((await client.until(terminal)).at(-1)).toMatchObject({
    type: 'response.completed',
    stream_id: 'b2',
  });
  await slow.started(17);
  // The place that came free goes to the one that waited longest and whose lane is free.
  expect(slow.running[16]?.text).toBe('b15');
  slow.running[0]?.end();
  expect((await client.until(terminal)).at(-1)).toMatchObject({ type: 'response.completed', stream_id: 'a' });
  await slow.started(18);
  expect(slow.running[17]?.text).toBe('a2');
});

test('cancel ends what was sent on its lane, running or waiting, with one terminal event each', async () => {
  const slow = slowBackend();
  const client = await connect(await gateway({ backend: slow.backend }));
  client.send({ type: 'response.create', stream_id: 'a', input: 'a1' });
  client.send({ type: 'response.create', stream_id: 'a', input: 'a2' });
  client.send({ type: 'response.create', stream_id: 'b', input: 'b1' });
  await slow.started(2);
  client.send({ type: 'whittle.cancel', stream_id: 'a' });
  const first = (await client.until(terminal)).at(-1);
  const second = (await client.until(terminal)).at(-1);
  for (const event of [first, second]) {
    expect(event).toMatchObject({
      type: 'response.incomplete',
      stream_id: 'a',
      response: { incomplete_details: { reason: 'cancelled' } },
    });
  }
  expect(slow.running.map(({ signal }) => signal.aborted)).toEqual([true, false]);
  slow.running[1]?.end();
  expect((await client.until(terminal)).at(-1)).toMatchObject({ type: 'response.completed', stream_id: 'b' });
});

test('a client that leaves ends what runs for it', async () => {
  const slow = slowBackend();
  const client = await connect(await gateway({ backend: slow.backend }));
  client.send({ type: 'response.create', input: 'x' });
  await slow.started(1);
  const aborted = new Promise((resolve) => slow.running[0]?.signal.addEventListener('abort', resolve));
  client.end();
  await aborted;
});

/** Status, type and text of an answer to a POST. */
async function post({ url, token }: Gateway, body: string, signal?: AbortSignal) {
  const response = await fetch(url.replace('ws:', 'http:'), {
    method: 'POST',
    headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
    body,
    ...(signal ? { signal } : {}),
  });
  return { status: response.status, type: response.headers.get('content-type'), text: await response.text() };
}

test('over HTTP a request is answered as JSON, or as the events of a socket', async () => {
  const running = await gateway();
  const plain = await post(running, JSON.stringify({ model: 'm', input: 'let x', stream_id: 'ignored' }));
  expect(plain).toMatchObject({ status: 200, type: 'application/json' });
  expect(JSON.parse(plain.text)).toMatchObject({
    status: 'completed',
    output: [{ content: [{ text: 'LET X' }] }],
  });

  const streamed = await post(running, JSON.stringify({ model: 'm', input: 'let x', stream: true }));
  expect(streamed.type).toBe('text/event-stream; charset=utf-8');
  const events = streamed.text
    .trimEnd()
    .split('\n\n')
    .map((each) => /^event: (.*)\ndata: (.*)$/.exec(each));
  expect(events.map((each) => each?.[1])).toEqual(events.map((each) => JSON.parse(each?.[2] ?? '').type));
  expect(deltas(events.map((each) => JSON.parse(each?.[2] ?? '')))).toBe('LET X');
  expect(events.at(-1)?.[1]).toBe('response.completed');
});

test.each([
  ['no json', 400, 'invalid_json'],
  ['[]', 400, 'invalid_event'],
  ['{"input":7}', 400, 'invalid_value'],
  ['{"previous_response_id":"resp_1","stream":true}', 400, 'previous_response_not_found'],
  [JSON.stringify({ input: 'x'.repeat(5000) }), 413, 'too_large'],
])('over HTTP %s is answered with %d %s', async (body, status, code) => {
  const running = await gateway({ limits: { messageBytes: 4000 } });
  const answer = await post(running, body);
  expect(answer.status).toBe(status);
  expect(JSON.parse(answer.text).error.code).toBe(code);
});

test('a body that is no object is told so, and not that it needs the type of an event', async () => {
  const answer = await post(await gateway({}), '[]');
  expect(JSON.parse(answer.text).error.message).toBe('The body must be a JSON object.');
});

test('over HTTP hanging up ends the work', async () => {
  const slow = slowBackend();
  const running = await gateway({ backend: slow.backend });
  const abort = new AbortController();
  const answer = post(running, JSON.stringify({ input: 'x', stream: true }), abort.signal);
  await slow.started(1);
  const aborted = new Promise((resolve) => slow.running[0]?.signal.addEventListener('abort', resolve));
  abort.abort();
  await expect(answer).rejects.toThrow();
  await aborted;
});
