/** The gateway before a model server, as clients of the bare protocol see it: words, chains, warming, slowness, the end. */

import { afterEach, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { systemClock } from '../../support/clock.ts';
import { type ApiServerOptions, type Dialect, startApiServer } from '../../support/upstreams/api-server.ts';
import { chatServer } from '../../support/upstreams/dialects.ts';
import { startUpstreamGateway } from '../../support/upstreams/upstream-gateway.ts';

type Json = Readonly<Record<string, unknown>>;
type Event = Json & { readonly type: string };

const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

async function open(options: ApiServerOptions = {}, dialect: Dialect = chatServer()) {
  const clock = systemClock();
  const server = await startApiServer(dialect, options);
  const running = await startUpstreamGateway({ url: server.url }, { clock });
  ends.push(async () => {
    await running.close();
    await server.close();
    expect(clock.pending()).toBe(0);
  });
  return { server, ...running.gateway };
}

async function connect({ url, token }: { readonly url: string; readonly token: string }) {
  const webSocket = new WebSocket(url, { headers: { Authorization: `Bearer ${token}` } });
  const events: Event[] = [];
  const wakes: (() => void)[] = [];
  webSocket.on('message', (data) => {
    events.push(JSON.parse(data.toString()));
    for (const wake of wakes.splice(0)) wake();
  });
  await new Promise((resolve) => webSocket.once('open', resolve));
  return {
    webSocket,
    send: (frame: Json) => webSocket.send(JSON.stringify({ type: 'response.create', ...frame })),
    raw: (frame: Json) => webSocket.send(JSON.stringify(frame)),
    /** Events up to the first of one of these types, taken off. */
    async until(...types: readonly string[]): Promise<readonly Event[]> {
      for (;;) {
        const at = events.findIndex(({ type }) => types.includes(type));
        if (at !== -1) return events.splice(0, at + 1);
        await new Promise<void>((resolve) => wakes.push(resolve));
      }
    },
  };
}

const ended = ['response.completed', 'response.incomplete', 'response.failed', 'error'];

function idOf(events: readonly Event[]): string {
  return String((events.at(-1)?.response as Json | undefined)?.id);
}

function textOf(events: readonly Event[]): string {
  return events.map(({ type, delta }) => (type === 'response.output_text.delta' ? delta : '')).join('');
}

function user(text: string): Json {
  return { type: 'message', role: 'user', content: [{ type: 'input_text', text }] };
}

test('a chain brings the whole conversation, instructions of this request first', async () => {
  const gateway = await open();
  const client = await connect(gateway);
  client.send({ input: [user('one')] });
  const first = await client.until(...ended);
  expect(textOf(first)).toBe('ONE');
  client.send({ input: [user('two')], instructions: 'Be brief.', previous_response_id: idOf(first) });
  expect(textOf(await client.until(...ended))).toBe('TWO');
  expect(gateway.server.requests.at(-1)?.body.messages).toEqual([
    { role: 'system', content: 'Be brief.' },
    { role: 'user', content: 'one' },
    { role: 'assistant', content: 'ONE' },
    { role: 'user', content: 'two' },
  ]);
});

test('two lanes fork from the same response, and neither sees the other', async () => {
  const gateway = await open();
  const client = await connect(gateway);
  client.send({ stream_id: 'base', input: [user('one')] });
  const previous_response_id = idOf(await client.until(...ended));
  client.send({ stream_id: 'a', input: [user('two')], previous_response_id });
  client.send({ stream_id: 'b', input: [user('three')], previous_response_id });
  await client.until(...ended);
  await client.until(...ended);
  const contents = gateway.server.requests
    .slice(-2)
    .map(({ body }) =>
      (body.messages as readonly { content: string }[]).map(({ content }) => content).join(' '),
    )
    .sort();
  expect(contents).toEqual(['one ONE three', 'one ONE two']);
});

test('usage, also what the server had kept', async () => {
  const client = await connect(await open());
  client.send({ input: 'one' });
  const last = (await client.until(...ended)).at(-1);
  expect(last?.response).toMatchObject({
    usage: {
      input_tokens: 10,
      input_tokens_details: { cached_tokens: 4 },
      output_tokens: 3,
    },
  });
});

test('a request without an answer is read by the server, and continued from', async () => {
  const gateway = await open();
  const client = await connect(gateway);
  client.send({ input: [user('a file')], generate: false });
  const base = await client.until(...ended);
  expect(textOf(base)).toBe('');
  // The words were read before anybody asked; the next request ends that where it still runs.
  client.send({ input: [user('go on')], previous_response_id: idOf(base) });
  // Neighbours of one role are one message to the server, whose words begin as they did.
  expect(textOf(await client.until(...ended))).toBe('A FILE\n\nGO ON');
});

test('warming sends the words with room for one token, and another request ends it', async () => {
  const silent: ApiServerOptions = {
    fault: (request) => (request.body.max_tokens === 1 ? { kind: 'silent', after: 1 } : undefined),
  };
  const gateway = await open(silent);
  const client = await connect(gateway);
  client.send({ input: [user('a file')], generate: false });
  await client.until(...ended);
  const asked = (): boolean => gateway.server.requests.some(({ body }) => body.max_tokens === 1);
  while (!asked()) await new Promise(setImmediate);
  client.send({ input: [user('go on')] });
  expect(textOf(await client.until(...ended))).toBe('GO ON');
  await gateway.server.untilLeft();
});

test('cancelling ends the request to the server, and the response with it', async () => {
  const gateway = await open({ fault: () => ({ kind: 'silent', after: 3 }) });
  const client = await connect(gateway);
  client.send({ stream_id: 'a', input: 'one' });
  await client.until('response.output_text.delta');
  client.raw({ type: 'whittle.cancel', stream_id: 'a' });
  const last = (await client.until(...ended)).at(-1);
  expect(last).toMatchObject({
    type: 'response.incomplete',
    response: { incomplete_details: { reason: 'cancelled' } },
  });
  await gateway.server.untilLeft();
});

test('a client that does not read keeps its model server waiting, not the memory filling', async () => {
  const piece = `data: ${JSON.stringify({ choices: [{ index: 0, delta: { content: 'x'.repeat(4000) } }] })}\n\n`;
  const gateway = await open({ fault: () => ({ kind: 'endless', after: 1, piece }) });
  const client = await connect(gateway);
  const { webSocket } = client;
  webSocket.pause();
  client.send({ input: 'one' });
  const before = process.memoryUsage().arrayBuffers;
  // The server has written what the sockets between take, and can write no more.
  let waited = 0;
  for (let last = -1; waited < 200; ) {
    await new Promise(setImmediate);
    const { waiting } = gateway.server;
    waited = waiting() > 0 && waiting() === last ? waited + 1 : 0;
    last = waiting();
  }
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(64 * 1024 * 1024);
  webSocket.resume();
  await client.until('response.output_text.delta');
  webSocket.terminate();
  await gateway.server.untilLeft();
});

test('draining lets an answer finish, takes no new one, and is not waited for for ever', async () => {
  const gateway = await open();
  const client = await connect(gateway);
  client.send({ stream_id: 'a', input: 'one' });
  await client.until('response.created');
  const drained = gateway.drain(60_000);
  client.send({ stream_id: 'b', input: 'two' });
  const events = [...(await client.until(...ended)), ...(await client.until(...ended))];
  expect(textOf(events)).toBe('ONE');
  expect(events.find(({ type }) => type === 'error')).toMatchObject({
    status: 503,
    stream_id: 'b',
    error: { code: 'server_shutting_down' },
  });
  await drained;
});

test('draining gives up on an answer that does not end', async () => {
  const gateway = await open({ fault: () => ({ kind: 'silent', after: 3 }) });
  const client = await connect(gateway);
  client.send({ input: 'one' });
  await client.until('response.output_text.delta');
  await gateway.drain(20);
});

test('the list of models is that of the server behind', async () => {
  const { url, token } = await open();
  const address = `${url.replace('ws:', 'http:').replace('/v1/responses', '')}/v1/models`;
  const answer = await fetch(address, { headers: { Authorization: `Bearer ${token}` } });
  expect(await answer.json()).toEqual({
    object: 'list',
    data: [{ id: 'chat-1', object: 'model', created: 0, owned_by: 'whittle' }],
  });
  expect((await fetch(address)).status).toBe(401);
});

test('over HTTP: a stream, a whole answer, and an error with its status', async () => {
  let fails = false;
  const { url, token } = await open({
    fault: () =>
      fails
        ? { kind: 'instead', answer: { status: 429, headers: { 'retry-after': '3' }, pieces: ['{}'] } }
        : undefined,
  });
  const post = (body: Json) =>
    fetch(url.replace('ws:', 'http:'), {
      method: 'POST',
      headers: { Authorization: `Bearer ${token}` },
      body: JSON.stringify(body),
    });
  expect(await (await post({ input: 'one', stream: true })).text()).toMatch(/"delta":"ON".*"delta":"E"/s);
  const whole = (await (await post({ input: 'one' })).json()) as {
    output: { content: { text: string }[] }[];
  };
  expect(whole.output[0]?.content[0]?.text).toBe('ONE');
  fails = true;
  const refused = await post({ input: 'one' });
  expect(refused.status).toBe(429);
  expect(await refused.json()).toMatchObject({ error: { code: 'rate_limit_exceeded' } });
});
