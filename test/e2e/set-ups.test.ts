/**
 * The README's set-ups, followed to the letter: each line of a block is given to a shell as a user would, and then the
 * model that was set up must have said what is shown. llama.cpp is the real one. Ollama and OpenAI are scripted servers
 * with the shapes of their APIs, at the very addresses that the README names; that is said loudly.
 */

import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { oneThread } from '../support/llama.ts';
import { type ModelServer, reply, startModelServer } from '../support/model-server.ts';
import { machineEnvironment, program, startServerProcess } from '../support/server-process.ts';
import { writeTinyModel } from '../support/tiny-gguf.ts';
import { startTlsFront } from '../support/tls-front.ts';
import { type ApiServer, type Dialect, startApiServer } from '../support/upstreams/api-server.ts';
import { whole } from '../support/upstreams/dialects.ts';
import { sayingOllama } from '../support/upstreams/saying.ts';
import { describeWithEditor } from './editor.ts';

const ollamaPort = 11434;
const llamaPort = 8080;
const source = 'export function sum(left: number, right: number): number {\n  return \n}\n';
const ghost = 'left + right; // by the model';
const edited = source.replace('return ', 'return right + left; // as was asked');
const block = (old: string, fresh: string): string =>
  `<<<<<<< SEARCH\n${old}=======\n${fresh}>>>>>>> REPLACE\n`;

let home: string;
let project: string;
let ends: (() => Promise<unknown> | unknown)[] = [];

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'whittle-set-up-'));
  project = join(home, 'project');
  mkdirSync(join(project, '.git'), { recursive: true });
  mkdirSync(join(home, 'bin'));
  writeFileSync(join(project, 'sum.ts'), source);
  command('whittle', `exec '${process.execPath}' '${program}' "$@"`);
});

afterEach(async () => {
  for (const end of ends.reverse()) await end();
  ends = [];
  await rm(home, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
});

/** A program on the user's path. */
function command(name: string, script: string): void {
  writeFileSync(join(home, 'bin', name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
}

function environment(more: Readonly<Record<string, string>> = {}): Record<string, string | undefined> {
  const own = machineEnvironment();
  return {
    ...own,
    HOME: home,
    XDG_CACHE_HOME: join(home, 'cache'),
    PATH: `${join(home, 'bin')}:${own.PATH}`,
    ...more,
  };
}

interface Shell {
  /** What a line printed, once it is done. */
  run(line: string): Promise<string>;
}

/** A shell in the project's folder; a line that fails fails the test. */
function openShell(more: Readonly<Record<string, string>> = {}): Shell {
  const child: ChildProcess = spawn('/bin/sh', { cwd: project, env: environment(more), detached: true });
  let printed = '';
  let wake = (): void => undefined;
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      printed += text;
      wake();
    });
  }
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  ends.push(async () => {
    // What it started in the background is of its group.
    if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, 'SIGKILL');
    await ended;
  });
  return {
    async run(line) {
      printed = '';
      child.stdin?.write(`${line}\necho "done: $?"\n`);
      for (;;) {
        const done = /^done: (\d+)$/m.exec(printed);
        if (done?.[1] === '0') return printed;
        if (done) throw new Error(`${line}\nended with ${done[1]}:\n${printed}`);
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
  };
}

/** The README's block that has this in it. */
function readmeBlock(language: 'sh' | 'json', has: string): string {
  const readme = readFileSync(join(import.meta.dirname, '../../README.md'), 'utf8');
  for (const [, name, text = ''] of readme.matchAll(/^```(\w+)\n([\s\S]*?)^```/gm)) {
    if (name === language && text.includes(has)) return text;
  }
  throw new Error(`the README has no block with ${has}`);
}

function linesOf(text: string): readonly string[] {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  expect(lines.length).toBeLessThanOrEqual(5);
  return lines;
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  const free = await new Promise<boolean>((resolve) => {
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => resolve(true));
  });
  await new Promise<void>((resolve) => (free ? server.close(() => resolve()) : resolve()));
  return free;
}

const alreadySaid = new Set<string>();

function loudly(sentence: string): void {
  if (alreadySaid.has(sentence)) return;
  alreadySaid.add(sentence);
  const rule = '!'.repeat(Math.min(sentence.length, 120));
  process.stderr.write(`\n${rule}\n${sentence}\n${rule}\n`);
}

