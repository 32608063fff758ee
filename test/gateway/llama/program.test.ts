import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readGgufHead } from '../../../server/gateway/llama/gguf.ts';
import {
  findLlamaServer,
  llamaArguments,
  modelNameOf,
  readModelFile,
} from '../../../server/gateway/llama/program.ts';
import { tinyModel } from '../../support/tiny-gguf.ts';

const tiny = tinyModel({ otherwise: 'some text', name: 'Tiny Coder', contextTokens: 4096 });

describe('readGgufHead', () => {
  test('says name and context', () => {
    expect(readGgufHead(tiny)).toEqual({ name: 'Tiny Coder', contextTokens: 4096 });
  });

  test('other files have none', () => {
    expect(readGgufHead(Buffer.from('{"a": 1}'.repeat(10)))).toBeUndefined();
    expect(readGgufHead(Buffer.alloc(0))).toBeUndefined();
  });

  test('a file that is cut or broken says what it can', () => {
    fc.assert(
      fc.property(fc.nat(4000), fc.nat(4000), fc.nat(255), (length, at, byte) => {
        const bytes = Buffer.from(tiny.subarray(0, length));
        if (at >= 4 && at < length) bytes[at] = byte;
        const head = readGgufHead(bytes);
        if (length < 24) expect(head).toBeUndefined();
        else expect(head).toBeDefined();
      }),
    );
  });
});

describe('on this machine', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'whittle-program-'));
    writeFileSync(join(folder, 'llama-server'), '#!/bin/sh\n');
    writeFileSync(join(folder, 'model.gguf'), tiny);
    writeFileSync(join(folder, 'model.txt'), 'no model');
    chmodSync(join(folder, 'llama-server'), 0o755);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test('the program is the one named, else the one on the path', async () => {
    const program = join(folder, 'llama-server');
    expect(await findLlamaServer({ WHITTLE_LLAMA_SERVER: program }, 'linux')).toEqual({
      kind: 'found',
      program,
    });
    expect(await findLlamaServer({ PATH: `/nowhere:${folder}` }, 'linux')).toEqual({
      kind: 'found',
      program,
    });
  });

  test.each([
    [{ PATH: '/nowhere' }, 'llama-server is not installed: install llama.cpp'],
    [{ WHITTLE_LLAMA_SERVER: '/nowhere' }, 'WHITTLE_LLAMA_SERVER names /nowhere, which is no program'],
  ])('%j: what is missing is said', async (environment, message) => {
    expect(await findLlamaServer(environment, 'linux')).toEqual({
      kind: 'missing',
      message: expect.stringContaining(message),
    });
  });

  test.each([
    ['nothing.gguf', 'There is no file'],
    ['model.txt', 'is no GGUF model file'],
    ['.', 'is no file'],
  ])('%s: is refused in a sentence', async (name, message) => {
    expect(await readModelFile(join(folder, name))).toEqual({
      kind: 'missing',
      message: expect.stringContaining(message),
    });
  });

  test('a model is read', async () => {
    expect(await readModelFile(join(folder, 'model.gguf'))).toMatchObject({ kind: 'found' });
  });
});

describe('llamaArguments', () => {
  const plan = {
    file: '/models/Qwen2.5-Coder.gguf',
    head: { name: undefined, contextTokens: 131072 },
    port: 5000,
  };

  test('loopback, a bounded context, what is kept of prompts', () => {
    const help =
      '--alias --parallel --kv-unified --batch-size --cache-reuse --cache-ram --no-webui --offline';
    const args = llamaArguments(plan, help).join(' ');
    expect(args).toContain('--host 127.0.0.1 --port 5000');
    expect(args).toContain('--ctx-size 16384');
    expect(args).toContain('--cache-reuse 64');
    expect(args).toContain('--alias Qwen2.5-Coder');
  });

  test('an older program is not given flags that it does not have', () => {
    expect(llamaArguments(plan, '--parallel').join(' ')).toBe(
      '--model /models/Qwen2.5-Coder.gguf --host 127.0.0.1 --port 5000 --parallel 2 --ctx-size 32768',
    );
  });

  test('the name is the one in the file, else the file’s', () => {
    expect(modelNameOf({ ...plan, head: { name: 'Tiny, Coder', contextTokens: undefined } })).toBe(
      'Tiny  Coder',
    );
    expect(modelNameOf(plan)).toBe('Qwen2.5-Coder');
  });
});
