// The real llama-server on a model that must say a known text: what the gateway gets from it, how much of each prompt
// it reads by its own account, and what the user sees in the real Neovim after following the README.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, afterEach, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import type { Ask, CompleteAsk } from '../../server/core/ask.ts';
import type { Backend, BackendEvent } from '../../server/gateway/backend.ts';
import { createUpstreamBackend } from '../../server/gateway/upstreams/backend.ts';
import { createDiscovery } from '../../server/gateway/upstreams/discovery.ts';
import { completeAsk, editAsk } from '../support/asks.ts';
import { systemClock } from '../support/clock.ts';
import { temporaryFolder } from '../support/folder.ts';
import { oneThread, type RealLlama, startRealLlama } from '../support/llama.ts';
import { descendants, survivors } from '../support/processes.ts';
import { machineEnvironment, program as whittle } from '../support/server-process.ts';
import { writeTinyModel } from '../support/tiny-gguf.ts';
import { describeWithEditor } from './editor.ts';
import { startWithServer } from './neovim/start.ts';

const said = 'left + right;\n';
const never = new AbortController().signal;

interface Heard {
  readonly text: string;
  readonly pieces: number;
  /** Tokens of the prompt that were read for this ask, and in all. */
  readonly read: number;
  readonly prompt: number;
  readonly failure: string | undefined;
}

async function hear(events: Iterable<BackendEvent> | AsyncIterable<BackendEvent>): Promise<Heard> {
  let heard: Heard = { text: '', pieces: 0, read: -1, prompt: -1, failure: undefined };
  for await (const event of events) {
    if (event.kind === 'text') heard = { ...heard, text: heard.text + event.text, pieces: heard.pieces + 1 };
    else if (event.kind === 'failed') heard = { ...heard, failure: event.failure.message };
    else if (event.kind === 'end' && event.usage) {
      const { inputTokens, cachedTokens } = event.usage;
      heard = { ...heard, read: inputTokens - cachedTokens, prompt: inputTokens };
    }
  }
  return heard;
}

function complete(marked: string, more: Partial<CompleteAsk> = {}): CompleteAsk {
  const ask: Ask = completeAsk(marked);
  if (ask.task !== 'complete') throw new Error('unreachable');
  return { ...ask, ...more };
}

const file = Array.from(
  { length: 120 },
  (_, i) => `export function add${i}(left: number, right: number) {\n  return ${i};\n}\n`,
).join('');
const middle = file.indexOf('export function add60');
/** A file with the cursor in a new function in its middle, after `typed`. */
const typing = (typed: string): string =>
  `${file.slice(0, middle)}function sum(left, right) {\n  ${typed}█\n}\n${file.slice(middle)}`;

