// The whole server in one process, with the embedded gateway in its real worker: the worker is killed in the middle of
// a session, and the editor notices nothing but a line in its log.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { StreamMessageReader, StreamMessageWriter } from 'vscode-languageserver/node';
import { machineClock } from '../../server/cli/machine.ts';
import { createModels } from '../../server/cli/models.ts';
import { createEmbeddedGateway } from '../../server/gateway/embedded.ts';
import { startServer } from '../../server/lsp/server.ts';
import { defaultSettings } from '../../server/state/settings/settings.ts';
import { Client, memoryStreams } from '../support/client.ts';
import { program } from '../support/server-process.ts';
import { inProcessSyntax } from '../support/syntax.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'whittle-killed-'));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

const source = `export function area(width: number, height: number): number {
  return width * height;
}

export function volume(width: number, height: number, depth: number): number {
  return width * height * depth;
}

export function surface(width: number, height: number): number {
`;

test('a gateway killed while it answers loses nothing', async () => {
  const workers: Worker[] = [];
  const logged: string[] = [];
  const { client: clientStreams, server: serverStreams } = memoryStreams();
  let exitCode: number | undefined;
  const server = startServer({
    reader: new StreamMessageReader(serverStreams.input),
    writer: new StreamMessageWriter(serverStreams.output),
    version: '0.0.0',
    clock: machineClock,
    newId: (() => {
      let n = 0;
      return () => `id-${n++}`;
    })(),
    random: () => 0.5,
    textAtHead: async () => undefined,
    readSettings: async () => ({ settings: defaultSettings, warnings: [] }),
    logLevel: 'info',
    logFile: { write: (level, message) => logged.push(`${level} ${message}`), moveTo() {} },
    openSyntax: () => inProcessSyntax(),
    openModel: (settings, log) =>
      createModels({
        settings,
        environment: {},
        clock: machineClock,
        random: () => 0.5,
        log,
        embedded: createEmbeddedGateway({
          createWorker: () => {
            const worker = new Worker(program, {
              workerData: { whittle: 'gateway' },
              env: { ...process.env, XDG_CACHE_HOME: folder },
              stdout: true,
            });
            workers.push(worker);
            return worker;
          },
          clock: machineClock,
          random: () => 0.5,
          log,
        }),
      }),
    onExit: (code) => {
      exitCode = code;
      // What the end of a process does.
      serverStreams.output.end();
    },
  });
  const client = new Client(clientStreams, {});
  await client.initialize();
  const uri = 'untitled:shapes.ts';
  client.open(uri, source);
  client.type(uri, source.length, '  return width');
  const first = await client.inlineCompletions(uri, client.text(uri).length);
  expect(first.length).toBeGreaterThan(0);

  // Killed under a request, and again between two.
  client.type(
    uri,
    client.text(uri).length,
    ' * height;\n}\n\nexport function side(width: number): number {\n  return wid',
  );
  const pending = client.inlineCompletions(uri, client.text(uri).length);
  await workers[0]?.terminate();
  expect((await pending).length).toBeGreaterThan(0);
  await workers.at(-1)?.terminate();
  client.type(
    uri,
    client.text(uri).length,
    'th;\n}\n\nexport function length(width: number): number {\n  ret',
  );
  const after = await client.inlineCompletions(uri, client.text(uri).length);
  expect(after.length).toBeGreaterThan(0);

  expect(workers.length).toBeGreaterThanOrEqual(3);
  expect(client.messages).toEqual([]);
  await client.shutdown();
  await server.dispose();
  expect(exitCode).toBe(0);
  const left = await Promise.all(workers.map((worker) => worker.terminate()));
  expect(left).toHaveLength(workers.length);
});