/** `describe` with an address that the README names; taken by another program, one test that says NOT RUN. */
async function describeAt(port: number, title: string, suite: () => void): Promise<void> {
  if (await isFree(port)) {
    describe(title, suite);
    return;
  }
  const sentence = `NOT RUN: ${title}: something else listens at 127.0.0.1:${port}`;
  loudly(sentence);
  test(sentence, (context) => {
    if (process.env.CI === 'true') throw new Error(sentence);
    context.skip();
  });
}

/** An Ollama without a model, and the command that gets one the way the real one does: by asking the server. */
async function startOllama(): Promise<ApiServer> {
  loudly(
    'Ollama cannot be had here: the README’s lines for it are followed before a scripted server with its API.',
  );
  const models: string[] = [];
  const answer = sayingOllama(() => models, {
    code: () => ghost,
    words: () => block(source, edited),
  });
  const dialect: Dialect = (request) => {
    if (request.path !== '/api/pull') return answer(request);
    models.push(String(request.body.model));
    return whole({ status: 'success' });
  };
  const server = await startApiServer(dialect, { port: ollamaPort });
  ends.push(() => server.close());
  const post = `fetch('http://127.0.0.1:${ollamaPort}/api/pull', { method: 'POST', body: JSON.stringify({ model: process.argv[1] }) })`;
  const check = `${post}.then(async (answer) => console.log((await answer.json()).status))`;
  command('ollama', `[ "$1" = pull ] && exec '${process.execPath}' -e "${check}" "$2"`);
  return server;
}

/** OpenAI's own host, as far as this machine's programs can tell. */
async function startOpenAi() {
  loudly(
    'OpenAI is not asked: the README’s lines for it are followed before a scripted server behind a proxy.',
  );
  const provider = await startModelServer({
    counts: true,
    answer: (frame) =>
      reply(/<\|cursor\|>/.test(JSON.stringify(frame.input)) ? ghost : block(source, edited)),
  });
  const front = await startTlsFront('api.openai.com', Number(new URL(provider.url).port));
  ends.push(
    () => provider.close(),
    () => front.close(),
  );
  const authority = join(home, 'authority.pem');
  writeFileSync(authority, front.authority);
  return {
    provider,
    front,
    variables: { HTTPS_PROXY: front.proxy, NODE_EXTRA_CA_CERTS: authority },
  };
}

function keysOf({ upgrades }: ModelServer): ReadonlySet<unknown> {
  return new Set(upgrades.map(({ authorization }) => authorization));
}

/** Both of what a user gets, from the command line: they start the very server that an editor does. */
async function showsBoth(shell: Shell): Promise<void> {
  expect(await shell.run('whittle try sum.ts:2:10')).toContain(ghost);
  const diff = await shell.run('whittle edit sum.ts "the other way round"');
  expect(diff).toContain('+  return right + left; // as was asked');
}

await describeAt(ollamaPort, 'Ollama, as the README says', () => {
  test('its lines end with ghost text and an edit by the model, and the doctor says so', async () => {
    const server = await startOllama();
    const shell = openShell();
    let printed = '';
    for (const line of linesOf(readmeBlock('sh', 'ollama pull'))) printed += await shell.run(line);
    expect(printed).toContain('success');
    expect(printed).toContain(
      'ok  server: Ollama, model "qwen2.5-coder:1.5b", a context of 8192 tokens: ghost text by ollama, edits by chat',
    );
    expect(printed).toMatch(/^ok {2}connection: ready/m);
    expect(printed).not.toMatch(/^!!/m);
    await showsBoth(shell);
    const paths = new Set(server.requests.map(({ path }) => path));
    expect([...paths]).toEqual(expect.arrayContaining(['/api/generate', '/api/chat']));
  });

  test('without the pull, the doctor says to do it', async () => {
    await startOllama();
    const shell = openShell();
    const lines = linesOf(readmeBlock('sh', 'ollama pull')).filter((line) => !line.startsWith('ollama'));
    for (const line of lines.slice(0, -1)) await shell.run(line);
    await expect(shell.run(lines.at(-1) ?? '')).rejects.toThrow(/run `ollama pull qwen2\.5-coder:1\.5b`/);
  });
});

