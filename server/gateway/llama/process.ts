/**
 * llama-server as a child that is watched: started, waited for, started again when it dies, ended with us.
 *
 *   starting ──healthy──► ready ──died──► waiting ──► starting …
 *      │ died                                ▲
 *      └──────── back-off, longer each time ─┘      after some starts in a row that came to nothing: given up
 *
 * Laws
 * - It keeps its port over restarts: who has its address need not learn another.
 * - At most one child lives. After `dispose` none does, and no timer.
 * - It does not outlive us: its guard, a shell of a few hundred kilobytes, reads from a pipe of ours, and ends it when
 *   the pipe ends, however we ended. (On Windows there is no such guard: there it ends when we can still end it.)
 */

import { type ChildProcess, spawn } from 'node:child_process';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import type { Clock } from '../../core/clock.ts';
import type { Log } from '../../core/log.ts';

export interface LlamaProcessOptions {
  readonly program: string;
  readonly args: readonly string[];
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Whether it answers by now; never rejects. */
  readonly isHealthy: (signal: AbortSignal) => Promise<boolean>;
  readonly clock: Clock;
  readonly log: Log;
  readonly platform: NodeJS.Platform;
}

export interface LlamaProcess {
  /** Waits until it answers; a sentence where it was given up, or the signal fired. */
  ready(signal: AbortSignal): Promise<'ready' | { readonly message: string }>;
  dispose(): Promise<void>;
}

const firstWaitMs = 500;
const longestWaitMs = 30_000;
/** One that lived this long was no failed start. */
const healthyMs = 60_000;
/** After so many starts in a row that came to nothing it is given up; a file that never loaded will not load later. */
const mostFailures = 4;
const mostFirstFailures = 2;
/** Loading takes from a tenth of a second to minutes, and nothing says when it is done. */
const firstLookMs = 50;
const longestLookMs = 1_000;
/** Between asking it to end and making it. */
const farewellSeconds = 3;
/** Lines of its own words that are kept to say what was wrong. */
const mostWords = 40;

export function startLlama(options: LlamaProcessOptions): LlamaProcess {
  const { clock, log } = options;
  const end = new AbortController();
  const waiting = new Set<() => void>();
  let state: 'starting' | 'ready' | 'waiting' | { readonly message: string } = 'starting';
  let child: ChildProcess | undefined;
  let gone: Promise<void> = Promise.resolve();
  let failures = 0;
  let everReady = false;
  let cancelWait = (): void => undefined;

  const become = (next: typeof state): void => {
    state = next;
    for (const wake of [...waiting]) wake();
  };

  const start = (): void => {
    become('starting');
    const startedAt = clock.now();
    const words: string[] = [];
    const current = spawnGuarded(options);
    const alive = new AbortController();
    child = current;
    current.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
      words.push(...chunk.split('\n').filter((line) => line.trim() !== ''));
      words.splice(0, words.length - mostWords);
      log('trace', `llama-server: ${chunk.trimEnd()}`);
    });
    gone = new Promise((resolve) => {
      const ended = (): void => {
        if (child !== current) return;
        child = undefined;
        alive.abort();
        current.stdin?.destroy();
        resolve();
        if (!end.signal.aborted) died(clock.now() - startedAt, words);
      };
      current.once('exit', ended);
      current.once('error', (error) => {
        words.push(error.message);
        // One that never started has no exit.
        if (current.pid === undefined) ended();
      });
    });
    void healthy(alive.signal).then((answers) => {
      if (!answers || child !== current) return;
      log('info', `gateway: llama-server is ready after ${Math.round(clock.now() - startedAt)} ms`);
      everReady = true;
      everReady = true;
      become('ready');
    });
  };

  const died = (livedMs: number, words: readonly string[]): void => {
    failures = livedMs >= healthyMs && state === 'ready' ? 1 : failures + 1;
    const reason = reasonIn(words);
    if (failures >= (everReady ? mostFailures : mostFirstFailures)) {
      const what = everReady ? `ended ${failures} times in a row` : 'cannot run this model';
      become({ message: `llama-server ${what}${reason}; start it by hand to see why.` });
      return;
    }
    const wait = Math.min(longestWaitMs, firstWaitMs * 2 ** (failures - 1));
    log('warn', `gateway: llama-server ended${reason}, it is started again in ${wait} ms`);
    become('waiting');
    cancelWait = clock.after(wait, start);
  };

  const healthy = async (signal: AbortSignal): Promise<boolean> => {
    for (let wait = firstLookMs; !signal.aborted; wait = Math.min(longestLookMs, wait * 1.5)) {
      if (await options.isHealthy(signal)) return !signal.aborted;
      await pause(wait, clock, signal);
    }
    return false;
  };

  start();

  return {
    async ready(signal) {
      const either = AbortSignal.any([signal, end.signal]);
      while (state !== 'ready') {
        if (typeof state === 'object') return state;
        if (either.aborted) return stopped;
        await new Promise<void>((resolve) => {
          const wake = (): void => {
            waiting.delete(wake);
            either.removeEventListener('abort', wake);
            resolve();
          };
          waiting.add(wake);
          either.addEventListener('abort', wake, { once: true });
        });
      }
      return 'ready';
    },
    async dispose() {
      end.abort();
      become(stopped);
      cancelWait();
      const last = child;
      if (!last) return;
      if (options.platform === 'win32') last.kill();
      else last.stdin?.end();
      const cancel = clock.after((farewellSeconds + 1) * 1_000, () => killAll(last));
      await gone;
      cancel();
    },
  };
}

