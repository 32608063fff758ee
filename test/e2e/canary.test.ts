// What privacy excludes never leaves: canaries in excluded files and of every kind of secret, through the built server,
// with everything captured that goes to a model, to the log file and to the editor's log.

import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { error, event, type ModelServer, reply, startModelServer } from '../support/model-server.ts';
import { plantedSecrets, random } from '../support/secrets.ts';
import { startServerProcess } from '../support/server-process.ts';

let folder: string;
let model: ModelServer;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'whittle-canary-'));
});

afterEach(async () => {
  await model.close();
  rmSync(folder, { recursive: true, force: true });
});

const excludedFiles = [
  '.env',
  '.env.local',
  'server.pem',
  'id_rsa',
  '.npmrc',
  '.aws/credentials',
  'private/notes.ts',
  'ignored.ts',
];

test.each([
  { peer: 'a provider', takesAsks: false, seed: 1 },
  { peer: 'a gateway', takesAsks: true, seed: 2 },
])(
  'nothing of a secret or an excluded file reaches $peer, the log or the editor (seed $seed)',
  async ({ takesAsks, seed }) => {
    model = await startModelServer({ takesAsks, answer: () => reply('done();') });
    const project = join(folder, 'project');
    const logFile = join(folder, 'whittle.log');
    const secrets = plantedSecrets(seed);
    const fileCanaries = excludedFiles.map((_, index) => `canary_${random(24, seed * 1000 + index)}`);
    writeFileSync(join(folder, 'placeholder'), '');
    for (const [index, name] of excludedFiles.entries()) {
      mkdirSync(join(project, name, '..'), { recursive: true });
      writeFileSync(join(project, name), `export const value = "${fileCanaries[index]}";\n`);
    }
    writeFileSync(join(project, '.gitignore'), 'ignored.ts\n');
    writeFileSync(join(project, '.aiignore'), 'private/\n');
    const server = startServerProcess({
      folder: project,
      folders: [project],
      env: { XDG_CACHE_HOME: join(folder, 'cache') },
      settings: {
        whittle: {
          model: { url: model.url, name: 'scripted', apiKey: `key-${random(30, seed)}` },
          log: { level: 'debug', file: logFile },
        },
      },
    });
    const { client } = server;
    await client.initialize();

    const open = (name: string, text: string) => {
      const uri = pathToFileURL(join(project, name)).href;
      client.open(uri, text);
      return uri;
    };
    const suggest = (uri: string, line: number) =>
      client.request('textDocument/inlineCompletion', {
        textDocument: { uri },
        position: { line, character: 0 },
        context: { triggerKind: 1 },
      });

    // Excluded documents, opened, asked about, typed in and edited.
    for (const [index, name] of excludedFiles.entries()) {
      const uri = open(name, `export const value = "${fileCanaries[index]}";\n\n`);
      client.change(uri, { start: 0, end: 0, text: `// ${fileCanaries[index]}\n` });
      await suggest(uri, 1);
      await client.request('workspace/executeCommand', {
        command: 'whittle.edit',
        arguments: [{ uri, instruction: 'tidy up', wait: true }],
      });
    }
    // Every kind of secret in an ordinary document: there from the beginning, pasted, edited and asked about.
    const text = `${secrets.map((secret) => secret.text).join('\n')}\n\nexport function main() {\n}\n`;
    const uri = open('main.ts', text);
    await suggest(uri, text.split('\n').length - 2);
    for (const [index, secret] of secrets.entries()) {
      client.change(uri, { start: 0, end: 0, text: `${secret.text}\n` });
      if (index % 5 === 0) await suggest(uri, 0);
    }
    await client.request('workspace/executeCommand', {
      command: 'whittle.edit',
      arguments: [{ uri, instruction: `use ${secrets[6]?.text}`, wait: true }],
    });
    await client.request('workspace/executeCommand', { command: 'whittle.status', arguments: [{}] });
    await client.shutdown();
    await server.exit;

    const sent = model.received.map(({ frame }) => JSON.stringify(frame)).join('\n');
    expect(model.received.length).toBeGreaterThan(5);
    expect(sent).toContain('export function main');
    const log = existsSync(logFile) ? readFileSync(logFile, 'utf8') : '';
    expect(log).not.toBe('');
    // The title of a progress is the user's own instruction on his own screen; everything else said to the editor counts.
    const said = client.notifications
      .filter(({ method }) => method !== '$/progress')
      .map((each) => JSON.stringify(each))
      .join('\n');
    const canaries = [
      ...fileCanaries,
      ...secrets.flatMap((secret) => secret.canaries),
      `key-${random(30, seed)}`,
    ];
    const found = canaries.filter((canary) =>
      [sent, log, said, server.complaints()].some((place) => place.includes(canary)),
    );
    expect(found).toEqual([]);
  },
);

test.each([
  {
    how: 'an error',
    answer: (words: string) => [error(400, 'invalid_request', { message: `Invalid input: ${words}` })],
  },
  {
    how: 'a failed response',
    answer: (words: string) => [
      event('response.failed', {
        response: { id: 'resp_1', status: 'failed', error: { code: 'server_error', message: words } },
      }),
    ],
  },
])(
  'what a provider repeats of a document in $how reaches neither the log nor the editor',
  async ({ answer }) => {
    const canary = `canary_${random(24, 3)}`;
    model = await startModelServer({
      answer: (frame) => answer(JSON.stringify(frame.input).replace(/\\n/g, '\n').slice(-300)),
    });
    const logFile = join(folder, 'whittle.log');
    const server = startServerProcess({
      folder,
      env: { XDG_CACHE_HOME: join(folder, 'cache') },
      settings: {
        whittle: {
          model: { url: model.url, name: 'scripted', apiKey: 'key' },
          log: { level: 'info', file: logFile },
        },
      },
    });
    const { client } = server;
    await client.initialize();
    const uri = pathToFileURL(join(folder, 'main.ts')).href;
    client.open(uri, `export function main() {\n  return "${canary}";\n}\n`);
    const outcome = await client.request('workspace/executeCommand', {
      command: 'whittle.edit',
      arguments: [{ uri, instruction: 'tidy up', wait: true }],
    });
    await client.request('textDocument/inlineCompletion', {
      textDocument: { uri },
      position: { line: 1, character: 2 },
      context: { triggerKind: 1 },
    });
    await client.shutdown();
    await server.exit;

    expect(JSON.stringify(model.received.map(({ frame }) => frame))).toContain(canary);
    expect(outcome).toMatchObject({ ok: false, reason: 'model' });
    const log = existsSync(logFile) ? readFileSync(logFile, 'utf8') : '';
    const said = JSON.stringify([client.notifications, outcome]);
    for (const place of [log, said, server.complaints()]) {
      expect(place).not.toContain(canary.slice(0, 12));
      expect(place).not.toContain('function main');
    }
  },
);