describe('OpenAI, as the README says', () => {
  test('its lines end with ghost text and an edit by the model, and the doctor says so', async () => {
    const { provider, front, variables } = await startOpenAi();
    const shell = openShell(variables);
    let printed = '';
    for (const line of linesOf(readmeBlock('sh', 'wss://api.openai.com'))) {
      // The one thing that a reader has to fill in.
      printed += await shell.run(line.replace('KEY=…', 'KEY=sk-of-this-test'));
    }
    expect(printed).toContain('ok  model: gpt-6-luna at api.openai.com');
    expect(printed).toMatch(/^ok {2}connection: ready after \d+ ms, first text \d+ ms/m);
    expect(printed).not.toMatch(/^!!/m);
    await showsBoth(shell);
    expect(keysOf(provider)).toEqual(new Set(['Bearer sk-of-this-test']));
    expect(new Set(front.asked.map((each) => each.split(' ')[0]))).toEqual(new Set(['api.openai.com:443']));
    expect(provider.received.every(({ frame }) => frame.model === 'gpt-6-luna')).toBe(true);
    expect(provider.violations).toEqual([]);
  });
});

await describeAt(ollamaPort, 'Two models, as the README says', () => {
  test('its settings give ghost text by one and edits by the other', async () => {
    const server = await startOllama();
    const { provider, variables } = await startOpenAi();
    await fetch(`${server.url}/api/pull`, { method: 'POST', body: '{"model":"qwen2.5-coder:1.5b"}' });
    const {
      client,
      process: child,
      exit,
    } = startServerProcess({
      folder: project,
      folders: [project],
      initializationOptions: JSON.parse(readmeBlock('json', 'completion.model')),
      env: { ...variables, XDG_CACHE_HOME: join(home, 'cache'), OPENAI_API_KEY: 'sk-of-this-test' },
    });
    onTestFinished(async () => {
      child.kill('SIGKILL');
      await exit;
    });
    await client.initialize();
    const uri = pathToFileURL(join(project, 'sum.ts')).href;
    client.open(uri, source.replace('return ', 'return'));
    const at = client.type(uri, client.after(uri, '  return'), ' ');
    const [item] = await client.inlineCompletions(uri, at);
    expect(item?.insertText).toBe(ghost);
    expect(provider.received.filter(({ frame }) => frame.generate !== false)).toEqual([]);
    const asked = { uri, instruction: 'the other way round', wait: true };
    expect(await client.execute('whittle.edit', asked)).toMatchObject({ ok: true });
    expect(client.text(uri)).toBe(edited);
    expect(keysOf(provider)).toEqual(new Set(['Bearer sk-of-this-test']));
    expect(server.requests.map(({ path }) => path)).not.toContain('/api/chat');
    expect(server.requests.every(({ headers }) => headers.authorization === undefined)).toBe(true);
    await client.shutdown();
  });
});

await describeAt(llamaPort, 'llama.cpp, as the README says', () => {
  describeWithEditor('llama', 'with the real llama-server', (llama) => {
    test('its lines end with ghost text by the model, and the doctor says so', async () => {
      command('llama-server', `exec '${llama}' "$@" >/dev/null 2>&1`);
      const [start = '', ...rest] = linesOf(readmeBlock('sh', 'llama-server --model'));
      const file = /--model (\S+)/.exec(start)?.[1] ?? '';
      writeTinyModel(join(project, file), { otherwise: `${ghost}\n`, name: 'Qwen2.5 Coder 1.5B' });
      const shell = openShell(oneThread);
      await shell.run(start);
      // Whoever types the next line gives it a moment.
      await expect
        .poll(
          () =>
            fetch(`http://127.0.0.1:${llamaPort}/health`).then(
              ({ ok }) => ok,
              () => false,
            ),
          { timeout: 30_000 },
        )
        .toBe(true);
      let printed = '';
      for (const line of rest) printed += await shell.run(line);
      expect(printed).toMatch(
        /^ok {2}server: llama-server, model ".*", a context of \d+ tokens: ghost text by infill, edits by chat$/m,
      );
      expect(printed).toMatch(/^ok {2}connection: ready/m);
      expect(await shell.run('whittle try sum.ts:2:10')).toContain(ghost);
    });
  });
});
