/**
 * The gateway inside a worker thread: what runs there, and the messages between the two sides.
 *
 *   main ──serve | release | close──► worker
 *   worker ──ready | failed | serving | log | closed──► main
 *
 * The embedded engine is served from the beginning; a model server is served behind a secret of its own once the
 * main thread asks for it, until it lets it go. Keys travel in these messages and nowhere else.
 */

import type { Clock } from '../core/clock.ts';
import type { Log, LogLevel } from '../core/log.ts';
import type { Backend } from './backend.ts';
import { type Gateway, startGateway } from './gateway.ts';
import { lazyBackend } from './lazy.ts';
import type { UpstreamModel } from './upstreams/upstream.ts';

export type WorkerMessage =
  | { readonly kind: 'ready'; readonly url: string }
  | { readonly kind: 'failed'; readonly message: string }
  | { readonly kind: 'serving'; readonly id: number; readonly token: string }
  | { readonly kind: 'log'; readonly level: LogLevel; readonly message: string }
  /** After `close`: all is written and ended, but for what the system's own threads are at. */
  | { readonly kind: 'closed' };

export type MainMessage =
  /** Without a model: the engine. Answered by `serving`, which also shows that the thread lives. */
  | { readonly kind: 'serve'; readonly id: number; readonly model?: UpstreamModel }
  | { readonly kind: 'release'; readonly model: UpstreamModel }
  | { readonly kind: 'close' };

/** What of `parentPort` is used. */
export interface WorkerPort {
  postMessage(message: WorkerMessage): void;
  on(event: 'message', listener: (message: unknown) => void): unknown;
  /** Lets the thread end when nothing else is left to do. */
  close(): void;
}

export interface WorkerDependencies {
  /** The embedded engine, made when it is first asked; its log lines go to the main thread. */
  readonly createBackend: (log: Log) => Backend;
  readonly createUpstreams: (log: Log) => UpstreamBackends;
  readonly clock: Clock;
}

export interface UpstreamBackends {
  backend(model: UpstreamModel): Backend;
  dispose(): void;
}

/** Settles when the gateway runs; the thread ends by itself after `close`. */
export async function runGatewayWorker(
  port: WorkerPort,
  { createBackend, createUpstreams, clock }: WorkerDependencies,
): Promise<void> {
  const log: Log = (level, message) => port.postMessage({ kind: 'log', level, message });
  const backend = lazyBackend(() => createBackend(log));
  const upstreams = createUpstreams(log);
  try {
    const gateway = await startGateway({
      backend,
      host: '127.0.0.1',
      port: 0,
      clients: 'trusted',
      clock,
      log,
    });
    const served = serving(gateway, upstreams);
    port.on('message', (message) => {
      const read = readMainMessage(message);
      switch (read?.kind) {
        case 'serve': {
          const token = read.model ? served.serve(read.model) : gateway.token;
          port.postMessage({ kind: 'serving', id: read.id, token });
          return;
        }
        case 'release':
          served.release(read.model);
          return;
        case 'close':
          upstreams.dispose();
          void Promise.all([gateway.close(), backend.dispose(), served.dispose()])
            .catch((error: unknown) => log('error', `gateway: ${error}`))
            .then(() => {
              port.postMessage({ kind: 'closed' });
              port.close();
            });
          return;
        case undefined:
          return;
        default:
          read satisfies never;
      }
    });
    port.postMessage({ kind: 'ready', url: gateway.url });
  } catch (error) {
    await backend.dispose();
    port.postMessage({ kind: 'failed', message: error instanceof Error ? error.message : String(error) });
    port.close();
  }
}

interface Serving {
  /** The token that leads to this model; the same as long as it is not released. */
  serve(model: UpstreamModel): string;
  release(model: UpstreamModel): void;
  dispose(): Promise<unknown>;
}

function serving(gateway: Gateway, upstreams: UpstreamBackends): Serving {
  const served = new Map<string, { readonly token: string; readonly backend: Backend }>();
  return {
    serve(model) {
      const key = JSON.stringify(model);
      const known = served.get(key);
      if (known) return known.token;
      const backend = upstreams.backend(model);
      const token = gateway.add(backend);
      served.set(key, { token, backend });
      return token;
    },
    release(model) {
      const key = JSON.stringify(model);
      const known = served.get(key);
      if (!known) return;
      served.delete(key);
      gateway.remove(known.token);
      void known.backend.dispose();
    },
    dispose: () => Promise.all([...served.values()].map(({ backend }) => backend.dispose())),
  };
}

/** The other side is the same program: what has the kind of a message has its fields. */
function readMainMessage(message: unknown): MainMessage | undefined {
  const kind = typeof message === 'object' && message !== null ? Reflect.get(message, 'kind') : undefined;
  return typeof kind === 'string' ? (message as MainMessage) : undefined;
}
