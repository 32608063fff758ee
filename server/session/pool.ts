/**
 * Pool: the connections of a session, and the exchanges that wait for room on one.
 *
 *   idle ──wanted──► connecting ──open──► ready ──all closed──► idle
 *                        │ refused           ▲
 *                        ▼                   │ open
 *                     waiting ──time──► connecting
 *
 * Laws
 * - An exchange waits only while there is a connection, one being made, or a try about to be made soon.
 * - One connection is enough for a peer with lanes; for one without them there are a few, each with one response.
 * - A connection that must go (age, too many tails) is replaced by one that is already open.
 * - An exchange whose connection died before its first event is asked once more, as a new request.
 * - Disposal settles every exchange, ends every connection and clears every timer.
 */

import type { WorkspaceEvent } from '../core/ask.ts';
import type { Clock } from '../core/clock.ts';
import type { Log } from '../core/log.ts';
import type { ModelFailure } from '../core/model.ts';
import { isLasting, waitMs } from './backoff.ts';
import { Connection, type ConnectionEnd, type ConnectionOwner } from './connection.ts';
import { type Endpoint, hostOf, isLoopback } from './endpoint.ts';
import type { Exchange } from './exchange.ts';
import { disposed, lostFailure, refusalFailure } from './failure.ts';
import { startHeartbeat } from './heartbeat.ts';
import { suggestsHttp } from './http.ts';
import type { Mirror } from './mirror.ts';
import type { Peer } from './peer.ts';
import type { Dial, Refusal, SocketEnd } from './socket.ts';

export interface PoolOptions {
  readonly endpoint: (signal: AbortSignal) => Promise<Endpoint>;
  readonly dial: Dial;
  /** Another way to the same server, for one whose WebSocket fails. */
  readonly fallback: Dial | undefined;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Log;
  readonly peer: Peer;
  readonly mirror: Mirror;
  readonly connectMs: number;
  /** Connect at once and again whenever the connection is lost; else when something is told or asked. */
  readonly warm: boolean;
  readonly model: string;
  /** The frame that asks, or nothing where the exchange was ended instead. */
  readonly frameFor: (exchange: Exchange, lane: string | undefined) => string | undefined;
  readonly remedied: ConnectionOwner['remedied'];
}

/** Sockets for a peer that runs one response on each. */
const mostSingleConnections = 4;
/** While it is not yet known whether the peer has lanes, a second request does not wait for the first. */
const mostUnknownConnections = 2;
/** Tails on one connection from which on its successor is made ready; the peer runs 16 at most. */
const manyTails = 12;
/** Refusals in a row that an exchange waits through: a server being restarted, not one that is gone. */
const patientRefusals = 2;
/** Rotation before the peer's limit, which its own clock decides. */
const ageShare = 55 / 60;
const leastAgeMs = 5 * 60_000;
/** Connections that end without a word before the WebSocket is given up. */
const mostHollow = 3;

export class Pool implements ConnectionOwner {
  readonly #options: PoolOptions;
  readonly #connections = new Set<Connection>();
  readonly #waiting: Exchange[] = [];
  readonly #end = new AbortController();
  #dialling: Promise<void> | undefined;
  #refusals = 0;
  #lastFailure: ModelFailure | undefined;
  #retryAt: number | undefined;
  #cancelRetry: (() => void) | undefined;
  #wanted = false;
  #url = '';
  /** Connections in a row that ended without a word. */
  #hollow = 0;
  #fallen = false;

  constructor(options: PoolOptions) {
    this.#options = options;
    if (options.warm) this.#want();
  }

