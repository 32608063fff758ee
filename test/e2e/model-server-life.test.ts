// The built language server over real standard input and output, before a model server that comes late, goes away,
// comes back with another model, or has not got the model: without a restart of the editor, and with one sentence.

import { mkdirSync, mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { freePort } from '../../server/gateway/llama/process.ts';
import type { Client } from '../support/client.ts';
import { type ServerProcess, startServerProcess } from '../support/server-process.ts';
import { type ApiServer, type Dialect, startApiServer } from '../support/upstreams/api-server.ts';
import { sayingChat, sayingOllama } from '../support/upstreams/saying.ts';

let folder: string;
let editor: ServerProcess | undefined;
let server: ApiServer | undefined;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'whittle-life-'));
  mkdirSync(join(folder, 'project'));
});

afterEach(async () => {
  editor?.process.kill('SIGKILL');
  await editor?.exit;
  editor = undefined;
  await server?.close();
  server = undefined;
  await rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
});

async function serve(dialect: Dialect, port: number): Promise<void> {
  await server?.close();
  server = await startApiServer(dialect, { port });
}

const uri = (): string => pathToFileURL(join(folder, 'project', 'sum.ts')).href;

async function open(port: number, model = ''): Promise<Client> {
  const project = join(folder, 'project');
  const env = {
    XDG_CACHE_HOME: join(folder, 'cache'),
    WHITTLE_URL: `http://127.0.0.1:${port}`,
    WHITTLE_MODEL: model,
  };
  editor = startServerProcess({ folder: project, folders: [project], env });
  await editor.client.initialize();
  editor.client.open(uri(), 'export function sum(left: number, right: number): number {\n}\n');
  return editor.client;
}

/** A new line is begun again and again, as by someone who waits, until this is suggested; milliseconds it took. */
async function shown(client: Client, text: string, withinMs = 10_000): Promise<number> {
  const began = performance.now();
  const seen = new Set<string>();
  while (performance.now() - began < withinMs) {
    const at = client.after(uri(), 'number {\n');
    const offset = client.type(uri(), at, '  return ');
    const [item] = await client.inlineCompletions(uri(), offset);
    if (item && String(item.insertText).includes(text)) return performance.now() - began;
    seen.add(String(item?.insertText));
    client.type(uri(), offset, ';\n');
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`${JSON.stringify(text)} was not suggested, but ${[...seen].join(', ')}`);
}

/** What the user was told about models, in the message area or as warnings in the log: each sentence as often as in one. */
function told({ notifications }: Client): readonly string[] {
  const shown = toldBy(notifications, 'window/showMessage').map((text) => text.replace(/^Whittle: /, ''));
  return [...shown, ...toldBy(notifications, 'window/logMessage').filter((text) => !shown.includes(text))];
}

function toldBy(notifications: Client['notifications'], wanted: string): readonly string[] {
  return notifications.flatMap(({ method, params }) => {
    const { type, message } = (params ?? {}) as { readonly type?: number; readonly message?: string };
    return method === wanted && (type ?? 9) <= 2 && message !== undefined ? [message] : [];
  });
}

const say = (text: string) => ({ code: () => text, words: () => text });

test('a server that is started after the editor', async () => {
  const port = await freePort();
  const client = await open(port);
  await expect(shown(client, 'left', 2_500)).rejects.toThrow('was not suggested');
  const sentences = told(client);
  expect(new Set(sentences).size).toBe(1);
  expect(sentences[0]).toContain(`Nothing answers at 127.0.0.1:${port}: start the model server`);
  await serve(
    sayingChat('m', () => 'left + right;'),
    port,
  );
  // A second after which it is asked again, and what a loaded machine takes.
  expect(await shown(client, 'left + right')).toBeLessThan(4_000);
});

test('a server that goes away and comes back, and then is another one', async () => {
  const port = await freePort();
  await serve(
    sayingChat('m', () => 'left + right;'),
    port,
  );
  const client = await open(port);
  await shown(client, 'left + right');
  expect(told(client)).toEqual([]);
  await server?.close();
  await expect(shown(client, 'something else', 1_500)).rejects.toThrow('was not suggested');
  const sentences = told(client);
  expect(sentences.length).toBeGreaterThan(0);
  expect(new Set(sentences).size).toBeLessThanOrEqual(2);
  for (const each of sentences) expect(each).toContain(`127.0.0.1:${port}`);
  // An Ollama, at the same address: asked by its own calls.
  await serve(
    sayingOllama(() => ['qwen2.5-coder:1.5b'], say('right - left;')),
    port,
  );
  expect(await shown(client, 'right - left')).toBeLessThan(4_000);
  expect(server?.requests.some(({ path }) => path === '/api/generate')).toBe(true);
});

test('an Ollama without the model says how to get it, once, and is asked again when it has it', async () => {
  const port = await freePort();
  const models: string[] = [];
  await serve(
    sayingOllama(() => models, say('left + right;')),
    port,
  );
  const client = await open(port, 'qwen2.5-coder:1.5b');
  await expect(shown(client, 'left', 2_000)).rejects.toThrow('was not suggested');
  expect(told(client)).toEqual([
    `Ollama at 127.0.0.1:${port} has no model "qwen2.5-coder:1.5b": run \`ollama pull qwen2.5-coder:1.5b\`, or change \`model.name\`.`,
  ]);
  models.push('qwen2.5-coder:1.5b');
  expect(await shown(client, 'left + right')).toBeLessThan(4_000);
  expect(told(client)).toHaveLength(1);
});
