/** What the doctor says about model servers, in its own words. */

import { afterEach, expect, test } from 'vitest';
import { describeServer, findLocalServers } from '../../server/cli/local-servers.ts';
import { createDiscovery } from '../../server/gateway/upstreams/discovery.ts';
import { createHttpClient } from '../../server/gateway/upstreams/http.ts';
import { systemClock } from '../support/clock.ts';
import { type Dialect, startApiServer } from '../support/upstreams/api-server.ts';
import { chatServer, llamaServer, ollama, whole } from '../support/upstreams/dialects.ts';

const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

async function open(dialect: Dialect) {
  const clock = systemClock();
  const http = createHttpClient({ clock });
  const server = await startApiServer(dialect);
  ends.push(async () => {
    http.dispose();
    await server.close();
  });
  return { server, discovery: createDiscovery(http, clock) };
}

async function check(dialect: Dialect, expected: readonly string[]) {
  const { server, discovery } = await open(dialect);
  const said = await findLocalServers(discovery, [{ name: 'A server', url: server.url }]);
  expect(said.map((sentence) => sentence.replaceAll(server.url, 'URL'))).toEqual(expected);
  expect(server.requests.every(({ headers }) => headers.authorization === undefined)).toBe(true);
}

test('Ollama with a model of code', () =>
  check(ollama, [
    'Ollama at URL with qwen2.5-coder:1.5b (ghost text by ollama, edits by chat); to use it set `model.url` to "URL"',
  ]));

test('an Ollama that has nothing yet', async () => {
  const empty: Dialect = (request) =>
    request.path === '/api/tags' ? whole({ models: [] }) : ollama(request);
  const { server, discovery } = await open(empty);
  expect(await findLocalServers(discovery, [{ name: 'Ollama', url: server.url }])).toEqual([
    `Ollama at ${new URL(server.url).host} has no model yet: run \`ollama pull qwen2.5-coder:1.5b\`.`,
  ]);
});

test('several models, of which one is to be named', () =>
  check(chatServer({ object: 'list', data: ['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((id) => ({ id })) }), [
    'A server at URL with a, b, c, d, e and 2 more (ghost text and edits by chat); to use it set `model.url` to "URL" and `model.name` to one of these',
  ]));

test('something else on the port, or nothing', async () => {
  await check(() => ({ headers: { 'content-type': 'text/html' }, pieces: ['<html></html>'] }), []);
  await check(() => undefined, []);
});

test('the configured one', async () => {
  const { server, discovery } = await open(llamaServer);
  const model = { url: server.url, name: '', headers: {}, format: 'auto' };
  expect(await describeServer(discovery, model)).toBe(
    'llama-server, model "a.gguf", a context of 8192 tokens: ghost text by infill, edits by chat',
  );
});
