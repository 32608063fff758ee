// The parser beside the built server: found in the packages beside it, and not missed where it is not installed.

import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type ModelServer, reply, startModelServer } from '../support/model-server.ts';
import { survivors } from '../support/processes.ts';
import { program, startServerProcess } from '../support/server-process.ts';

const text = "const a = 'x';\nlet b = 1;\nf(a, b);\n";
const restyled = 'const a = "x";\nlet b = 2;\nf(a, b)\n';
const answer = `<<<<<<< SEARCH\n${text}=======\n${restyled}>>>>>>> REPLACE`;

let folder: string;
let model: ModelServer;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'whittle-guard-'));
  model = await startModelServer({ answer: () => reply(answer) });
});

afterEach(async () => {
  await model.close();
  rmSync(folder, { recursive: true, force: true });
});

async function edited(path: string): Promise<{ readonly outcome: unknown; readonly text: string }> {
  const env = { XDG_CACHE_HOME: join(folder, 'cache'), WHITTLE_URL: model.url, WHITTLE_MODEL: 'test' };
  const server = startServerProcess({ program: path, folder, folders: [folder], env });
  const { client } = server;
  await client.initialize();
  const uri = pathToFileURL(join(folder, 'file.ts')).href;
  client.open(uri, text);
  const outcome = await client.execute('whittle.edit', { uri, instruction: 'let b be 2', wait: true });
  const result = { outcome, text: client.text(uri) };
  await client.shutdown();
  expect(await server.exit).toEqual({ code: 0, signal: null });
  expect(await survivors([server.pid], 2_000)).toEqual([]);
  expect(server.complaints()).toBe('');
  return result;
}

test('unrequested restyling is left out', async () => {
  expect(await edited(program)).toEqual({
    outcome: { ok: true, edits: 1, files: 1, leftOut: 2 },
    text: text.replace('1', '2'),
  });
});

test('without the parser the edit lands as the model wrote it', async () => {
  cpSync(dirname(program), join(folder, 'dist'), { recursive: true });
  const { outcome, text: landed } = await edited(join(folder, 'dist/whittle.js'));
  expect(outcome).toMatchObject({ ok: true });
  expect(outcome).not.toHaveProperty('leftOut');
  expect(landed).toBe(restyled);
});
