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
 * - After `dispose` no timer is left, and no worker but one that the system keeps (a name that is looked up, a disk that
 *   hangs) once all it had to do is done; every asking is rejected.
 */

import type { Clock } from '../core/clock.ts';
import { type Log, type LogLevel, logLevels } from '../core/log.ts';
import type { UpstreamModel } from './upstreams/upstream.ts';
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
  /**
   * Where it listens and the token, which leads to the embedded engine or to the model server named; starts it where
   * it does not run. Rejects on abort, disposal and a failed start.
   */
  endpoint(
    signal: AbortSignal,
    model?: UpstreamModel,
  ): Promise<{ readonly url: string; readonly headers: Readonly<Record<string, string>> }>;
  /** Nobody asks this model server any more. */
  release(model: UpstreamModel): void;
  dispose(): Promise<void>;
}

interface Address {
  readonly url: string;
}

interface Running {
  readonly worker: GatewayWorker;
  readonly address: Promise<Address>;
  readonly gone: Promise<void>;
  /** Whether it answers; nothing when it ended instead. The token is the engine's where no model is named. */
  token(model: UpstreamModel | undefined): Promise<string | undefined>;
}

/** A worker that lived this long was no failed start. */
const healthyMs = 10_000;
const firstWaitMs = 100;
const longestWaitMs = 10_000;
/** An engine answers in milliseconds; a thread silent for so long hangs. */
const answerMs = 5_000;
/** Time the engine gets to write its index at the end. */
const farewellMs = 2_000;
/** From its last word to its end, where nothing keeps it. */
const lingerMs = 200;

export function createEmbeddedGateway(options: EmbeddedGatewayOptions): EmbeddedGateway {
  const { clock, log, random } = options;
  const end = new AbortController();
  let running: Running | undefined;
  let deaths = 0;
  let notBefore = 0;

  const start = (): Running => {
    const worker = options.createWorker();
    const startedAt = clock.now();
    const asking = new Map<number, (token: string | undefined) => void>();
    let asked = 0;
    let gone = (): void => undefined;
    let cancelLinger = (): void => undefined;
    const went = new Promise<void>((resolve) => {
      gone = resolve;
    });
    const address = new Promise<Address>((resolve, reject) => {
      worker.on('message', (message) => {
        const read = readMessage(message);
        if (read?.kind === 'log') log(read.level, read.message);
        else if (read?.kind === 'ready') resolve({ url: read.url });
        else if (read?.kind === 'serving') asking.get(read.id)?.(read.token);
        else if (read?.kind === 'failed') reject(new Error(read.message));
        else if (read?.kind === 'closed') cancelLinger = clock.after(lingerMs, gone);
      });
      worker.on('error', (error) => {
        log('error', `gateway: ${error.message}`);
      });
      worker.on('exit', () => {
        if (running?.worker === worker) running = undefined;
        reject(new Error('the gateway ended while starting'));
        cancelLinger();
        gone();
        for (const answer of [...asking.values()]) answer(undefined);
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
    const token = (model: UpstreamModel | undefined): Promise<string | undefined> =>
      new Promise((resolve) => {
        // One that hangs is ended; its exit answers.
        const cancel = clock.after(answerMs, () => {
          log('warn', 'gateway: does not answer, it is ended');
          void worker.terminate();
        });
        const id = asked++;
        asking.set(id, (answer) => {
          asking.delete(id);
          cancel();
          resolve(answer);
        });
        worker.postMessage({ kind: 'serve', id, ...(model ? { model } : {}) });
      });
    return { worker, address, gone: went, token };
  };

  return {
    async endpoint(signal, model) {
      const either = AbortSignal.any([signal, end.signal]);
      for (;;) {
        await pause(notBefore - clock.now(), clock, either);
        running ??= start();
        const current = running;
        const { url } = await abortable(current.address, either);
        // A worker that ended meanwhile answers nothing any more.
        const token = running === current ? await abortable(current.token(model), either) : undefined;
        if (token !== undefined) return { url, headers: { Authorization: `Bearer ${token}` } };
      }
    },
    release: (model) => running?.worker.postMessage({ kind: 'release', model }),
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
  | { readonly kind: 'ready'; readonly url: string }
  | { readonly kind: 'failed'; readonly message: string }
  | { readonly kind: 'serving'; readonly id: number; readonly token: string }
  | { readonly kind: 'log'; readonly level: LogLevel; readonly message: string }
  | { readonly kind: 'closed' };

function readMessage(value: unknown): ReadMessage | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { kind, id, url, token, level, message } = value as Readonly<Record<string, unknown>>;
  if (kind === 'ready' && typeof url === 'string') return { kind, url };
  if (kind === 'serving' && typeof id === 'number' && typeof token === 'string') return { kind, id, token };
  if (kind === 'failed' && typeof message === 'string') return { kind, message };
  if (kind === 'closed') return { kind };
  if (kind === 'log' && typeof message === 'string' && isLevel(level)) return { kind, level, message };
  return undefined;
}

function isLevel(value: unknown): value is LogLevel {
  return typeof value === 'string' && value !== 'off' && (logLevels as readonly string[]).includes(value);
}
