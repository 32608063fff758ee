/** Our client's end against the server of package `ws`, over real connections, in the clear and in TLS. */

import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { syncBuiltinESMExports } from 'node:module';
import type { AddressInfo } from 'node:net';
import tls, { type ConnectionOptions } from 'node:tls';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { type WebSocket, WebSocketServer } from 'ws';
import { createDial } from '../../../server/session/dial.ts';
import { maxMessageBytes } from '../../../server/session/protocol/limits.ts';
import type { Socket } from '../../../server/session/socket.ts';
import { certificatesFor } from '../../support/certificates.ts';
import { virtualClock } from '../../support/clock.ts';

/** One more authority for this process, as `NODE_EXTRA_CA_CERTS` is for one that starts; calling what is returned takes it away. */
function trust(authority: string): () => void {
  const { connect } = tls;
  const trusting = (options: ConnectionOptions) => connect({ ...options, ca: authority });
  const become = (either: unknown): void => {
    Object.assign(tls, { connect: either });
    // Those who have imported it by name are to have it too.
    syncBuiltinESMExports();
  };
  become(trusting);
  return () => become(connect);
}

const servers = new Map<
  string,
  { readonly url: string; readonly server: Server; readonly ws: WebSocketServer }
>();
const ends: (() => unknown)[] = [];
let distrust = (): void => undefined;

beforeAll(async () => {
  const { authority, key, cert } = await certificatesFor({ names: ['localhost'] });
  distrust = trust(authority);
  for (const [scheme, server] of [
    ['ws', createServer()],
    ['wss', createTlsServer({ key, cert, ALPNProtocols: ['h2', 'http/1.1'] })],
  ] as const) {
    server.listen(0);
    await once(server, 'listening');
    const ws = new WebSocketServer({
      server,
      perMessageDeflate: scheme === 'ws',
      maxPayload: maxMessageBytes + 1,
    });
    servers.set(scheme, {
      url: `${scheme}://localhost:${(server.address() as AddressInfo).port}/`,
      server,
      ws,
    });
  }
});
afterEach(() => {
  for (const end of ends.splice(0)) end();
});
afterAll(async () => {
  distrust();
  for (const { server, ws } of servers.values()) {
    ws.close();
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  }
});

interface Pair {
  readonly socket: Socket;
  readonly peer: WebSocket;
  /** What our socket said, in words. */
  readonly heard: readonly string[];
  /** Settles when so many things have been said in all. */
  until(count: number): Promise<readonly string[]>;
  /** What the server's end has been closed with. */
  readonly peerClosed: Promise<string>;
}

async function open(scheme: string): Promise<Pair> {
  const place = servers.get(scheme);
  if (!place) throw new Error(`no server for ${scheme}`);
  const heard: string[] = [];
  let wake = (): void => undefined;
  const hear = (what: string): void => {
    heard.push(what);
    wake();
  };
  const connected = once(place.ws, 'connection');
  const clock = virtualClock();
  const dialled = await createDial({ clock })(
    { url: place.url, headers: {} },
    {
      connectMs: 1_000,
      handlers: {
        message: hear,
        binary: () => hear('binary'),
        alive: () => hear('alive'),
        closed: ({ code, reason }) => hear(`closed ${code} ${reason}`.trimEnd()),
      },
    },
    new AbortController().signal,
  );
  if (dialled.kind === 'refused') throw new Error(JSON.stringify(dialled));
  const { socket } = dialled;
  const [peer] = (await connected) as [WebSocket];
  const peerClosed = new Promise<string>((resolve) => {
    peer.on('close', (code, reason) => resolve(`${code} ${reason}`.trimEnd()));
  });
  peer.on('error', () => undefined);
  ends.push(() => {
    socket.close();
    peer.terminate();
    expect(clock.pending()).toBe(0);
  });
  const until = (count: number): Promise<readonly string[]> =>
    new Promise((resolve) => {
      wake = () => {
        if (heard.length >= count) resolve(heard);
      };
      wake();
    });
  return { socket, peer, heard, until, peerClosed };
}

const schemes = ['ws', 'wss'];
/** Lengths in bytes where headers, records of TLS and reads of a socket change. */
const lengths = fc.oneof(
  fc.constantFrom(0, 1, 125, 126, 127, 16_383, 16_384, 65_535, 65_536, 65_537),
  fc.nat(200_000),
);
const texts = fc
  .tuple(fc.string({ unit: 'binary' }), fc.constantFrom('x', 'é', '€', '😀'), lengths)
  .map(([some, unit, length]) => some + unit.repeat(length / Buffer.byteLength(unit)));

