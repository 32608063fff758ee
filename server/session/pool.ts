/**
 * Pool: the connections of a session, and the exchanges that wait for room on one.
 *
 *   waiting ──room──► on a connection ──terminal event──► over
 *      ▲                     │
 *      └── died before its first event, or to be put differently
 *
 * Laws
 * - An exchange waits only while there is a connection, one being made, or a try about to be made soon.
 * - One connection is enough for a peer with lanes; for one without them there are a few, each with one response.
 * - A connection that must go (age, too many tails) is replaced by one that is already open; one that nobody uses
 *   ends, and what is told or asked next opens another, unless it is to be kept warm.
 * - An exchange whose connection died before its first event is asked once more, as a new request; one whose connection
 *   was said to be used up, also after it, as long as its reader has heard nothing.
 * - Disposal settles every exchange, ends every connection and clears every timer.
 */

import type { WorkspaceEvent } from '../core/ask.ts';
import type { ModelFailure } from '../core/model.ts';
import type { Base } from '../core/prompt/base.ts';
import { endsPatience } from './backoff.ts';
import type { Connection } from './connection.ts';
import type { ConnectionEnd, ConnectionOwner } from './connection-owner.ts';
import { Dialler, patientRefusals } from './dialler.ts';
import { hostOf, isLoopback } from './endpoint.ts';
import type { Exchange } from './exchange.ts';
import { closedFailure, disposed, tooLargeThereFailure } from './failure.ts';
import { mostConnections } from './peer.ts';
import type { PoolOptions } from './pool-options.ts';
import type { WireError } from './protocol/error.ts';
import { learntAgeMs } from './rotation.ts';
import type { Refusal } from './socket.ts';
import type { Warming } from './strategy/warming.ts';
import { createTrust, type Trust } from './trust.ts';
import { createWake, type Wake } from './wake.ts';

/** Tails on one connection from which on its successor is made ready; the peer runs 16 at most. */
const manyTails = 12;
/** Its connection may have ended under it, and the next be used up or keep what the answer is worth to itself. */
const mostAttempts = 3;

export class Pool implements ConnectionOwner {
  readonly #options: PoolOptions;
  readonly #dialler: Dialler;
  readonly #connections = new Set<Connection>();
  readonly #waiting: Exchange[] = [];
  readonly #trust: Trust;
  readonly #wake: Wake;
  readonly frameFor: ConnectionOwner['frameFor'];
  readonly remedied: ConnectionOwner['remedied'];
  readonly worthless: ConnectionOwner['worthless'];

