/** The dial over real sockets, below the protocol: what it settles with, what its socket says, and what it leaves. */

import { createHash } from 'node:crypto';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { getEventListeners, once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket as NetSocket } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { createDial, type DialDependencies } from '../../server/session/dial.ts';
import type { Dialled, SocketHandlers } from '../../server/session/socket.ts';
import { type VirtualClock, virtualClock } from '../support/clock.ts';

const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

interface Peer {
  readonly port: number;
  /** The next connection, once its first bytes have come. */
  next(): Promise<PeerConnection>;
}

interface PeerConnection {
  readonly socket: NetSocket;
  /** What came first. */
  readonly head: string;
  /** Settles when the other side has ended it. */
  readonly ended: Promise<unknown>;
}

/** A server below HTTP: it sends what a test writes and nothing else, and ends nothing by itself. */
async function startPeer(): Promise<Peer> {
  const connections: PeerConnection[] = [];
  const waiting: ((connection: PeerConnection) => void)[] = [];
  const sockets = new Set<NetSocket>();
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    sockets.add(socket);
    const ended = new Promise((resolve) => {
      socket.once('end', resolve);
      socket.once('error', resolve);
    });
    socket.on('error', () => undefined);
    socket.once('data', (data) => {
      const connection = { socket, head: data.toString(), ended };
      const waiter = waiting.shift();
      if (waiter) waiter(connection);
      else connections.push(connection);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  ends.push(async () => {
    for (const socket of sockets) socket.destroy();
    server.close();
    await once(server, 'close');
  });
  return {
    port: (server.address() as AddressInfo).port,
    next: () =>
      new Promise((resolve) => {
        const known = connections.shift();
        if (known) resolve(known);
        else waiting.push(resolve);
      }),
  };
}

interface Dialling {
  readonly clock: VirtualClock;
  readonly abort: AbortController;
  /** What the socket said, in words. */
  readonly heard: readonly string[];
  readonly dialled: Promise<Dialled>;
  /** Settles when it has said this, or what fits it. */
  until(what: string | RegExp): Promise<void>;
}

const connectMs = 15_000;

interface DialTo extends Omit<DialDependencies, 'clock'> {
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly abort?: AbortController;
  /** Is told what the socket says, as it says it. */
  readonly onHeard?: (what: string) => void;
}

/** What no dial may leave, however it ends: a timer, or a listener. */
function dial({ url, headers = {}, abort = new AbortController(), onHeard, ...more }: DialTo): Dialling {
  const clock = virtualClock();
  const heard: string[] = [];
  const waiting: (() => void)[] = [];
  const hear = (what: string): void => {
    heard.push(what);
    onHeard?.(what);
    for (const look of waiting) look();
  };
  const handlers: SocketHandlers = {
    message: (text) => hear(text),
    binary: () => hear('binary'),
    alive: () => hear('alive'),
    closed: ({ code, reason }) => hear(`closed ${code}${reason}`),
  };
  const dialled = createDial({ ...more, clock })({ url, headers }, { handlers, connectMs }, abort.signal);
  const left = dialled.then(() => [clock.pending(), getEventListeners(abort.signal, 'abort').length]);
  ends.push(async () => expect(await left).toEqual([0, 0]));
  const until = (wanted: string | RegExp): Promise<void> =>
    new Promise((resolve) => {
      const look = (): void => {
        if (heard.some((what) => what === wanted || (wanted instanceof RegExp && wanted.test(what))))
          resolve();
      };
      waiting.push(look);
      look();
    });
  return { clock, abort, heard, dialled, until };
}

/** A WebSocket whose other end is in the test's hands. */
async function open(more: Partial<DialTo> = {}) {
  const peer = await startPeer();
  const dialling = dial({ url: `ws://127.0.0.1:${peer.port}/v1/responses`, ...more });
  const connection = await peer.next();
  upgrade(connection);
  const dialled = await dialling.dialled;
  if (dialled.kind !== 'open') throw new Error(JSON.stringify(dialled));
  const { socket } = connection;
  // Flowing, so that its end is seen.
  const received: Buffer[] = [];
  socket.on('data', (data) => received.push(data));
  ends.push(async () => dialled.socket.close());
  return { ...dialling, socket: dialled.socket, peer: connection, received: () => Buffer.concat(received) };
}

function upgrade({ socket, head }: PeerConnection): void {
  const [key] = /(?<=sec-websocket-key: )\S+/i.exec(head) ?? [];
  // RFC 6455, section 4.2.2.
  const accept = createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
  const lines = [
    'HTTP/1.1 101 Switching Protocols',
    'Upgrade: websocket',
    'Connection: Upgrade',
    `Sec-WebSocket-Accept: ${accept}`,
    'X-Whittle-Ask: 1',
  ];
  socket.write(`${lines.join('\r\n')}\r\n\r\n`);
}

/** A frame of fewer than 126 bytes. RFC 6455, section 5.2. */
function frame(kind: 'text' | 'binary' | 'close' | 'ping' | 'pong', payload: string | Buffer = ''): Buffer {
  const opcode = { text: 1, binary: 2, close: 8, ping: 9, pong: 10 }[kind];
  const bytes = Buffer.from(payload);
  return Buffer.concat([Buffer.from([0x80 | opcode, bytes.length]), bytes]);
}

function closeFrame(code: number, reason: string): Buffer {
  return frame('close', Buffer.concat([Buffer.from([code >> 8, code & 0xff]), Buffer.from(reason)]));
}

/** Settles when a client of this process has read the head of an answer. */
function headRead(): Promise<void> {
  return new Promise((resolve) => {
    const onRead = (): void => {
      unsubscribe('http.client.response.finish', onRead);
      resolve();
    };
    subscribe('http.client.response.finish', onRead);
  });
}

/** As long as it takes for anything on this machine to be heard of, there and back. */
async function roundTrip(): Promise<void> {
  const peer = await startPeer();
  const there = connect(peer.port, '127.0.0.1');
  there.write('there');
  const { socket } = await peer.next();
  socket.write('back');
  await once(there, 'data');
  there.destroy();
}

/** What it is refused with. */
async function refusal({ dialled }: Dialling): Promise<object> {
  const result = await dialled;
  if (result.kind === 'open') throw new Error('it is open');
  return result.refusal;
}

test('the upgrade is asked for with the headers that were given, and its own are there', async () => {
  const { peer, socket } = await open({ headers: { Authorization: 'Bearer key-1' }, userAgent: 'whittle/1' });
  expect(peer.head).toMatch(/^GET \/v1\/responses HTTP\/1\.1\r\n/);
  expect(peer.head).toContain('Authorization: Bearer key-1\r\n');
  expect(peer.head).toContain('User-Agent: whittle/1\r\n');
  expect(peer.head.toLowerCase()).not.toContain('sec-websocket-extensions');
  expect(socket.headers).toMatchObject({ 'x-whittle-ask': '1' });
});

test('every frame is heard as what it is, the last one also where nobody hangs up', async () => {
  const { peer, heard, until } = await open();
  peer.socket.write(
    Buffer.concat([
      frame('text', 'a text'),
      frame('binary', 'text as bytes'),
      frame('binary', Buffer.from([0xff])),
      frame('text', Buffer.from([0xff])),
      frame('pong'),
      frame('ping'),
      closeFrame(1013, ', try later'),
    ]),
  );
  await until('closed 1013, try later');
  expect(heard).toEqual([
    'a text',
    'text as bytes',
    'binary',
    'binary',
    'alive',
    'alive',
    'closed 1013, try later',
  ]);
});

test('a peer that is cut off is closed without a code', async () => {
  const { peer, until, socket } = await open();
  peer.socket.destroy();
  await until('closed 1006');
  expect(socket.send('more')).toBe(false);
  socket.ping();
});

test('behind a close frame nothing is sent, also before the peer has hung up', async () => {
  const { peer, socket, until } = await open();
  const answer = once(peer.socket, 'data');
  peer.socket.write(closeFrame(1001, ''));
  await answer;
  expect(socket.send('more')).toBe(false);
  await until('closed 1001');
});

test('a frame larger than any message ends the connection, and nothing else', async () => {
  const { peer, until } = await open();
  // Text of 2^32 bytes is announced.
  peer.socket.write(Buffer.from([0x81, 127, 0, 0, 0, 1, 0, 0, 0, 0]));
  await until(/^closed /);
});

test('closing is said before it returns, once, and nothing is heard or sent after it', async () => {
  let close = (): void => undefined;
  const { peer, heard, until, socket, received } = await open({
    onHeard: (what) => {
      if (what === 'first') close();
    },
  });
  close = () => {
    socket.close();
    socket.close();
    // By now, and not later.
    expect(heard).toEqual(['first', 'closed 1000']);
  };
  peer.socket.write(Buffer.concat([frame('text', 'first'), frame('text', 'second'), frame('ping')]));
  await until('first');
  expect(socket.send('more')).toBe(false);
  socket.ping();
  // The peer answers nothing, and its connection has ended all the same: by now, and not in a while.
  let isOver = false;
  void peer.ended.then(() => {
    isOver = true;
  });
  await roundTrip();
  expect(isOver).toBe(true);
  await new Promise(setImmediate);
  expect(heard).toEqual(['first', 'closed 1000']);
  // Nothing but the close frame has gone out.
  expect(received()[0]).toBe(0x88);
  expect(received().length).toBe(8);
});

test('a text is sent whole, and a ping too', async () => {
  const { peer, socket, until, received } = await open();
  expect(socket.send('hello')).toBe(true);
  socket.ping();
  // What the peer says next comes behind both.
  peer.socket.once('data', () => peer.socket.write(frame('text', 'heard')));
  await until('heard');
  // RFC 6455: a client's frames are masked, with four bytes.
  const bytes = received();
  expect([bytes[0], bytes[1]]).toEqual([0x81, 0x80 | 5]);
  const mask = bytes.subarray(2, 6);
  const text = bytes.subarray(6, 11).map((byte, i) => byte ^ Number(mask[i % 4]));
  expect(Buffer.from(text).toString()).toBe('hello');
  while (received().length < 17) await once(peer.socket, 'data');
  expect(received()[11]).toBe(0x89);
});

test('a dial that was aborted before it began reaches nobody', async () => {
  const abort = new AbortController();
  abort.abort();
  const dialling = dial({ url: 'ws://127.0.0.1:1/', abort });
  expect(dialling.clock.pending()).toBe(0);
  expect(await refusal(dialling)).toEqual({ kind: 'aborted' });
});

/** Where a dial can be stuck, and until when its peer has to be seen. */
const stuck: readonly (readonly [string, (peer: Peer) => Promise<PeerConnection>])[] = [
  ['before its answer', (peer) => peer.next()],
  [
    'in the middle of its answer',
    async (peer) => {
      const connection = await peer.next();
      connection.socket.write('HTTP/1.1 101 Switching');
      return connection;
    },
  ],
];

test.each(stuck)('a peer that hangs %s is let go at an abort, at once', async (_, reached) => {
  const peer = await startPeer();
  const dialling = dial({ url: `ws://127.0.0.1:${peer.port}/` });
  const { socket, ended } = await reached(peer);
  dialling.abort.abort();
  expect(await refusal(dialling)).toEqual({ kind: 'aborted' });
  socket.resume();
  await ended;
});

test.each(stuck)('a peer that hangs %s is let go when its time is over', async (_, reached) => {
  const peer = await startPeer();
  const dialling = dial({ url: `ws://127.0.0.1:${peer.port}/` });
  const { socket, ended } = await reached(peer);
  dialling.clock.advance(connectMs);
  expect(await refusal(dialling)).toEqual({ kind: 'timeout', afterMs: connectMs });
  socket.resume();
  await ended;
});

/** How far the way through a proxy has come where it is stuck. */
const tunnels: readonly (readonly [string, string, (connection: PeerConnection) => unknown])[] = [
  ['does not answer', 'ws', () => undefined],
  ['lets through to a server that does not answer', 'ws', tunnelled],
  ['lets through to a server that does not begin TLS', 'wss', tunnelled],
];

async function tunnelled({ socket }: PeerConnection): Promise<void> {
  const more = once(socket, 'data');
  socket.write('HTTP/1.1 200 OK\r\n\r\n');
  await more;
}

test.each(tunnels)('a proxy that %s is let go at an abort', async (_, scheme, reached) => {
  const proxy = await startPeer();
  const url = `http://127.0.0.1:${proxy.port}`;
  const environment = { HTTP_PROXY: url, HTTPS_PROXY: url };
  const dialling = dial({ url: `${scheme}://model.example/v1`, environment });
  const connection = await proxy.next();
  expect(connection.head).toMatch(/^CONNECT model\.example:(80|443) HTTP/);
  await reached(connection);
  dialling.abort.abort();
  expect(await refusal(dialling)).toEqual({ kind: 'aborted' });
  connection.socket.resume();
  await connection.ended;
});

/** The answer of a server that is none, and what is known of it. */
test.each<[string, string, object]>([
  [
    'an error of the protocol',
    'HTTP/1.1 429 No\r\nRetry-After: 7\r\nContent-Length: 55\r\n\r\n{"error":{"code":"rate_limit_exceeded","message":"M."}}',
    { kind: 'http', status: 429, message: 'M.', code: 'rate_limit_exceeded', retryAfterMs: 7000 },
  ],
  [
    'a page',
    'HTTP/1.1 200 Yes\r\nContent-Length: 6\r\n\r\n<html>',
    { kind: 'http', status: 200, message: '' },
  ],
  [
    'JSON that is no object',
    'HTTP/1.1 500 No\r\nContent-Length: 4\r\n\r\nnull',
    { kind: 'http', status: 500 },
  ],
  [
    'a page beyond any length',
    `HTTP/1.1 403 No\r\nContent-Length: 1000000\r\n\r\n${'x'.repeat(80_000)}`,
    { kind: 'http', status: 403, message: '' },
  ],
  [
    'a redirect',
    'HTTP/1.1 302 No\r\nLocation: /x\r\nContent-Length: 0\r\n\r\n',
    { kind: 'http', status: 302 },
  ],
  ['another protocol', 'SSH-2.0-whatever\r\n\r\n', { kind: 'not-websocket' }],
  [
    'a handshake of somebody else',
    'HTTP/1.1 101 Yes\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: wrong\r\n\r\n',
    { kind: 'not-websocket' },
  ],
])('%s is refused as what it is, and left', async (_, answer, expected) => {
  const peer = await startPeer();
  const dialling = dial({ url: `ws://127.0.0.1:${peer.port}/` });
  const { socket, ended } = await peer.next();
  socket.write(answer);
  expect(await refusal(dialling)).toMatchObject(expected);
  socket.resume();
  await ended;
});

test.each<[string, (peer: PeerConnection, dialling: Dialling) => void]>([
  ['whose end is awaited in vain', (_, { clock }) => clock.advance(connectMs)],
  ['that is cut off', ({ socket }) => socket.destroy()],
  ['that is cut off hard', ({ socket }) => socket.resetAndDestroy()],
])('the status stands for a page %s', async (_, end) => {
  const peer = await startPeer();
  const dialling = dial({ url: `ws://127.0.0.1:${peer.port}/` });
  const connection = await peer.next();
  const read = headRead();
  connection.socket.write('HTTP/1.1 401 No\r\nContent-Length: 100\r\n\r\n{"error":');
  await read;
  end(connection, dialling);
  expect(await refusal(dialling)).toMatchObject({ kind: 'http', status: 401 });
});

test('nobody there', async () => {
  const peer = await startPeer();
  for (const end of ends.splice(0)) await end();
  expect(await refusal(dial({ url: `ws://127.0.0.1:${peer.port}/` }))).toMatchObject({
    kind: 'network',
    code: 'ECONNREFUSED',
  });
});

test.each([
  ['an address', { url: 'nonsense' }],
  ['a header', { url: 'ws://127.0.0.1:1/', headers: { Authorization: 'a\nb' } }],
])('%s that cannot be used is said before anything is sent', async (_, to) => {
  expect(await refusal(dial(to))).toMatchObject({ kind: 'unsupported', message: expect.any(String) });
});
