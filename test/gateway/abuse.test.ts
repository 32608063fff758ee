/** What others may do to a gateway: whatever it is, it is answered or ended, and the next client is served. */

import { createServer, request as httpRequest, type RequestListener } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { WebSocket } from 'ws';
import { engineBackend } from '../../server/gateway/engine.ts';
import { createUpstreamBackend } from '../../server/gateway/upstreams/backend.ts';
import { createDiscovery } from '../../server/gateway/upstreams/discovery.ts';
import { createHttpClient } from '../../server/gateway/upstreams/http.ts';
import { systemClock } from '../support/clock.ts';
import { echoEngine } from '../support/engine.ts';
import { type OpenGateway, openGateway } from '../support/open-gateway.ts';
import { askAsZed, zedBody } from '../support/zed.ts';

const MiB = 1024 * 1024;

async function stillServes({ port }: OpenGateway): Promise<void> {
  expect(await askAsZed(port, zedBody('let b'))).toMatchObject({ status: 200, text: 'LET B' });
}

/** What comes back until the gateway ends the connection; `first` is written, and `again` as often as asked. */
function trickle(port: number, first: string, again: string): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(first));
    const timer = setInterval(() => socket.write(again), 5);
    let answer = '';
    socket.on('data', (chunk) => {
      answer += chunk;
    });
    socket.on('error', () => undefined);
    socket.on('close', () => {
      clearInterval(timer);
      resolve(answer);
    });
  });
}

interface Event {
  readonly type: string;
  readonly stream_id?: string;
  readonly error?: { readonly code: string };
}

const terminal = /^(response\.(completed|incomplete|failed)|error)$/;

async function dial({ url }: OpenGateway): Promise<WebSocket> {
  const webSocket = new WebSocket(url, { perMessageDeflate: false });
  onTestFinished(() => webSocket.terminate());
  webSocket.on('error', () => undefined);
  await new Promise((resolve) => webSocket.once('open', resolve));
  return webSocket;
}

/** Terminal events, once there are so many. */
function terminals(webSocket: WebSocket, count: number): Promise<readonly Event[]> {
  const events: Event[] = [];
  return new Promise((resolve) => {
    webSocket.on('message', (data) => {
      const event: Event = JSON.parse(String(data));
      if (!terminal.test(event.type)) return;
      events.push(event);
      if (events.length === count) resolve(events);
    });
  });
}

function create(text: string, lane?: string): string {
  return JSON.stringify({
    type: 'response.create',
    input: text,
    ...(lane === undefined ? {} : { stream_id: lane }),
  });
}

describe('slow clients', () => {
  test('a head that never ends is ended', async () => {
    const place = await openGateway({ limits: { headMs: 60, requestMs: 60_000 } });
    const answer = trickle(
      place.port,
      'POST /v1/completions HTTP/1.1\r\nhost: localhost\r\n',
      'x-more: 1\r\n',
    );
    await stillServes(place);
    // As of a body: on a busy machine Node looks at the time late, and finds the head wrong first.
    expect(await answer).toMatch(/^HTTP\/1\.1 4(?:08|00)/);
  });

  test('a body that never ends is ended', async () => {
    const place = await openGateway({ limits: { headMs: 60, requestMs: 120 } });
    const head = `POST /v1/completions HTTP/1.1\r\nhost: localhost\r\ncontent-length: 1000000\r\n\r\n{`;
    const answer = trickle(place.port, head, ' ');
    await stillServes(place);
    // Too late, or no request any more: which comes first is Node's affair.
    expect(await answer).toMatch(/^HTTP\/1\.1 4(?:08|00)/);
  });

  test('300 of them keep nobody out', async () => {
    const place = await openGateway({ limits: { headMs: 100, requestMs: 60_000 } });
    const heads = Array.from({ length: 300 }, () => trickle(place.port, 'GET / HTTP/1.1\r\n', ''));
    await stillServes(place);
    for (const answer of await Promise.all(heads)) expect(answer).toMatch(/^HTTP\/1\.1 408/);
  });
});

