/**
 * Syntax: parsing, and what only a parser can tell, done in a worker thread that lives while it is used.
 *
 *   none ──first wish──► working ──idle for a while──► none
 *                           │ too long, or died
 *                           └────────────────────────► none, and its wishes come to nothing
 *
 * Laws
 * - Nothing is loaded before the first wish for a language that has a grammar; the main thread never parses.
 * - Every wish settles: with a result, or with nothing where the text is too long, the time is over, the parser is not
 *   installed, the signal was aborted or this was disposed. Nothing is never an error for who wished.
 * - At most one worker; one wish after the other, each with its own time limit.
 * - Where the parser is not installed that is found out once, and said in one line at `debug`.
 */

import type { Clock } from '../../core/clock.ts';
import type { Log } from '../../core/log.ts';
import type { SyntaxTree } from '../../core/syntax-tree.ts';
import { grammarOf } from './grammars.ts';
import { decodeAnswer, type Job, type Result, type Reviewed, type ReviewJob } from './jobs.ts';

/** Code units, some 6,500 lines: a fifth of a second to parse, one and a half to review where all of it is restyled. */
export const longestText = 300_000;
/** For one wish, the loading of its grammar included. */
const longestMs = 2_500;
/** A worker with grammars holds 15 to 40 MB: too much to keep for nothing. */
const idleMs = 60_000;

/** What of `node:worker_threads` `Worker` is used. */
export interface SyntaxWorker {
  on(event: 'message', listener: (message: unknown) => void): unknown;
  on(event: 'error', listener: (error: Error) => void): unknown;
  postMessage(message: Job): void;
  terminate(): Promise<unknown>;
}

export interface Syntax {
  knows(languageId: string): boolean;
  /** Makes ahead what a review of an edit of this text needs. */
  prepare(languageId: string, text: string): void;
  tree(languageId: string, text: string, signal: AbortSignal): Promise<SyntaxTree | undefined>;
  /** An edit looked at with the parser: what of it only restyles, and what it breaks. */
  review(wish: Omit<ReviewJob, 'kind'>, signal: AbortSignal): Promise<Reviewed | undefined>;
  dispose(): Promise<void>;
}

export interface SyntaxOptions {
  readonly createWorker: () => SyntaxWorker;
  readonly clock: Clock;
  readonly log: Log;
}

interface Wish {
  readonly job: Job;
  readonly settle: (result: Result | undefined) => void;
}

interface Running {
  readonly worker: SyntaxWorker;
  /** Takes back what ends it after a while. */
  takeBack: () => void;
}

export function createSyntax({ createWorker, clock, log }: SyntaxOptions): Syntax {
  let running: Running | undefined;
  let isInstalled = true;
  let isDisposed = false;
  let wishes: readonly Wish[] = [];
  const ending = new Set<Promise<unknown>>();

  function end(worker: SyntaxWorker): void {
    if (running?.worker !== worker) return;
    running.takeBack();
    running = undefined;
    const ended = worker.terminate();
    ending.add(ended);
    void ended.finally(() => ending.delete(ended));
  }

  /** The worker is of no more use: its wishes come to nothing. */
  function fail(worker: SyntaxWorker): void {
    if (running?.worker !== worker) return;
    end(worker);
    comeToNothing();
  }

  function comeToNothing(): void {
    const lost = wishes;
    wishes = [];
    for (const { settle } of lost) settle(undefined);
  }

  /** Nothing where the system has no thread for it: the next wish tries again. */
  function started(): Running | undefined {
    try {
      return start();
    } catch (error) {
      log(
        'debug',
        `The syntax worker did not start: ${error instanceof Error ? error.message : String(error)}`,
      );
      comeToNothing();
      return undefined;
    }
  }

  function start(): Running {
    const worker = createWorker();
    const started: Running = { worker, takeBack: () => {} };
    worker.on('message', (message) => {
      if (running?.worker === worker) answered(worker, message);
    });
    worker.on('error', (error) => {
      log('debug', `The syntax worker ended: ${error.message}`);
      fail(worker);
    });
    return started;
  }

  function answered(worker: SyntaxWorker, message: unknown): void {
    const [wish, ...others] = wishes;
    const result = decodeAnswer(message);
    if (result?.kind === 'missing') {
      isInstalled = false;
      log('debug', `Nothing is parsed, and restyling is not left out: ${result.message}`);
      fail(worker);
      return;
    }
    wishes = others;
    wish?.settle(result);
    run();
  }

  /** The first wish is with the worker. */
  function run(): void {
    const [wish] = wishes;
    running?.takeBack();
    if (!wish) {
      const idle = running;
      if (idle) idle.takeBack = clock.after(idleMs, () => end(idle.worker));
      return;
    }
    running ??= started();
    if (!running) return;
    const { worker } = running;
    running.takeBack = clock.after(longestMs, () => {
      log('debug', `The parser took longer than ${longestMs} ms and was stopped.`);
      fail(worker);
    });
    worker.postMessage(wish.job);
  }

  function ask(job: Job, signal: AbortSignal): Promise<Result | undefined> {
    if (isDisposed || !isInstalled || signal.aborted) return Promise.resolve(undefined);
    return new Promise((resolve) => {
      const abort = () => settle(undefined);
      const settle = (result: Result | undefined) => {
        signal.removeEventListener('abort', abort);
        resolve(result);
      };
      signal.addEventListener('abort', abort);
      wishes = [...wishes, { job, settle }];
      if (wishes.length === 1) run();
    });
  }

  const fits = (languageId: string, ...texts: readonly string[]) =>
    grammarOf(languageId) !== undefined && texts.every(({ length }) => length <= longestText);

  return {
    knows: (languageId) => isInstalled && grammarOf(languageId) !== undefined,
    prepare(languageId, text) {
      if (fits(languageId, text)) void ask({ kind: 'load', languageId, text }, new AbortController().signal);
    },
    async tree(languageId, text, signal) {
      if (!fits(languageId, text)) return undefined;
      const result = await ask({ kind: 'tree', languageId, text }, signal);
      return result?.kind === 'tree' ? result.tree : undefined;
    },
    async review(wish, signal) {
      if (!fits(wish.languageId, wish.before)) return undefined;
      const result = await ask({ ...wish, kind: 'review' }, signal);
      return result?.kind === 'review' ? result.reviewed : undefined;
    },
    async dispose() {
      isDisposed = true;
      if (running) fail(running.worker);
      await Promise.allSettled(ending);
    },
  };
}