test.each(schemes)('all texts go there and back as they are, over %s', async (scheme) => {
  const { socket, peer, until, heard } = await open(scheme);
  peer.on('message', (data, isBinary) => peer.send(data, { binary: isBinary }));
  let expected = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(texts, { minLength: 1, maxLength: 5 }), async (batch) => {
      for (const text of batch) expect(socket.send(text)).toBe(true);
      expected += batch.length;
      await until(expected);
      expect(heard.slice(-batch.length)).toEqual(batch);
    }),
    { numRuns: 20 },
  );
});

test.each(schemes)('all that a server sends is heard in its order, over %s', async (scheme) => {
  const { socket, peer, until } = await open(scheme);
  const pongs: string[] = [];
  peer.on('pong', (payload) => pongs.push(payload.toString()));
  const pinged = once(peer, 'ping');
  peer.send('in ', { fin: false });
  peer.ping('first');
  peer.send('three ', { fin: false });
  peer.send('parts');
  peer.send(Buffer.from('text in bytes'));
  peer.send(Buffer.from([0xff]));
  peer.pong('unasked');
  peer.ping('x'.repeat(125));
  peer.send('last');
  expect(await until(7)).toEqual([
    'alive',
    'in three parts',
    'text in bytes',
    'binary',
    'alive',
    'alive',
    'last',
  ]);
  socket.ping();
  await pinged;
  expect(pongs).toEqual(['first', 'x'.repeat(125)]);
});

test.each(schemes)(
  'the longest message there is, either way, and one that is longer, over %s',
  async (scheme) => {
    const { socket, peer, until, peerClosed } = await open(scheme);
    const longest = 'x'.repeat(maxMessageBytes);
    const received = once(peer, 'message');
    socket.send(longest);
    const [data] = await received;
    expect(data.equals(Buffer.from(longest))).toBe(true);
    peer.send(longest);
    await until(1);
    peer.send(`${longest}x`);
    const [first, last] = await until(2);
    expect(first === longest).toBe(true);
    expect(last).toBe('closed 1006');
    // The server writes on while it is left: whether it reads why first is chance.
    expect(['1009', '1006']).toContain(await peerClosed);
  },
);

test.each(schemes)('who closes says so, over %s', async (scheme) => {
  const ours = await open(scheme);
  ours.socket.send('before');
  const before = once(ours.peer, 'message');
  await before;
  ours.socket.close();
  expect(ours.heard).toEqual(['closed 1000']);
  expect(await ours.peerClosed).toBe('1000');

  const theirs = await open(scheme);
  theirs.peer.close(4001, 'enough');
  expect(await theirs.until(1)).toEqual(['closed 4001 enough']);
  expect(theirs.socket.send('more')).toBe(false);
  expect(await theirs.peerClosed).toBe('4001');

  const silent = await open(scheme);
  silent.peer.close();
  expect(await silent.until(1)).toEqual(['closed 1005']);
  expect(await silent.peerClosed).toBe('1005');

  const cut = await open(scheme);
  cut.peer.terminate();
  expect(await cut.until(1)).toEqual(['closed 1006']);
});

test('in TLS the name is told, and no protocol is offered', async () => {
  const secured = once(servers.get('wss')?.server ?? createServer(), 'secureConnection');
  await open('wss');
  expect((await secured)[0]).toMatchObject({ servername: 'localhost', alpnProtocol: false });
});

test('what comes with the answer to the upgrade is heard, and not before the socket is in hand', async () => {
  const place = servers.get('ws');
  if (!place) throw new Error('no server');
  place.ws.once('headers', (lines, request) => {
    // What is written in this turn leaves in one write.
    request.socket.cork();
    setImmediate(() => request.socket.uncork());
    expect(lines[0]).toContain('101');
  });
  place.ws.once('connection', (peer) => {
    peer.send('greeting');
    peer.close(1013, 'full');
  });
  const heard: string[] = [];
  const dialled = createDial({ clock: virtualClock() })(
    { url: place.url, headers: {} },
    {
      connectMs: 1_000,
      handlers: {
        message: (text) => heard.push(text),
        binary: () => undefined,
        alive: () => undefined,
        closed: ({ code }) => heard.push(`closed ${code}`),
      },
    },
    new AbortController().signal,
  );
  expect((await dialled).kind).toBe('open');
  // A few steps away, as who asks for it through others is.
  for (let step = 0; step < 10; step++) await undefined;
  expect(heard).toEqual([]);
  await vi.waitUntil(() => heard.length === 2);
  expect(heard).toEqual(['greeting', 'closed 1013']);
});
