/**
 * Dialler: when a connection is tried for, by which way, and what the refusals so far mean.
 *
 *   idle ──want──► dialling ──open──► idle
 *                    │ refused  ▲
 *                    ▼          │ time, where a connection is still needed
 *                  waiting ─────┘
 *
 * Laws
 * - One try at a time, and none before its time: not while waiting, whoever wants one, save for who asks by hand after
 *   the network failed, and for who asks with a key some seconds after a try that reached nobody.
 * - A server that does not take a WebSocket is reached by the fallback, as long as the fallback finds something. What may
 *   have passed since is tried again when a connection is needed after a while.
 * - Waits pass also while the machine sleeps: what is wanted then is tried for at once.
 * - After `dispose` there is no timer and no try.
 */

import type { Ask } from '../core/ask.ts';
import type { Clock } from '../core/clock.ts';
import type { ModelFailure } from '../core/model.ts';
import { sleepless } from '../core/sleepless.ts';
import { endsPatience, keyWaitMs, waitMs } from './backoff.ts';
import { isByHand } from './by-hand.ts';
import { type ConnectOptions, connect } from './connect.ts';
import type { Connection } from './connection.ts';
import { hostOf } from './endpoint.ts';
import { flakyWebSocket, refusalFailure, refusedWebSocket } from './failure.ts';
import { suggestsHttp } from './http.ts';
import { retold } from './protocol/sentences.ts';
import type { Dial, Refusal } from './socket.ts';

export interface DiallerOptions extends Omit<ConnectOptions, 'located'> {
  /** Another way to the same server, for one whose WebSocket fails. */
  readonly fallback: Dial | undefined;
  readonly random: () => number;
  /** Milliseconds since 1970. */
  readonly epochMs: (() => number) | undefined;
  readonly model: string;
  /** A connection is open; the other one may go for it. */
  readonly opened: (connection: Connection, replaced: Connection | undefined) => void;
  readonly refused: (refusal: Refusal, failure: ModelFailure) => void;
  /** A try is over, either way. */
  readonly settled: () => void;
  /** Whether another try is worth it when its time has come. */
  readonly needed: () => boolean;
}

/** Tries in a row that reach the server and bring no WebSocket, before the fallback is tried instead. */
const mostFlaky = 3;

/** What a server was not well enough for is not tried again before. */
const leastFallenMs = 10 * 60_000;

/** Refusals in a row that an exchange waits through: a server being restarted, not one that is gone. */
export const patientRefusals = 2;

export class Dialler {
  readonly #options: DiallerOptions;
  readonly #time: Pick<Clock, 'now'>;
  readonly #end = new AbortController();
  #dialling: Promise<void> | undefined;
  #refusals = 0;
  #lastFailure: ModelFailure | undefined;
  #retryAt: number | undefined;
  #cancelRetry: (() => void) | undefined;
  #wanted = false;
  #url = '';
  /** What became of the WebSocket, while the fallback is used instead. */
  #fallen: string | undefined;
  /** When the WebSocket is tried again, where what is wrong with it may pass. */
  #risesAt: number | undefined;
  #warned = false;
  #flaky = 0;
  /** Nobody refused the last try: there was no way to the server. */
  #unreached = false;
  /** From when on a key is reason enough to try again. */
  #keyAt = Number.POSITIVE_INFINITY;

  constructor(options: DiallerOptions) {
    this.#options = options;
    this.#time = sleepless(options.clock, options.epochMs);
  }