const stopped = { message: 'llama-server is being stopped.' } as const;

/** The guard with all it started. */
function killAll({ pid }: ChildProcess): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // Gone meanwhile.
  }
}

/** A port of loopback that nobody has at the moment. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen({ port: 0, host: '127.0.0.1' }, () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}

/**
 * The guard: the program runs in the background without our pipe, another process reads from the pipe and, at its
 * end, asks the program to end and then makes it; when the program ends by itself, so do both.
 */
const guard = `
exec 3<&0
"$@" </dev/null 3<&- &
child=$!
{
  read -r _ <&3
  kill "$child"
  for _ in ${'0 '.repeat(farewellSeconds * 10).trim()}; do kill -0 "$child" || exit; sleep 0.1; done
  kill -9 "$child"
} >/dev/null 2>&1 &
watch=$!
exec 3<&-
wait "$child"
code=$?
kill "$watch" 2>/dev/null
exit "$code"
`;

function spawnGuarded({ program, args, environment, platform }: LlamaProcessOptions): ChildProcess {
  const stdio = ['pipe', 'ignore', 'pipe'] as ['pipe', 'ignore', 'pipe'];
  const common = { stdio, env: environment as NodeJS.ProcessEnv };
  return platform === 'win32'
    ? spawn(program, args, { ...common, windowsHide: true })
    : // A group of its own: Ctrl+C in a terminal is for us, who then end it in order.
      spawn('/bin/sh', ['-c', guard, 'llama-server', program, ...args], { ...common, detached: true });
}

/** Its first complaint, in one short line. */
function reasonIn(words: readonly string[]): string {
  const line = words.find((each) => /\berror\b|failed|unable|invalid|exception/i.test(each));
  if (line === undefined) return '';
  const bare = line.replace(/^[\d.]+\s+[A-Z]\s+/, '').trim();
  return ` ("${bare.length > 160 ? `${bare.slice(0, 159)}…` : bare}")`;
}

function pause(ms: number, clock: Clock, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) {
      resolve();
      return;
    }
    const done = (): void => {
      cancel();
      signal.removeEventListener('abort', done);
      resolve();
    };
    const cancel = clock.after(ms, done);
    signal.addEventListener('abort', done, { once: true });
  });
}