describe('large messages', () => {
  test('a frame of 64 MiB ends its connection, and no other', async () => {
    const place = await openGateway();
    const [one, other] = [await dial(place), await dial(place)];
    const closed = new Promise((resolve) => one.once('close', resolve));
    one.send(Buffer.alloc(64 * MiB, 0x20), { binary: false });
    expect(await closed).toBe(1009);
    const answered = terminals(other, 1);
    other.send(create('let b'));
    expect((await answered)[0]?.type).toBe('response.completed');
  });

  test.each(['/v1/responses', '/v1/completions'])('64 MiB posted to %s are not read', async (path) => {
    const place = await openGateway();
    for (const length of [{ 'content-length': 64 * MiB }, { 'transfer-encoding': 'chunked' }]) {
      const status = await new Promise((resolve) => {
        const { port } = place;
        const sent = httpRequest(
          { port, host: '127.0.0.1', method: 'POST', path, headers: length },
          (response) => {
            response.resume();
            resolve(response.statusCode);
          },
        );
        // It is hung up on in the middle of what it sends.
        sent.on('error', () => undefined);
        const piece = Buffer.alloc(MiB, 0x20);
        for (let i = 0; i < 64; i++) sent.write(piece);
        sent.end();
      });
      expect(status).toBe(413);
    }
    await stillServes(place);
  });
});

describe('many requests', () => {
  test('10,000 lanes: as many as a connection may have, and an error for each other one', async () => {
    const place = await openGateway();
    const webSocket = await dial(place);
    const all = terminals(webSocket, 10_000);
    for (let i = 0; i < 10_000; i++) webSocket.send(create('let b', `lane-${i}`));
    const events = await all;
    const refused = events.filter(({ error }) => error?.code === 'websocket_stream_limit_reached');
    expect(events.filter(({ type }) => type === 'response.completed')).toHaveLength(32);
    expect(refused).toHaveLength(10_000 - 32);
    // Each on its own lane: nobody is left waiting.
    expect(new Set(events.map(({ stream_id }) => stream_id)).size).toBe(10_000);
    await stillServes(place);
  });

  test('10,000 requests behind one that never ends: as many as may wait, and an error for each other one', async () => {
    const { dispose, models, folders, open, change, close } = engineBackend(echoEngine());
    let running = 0;
    const place = await openGateway({
      backend: {
        ...{ dispose, models, folders, open, change, close },
        async *answer(_ask, signal) {
          running++;
          await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
          running--;
          yield { kind: 'end', outcome: 'completed' };
        },
      },
    });
    const webSocket = await dial(place);
    const all = terminals(webSocket, 10_000 - 65);
    for (let i = 0; i < 10_000; i++) webSocket.send(create('let b'));
    for (const event of await all) expect(event.error?.code).toBe('websocket_queue_full');
    expect(running).toBe(1);
    webSocket.terminate();
    await place.drain(60_000);
    expect(running).toBe(0);
  });

  test('the end of the gateway behind an answer does not cut it', async () => {
    let go = (): void => undefined;
    const told = new Promise<void>((resolve) => {
      go = resolve;
    });
    const { dispose, models, folders, open, change, close } = engineBackend(echoEngine());
    const place = await openGateway({
      backend: {
        ...{ dispose, models, folders, open, change, close },
        async *answer() {
          yield { kind: 'text', candidate: 0, text: 'begun' };
          await told;
          yield { kind: 'text', candidate: 0, text: ' and ended' };
          yield { kind: 'end', outcome: 'completed' };
        },
      },
    });
    const webSocket = await dial(place);
    const ended = terminals(webSocket, 1);
    const began = new Promise((resolve) => webSocket.once('message', resolve));
    webSocket.send(create('let b'));
    await began;
    const closed = place.drain(60_000).then(() => place.close());
    go();
    expect((await ended)[0]?.type).toBe('response.completed');
    await closed;
  });

  test('wrong tokens open nothing, however many', async () => {
    const place = await openGateway({ nameless: 'refused' });
    const tokens = Array.from({ length: 300 }, (_, i) => place.token.slice(0, i % 43) + String(i));
    for (const token of tokens.slice(0, 100)) {
      expect((await askAsZed(place.port, zedBody('let b'), token)).status).toBe(401);
    }
    const knocks = tokens.slice(100).map(
      (token) =>
        new Promise((resolve) => {
          const headers = { Authorization: `Bearer ${token}` };
          const webSocket = new WebSocket(place.url, { headers });
          webSocket.on('unexpected-response', (_request, { statusCode }) => resolve(statusCode));
          webSocket.on('open', () => resolve('open'));
          webSocket.on('error', () => undefined);
        }),
    );
    expect(new Set(await Promise.all(knocks))).toEqual(new Set([401]));
    expect((await askAsZed(place.port, zedBody('let b'), place.token)).status).toBe(200);
  });
});