  constructor(options: PoolOptions) {
    this.#options = options;
    this.frameFor = options.frameFor;
    this.remedied = options.remedied;
    this.worthless = options.worthless;
    this.#wake = createWake(options.epochMs, { url: () => this.url(), connections: this.#connections });
    this.#dialler = new Dialler({
      ...options,
      wake: this.#wake,
      owner: this,
      opened: (connection, replaced) => this.#opened(connection, replaced),
      refused: (refusal, failure) => this.#refused(refusal, failure),
      settled: () => {
        this.#pump();
        options.changed();
      },
      needed: () => this.#waiting.length > 0 || options.warm,
      aged: (connection) => this.#rotate(connection),
    });
    const { clock, peer } = options;
    this.#trust = createTrust({ clock, peer, dialler: this.#dialler, connections: this.#connections });
    if (options.warm) this.#dialler.want();
  }

  submit(exchange: Exchange): void {
    this.#wake.look();
    const refusal = this.#dialler.refusal(exchange.ask.task);
    if (refusal) {
      if (!this.#dialler.hurry(exchange.ask.task)) {
        exchange.fail(refusal);
        return;
      }
      // The try is made for it, and the next is far.
      exchange.refusals = patientRefusals - 1;
    }
    this.#waiting.push(exchange);
    this.#pump();
  }

  /** The exchange ended by itself. */
  withdraw(exchange: Exchange): void {
    const at = this.#waiting.indexOf(exchange);
    if (at !== -1) this.#waiting.splice(at, 1);
    for (const connection of this.#connections) {
      const isMute = connection.abandon(exchange) && this.#trust.isMute(connection, exchange);
      if (isMute) connection.retire();
    }
    // Its tail makes way for who waits.
    if (this.#waiting.length > 0) this.#pump();
    this.#replaceCrowded();
  }

  tell(event: WorkspaceEvent): void {
    this.#wake.look();
    for (const connection of this.#connections) this.#tellTo(connection, event);
    if (this.#connections.size === 0 && this.#options.mayAsk()) this.#dialler.want();
  }

  /** Asks again, before all that wait. */
  again(exchange: Exchange, said: 'something' | 'nothing' = 'something'): void {
    exchange.again(said);
    this.#waiting.unshift(exchange);
  }

  /** Asks again what its connection says no more about, or too late; false where that was in vain before. */
  elsewhere(exchange: Exchange): boolean {
    if (exchange.heard || exchange.attempts >= mostAttempts) return false;
    this.#options.lost(exchange);
    // First: what makes room may start it.
    for (const connection of [...this.#connections]) connection.leave(exchange);
    this.again(exchange);
    this.#pump();
    return true;
  }

  /** Whether a connection that is used has this base, or is being given it. */
  isHeld(base: Base): boolean {
    return this.#active().some((connection) => connection.held.has(base));
  }

  drop(base: Base): void {
    for (const connection of this.#connections) connection.held.drop(base);
  }

  /** Whether there is room for a base, that no ask waits for. */
  canWarm(): boolean {
    return this.#waiting.length === 0 && this.#roomy() !== undefined;
  }

  /** Sends a base where there is room for it. */
  warm(warming: Warming): boolean {
    const connection = this.#waiting.length > 0 ? undefined : this.#roomy();
    connection?.warm(warming);
    return connection !== undefined;
  }

  state(): 'idle' | 'connecting' | 'ready' | 'waiting' | 'failed' {
    return this.#active().length > 0 ? 'ready' : this.#dialler.state();
  }

  failure(): ModelFailure | undefined {
    return this.#dialler.failure();
  }

  url(): string {
    return this.#dialler.url();
  }

  /** What became of the WebSocket, while the peer is asked over HTTP. */
  fallen(): string | undefined {
    return this.#dialler.fallen();
  }

  /** Where HTTP is no better, what is asked next opens a WebSocket. */
  refused(error: WireError): void {
    if (!this.#trust.isNoBetter(error)) return;
    this.#dialler.rise();
    for (const connection of this.#active()) connection.retire();
  }

  async dispose(): Promise<void> {
    const dialled = this.#dialler.dispose();
    for (const exchange of this.#waiting.splice(0)) exchange.fail(disposed);
    for (const connection of [...this.#connections]) connection.close();
    await dialled;
  }

  // What connections report.

  expired(connection: Connection): void {
    const age = this.#options.clock.now() - connection.openedAt;
    this.#options.peer.maxAgeMs = learntAgeMs(age, this.#options.peer.maxAgeMs);
    connection.retire();
  }

  freed(): void {
    this.#pump();
  }

  closed(connection: Connection, running: readonly Exchange[], end: ConnectionEnd): void {
    this.#connections.delete(connection);
    for (const exchange of running) this.#options.lost(exchange);
    this.#options.changed();
    if (this.#dialler.ended) {
      for (const exchange of running) exchange.fail(disposed);
      return;
    }
    const live = running.filter((exchange) => !exchange.ended);
    const { log, peer, warm, model } = this.#options;
    if (!end.wanted) {
      log(
        live.length > 0 || warm ? 'info' : 'debug',
        `model session: ${hostOf(this.url())} closed the connection (${end.code})`,
      );
    }
    const isTooLarge = live.length > 0 && this.#trust.isTooLarge(end);
    if (isTooLarge && this.fallen() !== undefined) for (const each of this.#active()) each.retire();
    const about = { url: this.url(), model };
    const failure = isTooLarge ? tooLargeThereFailure(about) : closedFailure(end, live, about);
    let told: ModelFailure | undefined;
    for (const exchange of live.toReversed()) {
      const isOver = peer.takesAsks || end.usedUp ? exchange.heard : exchange.begun;
      if (exchange.attempts < 2 && !isOver) this.again(exchange, end.isDead ? 'nothing' : 'something');
      else exchange.lost(() => (told ??= this.#options.broke(failure)));
    }
    const isHollow = !isTooLarge && this.#trust.isHollow(connection, end);
    if (isHollow && (live.length > 0 || warm)) {
      const refusal = { kind: 'network', code: 'ECONNRESET', message: end.reason } as const;
      // The way over HTTP, where there is one, has not failed by then.
      this.#dialler.refused(refusal, this.fallen() === undefined ? this.#trust.hollow() - 2 : 0);
    } else if (warm && this.#active().length === 0) this.#dialler.want();
    this.#pump();
  }

  // What the dialler reports.

  #opened(connection: Connection, replaced: Connection | undefined): void {
    this.#connections.add(connection);
    replaced?.retire();
    this.#options.strategy.opened();
    for (const event of this.#options.mirror.replay()) this.#tellTo(connection, event);
  }

  #refused(refusal: Refusal, failure: ModelFailure): void {
    for (const exchange of [...this.#waiting]) {
      if (++exchange.refusals >= patientRefusals || endsPatience(refusal)) exchange.fail(failure);
    }
  }

  /** In time for the peer's limit: with a successor where one can be made, else it just ends. */
  #rotate(connection: Connection): void {
    if (!connection.retired && !this.#dialler.replace(connection)) connection.retire();
  }

  #active(): Connection[] {
    return [...this.#connections].filter((connection) => !connection.retired);
  }

  #pump(): void {
    while (this.#waiting.length > 0) {
      const connection = this.#roomy(this.#waiting[0]);
      if (!connection) break;
      const exchange = this.#waiting.shift();
      if (exchange && !exchange.ended) connection.start(exchange);
    }
    if (this.#waiting.length > 0) this.#makeRoom();
    else this.#options.strategy.roomy();
  }

  /** A connection with room; where there are several, one whose peer has read of this exchange's document. */
  #roomy(exchange?: Exchange): Connection | undefined {
    const uri = exchange?.ask.document.uri;
    let roomy: Connection | undefined;
    for (const connection of this.#connections) {
      if (!connection.hasRoom()) continue;
      if (uri !== undefined && connection.held.serves(uri)) return connection;
      roomy ??= connection;
    }
    return roomy;
  }

  #makeRoom(): void {
    const active = this.#active();
    if (active.length < mostConnections[this.#options.peer.lanes]) {
      this.#dialler.want();
      return;
    }
    // Everything runs: the connection with the most tails makes way. Closing is the only real cancel there is.
    const crowded = active.toSorted((a, b) => b.tails() - a.tails())[0];
    if (!crowded || crowded.tails() === 0) return;
    crowded.retire();
    this.#dialler.want();
  }

  /** Before a connection is full of tails, another one is opened to take its place. */
  #replaceCrowded(): void {
    const crowded = this.#active().find((connection) => connection.tails() >= manyTails);
    if (crowded) this.#dialler.replace(crowded);
  }

  #tellTo(connection: Connection, event: WorkspaceEvent): void {
    connection.used();
    if (!this.#options.peer.takesAsks) return;
    // Folders are paths of this machine: no other one can read them, nor has to know them.
    if (event.kind === 'folders' && !isLoopback(this.url())) return;
    connection.tell(event);
  }
}
