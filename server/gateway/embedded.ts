/**
 * The embedded gateway, seen from the main thread: a worker that is started when it is first asked for, started
 * again when it dies, and ended by `dispose`.
 *
 *   none ──endpoint asked──► starting ──ready──► running
 *    ▲                          │ died              │ died
 *    └───────── back-off ◄──────┴───────────────────┘
 *
 * Laws
 * - An address is given only for a worker that answers: one that died is often noticed by its socket first.
 * - At most one worker lives. Whoever asks for the endpoint while it starts waits for the same one.
 * - A death costs one log line; the next asking starts another, after a wait that grows while deaths follow starts.
 * - After `dispose` no worker and no timer is left, and every asking is rejected.
 */

import type { Clock } from '../core/clock.ts';
import { type Log, type LogLevel, logLevels } from '../core/log.ts';
import type { MainMessage } from './worker.ts';

/** What of `node:worker_threads` `Worker` is used. */
export interface GatewayWorker {
  on(event: 'message', listener: (message: unknown) => void): unknown;
  on(event: 'error', listener: (error: Error) => void): unknown;
  on(event: 'exit', listener: (code: number) => void): unknown;
  postMessage(message: MainMessage): void;
  terminate(): Promise<unknown>;
}

export interface EmbeddedGatewayOptions {
  readonly createWorker: () => GatewayWorker;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Log;
}

export interface EmbeddedGateway {
  /** Where it listens and the token; starts it where it does not run. Rejects on abort, disposal and a failed start. */
  endpoint(
    signal: AbortSignal,
  ): Promise<{ readonly url: string; readonly headers: Readonly<Record<string, string>> }>;
  dispose(): Promise<void>;
}

interface Address {
  readonly url: string;
  readonly token: string;
}

interface Running {
  readonly worker: GatewayWorker;
  readonly address: Promise<Address>;
  readonly gone: Promise<void>;
  /** Whether it answers; false when it ended instead. */
  answers(): Promise<boolean>;
}

/** A worker that lived this long was no failed start. */
const healthyMs = 10_000;
const firstWaitMs = 100;
const longestWaitMs = 10_000;
/** An engine answers in milliseconds; a thread silent for so long hangs. */
const answerMs = 5_000;
/** Time the engine gets to write its index at the end. */
const farewellMs = 2_000;

export function createEmbeddedGateway(options: EmbeddedGatewayOptions): EmbeddedGateway {
  const { clock, log, random } = options;
  const end = new AbortController();
  let running: Running | undefined;
  let deaths = 0;
  let notBefore = 0;

  const start = (): Running => {
    const worker = options.createWorker();
    const startedAt = clock.now();
    const asking: ((answers: boolean) => void)[] = [];
    let gone = (): void => undefined;
    const went = new Promise<void>((resolve) => {
      gone = resolve;
    });
    const address = new Promise<Address>((resolve, reject) => {
      worker.on('message', (message) => {
        const read = readMessage(message);
        if (read?.kind === 'log') log(read.level, read.message);
        else if (read?.kind === 'ready') resolve({ url: read.url, token: read.token });
        else if (read?.kind === 'pong') for (const answer of asking.splice(0)) answer(true);
        else if (read?.kind === 'failed') reject(new Error(read.message));
      });
      worker.on('error', (error) => {
        log('error', `gateway: ${error.message}`);
      });
      worker.on('exit', () => {
        if (running?.worker === worker) running = undefined;
        reject(new Error('the gateway ended while starting'));
        gone();
        for (const answer of asking.splice(0)) answer(false);
        if (end.signal.aborted) return;
        deaths = clock.now() - startedAt >= healthyMs ? 1 : deaths + 1;
        const wait =
          deaths === 1 ? 0 : Math.min(longestWaitMs, firstWaitMs * 2 ** (deaths - 2)) * (0.75 + random() / 4);
        notBefore = clock.now() + wait;
        log('warn', 'gateway: ended unexpectedly, it is started again when it is needed');
      });
    });
    // The rejection belongs to those who ask; nobody asking is no error.
    address.catch(() => undefined);
    const answers = (): Promise<boolean> =>
      new Promise((resolve) => {
        // One that hangs is ended; its exit answers.
        const cancel = clock.after(answerMs, () => {
          log('warn', 'gateway: does not answer, it is ended');
          void worker.terminate();
        });
        asking.push((answer) => {
          cancel();
          resolve(answer);
        });
        worker.postMessage({ kind: 'ping' });
      });
    return { worker, address, gone: went, answers };
  };

  return {
    async endpoint(signal) {
      const either = AbortSignal.any([signal, end.signal]);
      for (;;) {
        await pause(notBefore - clock.now(), clock, either);
        running ??= start();
        const current = running;
        const { url, token } = await abortable(current.address, either);
        // A worker that ended meanwhile answers nothing any more.
        const answers = running === current && (await abortable(current.answers(), either));
        if (answers) return { url, headers: { Authorization: `Bearer ${token}` } };
      }
    },
    async dispose() {
      end.abort();
      const last = running;
      if (!last) return;
      last.worker.postMessage({ kind: 'close' });
      const cancel = clock.after(farewellMs, () => void last.worker.terminate());
      await last.gone;
      cancel();
    },
  };
}

function pause(ms: number, clock: Clock, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  if (ms <= 0) return Promise.resolve();
  let cancel = (): void => undefined;
  const waited = new Promise<void>((resolve) => {
    cancel = clock.after(ms, resolve);
  });
  return abortable(waited, signal).finally(() => cancel());
}

function abortable<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) {
      reject(signal.reason);
      return;
    }
    const onAbort = (): void => reject(signal.reason);
    signal.addEventListener('abort', onAbort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}

type ReadMessage =
  | { readonly kind: 'ready'; readonly url: string; readonly token: string }
  | { readonly kind: 'failed'; readonly message: string }
  | { readonly kind: 'pong' }
  | { readonly kind: 'log'; readonly level: LogLevel; readonly message: string };

function readMessage(value: unknown): ReadMessage | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { kind, url, token, level, message } = value as Readonly<Record<string, unknown>>;
  if (kind === 'ready' && typeof url === 'string' && typeof token === 'string') return { kind, url, token };
  if (kind === 'pong') return { kind };
  if (kind === 'failed' && typeof message === 'string') return { kind, message };
  if (kind === 'log' && typeof message === 'string' && isLevel(level)) return { kind, level, message };
  return undefined;
}

function isLevel(value: unknown): value is LogLevel {
  return typeof value === 'string' && value !== 'off' && (logLevels as readonly string[]).includes(value);
}
