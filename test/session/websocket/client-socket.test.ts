/** An open socket beside one who does not read, or sends what nobody may. */

import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket as NetSocket } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import type { Socket } from '../../../server/session/socket.ts';
import { openClientSocket } from '../../../server/session/websocket/client-socket.ts';
import { clientFrames, serverFrame } from './frames.ts';

const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

interface Opened {
  readonly socket: Socket;
  readonly connection: NetSocket;
  readonly peer: NetSocket;
  readonly heard: readonly string[];
}

async function open(): Promise<Opened> {
  const server = createServer({ allowHalfOpen: true });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const connection = connect((server.address() as AddressInfo).port, '127.0.0.1');
  const [peer] = (await once(server, 'connection')) as [NetSocket];
  peer.on('error', () => undefined);
  const heard: string[] = [];
  const hear = (listener: (bytes: Buffer) => void) => void connection.on('data', listener);
  const upgraded = { socket: connection, hear };
  const socket = openClientSocket(upgraded, {
    headers: {},
    maxMessageBytes: 1_000_000,
    nextKey: () => 0,
    handlers: {
      message: (text) => heard.push(text),
      binary: () => heard.push('binary'),
      alive: () => heard.push('alive'),
      closed: ({ code, reason }) => heard.push(`closed ${code} ${reason}`.trimEnd()),
    },
  });
  ends.push(async () => {
    socket.close();
    peer.destroy();
    server.close();
    await once(server, 'close');
  });
  return { socket, connection, peer, heard };
}

/** Settles when it has all come, also where it never ends. */
function allOf(peer: NetSocket, length: number): Promise<Buffer> {
  const parts: Buffer[] = [];
  let missing = length;
  return new Promise((resolve) => {
    peer.on('data', (part) => {
      parts.push(part);
      missing -= part.length;
      if (missing <= 0) resolve(Buffer.concat(parts));
    });
  });
}

const ping = (payload: string): Buffer => serverFrame({ opcode: 9, payload: Buffer.from(payload) });
/** Its answer: with a key of no bits, masked text is itself. */
const pong = (payload: string): Buffer =>
  Buffer.concat([Buffer.of(0x8a, 0x80 | payload.length, 0, 0, 0, 0), Buffer.from(payload)]);

test('of the pings of one who does not read only the newest waits for its answer', async () => {
  const { socket, connection, peer, heard } = await open();
  // More than the system takes: the rest stays here.
  const text = 'x'.repeat(1_000_000);
  let sent = 0;
  while (connection.writableLength < 1_000_000) {
    socket.send(text);
    sent++;
    await new Promise(setImmediate);
  }
  const before = connection.writableLength;
  const pings = 2_000;
  peer.write(Buffer.concat(Array.from({ length: pings }, (_, i) => ping(`${i}`))));
  while (heard.length < pings) await new Promise(setImmediate);
  expect(connection.writableLength).toBeLessThanOrEqual(before);

  const textBytes = sent * (14 + text.length);
  const received = await allOf(peer, textBytes + pong('1999').length);
  expect(received.subarray(textBytes)).toEqual(pong('1999'));
  // And those of one who reads again are answered again.
  peer.write(ping('more'));
  expect((await once(peer, 'data'))[0]).toEqual(pong('more'));
});

test.each<[string, Buffer, string, readonly number[]]>([
  ['a masked frame', Buffer.from([0x81, 0x80, 0, 0, 0, 0]), 'closed 1006', [0x03, 0xea]],
  ['a message too long', Buffer.from([0x81, 127, 0, 0, 0, 1, 0, 0, 0, 0]), 'closed 1006', [0x03, 0xf1]],
  ['a close frame', Buffer.from([0x88, 2, 0x0f, 0xa1]), 'closed 4001', [0x0f, 0xa1]],
  ['a close frame without a code', Buffer.from([0x88, 0]), 'closed 1005', []],
])('%s is answered with a close frame, and the connection ends', async (_, bytes, said, answer) => {
  const { socket, connection, peer, heard } = await open();
  const received: Buffer[] = [];
  peer.on('data', (part) => received.push(part));
  const over = Promise.all([once(peer, 'end'), once(connection, 'close')]);
  peer.write(Buffer.concat([bytes, serverFrame({ opcode: 1, payload: Buffer.from('more') })]));
  await over;
  expect(heard).toEqual([said]);
  expect(clientFrames(Buffer.concat(received))).toEqual([
    { opcode: 8, final: true, payload: Buffer.from(answer) },
  ]);
  expect(socket.send('more')).toBe(false);
});

test('errors of a connection that is over are of no interest', async () => {
  const { socket, connection, peer, heard } = await open();
  socket.close();
  connection.emit('error', new Error('late'));
  socket.close();
  peer.resume();
  await once(connection, 'close');
  expect(heard).toEqual(['closed 1000']);
  expect(socket.send('more')).toBe(false);
});

test('a connection that fails while it is written to is closed once', async () => {
  const { socket, connection, peer, heard } = await open();
  peer.resetAndDestroy();
  const over = new Promise((resolve) => connection.on('close', resolve));
  for (let i = 0; i < 10; i++) socket.send('x'.repeat(100_000));
  await over;
  expect(heard).toEqual(['closed 1006']);
  expect(socket.send('more')).toBe(false);
});