  submit(exchange: Exchange): void {
    if (this.#retryAt !== undefined && this.#lastFailure && this.#refusals >= patientRefusals) {
      exchange.fail({
        ...this.#lastFailure,
        retryAfterMs: Math.max(0, this.#retryAt - this.#options.clock.now()),
      });
      return;
    }
    this.#waiting.push(exchange);
    this.#pump();
  }

  /** The exchange ended by itself. */
  withdraw(exchange: Exchange): void {
    const at = this.#waiting.indexOf(exchange);
    if (at !== -1) this.#waiting.splice(at, 1);
    for (const connection of this.#connections) connection.abandon(exchange);
    this.#replaceCrowded();
  }

  tell(event: WorkspaceEvent): void {
    for (const connection of this.#connections) this.#tellTo(connection, event);
    if (this.#connections.size === 0) this.#want();
  }

  /** Asks again, before all that wait. */
  again(exchange: Exchange): void {
    exchange.again();
    this.#waiting.unshift(exchange);
  }

  state(): 'idle' | 'connecting' | 'ready' | 'waiting' | 'failed' {
    if (this.#active().length > 0) return 'ready';
    if (this.#dialling) return 'connecting';
    if (this.#retryAt === undefined) return 'idle';
    return this.#refusals >= patientRefusals ? 'failed' : 'waiting';
  }

  failure(): ModelFailure | undefined {
    return this.#lastFailure;
  }

  url(): string {
    return this.#url;
  }

  async dispose(): Promise<void> {
    this.#end.abort();
    this.#cancelRetry?.();
    for (const exchange of this.#waiting.splice(0)) exchange.fail(disposed);
    for (const connection of [...this.#connections]) connection.close();
    await this.#dialling;
  }

  // What connections report.

  frameFor(exchange: Exchange, lane: string | undefined): string | undefined {
    return this.#options.frameFor(exchange, lane);
  }

  remedied(...[connection, exchange, error]: Parameters<ConnectionOwner['remedied']>): boolean {
    return this.#options.remedied(connection, exchange, error);
  }

  expired(connection: Connection): void {
    const age = this.#options.clock.now() - connection.openedAt;
    // A limit learnt from a young connection would only make the session reconnect without end.
    if (age >= leastAgeMs) this.#options.peer.maxAgeMs = Math.min(this.#options.peer.maxAgeMs, age);
    connection.retire();
  }

  freed(): void {
    this.#pump();
  }

  closed(connection: Connection, running: readonly Exchange[], end: ConnectionEnd): void {
    this.#connections.delete(connection);
    if (this.#end.signal.aborted) {
      for (const exchange of running) exchange.fail(disposed);
      return;
    }
    const live = running.filter((exchange) => !exchange.ended);
    const { log, peer, warm } = this.#options;
    if (!end.wanted) {
      const lost = live.length > 0 || warm;
      log(lost ? 'info' : 'debug', `model session: ${hostOf(this.#url)} closed the connection (${end.code})`);
    }
    for (const exchange of live.toReversed()) {
      const mayAgain = exchange.attempts < 2 && (peer.takesAsks ? !exchange.heard : !exchange.begun);
      if (mayAgain) this.again(exchange);
      else exchange.fail(lostFailure(this.#context()));
    }
    // A server that takes connections and ends them without a word must not be hammered.
    const hollow = !end.wanted && !connection.useful;
    this.#hollow = hollow ? this.#hollow + 1 : 0;
    if (this.#hollow >= mostHollow) this.#fall();
    if (hollow && (live.length > 0 || warm)) {
      this.#refused({ kind: 'network', code: 'ECONNRESET', message: end.reason });
    } else if (warm && this.#active().length === 0) this.#want();
    this.#pump();
  }

  #active(): Connection[] {
    return [...this.#connections].filter((connection) => !connection.retired);
  }

  #context(): { readonly url: string; readonly model: string } {
    return { url: this.#url, model: this.#options.model };
  }

  #want(): void {
    this.#wanted = true;
    if (this.#retryAt === undefined && !this.#dialling) this.#dial();
  }

  #pump(): void {
    while (this.#waiting.length > 0) {
      const connection = this.#active().find((candidate) => candidate.hasRoom());
      if (!connection) break;
      const exchange = this.#waiting.shift();
      if (exchange && !exchange.ended) connection.start(exchange);
    }
    if (this.#waiting.length > 0) this.#makeRoom();
  }

  #makeRoom(): void {
    const active = this.#active();
    const { lanes } = this.#options.peer;
    const most = lanes === 'named' ? 1 : lanes === 'none' ? mostSingleConnections : mostUnknownConnections;
    if (active.length < most) {
      this.#want();
      return;
    }
    // Everything runs: the connection with the most tails makes way. Closing is the only real cancel there is.
    const crowded = active.toSorted((a, b) => b.tails() - a.tails())[0];
    if (!crowded || crowded.tails() === 0) return;
    crowded.retire();
    this.#want();
  }

  /** Before a connection is full of tails, another one is opened to take its place. */
  #replaceCrowded(): void {
    const crowded = this.#active().find((connection) => connection.tails() >= manyTails);
    if (crowded && !this.#dialling && this.#retryAt === undefined) this.#dial(crowded);
  }

  #tellTo(connection: Connection, event: WorkspaceEvent): void {
    if (!this.#options.peer.takesAsks) return;
    // Folders are paths of this machine: no other one can read them, nor has to know them.
    if (event.kind === 'folders' && !isLoopback(this.#url)) return;
    connection.tell(event);
  }

  #dial(replaced?: Connection): void {
    this.#dialling = this.#connect(replaced).then((refusal) => {
      this.#dialling = undefined;
      if (refusal) this.#refused(refusal);
      this.#pump();
    });
  }

  async #connect(replaced: Connection | undefined): Promise<Refusal | undefined> {
    const { clock, log, peer, connectMs, fallback } = this.#options;
    const dial = (this.#fallen && fallback) || this.#options.dial;
    const signal = this.#end.signal;
    const found = await this.#endpoint();
    if ('kind' in found) return found;
    this.#url = found.url;
    const connection = new Connection({ peer, owner: this, log, openedAt: clock.now() });
    let heartbeat: ReturnType<typeof startHeartbeat> | undefined;
    let cancelRotation: (() => void) | undefined;
    const handlers = {
      message: (text: string) => connection.message(text),
      binary: () => connection.broken('binary'),
      alive: () => heartbeat?.alive(),
      closed: (end: SocketEnd) => {
        heartbeat?.stop();
        cancelRotation?.();
        connection.socketClosed(end);
      },
    };
    let dialled = await dial(found, { handlers, connectMs }, signal);
    if (dialled.kind === 'refused' && dialled.refusal.kind === 'http' && dialled.refusal.status === 401) {
      // The key may have been renewed since it was read.
      const renewed = await this.#endpoint();
      if (!('kind' in renewed) && JSON.stringify(renewed.headers) !== JSON.stringify(found.headers)) {
        dialled = await dial(renewed, { handlers, connectMs }, signal);
      }
    }
    if (dialled.kind === 'refused' && fallback && !this.#fallen && suggestsHttp(dialled.refusal)) {
      this.#fall();
      return this.#connect(replaced);
    }
    if (dialled.kind === 'refused') return dialled.refusal;
    const { socket } = dialled;
    if (signal.aborted) {
      socket.close();
      return { kind: 'aborted' };
    }
    heartbeat = startHeartbeat(clock, {
      ping: () => socket.ping(),
      dead: () => {
        log('warn', `model session: ${hostOf(this.#url)} does not answer pings, connecting anew`);
        socket.close();
      },
    });
    cancelRotation = clock.after(peer.maxAgeMs * ageShare, () => this.#rotate(connection));
    connection.opened(socket);
    this.#connections.add(connection);
    this.#refusals = 0;
    this.#lastFailure = undefined;
    this.#wanted = false;
    replaced?.retire();
    for (const event of this.#options.mirror.replay()) this.#tellTo(connection, event);
    log('debug', `model session: connected to ${hostOf(this.#url)}`);
    return undefined;
  }

  /** Settles in time, also where the one who is asked does not. */
  #endpoint(): Promise<Endpoint | Refusal> {
    const { clock, connectMs, endpoint } = this.#options;
    const end = this.#end.signal;
    const tooLong = new AbortController();
    return new Promise((resolve) => {
      const settle = (found: Endpoint | Refusal): void => {
        cancel();
        end.removeEventListener('abort', onAbort);
        resolve(found);
      };
      const onAbort = (): void => settle({ kind: 'aborted' });
      const cancel = clock.after(connectMs, () => {
        settle({ kind: 'timeout', afterMs: connectMs });
        tooLong.abort();
      });
      end.addEventListener('abort', onAbort);
      endpoint(AbortSignal.any([end, tooLong.signal])).then(settle, (error: unknown) => {
        settle({ kind: 'no-endpoint', message: error instanceof Error ? error.message : String(error) });
      });
    });
  }

  /** For the rest of the session: a server does not grow a WebSocket meanwhile. */
  #fall(): void {
    if (this.#fallen || !this.#options.fallback) return;
    this.#fallen = true;
    this.#options.log('warn', `model session: ${hostOf(this.#url)} has no working WebSocket, using HTTP`);
  }

  /** In time for the peer's limit: with a successor where the session is in use, else it just ends. */
  #rotate(connection: Connection): void {
    if (connection.retired) return;
    if (this.#dialling) connection.retire();
    else this.#dial(connection);
  }

  #refused(refusal: Refusal): void {
    if (refusal.kind === 'aborted') return;
    this.#refusals = isLasting(refusal) ? Math.max(patientRefusals, this.#refusals + 1) : this.#refusals + 1;
    const failure = refusalFailure(refusal, this.#context());
    this.#lastFailure = failure;
    this.#options.log(
      this.#refusals <= patientRefusals ? 'warn' : 'debug',
      `model session: ${failure.message}`,
    );
    for (const exchange of [...this.#waiting]) {
      if (++exchange.refusals >= patientRefusals || isLasting(refusal)) exchange.fail(failure);
    }
    this.#retryLater(waitMs(refusal, this.#refusals, this.#options.random));
  }

  #retryLater(ms: number): void {
    this.#cancelRetry?.();
    this.#retryAt = this.#options.clock.now() + ms;
    this.#cancelRetry = this.#options.clock.after(ms, () => {
      this.#retryAt = undefined;
      this.#cancelRetry = undefined;
      if (this.#waiting.length > 0 || this.#wanted || this.#options.warm) this.#want();
    });
  }
}
