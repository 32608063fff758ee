/** A model file as a backend: an installed llama-server on it, which ends when the backend does. */

import { randomBytes } from 'node:crypto';
import { platform } from 'node:process';
import type { Log } from '../core/log.ts';
import type { Backend } from '../gateway/backend.ts';
import { llamaBackend } from '../gateway/llama/backend.ts';
import { freePort, startLlama } from '../gateway/llama/process.ts';
import {
  type Environment,
  findLlamaServer,
  llamaArguments,
  modelNameOf,
  readHelp,
  readModelFile,
} from '../gateway/llama/program.ts';
import { machineClock } from './machine.ts';
import { createUpstreamHttp, createUpstreams } from './upstreams.ts';

export type OpenedGguf =
  | {
      readonly kind: 'open';
      readonly backend: Backend;
      /** Settles when the model answers, or cannot: then with one sentence. */
      readonly ready: Promise<'ready' | { readonly message: string }>;
    }
  /** `message` is one sentence: what was wrong and what to do. */
  | { readonly kind: 'failed'; readonly message: string };

export interface GgufOptions {
  readonly environment: Environment;
  readonly log: Log;
  readonly signal: AbortSignal;
}

/** Settles when the server has been started on the file; asks wait until it is ready. */
export async function openGguf(file: string, { environment, log, signal }: GgufOptions): Promise<OpenedGguf> {
  const model = await readModelFile(file);
  if (model.kind === 'missing') return { kind: 'failed', message: model.message };
  const server = await findLlamaServer(environment, platform);
  if (server.kind === 'missing') return { kind: 'failed', message: server.message };
  const help = await readHelp(server.program, signal);
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  // Any page in a browser could ask a server without a key.
  const key = randomBytes(24).toString('base64url');
  const http = createUpstreamHttp(environment);
  const upstreams = createUpstreams(log, environment);
  const llama = startLlama({
    program: server.program,
    args: llamaArguments({ file, head: model.head, port }, help),

    environment: { ...environment, LLAMA_API_KEY: key },
    async isHealthy(alive) {
      const limits = { connectMs: 2_000, idleMs: 5_000 };
      const request = { method: 'GET', url: `${url}/health`, headers: {}, model: '', limits } as const;
      return (await http.json(request, alive)).kind === 'json';
    },
    clock: machineClock,
    log,
    platform,
  });
  const name = modelNameOf({ file, head: model.head });
  const inner = upstreams.backend({ url, name, apiKey: key, headers: {}, format: 'auto' });
  const running = llamaBackend(inner, llama);
  const backend: Backend = {
    ...running,
    async dispose() {
      await running.dispose();
      upstreams.dispose();
      http.dispose();
    },
  };
  return { kind: 'open', backend, ready: llama.ready(signal) };
}