describe('what is no protocol', () => {
  test.each([
    ['noise', '\u0000\u0001\u0002 no http at all \r\n\r\n'],
    [
      'two lengths',
      'POST /v1/completions HTTP/1.1\r\nhost: localhost\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nab',
    ],
    [
      'a length and chunks',
      'POST /v1/completions HTTP/1.1\r\nhost: localhost\r\ncontent-length: 4\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n',
    ],
    ['a head of 1 MiB', `GET /healthz HTTP/1.1\r\nhost: localhost\r\nx: ${'y'.repeat(MiB)}\r\n\r\n`],
    ['no Host', 'GET /healthz HTTP/1.1\r\n\r\n'],
    [
      'two Hosts',
      'GET /v1/models HTTP/1.1\r\nhost: localhost\r\nhost: evil.example\r\nconnection: close\r\n\r\n',
    ],
  ])('%s', async (name, bytes) => {
    const place = await openGateway();
    const answer = await trickle(place.port, bytes, '');
    // Node takes the first of two hosts; a browser sends one.
    expect(answer).toMatch(name === 'two Hosts' ? /^HTTP\/1\.1 / : /^HTTP\/1\.1 4\d\d/);
    await stillServes(place);
  });

  test.each([
    ['an unmasked frame', Buffer.from([0x81, 0x02, 0x7b, 0x7d])],
    ['a reserved opcode', Buffer.from([0x83, 0x80, 0, 0, 0, 0])],
    [
      'a length beyond all numbers',
      Buffer.from([0x81, 0xff, 255, 255, 255, 255, 255, 255, 255, 255, 0, 0, 0, 0]),
    ],
    ['text that is no UTF-8', Buffer.from([0x81, 0x82, 0, 0, 0, 0, 0xc3, 0x28])],
  ])('%s on a WebSocket ends it', async (_, bytes) => {
    const place = await openGateway();
    const upgrade = [
      'GET /v1/responses HTTP/1.1',
      'host: localhost',
      'connection: upgrade',
      'upgrade: websocket',
      'sec-websocket-version: 13',
      'sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==',
    ];
    await new Promise<void>((resolve) => {
      const socket = connect(place.port, '127.0.0.1', () => socket.write(`${upgrade.join('\r\n')}\r\n\r\n`));
      socket.once('data', () => socket.write(bytes));
      socket.on('error', () => undefined);
      socket.on('close', () => resolve());
    });
    await stillServes(place);
  });
});

