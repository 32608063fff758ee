/** The opening handshake against a server below HTTP: what it is asked, and which of its answers are agreements. */

import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { HandshakeError, requestUpgrade } from '../../../server/session/websocket/upgrade.ts';

const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

/** Lines of an answer, for the key that came. */
type Answer = (accept: string) => readonly string[];

const agreement: Answer = (accept) => [
  'HTTP/1.1 101 Switching Protocols',
  'Upgrade: websocket',
  'Connection: Upgrade',
  `Sec-WebSocket-Accept: ${accept}`,
];

/** What the server was asked, and what has come of it. */
async function ask(
  answer: Answer,
  { address = 'ws://HOST/', headers = {} }: { address?: string; headers?: Record<string, string> } = {},
): Promise<{ readonly asked: readonly string[]; readonly result: string }> {
  const asked: string[] = [];
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.once('data', (data) => {
      asked.push(...data.toString().split('\r\n'));
      const [key] = /(?<=sec-websocket-key: )\S+/i.exec(data.toString()) ?? [];
      // RFC 6455, section 4.2.2.
      const accept = createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
      socket.end(`${answer(accept).join('\r\n')}\r\n\r\n`);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  ends.push(() => {
    server.close();
    return once(server, 'close');
  });
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const result = await new Promise<string>((resolve) => {
    requestUpgrade(
      { url: address.replace('HOST', host), headers },
      {
        upgraded(connection) {
          connection.socket.destroy();
          resolve('upgraded');
        },
        answered(response) {
          response.destroy();
          resolve(`answered ${response.statusCode}`);
        },
        failed: (error) => resolve(error instanceof HandshakeError ? error.message : `failed ${error}`),
      },
    );
  });
  return { asked: asked.map((line) => line.replace(host, 'HOST')), result };
}

test('a server is asked as the standard has it', async () => {
  const { asked } = await ask(agreement, { address: 'ws://HOST/v1/responses?a=b', headers: { 'X-A': 'b' } });
  expect(asked[0]).toBe('GET /v1/responses?a=b HTTP/1.1');
  for (const line of ['X-A: b', 'Host: HOST', 'Upgrade: websocket', 'Connection: Upgrade'])
    expect(asked).toContain(line);
  expect(asked).toContain('Sec-WebSocket-Version: 13');
  const keyOf = (lines: readonly string[]): string =>
    lines.find((line) => line.startsWith('Sec-WebSocket-Key: '))?.slice(19) ?? '';
  expect(Buffer.from(keyOf(asked), 'base64').length).toBe(16);
  expect(keyOf((await ask(agreement)).asked)).not.toBe(keyOf(asked));
  expect(asked.filter((line) => /extension|protocol:|authorization/i.test(line))).toEqual([]);
});

test.each<[string, Record<string, string>, string]>([
  ['ws://me:p%40ss@HOST/', {}, `Basic ${Buffer.from('me:p@ss').toString('base64')}`],
  ['ws://me@HOST/', {}, `Basic ${Buffer.from('me:').toString('base64')}`],
  ['ws://%zz:b@HOST/', {}, `Basic ${Buffer.from('%zz:b').toString('base64')}`],
  ['ws://me:pass@HOST/', { Authorization: 'Bearer key' }, 'Bearer key'],
  ['ws://me:pass@HOST/', { authorization: 'Bearer key' }, 'Bearer key'],
])('who %s with %j says it is', async (address, headers, expected) => {
  const { asked, result } = await ask(agreement, { address, headers });
  expect(asked.filter((line) => /^authorization: /i.test(line)).map((line) => line.slice(15))).toEqual([
    expected,
  ]);
  expect(result).toBe('upgraded');
});

const but =
  (line: number, instead: string): Answer =>
  (accept) =>
    agreement(accept).map((said, i) => (i === line ? instead : said));
const and =
  (more: string): Answer =>
  (accept) => [...agreement(accept), more];

test.each<[string, Answer, string | RegExp]>([
  ['an agreement', agreement, 'upgraded'],
  ['an agreement in other letters', but(1, 'upgrade: WebSocket'), 'upgraded'],
  ['another protocol', but(1, 'Upgrade: h2c'), /another protocol/],
  [
    'the answer to another key',
    but(3, 'Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo='),
    /another request/,
  ],
  ['no answer to the key', but(3, 'X-A: b'), /another request/],
  ['a subprotocol', and('Sec-WebSocket-Protocol: chat'), /subprotocol/],
  ['an extension', and('Sec-WebSocket-Extensions: permessage-deflate'), /extension/],
  ['a page', but(0, 'HTTP/1.1 200 OK'), 'answered 200'],
  ['a redirect', and('Location: /'), 'upgraded'],
  ['no upgrade', but(2, 'Connection: close'), 'answered 101'],
  ['no HTTP', () => ['hello'], /^failed .*Parse Error/],
  ['nothing', () => [], /^failed /],
])('%s', async (_, answer, expected) => {
  const { result } = await ask(answer);
  if (typeof expected === 'string') expect(result).toBe(expected);
  else expect(result).toMatch(expected);
});

test.each(['nonsense', 'http://127.0.0.1:1/', 'wss:', 'ws://127.0.0.1:1/#part'])(
  '%s is no address of a WebSocket',
  (url) => {
    const handlers = { upgraded: () => undefined, answered: () => undefined, failed: () => undefined };
    expect(() => requestUpgrade({ url, headers: {} }, handlers)).toThrow('`model.url`');
  },
);