  state(): 'idle' | 'connecting' | 'waiting' | 'failed' {
    const isDown = this.#lastFailure !== undefined && this.#refusals >= patientRefusals;
    // One more try is no news to who is looking at why the last ones failed.
    if (this.#dialling) return isDown ? 'failed' : 'connecting';
    if (this.#retryAt === undefined) return 'idle';
    return isDown ? 'failed' : 'waiting';
  }

  /** Why the last try failed, until one succeeds. */
  failure(): ModelFailure | undefined {
    const failure = this.#lastFailure;
    if (this.#retryAt === undefined || failure?.retryAfterMs === undefined) return failure;
    return retold(failure, Math.max(0, this.#retryAt - this.#time.now()));
  }

  /** What to tell who asks for this while no connection can be hoped for soon. */
  refusal(task: Ask['task']): ModelFailure | undefined {
    if (this.#retryAt === undefined || !this.#lastFailure || this.#refusals < patientRefusals)
      return undefined;
    const retryAfterMs = this.#retryAt - this.#time.now();
    if (retryAfterMs <= 0) return undefined;
    return isByHand(task) ? retold(this.#lastFailure, retryAfterMs) : { ...this.#lastFailure, retryAfterMs };
  }

  /** The newest address; empty until one is known. */
  url(): string {
    return this.#url;
  }

  get ended(): boolean {
    return this.#end.signal.aborted;
  }

  /** A connection is wanted, now or as soon as another try is due. */
  want(): void {
    this.#wanted = true;
    if (this.#retryAt !== undefined && this.#retryAt <= this.#time.now()) this.#stopWaiting();
    if (this.#retryAt === undefined && !this.#dialling) this.#dial(undefined);
  }

  /** Waits no longer where it was the network that failed, which may be back; whether that was so. */
  hurry(task: Ask['task']): boolean {
    if (this.#retryAt === undefined || !this.#unreached) return false;
    if (!isByHand(task) && this.#time.now() < this.#keyAt) return false;
    this.#stopWaiting();
    return true;
  }

  /** Tries for a successor; false where another try is under way or none is due. */
  replace(connection: Connection): boolean {
    if (this.#dialling || this.#retryAt !== undefined) return false;
    this.#dial(connection);
    return true;
  }

  /** From now on by the fallback: a server that answers there does not grow a WebSocket meanwhile, unless it `mayPass`. */
  fall(reason: string, mayPass = false): void {
    if (this.#fallen !== undefined || !this.#options.fallback) return;
    this.#fallen = reason;
    this.#risesAt = mayPass ? this.#options.clock.now() + leastFallenMs : undefined;
    const level = this.#warned ? 'debug' : 'warn';
    this.#warned = true;
    this.#options.log(level, `model session: ${hostOf(this.#url)} has no working WebSocket, using HTTP`);
  }

  /** The fallback found nothing: the next try is for a WebSocket again. */
  rise(): void {
    this.#fallen = undefined;
    this.#risesAt = undefined;
    this.#flaky = 0;
  }

  fallen(): string | undefined {
    return this.#fallen;
  }

  /** Whether what is wrong with the WebSocket may be wrong with the server. */
  get mayPass(): boolean {
    return this.#risesAt !== undefined;
  }

  /** `before`: how often in a row what was opened turned out to be no connection, which opening one does not end. */
  refused(refusal: Refusal, before = 0): void {
    if (refusal.kind === 'aborted' || this.ended) return;
    this.#refusals = Math.max(this.#refusals, before);
    this.#unreached = refusal.kind === 'network' || refusal.kind === 'timeout';
    this.#keyAt = this.#time.now() + (keyWaitMs(refusal) ?? Number.POSITIVE_INFINITY);
    this.#flaky = isFlaky(refusal) ? this.#flaky + 1 : 0;
    if (this.#flaky >= mostFlaky) this.fall(flakyWebSocket, refusal.kind === 'http');
    this.#refusals = endsPatience(refusal)
      ? Math.max(patientRefusals, this.#refusals + 1)
      : this.#refusals + 1;
    const failure = refusalFailure(refusal, { url: this.#url, model: this.#options.model });
    this.#lastFailure = failure;
    this.#options.log(
      this.#refusals <= patientRefusals ? 'warn' : 'debug',
      `model session: ${failure.message}`,
    );
    this.#options.refused(refusal, failure);
    this.#retryLater(waitMs(refusal, this.#refusals, this.#options.random));
  }

  /** Takes effect at once; settles when the try under way has ended. */
  async dispose(): Promise<void> {
    this.#end.abort();
    this.#cancelRetry?.();
    await this.#dialling;
  }

  #dial(replaced: Connection | undefined): void {
    this.#dialling = this.#connect(replaced).then((refusal) => {
      this.#dialling = undefined;
      if (refusal) this.refused(refusal);
      this.#options.settled();
    });
  }

  async #connect(replaced: Connection | undefined): Promise<Refusal | undefined> {
    const { fallback } = this.#options;
    if (this.#risesAt !== undefined && this.#options.clock.now() >= this.#risesAt) {
      this.rise();
      this.#refusals = 0;
      // Once more is enough to tell.
      this.#flaky = mostFlaky - 1;
    }
    const dial = (this.#fallen !== undefined && fallback) || this.#options.dial;
    const located = (url: string): void => {
      this.#url = url;
    };
    const connected = await connect({ ...this.#options, dial, located }, this.#end.signal);
    if (connected.kind === 'refused') {
      const { refusal } = connected;
      if (this.#fallen !== undefined || !fallback || !suggestsHttp(refusal)) return refusal;
      this.fall(refusedWebSocket(refusal), refusal.kind === 'http' && refusal.status === 403);
      return this.#connect(replaced);
    }
    // The way over HTTP begins with a request: that there is one shows nothing of the server.
    if (this.#fallen === undefined) this.#refusals = 0;
    this.#flaky = 0;
    this.#lastFailure = undefined;
    this.#wanted = false;
    this.#options.opened(connected.connection, replaced);
    this.#options.log('debug', `model session: connected to ${hostOf(this.#url)}`);
    return undefined;
  }

  #stopWaiting(): void {
    this.#cancelRetry?.();
    this.#cancelRetry = undefined;
    this.#retryAt = undefined;
  }

  #retryLater(ms: number): void {
    this.#cancelRetry?.();
    this.#retryAt = this.#time.now() + ms;
    this.#cancelRetry = this.#options.clock.after(ms, () => {
      this.#retryAt = undefined;
      this.#cancelRetry = undefined;
      if (this.#wanted || this.#options.needed()) this.want();
    });
  }
}

/** Whether something on the way may be in the way of a WebSocket alone. */
function isFlaky(refusal: Refusal): boolean {
  if (refusal.kind === 'timeout' || (refusal.kind === 'http' && refusal.status >= 500)) return true;
  return refusal.kind === 'network' && ['ECONNRESET', 'EPIPE', 'ETIMEDOUT'].includes(refusal.code);
}