describe('a model server', () => {
  /** A gateway before a server of chat completions that answers as it is told; `hungUp` settles when it is left. */
  async function gatewayBefore(stream: RequestListener) {
    let left = (): void => undefined;
    const hungUp = new Promise<void>((resolve) => {
      left = resolve;
    });
    const server = createServer((request, response) => {
      if (request.method === 'GET') {
        const models = request.url === '/v1/models';
        response.writeHead(models ? 200 : 404, { 'content-type': 'application/json' });
        response.end(JSON.stringify(models ? { object: 'list', data: [{ id: 'm' }] } : {}));
        return;
      }
      request.resume();
      response.on('close', left);
      stream(request, response);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const clock = systemClock();
    const http = createHttpClient({ clock, limits: { idleMs: 60_000, valueLength: MiB } });
    const backend = createUpstreamBackend({
      model: {
        url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
        name: 'm',
        headers: {},
        format: 'chat',
      },
      http,
      discovery: createDiscovery(http, clock),
      clock,
      log: () => undefined,
    });
    const place = await openGateway({ backend });
    onTestFinished(async () => {
      await backend.dispose();
      http.dispose();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    });
    return { place, hungUp };
  }

  const eventStream = { 'content-type': 'text/event-stream' };
  const chunk = (content: string): string =>
    `data: ${JSON.stringify({ choices: [{ delta: { content } }] })}\n\n`;

  test('that never ends is ended, and left', async () => {
    const { place, hungUp } = await gatewayBefore((_request, response) => {
      response.writeHead(200, eventStream);
      const pour = (): void => {
        while (!response.destroyed && response.write(chunk('more and more '.repeat(100))));
      };
      response.on('drain', pour);
      pour();
    });
    const webSocket = await dial(place);
    const ended = terminals(webSocket, 1);
    webSocket.send(JSON.stringify({ type: 'response.create', input: 'a', max_output_tokens: 100 }));
    expect((await ended)[0]).toMatchObject({
      type: 'response.incomplete',
      response: { incomplete_details: { reason: 'max_output_tokens' } },
    });
    await hungUp;
  });

  test('that says nothing any more is left with its client', async () => {
    const { place, hungUp } = await gatewayBefore((_request, response) => {
      response.writeHead(200, eventStream);
      response.write(chunk('let'));
    });
    const webSocket = await dial(place);
    const began = new Promise<void>((resolve) =>
      webSocket.on('message', (data) => {
        if (String(data).includes('output_text.delta')) resolve();
      }),
    );
    webSocket.send(create('a'));
    await began;
    webSocket.terminate();
    await hungUp;
  });

  test.each<[string, object, string | Buffer]>([
    ['noise', eventStream, Buffer.from([0, 255, 254, 13, 10, 13, 10, 200])],
    ['events that are no JSON', eventStream, 'data: {"choices":[{"delta":{"content":"a"}}\n\ndata: x\n\n'],
    ['JSON of another kind', { 'content-type': 'application/json' }, '[[[[1]]]]'],
    ['a page', { 'content-type': 'text/html' }, '<html><script>alert(1)</script></html>'],
    ['one line of 4 MiB', eventStream, `data: ${'x'.repeat(4 * MiB)}`],
    [
      'fields of other types',
      eventStream,
      'data: {"choices":{"0":1},"usage":[],"error":null}\n\ndata: [DONE]\n\n',
    ],
    ['an error in the middle', eventStream, `${chunk('a')}data: {"error":{"message":"boom","code":503}}\n\n`],
    ['a length it does not keep', { ...eventStream, 'content-length': '9999' }, chunk('a')],
    ['nothing at all', eventStream, ''],
  ])('that answers with %s costs one request', async (_, headers, body) => {
    const { place } = await gatewayBefore(({ socket }, response) => {
      response.writeHead(200, { ...headers });
      response.end(body, () => socket.destroy());
    });
    const webSocket = await dial(place);
    for (const text of ['a', 'b']) {
      const ended = terminals(webSocket, 1);
      webSocket.send(create(text));
      expect((await ended)[0]?.type).toMatch(terminal);
    }
    expect((await askAsZed(place.port, zedBody('a'))).status).toBeGreaterThanOrEqual(200);
  });
});
