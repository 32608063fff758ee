/**
 * The gateway inside a worker thread: what runs there, and the messages between the two sides.
 *
 *   main ──ping | close──► worker         worker ──ready | failed | pong | log──► main
 */

import type { Clock } from '../core/clock.ts';
import type { Log, LogLevel } from '../core/log.ts';
import type { Backend } from './backend.ts';
import { startGateway } from './gateway.ts';

export type WorkerMessage =
  | { readonly kind: 'ready'; readonly url: string; readonly token: string }
  | { readonly kind: 'failed'; readonly message: string }
  | { readonly kind: 'pong' }
  | { readonly kind: 'log'; readonly level: LogLevel; readonly message: string };

export type MainMessage = { readonly kind: 'ping' } | { readonly kind: 'close' };

/** What of `parentPort` is used. */
export interface WorkerPort {
  postMessage(message: WorkerMessage): void;
  on(event: 'message', listener: (message: unknown) => void): unknown;
  /** Lets the thread end when nothing else is left to do. */
  close(): void;
}

export interface WorkerDependencies {
  /** Its log lines go to the main thread. */
  readonly createBackend: (log: Log) => Backend;
  readonly clock: Clock;
}

/** Settles when the gateway runs; the thread ends by itself after `close`. */
export async function runGatewayWorker(
  port: WorkerPort,
  { createBackend, clock }: WorkerDependencies,
): Promise<void> {
  const log: Log = (level, message) => port.postMessage({ kind: 'log', level, message });
  const backend = createBackend(log);
  try {
    const gateway = await startGateway({
      backend,
      host: '127.0.0.1',
      port: 0,
      clients: 'trusted',
      clock,
      log,
    });
    port.on('message', (message) => {
      if (kindOf(message) === 'ping') port.postMessage({ kind: 'pong' });
      if (kindOf(message) !== 'close') return;
      void Promise.all([gateway.close(), backend.dispose()]).then(
        () => port.close(),
        (error) => {
          log('error', `gateway: ${error}`);
          port.close();
        },
      );
    });
    port.postMessage({ kind: 'ready', url: gateway.url, token: gateway.token });
  } catch (error) {
    await backend.dispose();
    port.postMessage({ kind: 'failed', message: error instanceof Error ? error.message : String(error) });
    port.close();
  }
}

function kindOf(message: unknown): unknown {
  return typeof message === 'object' && message !== null ? Reflect.get(message, 'kind') : undefined;
}