describeWithEditor('llama', 'the real llama-server', (program) => {
  let llama: RealLlama;
  let backends: Backend[] = [];

  beforeAll(async () => {
    llama = await startRealLlama(program, { otherwise: said, name: 'Qwen2.5 Coder Tiny' });
  });
  afterEach(async () => {
    await Promise.all(backends.map((backend) => backend.dispose()));
    backends = [];
  });
  afterAll(() => llama?.close());

  function backend(format = 'auto', server = llama): Backend {
    const { http, url } = server;
    const clock = systemClock();
    const made = createUpstreamBackend({
      model: { url, name: '', headers: {}, format },
      http,
      discovery: createDiscovery(http, clock),
      clock,
      log: () => undefined,
    });
    backends.push(made);
    return made;
  }

  test('is found for what it is', async () => {
    const found = await createDiscovery(llama.http, systemClock()).discover(
      { url: llama.url, name: '', headers: {}, format: 'auto' },
      never,
    );
    expect(found).toMatchObject({
      kind: 'found',
      server: { kind: 'llama-server', model: 'Qwen2.5 Coder Tiny', infill: true, contextTokens: 16384 },
    });
  });

  test.each(['auto', 'infill', 'fim:qwen'])('%s: says the text, piece by piece', async (format) => {
    const heard = await hear(backend(format).answer(complete('function f() {\n  return █\n}\n'), never));
    expect(heard.text).toBe(said);
    expect(heard.pieces).toBeGreaterThan(1);
  });

  test('chat: edits are asked of the same server in words', async () => {
    const heard = await hear(backend().answer(editAsk('«a»\n', 'say it'), never));
    expect(heard.text).toBe(said);
    expect(heard.prompt).toBeGreaterThan(100);
  });

  test('/v1/completions: a server that is not known to be llama.cpp', async () => {
    const { createUpstreamFor } = await import('../../server/gateway/upstreams/registry.ts');
    const upstream = createUpstreamFor('fim:qwen')?.({
      model: { url: llama.url, name: 'tiny', headers: {}, format: 'fim:qwen' },
      server: {
        kind: 'openai',
        root: llama.url,
        base: `${llama.url}/v1`,
        model: 'tiny',
        models: [],
        contextTokens: undefined,
        infill: false,
      },
      http: llama.http,
      clock: systemClock(),
      log: () => undefined,
    });
    const heard = await hear(upstream?.answer(complete('return █\n'), never) ?? []);
    expect(heard.text).toBe(said);
  });

  test('one line is one line', async () => {
    const heard = await hear(backend().answer(complete('return █\n', { maxLines: 1 }), never));
    expect(heard.text).toBe(said.trimEnd());
  });

  test('control tokens in a document are text', async () => {
    const spelled = 'const mark = "<|fim_middle|>";\n';
    const plain = 'const mark = "??????????????";\n';
    const asked = backend();
    const [with_, without] = [
      await hear(asked.answer(complete(`${spelled}return █\n`), never)),
      await hear(asked.answer(complete(`${plain}return █\n`), never)),
    ];
    expect(with_.text).toBe(said);
    // One token for each byte: the mark that parts the spelling has three. As control it would be one in all.
    expect(with_.prompt - without.prompt).toBe(3);
  });

  test('a fork reads only what changed', async () => {
    const asked = backend();
    const first = await hear(asked.answer(complete(typing('')), never));
    expect(first.read).toBeGreaterThan(1000);
    await hear(asked.answer(complete(typing('r')), never));
    const typed = 'return left';
    for (let length = 2; length <= typed.length; length++) {
      const heard = await hear(asked.answer(complete(typing(typed.slice(0, length))), never));
      expect(heard.read).toBe(1);
    }
  });

  test('/infill alone reads everything behind the cursor again: that is why it is not asked', async () => {
    const behind = file.slice(0, 100);
    const infill = async (prefix: string): Promise<number> => {
      const { timings } = await llama.post('/infill', {
        input_prefix: prefix,
        input_suffix: behind,
        n_predict: 1,
        cache_prompt: true,
      });
      return (timings as { readonly prompt_n: number }).prompt_n;
    };
    await infill('const a = ');
    expect(await infill('const a = b')).toBeGreaterThan(behind.length);
  });

  test('warming reads the prompt before it is asked for', async () => {
    const asked = backend();
    const uri = { uri: 'file:///work/warm.ts' };
    const document = { ...complete(typing('')).document, ...uri, text: `// other\n${file}` };
    const ask: CompleteAsk = { ...complete(typing('')), document, cursor: middle + 9 };
    await asked.warm?.(ask, never);
    const heard = await hear(asked.answer(ask, never));
    expect(heard.read).toBeLessThanOrEqual(1);
    expect(heard.prompt).toBeGreaterThan(1000);
  });

  test('a window that moves on is moved in the server too', async () => {
    const asked = backend();
    const contextTokens = 1024;
    let text = '';
    let moved = 0;
    let read = 0;
    for (let line = 0; line < 80; line++) {
      text += `  value${line} = compute(${line});\n`;
      const wish = complete(`${file.slice(0, 3000)}${text}█\n${file}`, { contextTokens });
      const heard = await hear(asked.answer(wish, never));
      if (line === 0) continue;
      read += heard.read;
      if (heard.read > 100) moved++;
    }
    // What is typed is read once, and what stands behind the cursor with each move of the window or of its cut.
    expect(moved).toBeGreaterThan(1);
    expect(moved).toBeLessThan(6);
    expect(read).toBeLessThan(text.length + moved * 1000);
  });

  describe('that goes on forever', () => {
    let endless: RealLlama;
    beforeAll(async () => {
      endless = await startRealLlama(program, {
        otherwise: ' again and once more',
        goesOn: 'forever',
        name: 'Qwen2.5 Coder Tiny',
      });
    });
    afterAll(() => endless?.close());

    test('abort frees its slot', async () => {
      const stop = new AbortController();
      const asked = backend('infill', endless);
      const wish = complete('return █\n', { maxOutputTokens: 8000, maxLines: 2000 });
      for await (const event of asked.answer(wish, stop.signal)) {
        if (event.kind !== 'text') continue;
        expect((await endless.slots()).some((slot) => slot.is_processing)).toBe(true);
        stop.abort();
      }
      await expect
        .poll(async () => (await endless.slots()).filter((slot) => slot.is_processing), { timeout: 2000 })
        .toEqual([]);
    });

    test('an answer stops at the limit that was asked for', async () => {
      const heard = await hear(
        backend('infill', endless).answer(complete('return █\n', { maxOutputTokens: 12 }), never),
      );
      expect(heard.text.trim().split(/\s+/).length).toBe(12);
    });
  });
});

