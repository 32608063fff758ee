// Our session and servers that share nothing with ours: llama.cpp's own `POST /v1/responses`, reached by the way over
// HTTP because it has no WebSocket, and the Responses WebSocket of aimock, which brings its own framing, knows no
// lanes, numbers nothing, and neither continues nor prepares anything.

import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as z from 'zod';
import type { ModelSession } from '../../server/core/model.ts';
import { createHttpDial } from '../../server/session/http.ts';
import { completeAsk, drawn, editAsk } from '../support/asks.ts';
import { testSession } from '../support/session.ts';
import { writeTinyModel } from '../support/tiny-gguf.ts';
import { describeWithEditor } from './editor.ts';

const never = (): AbortSignal => new AbortController().signal;

describeWithEditor('llama', "llama.cpp's server", (program) => {
  let folder: string;
  let session: ModelSession;
  let logged: readonly string[];
  let stop: () => Promise<void>;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'whittle-llama-'));
    const model = join(folder, 'model.gguf');
    writeTinyModel(model, { otherwise: 'height * width;', contextTokens: 8192, infill: 'none' });
    const port = await freePort();
    const address = ['--host', '127.0.0.1', '--port', String(port)];
    const exact = ['--temp', '0', '--top-k', '1', '-c', '8192', '--no-webui', '--offline'];
    const child = spawn(program, ['-m', model, ...address, ...exact], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    const ended = new Promise((resolve) => child.once('exit', resolve));
    await new Promise<void>((resolve, reject) => {
      let said = '';
      child.stderr.on('data', (chunk: Buffer) => {
        said += chunk.toString();
        if (said.includes('listening on http')) resolve();
      });
      void ended.then(() => reject(new Error(said.slice(-2000))));
    });
    const opened = testSession(`ws://127.0.0.1:${port}/v1/responses`, { fallback: createHttpDial() });
    ({ session, logged } = opened);
    stop = async () => {
      child.kill();
      await ended;
    };
  }, 60_000);

  afterAll(async () => {
    await session?.dispose();
    await stop?.();
    rmSync(folder, { recursive: true, force: true });
  });

  test('answers a completion, an edit and several at once by the way over HTTP', async () => {
    expect(await drawn(session.ask(completeAsk('const area = █;\n'), never()))).toBe(
      '"height * width;" completed',
    );
    expect(logged.some((line) => line.includes('no working WebSocket, using HTTP'))).toBe(true);
    expect(await drawn(session.ask(editAsk('«const area = 1;\n»', 'make it right'), never()))).toBe(
      '"height * width;" completed',
    );
    const texts = ['const a = █;', 'const b = █;', 'const c = █;'];
    const answers = texts.map((text, i) =>
      drawn(session.ask(completeAsk(text, { version: i + 2 }), never())),
    );
    expect(await Promise.all(answers)).toEqual(texts.map(() => '"height * width;" completed'));
  });

  test('counts what the server says it read', () => {
    expect(session.status().usage.inputTokens).toBeGreaterThan(1000);
  });

  test('an answer that is broken off leaves the session usable', async () => {
    const leaving = new AbortController();
    const left = drawn(session.ask(completeAsk('const d = █;', { version: 9 }), leaving.signal));
    leaving.abort();
    expect(await left).toBe('failed cancelled');
    expect(await drawn(session.ask(completeAsk('const e = █;', { version: 10 }), never()))).toBe(
      '"height * width;" completed',
    );
  });
});

const aimockVersion = '1.43.0';
const aimock = installAimock();

