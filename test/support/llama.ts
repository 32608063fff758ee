/** The real llama-server on a tiny model, for tests and benches that need one; ends with `close`. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, startLlama } from '../../server/gateway/llama/process.ts';
import { llamaArguments, readHelp, readModelFile } from '../../server/gateway/llama/program.ts';
import { createHttpClient, type HttpClient } from '../../server/gateway/upstreams/http.ts';
import { systemClock } from './clock.ts';
import { type TinyModel, writeTinyModel } from './tiny-gguf.ts';

export interface RealLlama {
  readonly url: string;
  readonly http: HttpClient;
  /** The model file it runs. */
  readonly file: string;
  /** What it says of its slots. */
  slots(): Promise<readonly LlamaSlot[]>;
  post(path: string, body: object): Promise<Record<string, unknown>>;
  close(): Promise<void>;
}

export interface LlamaSlot {
  readonly id: number;
  readonly is_processing: boolean;
  readonly n_prompt_tokens?: number;
  readonly next_token?: readonly { readonly n_decoded: number }[];
}

/** Its threads wait for each other in loops, which takes long where others want the processor too. */
export const oneThread = { LLAMA_ARG_THREADS: '1', OMP_NUM_THREADS: '1' } as const;

/** `flags`: as a user starts it who says no more than these, instead of as Whittle does. */
export async function startRealLlama(
  program: string,
  model: TinyModel,
  flags?: readonly string[],
): Promise<RealLlama> {
  const folder = mkdtempSync(join(tmpdir(), 'whittle-llama-'));
  const file = join(folder, 'tiny.gguf');
  writeTinyModel(file, model);
  const head = await readModelFile(file);
  if (head.kind === 'missing') throw new Error(head.message);
  const never = new AbortController().signal;
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const clock = systemClock();
  const http = createHttpClient({ clock });
  const llama = startLlama({
    program,
    args: flags
      ? ['--model', file, '--host', '127.0.0.1', '--port', String(port), ...flags]
      : llamaArguments({ file, head: head.head, port }, await readHelp(program, never)),
    environment: { ...process.env, ...oneThread },
    isHealthy: async (signal) =>
      (await http.json({ method: 'GET', url: `${url}/health`, headers: {}, model: '' }, signal)).kind ===
      'json',
    clock,
    log: () => undefined,
    platform: process.platform,
  });
  const state = await llama.ready(never);
  if (state !== 'ready') throw new Error(state.message);
  return {
    url,
    http,
    file,
    slots: async () => (await (await fetch(`${url}/slots`)).json()) as LlamaSlot[],
    async post(path, body) {
      const response = await fetch(url + path, { method: 'POST', body: JSON.stringify(body) });
      return (await response.json()) as Record<string, unknown>;
    },
    async close() {
      http.dispose();
      await llama.dispose();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
