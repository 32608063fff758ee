/** Bytes that are handed on without a stream, over real sockets. */

import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import * as fc from 'fast-check';
import { expect, onTestFinished, test } from 'vitest';
import { createIncoming, type Incoming } from '../../server/session/incoming.ts';

/** A connection whose bytes come to `incoming`, and its other end. */
async function connected(): Promise<{ incoming: Incoming; socket: Socket; peer: Socket }> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const incoming = createIncoming();
  const { port } = server.address() as AddressInfo;
  const socket = connect({ port, host: '127.0.0.1', onread: incoming.onread });
  const [peer] = (await once(server, 'connection')) as [Socket];
  onTestFinished(async () => {
    socket.destroy();
    peer.destroy();
    server.close();
    await once(server, 'close');
  });
  return { incoming, socket, peer };
}

/** A chunk comes in as Node hands it over: in the room that all share. */
function come({ onread: { buffer, callback } }: Incoming, text: string): void {
  callback(buffer.write(text));
}

test('what comes is heard in its order, whoever listens when', () => {
  const acts = fc.array(fc.oneof(fc.string({ unit: 'binary-ascii', minLength: 1 }), fc.constantFrom(0, 1)));
  fc.assert(
    fc.property(acts, (all) => {
      const incoming = createIncoming();
      let heard = '';
      let sent = '';
      const listen = () =>
        incoming.hear((bytes) => {
          heard += bytes.toString();
        });
      for (const act of all) {
        if (act === 0) listen();
        else if (act === 1) {
          incoming.hold(Buffer.from('<'));
          sent += '<';
        } else {
          come(incoming, act);
          sent += act;
        }
      }
      listen();
      // What is held comes before what was kept until then.
      expect([...heard].toSorted()).toEqual([...sent].toSorted());
      const unheld = (text: string) => text.replaceAll('<', '');
      expect(unheld(heard)).toBe(unheld(sent));
    }),
  );
});

test('what is held back comes first, and a listener may hold the rest', () => {
  const incoming = createIncoming();
  const heard: string[] = [];
  incoming.hold(Buffer.from('a'));
  come(incoming, 'b');
  come(incoming, 'c');
  incoming.hear((bytes) => {
    heard.push(`first ${bytes}`);
    incoming.hold(Buffer.from('!'));
  });
  incoming.hear((bytes) => void heard.push(`second ${bytes}`));
  expect(heard).toEqual(['first a', 'second !', 'second b', 'second c']);
});

test('a socket gives all it gets, and ends', async () => {
  const { incoming, socket, peer } = await connected();
  const sent = Buffer.from(Array.from({ length: 300_000 }, (_, i) => i % 251));
  const heard: Buffer[] = [];
  peer.write('x');
  await new Promise(setImmediate);
  incoming.hear((bytes) => void heard.push(Buffer.from(bytes)));
  socket.on('data', (bytes) => void heard.push(bytes));
  peer.end(sent);
  await once(socket, 'close');
  expect(Buffer.concat(heard).equals(Buffer.concat([Buffer.from('x'), sent]))).toBe(true);
});
