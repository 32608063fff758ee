/** Networks that lose what a connection begins with: another try begins beside the first, until one reaches the server. */

import { type AddressInfo, createServer, Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { afterEach, expect, test, vi } from 'vitest';
import { createDial } from '../../server/session/dial.ts';
import type { Environment } from '../../server/session/proxy.ts';
import { certificatesFor } from '../support/certificates.ts';
import { virtualClock } from '../support/clock.ts';
import { startModelServer } from '../support/model-server.ts';

const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  vi.restoreAllMocks();
  for (const end of ends.splice(0)) await end();
});

const turns = () => new Promise((resolve) => setTimeout(resolve, 5));

interface Network {
  /** So many tries are lost before one arrives. */
  readonly lost: number;
  /** The server takes connections, and says nothing. */
  readonly mute?: boolean;
  readonly environment?: Environment;
}

/** What came of it, after so many seconds, and how many tries were made; nothing may be left of them. */
async function check({ lost, mute = false, environment = {} }: Network) {
  const server = await startModelServer(mute ? { refuse: () => 'hang' } : {});
  ends.push(server.close);
  const made: Socket[] = [];
  const connect = Socket.prototype.connect;
  vi.spyOn(Socket.prototype, 'connect').mockImplementation(function (this: Socket, ...given: unknown[]) {
    made.push(this);
    return made.length > lost
      ? Reflect.apply(connect, this, given)
      : Object.assign(this, { connecting: true });
  });
  const clock = virtualClock();
  let result: string | undefined;
  const handlers = { message() {}, binary() {}, alive() {}, closed() {} };
  const address = environment.HTTP_PROXY === undefined ? server.url : 'ws://model.example/v1/responses';
  const { signal } = new AbortController();
  const dialled = createDial({ clock, environment })(
    { url: address, headers: {} },
    { handlers, connectMs: 15_000 },
    signal,
  ).then((dialled) => {
    result = dialled.kind === 'open' ? 'open' : dialled.refusal.kind;
    if (dialled.kind === 'open') dialled.socket.close();
  });
  let seconds = 0;
  for (; seconds < 15 && result === undefined; seconds++) {
    await expect.poll(() => made.length).toBeGreaterThan(0);
    for (let turn = 0; turn < 10 && result === undefined; turn++) await turns();
    if (result === undefined) clock.advance(1000);
  }
  await dialled;
  expect(clock.pending()).toBe(0);
  expect(made.every(({ destroyed }) => destroyed)).toBe(true);
  return { result, seconds, tries: made.length };
}

test('one that arrives stays the only one', async () => {
  expect(await check({ lost: 0 })).toEqual({ result: 'open', seconds: 1, tries: 1 });
});

test('one that is lost costs two seconds', async () => {
  expect(await check({ lost: 1 })).toMatchObject({ result: 'open', seconds: 3, tries: 2 });
});

test('a network that comes back later is found then', async () => {
  expect(await check({ lost: 3 })).toMatchObject({ result: 'open', seconds: 7, tries: 4 });
});

test('one that never comes back is tried four times, and no longer than before', async () => {
  expect(await check({ lost: 99 })).toEqual({ result: 'timeout', seconds: 15, tries: 4 });
});

test('a server that was reached and says nothing is not asked beside', async () => {
  expect(await check({ lost: 0, mute: true })).toEqual({ result: 'timeout', seconds: 15, tries: 1 });
});

test('a proxy has its own time', async () => {
  const environment = { HTTP_PROXY: 'http://127.0.0.1:9' };
  expect(await check({ lost: 99, environment })).toMatchObject({ result: 'timeout', tries: 1 });
});

test.each([
  [1, { result: 'network', tries: 2, seconds: 3 }],
  [99, { result: 'timeout', tries: 4, seconds: 15 }],
])('TLS that is lost %d times is begun anew beside it', async (lost, expected) => {
  const { key, cert } = await certificatesFor({ names: ['nobody.example'] });
  const secure = createTlsServer({ key, cert });
  const taken: Socket[] = [];
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    if (taken.push(socket) > lost) secure.emit('connection', socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  ends.push(async () => void server.close());
  const url = `wss://127.0.0.1:${(server.address() as AddressInfo).port}/v1/responses`;
  const clock = virtualClock();
  const handlers = { message() {}, binary() {}, alive() {}, closed() {} };
  let result: string | undefined;
  const { signal } = new AbortController();
  const dialled = createDial({ clock })({ url, headers: {} }, { handlers, connectMs: 15_000 }, signal);
  // Nobody trusts its certificate: that it is shown tells that TLS went through.
  void dialled.then((dialled) => {
    result = dialled.kind === 'open' ? 'open' : dialled.refusal.kind;
  });
  let seconds = 0;
  for (; seconds < 15 && result === undefined; seconds++) {
    await expect.poll(() => taken.length).toBeGreaterThan(0);
    for (let turn = 0; turn < 10 && result === undefined; turn++) await turns();
    if (result === undefined) clock.advance(1000);
  }
  await dialled;
  expect({ result, tries: taken.length, seconds }).toEqual(expected);
  expect(clock.pending()).toBe(0);
});
