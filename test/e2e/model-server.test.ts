// The built program before a model server over HTTP: `whittle serve` with the official client, `whittle doctor`, and
// the end of a gateway under an answer.

import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import OpenAI from 'openai';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { machineEnvironment, program } from '../support/server-process.ts';
import { type ApiServer, type ApiServerOptions, startApiServer } from '../support/upstreams/api-server.ts';
import { chatServer } from '../support/upstreams/dialects.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'whittle-upstream-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

function run(server: ApiServer, args: readonly string[], more: Readonly<Record<string, string>> = {}) {
  const child = spawn(process.execPath, [program, ...args], {
    cwd: folder,
    env: {
      ...machineEnvironment(),
      XDG_CACHE_HOME: folder,
      WHITTLE_URL: server.url,
      WHITTLE_API_KEY: 'sk-secret-1',
      ...more,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  let errors = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors += text;
  });
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  return { child, ended, output: () => output, errors: () => errors };
}

async function open(options: ApiServerOptions = {}) {
  const server = await startApiServer(chatServer(), options);
  ends.push(() => server.close());
  return server;
}

async function serve(server: ApiServer) {
  const { child, ended, errors } = run(server, ['serve', '--port', '0']);
  const line = await new Promise<string>((resolve) => {
    createInterface({ input: child.stdout }).once('line', resolve);
  });
  const { url, token } = JSON.parse(line) as { readonly url: string; readonly token: string };
  ends.push(async () => {
    child.kill('SIGTERM');
    await ended;
    expect(errors()).not.toContain('sk-secret');
  });
  const client = new OpenAI({
    baseURL: url.replace('ws:', 'http:').replace('/responses', ''),
    apiKey: token,
    maxRetries: 0,
  });
  return { child, ended, client };
}

test('the official client talks to a chat server through the gateway', async () => {
  const server = await open();
  const { client } = await serve(server);
  const list = await client.models.list();
  expect(list.data.map(({ id }) => id)).toEqual(['chat-1']);
  const first = await client.responses.create({ model: 'chat-1', input: 'one' });
  expect(first.output_text).toBe('ONE');
  expect(first.usage).toMatchObject({ input_tokens: 10, output_tokens: 3 });
  let streamed = '';
  for await (const event of await client.responses.create({ model: 'chat-1', input: 'two', stream: true })) {
    if (event.type === 'response.output_text.delta') streamed += event.delta;
  }
  expect(streamed).toBe('TWO');
  expect(server.requests.every(({ headers }) => headers.authorization === 'Bearer sk-secret-1')).toBe(true);
});

test('an error of the server is the client’s error, with its status', async () => {
  const server = await open({
    fault: () => ({
      kind: 'instead',
      answer: { status: 401, pieces: ['{"error":{"message":"sk-secret-1"}}'] },
    }),
  });
  const { client } = await serve(server);
  const failure = await client.responses.create({ model: 'chat-1', input: 'one' }).catch((error) => error);
  expect(failure.status).toBe(401);
  expect(failure.message).toContain(new URL(server.url).host);
  expect(failure.message).not.toContain('sk-secret');
});

test('asked to end under an answer, the gateway finishes it and ends', async () => {
  const server = await open({
    // In pieces of one byte, so that there is time to be asked.
    chop: (body) => Array.from(body, (byte) => Buffer.from([byte])),
  });
  const { child, ended, client } = await serve(server);
  let text = '';
  for await (const event of await client.responses.create({ model: 'chat-1', input: 'one', stream: true })) {
    if (event.type === 'response.created') child.kill('SIGTERM');
    if (event.type === 'response.output_text.delta') text += event.delta;
  }
  expect(text).toBe('ONE');
  expect(await ended).toBe(0);
});

test('the doctor says what the server is, and that it answers', async () => {
  const server = await open();
  const { ended, output, errors } = run(server, ['doctor']);
  expect(await ended).toBe(0);
  expect(output()).toContain(
    'server: a server of chat completions, model "chat-1": ghost text and edits by chat',
  );
  expect(output()).toMatch(/^ok {2}connection: ready/m);
  expect(output()).toMatch(/^ok {2}.*first (?:text|token) .*\d+ ms/m);
  expect(output() + errors()).not.toContain('sk-secret');
});
