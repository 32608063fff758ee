/** Servers that repeat the key they did not like: nothing that is shown, logged or recorded holds it. */

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { openModel } from '../../server/cli/open-model.ts';
import { keyless } from '../../server/session/keyless.ts';
import { keysIn } from '../../server/session/protocol/keys.ts';
import type { SocketHandlers } from '../../server/session/socket.ts';
import { defaultSettings } from '../../server/state/settings/settings.ts';
import { completeAsk, drawn } from '../support/asks.ts';
import { virtualClock } from '../support/clock.ts';

const key = 'correct-horse-battery-1';

/** Every word that left a session with such a server, at `trace`. */
async function heard(answer: (request: IncomingMessage, response: ServerResponse) => void): Promise<string> {
  const server = createServer(answer);
  server.on('upgrade', (request, socket) => {
    const body = JSON.stringify({ error: { message: `No such key: ${request.headers.authorization}` } });
    socket.end(
      `HTTP/1.1 400 No\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const { port } = server.address() as AddressInfo;
  const said: string[] = [];
  const session = openModel(
    'websocket',
    {
      url: `ws://127.0.0.1:${port}/v1/responses`,
      name: 'm',
      format: 'chat',
      effort: '',
      tier: '',
      apiKey: key,
      headers: { 'X-Own-Key': `"${key}\\2` },
      price: {},
    },
    {
      settings: () => ({ ...defaultSettings, log: { level: 'trace', file: '' } }),
      log: (_level: string, message: string) => said.push(message),
      environment: {},
      clock: virtualClock(),
      random: () => 0.5,
      embedded: {},
    } as unknown as Parameters<typeof openModel>[2],
  );
  onTestFinished(() => session.dispose());
  said.push(await drawn(session.ask(completeAsk('let a█'), new AbortController().signal)));
  return said.join('\n');
}

const repeats: readonly (readonly [string, (request: IncomingMessage, response: ServerResponse) => void])[] =
  [
    [
      'in a refusal',
      ({ headers }, response) => {
        response.writeHead(422, { 'content-type': 'application/json' });
        response.end(
          JSON.stringify({ error: { message: `Received=${headers.authorization} ${headers['x-own-key']}` } }),
        );
      },
    ],
    [
      'in an answer that had begun',
      ({ headers }, response) => {
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        response.end(
          `data: ${JSON.stringify({ type: 'error', code: 'bad', message: `Not mine: ${headers.authorization}` })}\n\n`,
        );
      },
    ],
  ];

test.each(repeats)('%s', async (_, answer) => {
  const words = await heard(answer);
  expect(words).toMatch(/Received=|Not mine/);
  expect(words).not.toContain(key);
});

test.each([
  [{ type: 'response.output_text.delta', delta: 'at lm-studio' }, true],
  [{ sequence_number: 1, type: 'response.output_text.done', text: 'at lm-studio' }, true],
  [{ type: 'response.completed', response: { output: [] }, model: 'lm-studio' }, true],
  [{ type: 'response.failed', response: { error: { message: 'not lm-studio' } } }, false],
  [{ type: 'error', message: 'not lm-studio' }, false],
  [{ error: { message: 'not lm-studio' } }, false],
])('what the model writes keeps the word that is its key: %j', async (frame, isKept) => {
  const told: string[] = [];
  const handlers: SocketHandlers = {
    message: (text) => told.push(text),
    binary: () => undefined,
    alive: () => undefined,
    closed: () => undefined,
  };
  const text = JSON.stringify(frame);
  const dial = keyless((_endpoint, options) => {
    options.handlers.message(text);
    return Promise.resolve({ kind: 'refused', refusal: { kind: 'aborted' } });
  });
  const headers = { Authorization: 'Bearer lm-studio' };
  await dial({ url: 'ws://a/v1', headers }, { handlers, connectMs: 1 }, new AbortController().signal);
  expect(told).toEqual([isKept ? text : text.replace('lm-studio', '…')]);
});

test('where a server sends requests on to is told without the key', async () => {
  const refusal = {
    kind: 'http',
    status: 302,
    message: '',
    code: undefined,
    retryAfterMs: undefined,
    location: 'ws://b/v1?key=abcdefgh1',
  } as const;
  const dial = keyless(() => Promise.resolve({ kind: 'refused', refusal }));
  const handlers = { message() {}, binary() {}, alive() {}, closed() {} };
  const endpoint = { url: 'ws://a/v1?key=abcdefgh1', headers: {} };
  expect(await dial(endpoint, { handlers, connectMs: 1 }, new AbortController().signal)).toEqual({
    kind: 'refused',
    refusal: { ...refusal, location: 'ws://b/v1?key=…' },
  });
});

test.each([
  ['https://a/v1?api-key=abc%2Fdefgh&api-version=2026-01-01', ['abc/defgh', 'abc%2Fdefgh']],
  ['https://a/v1?sig=abcdefgh1#x', ['abcdefgh1']],
  ['not an address', []],
])('the keys in %s', (url, keys) => {
  expect(keysIn({}, url)).toEqual(keys);
});

test.each([
  [{ Authorization: 'Bearer abcdefgh1' }, ['abcdefgh1']],
  [{ 'api-key': 'abc"defgh' }, ['abc"defgh', 'abc\\"defgh']],
  [{ 'X-Title': 'a title of an application', 'HTTP-Referer': 'https://example.org/app' }, []],
  [{ Authorization: 'Bearer hunter2' }, ['hunter2']],
  [{ 'X-Own-Key': 'short' }, []],
])('the keys in %j', (headers, keys) => {
  expect(keysIn(headers)).toEqual(keys);
});