describe('a Responses WebSocket that is not ours', () => {
  if ('missing' in aimock) {
    const sentence = `NOT RUN: aimock cannot be had: ${aimock.missing}`;
    process.stderr.write(`\n!!! ${sentence}\n`);
    test(sentence, (context) => {
      if (process.env.CI === 'true') throw new Error(sentence);
      context.skip();
    });
    return;
  }

  let server: AimockServer;
  let session: ModelSession;

  beforeAll(async () => {
    const { LLMock } = aimockModule.parse(await import(pathToFileURL(aimock.path).href));
    server = new LLMock({ port: 0 });
    server.on(
      { userMessage: /const busy/ },
      {
        error: { message: 'Slow down.', type: 'rate_limit_error', code: 'rate_limit_exceeded' },
        status: 429,
      },
    );
    server.on({ userMessage: /Task "complete"/ }, { content: 'height * width;' });
    server.on({ userMessage: /Task "edit"/ }, { content: 'a\nlong\nanswer\n'.repeat(50) });
    const url = (await server.start()).replace('http', 'ws');
    session = testSession(`${url}/v1/responses`).session;
  });

  afterAll(async () => {
    await session?.dispose();
    await server?.stop();
  });

  test('answers a completion and an edit', async () => {
    expect(await drawn(session.ask(completeAsk('const area = █;\n'), never()))).toBe(
      '"height * width;" completed',
    );
    expect(await drawn(session.ask(editAsk('«const area = 1;\n»', 'make it right'), never()))).toBe(
      `${JSON.stringify('a\nlong\nanswer\n'.repeat(50))} completed`,
    );
  });

  test('no answer is shown that was made without the file, though the server ignores what it continues from', async () => {
    const lines = Array.from({ length: 80 }, (_, i) => `const value${i} = ${i};\n`);
    const uri = 'file:///work/long.ts';
    const before = server.getRequests().length;
    const marks: number[] = [];
    for (const version of [1, 2, 3, 4]) {
      const marked = [...lines.slice(0, 60), `const asked${version} = █;\n`, ...lines.slice(60)].join('');
      const ask = completeAsk(marked, { version, uri });
      if (version === 1) session.tell({ kind: 'opened', document: ask.document });
      expect(await drawn(session.ask(ask, never()))).toBe('"height * width;" completed');
      marks.push(server.getRequests().length);
    }
    const received = server.getRequests().slice(before);
    const told = received.map(({ body }) => JSON.stringify(body?.messages ?? []));
    const isWhole = (text = '') => text.includes('value3 = 3') && text.includes('You write code inside');
    // Each answer that was shown is that of the last request before it.
    for (const mark of marks) expect(isWhole(told[mark - before - 1])).toBe(true);
    const asked = told.filter((text) => text.includes('Task \\"complete\\", at most'));
    expect(asked.filter((text) => !isWhole(text)).length).toBeLessThanOrEqual(1);
    expect(session.status().strategy).toEqual({
      name: 'full',
      reason: expect.stringContaining('neither by `previous_response_id` nor by `usage`'),
    });
  });

  test('asks several at once though the server knows no lanes', async () => {
    const texts = ['const a = █;', 'const b = █;', 'const c = █;', 'const d = █;', 'const e = █;'];
    const answers = texts.map((text, i) =>
      drawn(session.ask(completeAsk(text, { version: i + 2 }), never())),
    );
    expect(await Promise.all(answers)).toEqual(texts.map(() => '"height * width;" completed'));
  });

  test('takes an error without a lane, a number and a status for the answer it is', async () => {
    expect(await drawn(session.ask(completeAsk('const busy = █;', { version: 20 }), never()))).toBe(
      'failed busy',
    );
  });
});

/** What of it is used. */
interface AimockServer {
  on(match: { readonly userMessage: RegExp }, response: object): unknown;
  /** What came, in its own words. */
  getRequests(): readonly { readonly body: { readonly messages?: unknown } | null }[];
  start(): Promise<string>;
  stop(): Promise<unknown>;
}

const aimockModule = z.object({
  LLMock: z.custom<new (options: { readonly port: number }) => AimockServer>(
    (value) => typeof value === 'function',
  ),
});

/** Beside the editors, in a folder of this project that is not part of it. */
function installAimock(): { readonly path: string } | { readonly missing: string } {
  const folder = join(import.meta.dirname, '../../.editors/aimock');
  const path = join(folder, `node_modules/@copilotkit/aimock/dist/index.js`);
  if (existsSync(path)) return { path };
  mkdirSync(folder, { recursive: true });
  const quiet = ['--loglevel=error', '--no-audit', '--no-fund', '--no-update-notifier'];
  const { status, stderr } = spawnSync(
    'npm',
    ['install', '--prefix', folder, `@copilotkit/aimock@${aimockVersion}`, ...quiet],
    { encoding: 'utf8' },
  );
  return status === 0 && existsSync(path)
    ? { path }
    : { missing: stderr.trim().split('\n').at(-1) ?? 'npm failed' };
}

/** Free a moment ago: this server cannot be told to take any. */
function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      probe.close(() => resolve(port));
    });
  });
}
