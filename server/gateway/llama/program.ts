/** The installed llama-server, and what it is started with. */

import { execFile } from 'node:child_process';
import { constants } from 'node:fs';
import { access, open, stat } from 'node:fs/promises';
import { basename, delimiter, join } from 'node:path';
import { type GgufHead, ggufHeadBytes, readGgufHead } from './gguf.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

export type Found<T> =
  | ({ readonly kind: 'found' } & T)
  /** `message` is one sentence: what is missing and what to do. */
  | { readonly kind: 'missing'; readonly message: string };

/** The program named in `WHITTLE_LLAMA_SERVER`, else the one on the path. */
export async function findLlamaServer(
  environment: Environment,
  platform: NodeJS.Platform,
): Promise<Found<{ readonly program: string }>> {
  const named = environment.WHITTLE_LLAMA_SERVER?.trim();
  if (named) {
    if (await isProgram(named)) return { kind: 'found', program: named };
    return {
      kind: 'missing',
      message: `WHITTLE_LLAMA_SERVER names ${named}, which is no program: set it to the path of llama-server.`,
    };
  }
  const name = platform === 'win32' ? 'llama-server.exe' : 'llama-server';
  for (const folder of (environment.PATH ?? environment.Path ?? '').split(delimiter)) {
    const program = join(folder, name);
    if (folder !== '' && (await isProgram(program))) return { kind: 'found', program };
  }
  return {
    kind: 'missing',
    message:
      'llama-server is not installed: install llama.cpp (https://github.com/ggml-org/llama.cpp), or name the program in WHITTLE_LLAMA_SERVER.',
  };
}

/** The head of a model file that llama-server may be started on. */
export async function readModelFile(file: string): Promise<Found<{ readonly head: GgufHead }>> {
  const missing = (message: string): Found<never> => ({ kind: 'missing', message });
  try {
    if (!(await stat(file)).isFile()) return missing(`${file} is no file; --gguf needs a model file.`);
    const handle = await open(file);
    try {
      const bytes = Buffer.alloc(ggufHeadBytes);
      const { bytesRead } = await handle.read(bytes, 0, bytes.length, 0);
      const head = readGgufHead(bytes.subarray(0, bytesRead));
      return head
        ? { kind: 'found', head }
        : missing(`${file} is no GGUF model file; --gguf needs one in the format of llama.cpp.`);
    } finally {
      await handle.close();
    }
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    return missing(
      code === 'ENOENT'
        ? `There is no file ${file}; --gguf needs a model file.`
        : `${file} cannot be read (${code}); --gguf needs a model file.`,
    );
  }
}

export interface LlamaPlan {
  readonly file: string;
  readonly head: GgufHead;
  readonly port: number;
}

/** More context takes memory that the model's weights need too: 16,384 tokens are what edits are shown by default. */
const mostContext = 16_384;
/** One for ghost text and one for edits, so that neither makes the other read its prompt again. */
const slots = 2;
/** Small batches: a request that is given up is noticed between two of them. */
const batchTokens = 512;
/** MiB of prompts kept beside the slots: files that one comes back to. The server's own default is 8,192. */
const cacheMegabytes = 512;
/** Runs of so many tokens that were read at another place are moved there instead of read again. */
const reusedTokens = 64;

/** The name under which it is asked: what its family is told by. */
export function modelNameOf({ file, head }: Pick<LlamaPlan, 'file' | 'head'>): string {
  const fromFile = basename(file).replace(/\.gguf$/i, '');
  return (head.name ?? fromFile).replace(/,/g, ' ');
}

/** `help` is what the program says of its flags: older ones do not have all of these. */
export function llamaArguments(plan: LlamaPlan, help: string): readonly string[] {
  const { file, head, port } = plan;
  const context = Math.min(head.contextTokens ?? mostContext, mostContext);
  const wanted: readonly (readonly [string, ...string[]])[] = [
    ['--model', file],
    ['--host', '127.0.0.1'],
    ['--port', String(port)],
    ['--alias', modelNameOf(plan)],
    ['--parallel', String(slots)],
    // One pool for both slots, so that either may use all of it; where there is none, each has its own part.
    help.includes('--kv-unified') ? ['--ctx-size', String(context)] : ['--ctx-size', String(context * slots)],
    ['--kv-unified'],
    ['--batch-size', String(batchTokens)],
    ['--cache-reuse', String(reusedTokens)],
    ['--cache-ram', String(cacheMegabytes)],
    ['--no-webui'],
    ['--offline'],
  ];
  return wanted.filter(([flag]) => needed.includes(flag) || help.includes(flag)).flat();
}

const needed = ['--model', '--host', '--port', '--ctx-size'];

/** What the program says of its flags; empty where it does not start. */
export function readHelp(program: string, signal: AbortSignal): Promise<string> {
  return new Promise((resolve) => {
    const limits = { timeout: 10_000, maxBuffer: 4 * 1024 * 1024, signal };
    execFile(program, ['--help'], limits, (_error, stdout, stderr) => resolve(`${stdout}${stderr}`));
  });
}

async function isProgram(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
}