describeWithEditor('llama', 'whittle serve --gguf', (program) => {
  let folder: string;
  let children: ChildProcess[] = [];

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'whittle-gguf-'));
    writeTinyModel(join(folder, 'tiny.gguf'), { otherwise: said, name: 'Qwen2.5 Coder Tiny' });
  });
  afterEach(() => {
    for (const child of children) child.kill('SIGKILL');
    children = [];
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  interface Serving {
    readonly child: ChildProcess;
    readonly url: string;
    readonly token: string;
  }

  async function serve(): Promise<Serving> {
    const args = [whittle, 'serve', '--port', '0', '--gguf', join(folder, 'tiny.gguf')];
    const env = { ...machineEnvironment(), ...oneThread, WHITTLE_LLAMA_SERVER: program };
    const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'inherit'] });
    children.push(child);
    const ended = once(child, 'exit').then(() => Promise.reject(new Error('it ended before it was ready')));
    ended.catch(() => undefined);
    const [line] = await Promise.race([once(createInterface({ input: child.stdout }), 'line'), ended]);
    const { url, token } = JSON.parse(String(line));
    return { child, url: url.replace(/^ws/, 'http'), token };
  }

  async function ask({ url, token }: Serving): Promise<string> {
    const response = await fetch(url, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'tiny', input: 'say it', stream: true }),
    });
    return await response.text();
  }

  /** The model's own process among those of the gateway: the one that has its file. */
  function modelProcess(child: ChildProcess): number {
    const found = descendants(child.pid ?? 0).find((pid) => {
      if (!existsSync(`/proc/${pid}/cmdline`)) return false;
      const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
      return words.includes('--model') && !words.includes('-c');
    });
    if (found === undefined) throw new Error('no llama-server runs');
    return found;
  }

  test('answers once it says that it is ready, and SIGTERM ends the model with it', async () => {
    const serving = await serve();
    expect(await ask(serving)).toContain('right;');
    const family = descendants(serving.child.pid ?? 0);
    expect(family.length).toBeGreaterThan(0);
    serving.child.kill('SIGTERM');
    expect(await once(serving.child, 'exit')).toEqual([0, null]);
    expect(await survivors(family, 2000)).toEqual([]);
  });

  test('a model that dies is started again', async () => {
    const serving = await serve();
    process.kill(modelProcess(serving.child), 'SIGKILL');
    await expect.poll(() => ask(serving), { timeout: 10_000 }).toContain('right;');
  });

  test('killed, it leaves no model behind', async () => {
    const serving = await serve();
    const family = descendants(serving.child.pid ?? 0);
    serving.child.kill('SIGKILL');
    expect(await survivors(family, 5000)).toEqual([]);
  });
});

describeWithEditor('llama', 'Neovim on a llama-server', (llamaProgram) => {
  describeWithEditor('nvim', 'set up as the README says', (nvim) => {
    test('ghost text by the model is on the screen, and Tab takes it', async () => {
      const llama = await startRealLlama(llamaProgram, { otherwise: said, name: 'Qwen2.5 Coder Tiny' }, []);
      onTestFinished(() => llama.close());
      const home = temporaryFolder({
        'project/.git/': '',
        'project/sum.ts': 'export function sum(left: number, right: number): number {\n}\n',
        'init.lua': initLua(),
      });
      const bin = join(home, 'bin');
      mkdirSync(bin);
      writeFileSync(join(bin, 'whittle'), `#!/bin/sh\nexec '${process.execPath}' '${whittle}' "$@"\n`, {
        mode: 0o755,
      });
      const neovim = await startWithServer({
        program: nvim,
        folder: join(home, 'project'),
        home,
        init: join(home, 'init.lua'),
        file: 'sum.ts',
        env: { ...exported(llama.url), PATH: `${bin}:${process.env.PATH}` },
      });
      await neovim.press('o');
      await neovim.press('return ');
      await neovim.shows('ghost text', (screen) =>
        screen.lines().some((line) => line.includes('return left + right;')),
      );
      expect(await neovim.buffer()).not.toContain('left + right');
      await neovim.press('<Tab>');
      await neovim.until(
        'accepting',
        "vim.api.nvim_get_current_line():find('return left + right;', 1, true)",
      );
    });
  });
});

/** What the README says for Neovim, with this checkout's path. */
function initLua(): string {
  const [block] = readmeBlocks('lua');
  if (block === undefined) throw new Error('the README has no lines for Neovim');
  return block.replace('/path/to/whittle', join(import.meta.dirname, '../..'));
}

/** What the README's lines for llama.cpp export, with the address of a server that was started as they start it. */
function exported(url: string): Readonly<Record<string, string>> {
  const block = readmeBlocks('sh').find((text) => text.startsWith('llama-server --model '));
  const [, port] = /--port (\d+)/.exec(block ?? '') ?? [];
  if (block === undefined || port === undefined) throw new Error('the README has no lines for llama.cpp');
  const lines = [...block.matchAll(/^export (\w+)=(\S+)$/gm)];
  expect(lines.length).toBeGreaterThan(0);
  return Object.fromEntries(
    lines.map(([, name = '', value = '']) => [name, value.replace(`http://127.0.0.1:${port}`, url)]),
  );
}

function readmeBlocks(language: string): readonly string[] {
  const readme = readFileSync(join(import.meta.dirname, '../../README.md'), 'utf8');
  return [...readme.matchAll(/^```(\w+)\n([\s\S]*?)^```/gm)].flatMap(([, name, text = '']) =>
    name === language ? [text] : [],
  );
}
