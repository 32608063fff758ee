/**
 * Connection: one open socket and the exchanges that travel on it.
 *
 *   open ──retire──► retired ──last exchange ended──► closed
 *     └──────────────── closed by either side ───────────▲
 *
 * Laws
 * - One reader: every frame is read here once and given to the exchange on its lane.
 * - A lane carries one response. An abandoned one keeps its lane until its terminal event; what it still says is dropped.
 * - An event that names no lane belongs to the only response there is; where there are several it is nobody's.
 * - A frame is written first; what follows from that is noted behind it, before anything can come back.
 * - A frame that cannot be read costs at most the exchange it was part of, which notices by its numbering.
 */

import type { WorkspaceEvent } from '../core/ask.ts';
import type { Behind } from '../core/behind.ts';
import type { Clock } from '../core/clock.ts';
import type { Log } from '../core/log.ts';
import { type Carried, tail } from './carried.ts';
import type { ConnectionOptions, ConnectionOwner } from './connection-owner.ts';
import { Exchange } from './exchange.ts';
import { createLanes } from './lanes.ts';
import type { Peer } from './peer.ts';
import { type EventBody, errorOf, isTooOld, readServerEvent, type ServerEvent } from './protocol/events.ts';
import { askHeader, askHeaderValue, cancelFrame, eventFrame } from './protocol/extension.ts';
import { type Frame, readServerFrame } from './protocol/frame.ts';
import { maxInFlight } from './protocol/limits.ts';
import type { Socket, SocketEnd } from './socket.ts';
import { createHeld, type Held, unnamedLane, type Worth } from './strategy/held.ts';
import type { Warming } from './strategy/warming.ts';

/** The last event of a response. */
interface Terminal {
  readonly event: ServerEvent;
  readonly body: Extract<EventBody, { kind: 'ended' | 'error' }>;
  readonly worth: Worth;
  /** In milliseconds of the clock. */
  readonly now: number;
}

export class Connection {
  readonly openedAt: number;
  readonly #clock: Clock;
  readonly #peer: Peer;
  readonly #owner: ConnectionOwner;
  readonly #strategy: ConnectionOptions['strategy'];
  readonly #log: Log;
  readonly #behind: Behind;
  readonly #lanes = createLanes();
  /** By lane. */
  readonly #running = new Map<string, Carried>();
  #socket: Socket | undefined;
  #retired = false;
  #usedUp = false;
  /** Frames that could not be read. */
  #broken = 0;
  #usedAt: number;
  /** What the peer has of what was sent here. */
  readonly held: Held;
  /** When the peer last sent an event that could be read. */
  heardAt: number | undefined;

  constructor(options: ConnectionOptions) {
    this.#peer = options.peer;
    this.#owner = options.owner;
    this.#strategy = options.strategy;
    this.#log = options.log;
    this.#behind = options.behind;
    this.#clock = options.clock;
    this.openedAt = this.#clock.now();
    this.#usedAt = this.openedAt;
    this.held = createHeld({
      hasOneLane: () => this.#peer.lanes === 'none',
      keep: this.#lanes.keep,
      release: this.#lanes.release,
      ready: this.#strategy.ready,
      stands: this.#strategy.stands,
      lost: this.#strategy.lost,
      doubts: () => this.#peer.continues !== 'counted',
      continued: this.#strategy.continued,
    });
  }

  opened(socket: Socket): void {
    this.#socket = socket;
    this.#peer.takesAsks = socket.headers[askHeader] === askHeaderValue;
    if (this.#peer.takesAsks) this.#peer.lanes = 'named';
  }

  get retired(): boolean {
    return this.#retired;
  }

  hasRoom(): boolean {
    if (!this.#socket || this.#retired) return false;
    return this.#peer.lanes !== 'named' ? this.#running.size === 0 : this.#lanes.taken() < maxInFlight;
  }

  /** Responses nobody waits for any more. */
  tails(): number {
    let tails = 0;
    for (const exchange of this.#running.values()) if (exchange.ended) tails++;
    return tails;
  }

  live(): number {
    return this.#running.size - this.tails();
  }

  /** Whoever is told something now will soon be asked. */
  used(): void {
    this.#usedAt = this.#clock.now();
  }

  /** Milliseconds since anybody used it; 0 while somebody waits for it. */
  unusedMs(): number {
    return this.live() > 0 ? 0 : this.#clock.now() - this.#usedAt;
  }

  start(exchange: Exchange): void {
    const lane = this.#peer.lanes === 'none' ? undefined : this.#lanes.take();
    const frame = this.#owner.frameFor(exchange, lane, this.held);
    if (!frame) {
      this.#release(lane ?? unnamedLane, this.#clock.now());
      return;
    }
    this.#carry(exchange, lane, frame.text);
    frame.sent();
    exchange.sent();
    this.used();
  }

  warm(warming: Warming): void {
    const lane = this.#peer.lanes === 'none' ? undefined : this.#lanes.take();
    this.#carry(warming, lane, this.#strategy.writeBase(warming.base, lane, this.held));
    warming.sent();
  }

  /** The exchange has ended without its peer; its lane stays taken until the peer ends it too. False where it is not here. */
  abandon(exchange: Exchange): boolean {
    const lanes = [...this.#running].filter(([, running]) => running === exchange);
    for (const [lane] of lanes)
      if (this.#peer.takesAsks || this.#socket?.cancels)
        this.#send(cancelFrame(lane === unnamedLane ? undefined : lane));
    this.#closeIfDone();
    return lanes.length > 0;
  }

  tell(event: WorkspaceEvent): void {
    this.#send(eventFrame(event));
  }

  /** Takes nothing new, and closes when nobody waits for it any more. */
  retire(): void {
    this.#retired = true;
    this.#closeIfDone();
  }

  /** It is asked again, on another lane or elsewhere: what still comes for it is dropped. */
  leave(exchange: Exchange): void {
    for (const [lane, running] of this.#running) if (running === exchange) this.#running.set(lane, tail);
    this.#closeIfDone();
  }

  close(): void {
    this.#retired = true;
    this.#socket?.close();
  }

  /** `now`, in milliseconds of the clock. */
  message(text: string, now: number): void {
    const read = readServerFrame(text);
    if (read.kind === 'broken') {
      this.broken(read.reason);
      return;
    }
    const event = readServerEvent(read.frame);
    if (event === 'ignored') return;
    if (event === 'wrong') {
      this.broken(read.frame.type);
      return;
    }
    this.heardAt = now;
    this.#dispatch(event, now);
  }

  /** A frame was lost. */
  broken(what: string): void {
    // Once is enough for the user: who sends one such frame may send thousands.
    this.#log(this.#broken++ === 0 ? 'warn' : 'debug', `model session: a frame could not be read (${what})`);
    this.held.doubt();
    for (const carried of this.#running.values()) carried.doubt();
  }

  socketClosed(end: SocketEnd): void {
    const wanted = this.#retired;
    this.#socket = undefined;
    this.#retired = true;
    const carried = [...this.#running.values()];
    this.#running.clear();
    const exchanges: Exchange[] = [];
    for (const each of carried) {
      if (each instanceof Exchange) exchanges.push(each);
      else each.gone();
    }
    this.#owner.closed(this, exchanges, { ...end, wanted, usedUp: this.#usedUp });
  }

  #carry(carried: Carried, lane: string | undefined, text: string): void {
    this.#running.set(lane ?? unnamedLane, carried);
    // A socket that is closed by now says so by `closed`, which gives the exchange back.
    this.#socket?.send(text);
  }

  #dispatch(event: ServerEvent, now: number): void {
    const { body } = event;
    const isError = body.kind === 'error';
    if (isError && isTooOld(body)) this.#expire();
    const lane = this.#laneOf(event);
    const carried = lane === undefined ? undefined : this.#running.get(lane);
    if (lane === undefined || !carried) {
      if (isError)
        this.#log('warn', `model session: ${body.error.code ?? 'error'} that belongs to no request`);
      return;
    }
    if (this.held.isRepeated(lane, body)) return;
    const worth = this.held.read(lane, body);
    if (isError || body.kind === 'ended') this.#terminal(lane, carried, { event, body, worth, now });
    else carried.receive(event, worth, now);
  }

  #terminal(lane: string, carried: Carried, { event, body, worth, now }: Terminal): void {
    const error = errorOf(body);
    if (error && !carried.ended && !carried.heard && this.#owner.remedied(this, carried, error)) {
      this.#again(lane, now);
      return;
    }
    if (worth === 'worthless' && body.kind === 'ended' && !carried.ended && !carried.heard) {
      this.#owner.worthless(carried, body.response);
      this.#again(lane, now);
      return;
    }
    // Its reader may ask again at once: the lane is free by then, and whoever waits for it comes behind.
    this.#release(lane, now);
    carried.receive(event, worth, now);
    this.#behind.later(() => {
      this.#owner.freed(this);
      this.#closeIfDone();
    });
  }

  #expire(): void {
    this.#usedUp = true;
    this.#owner.expired(this);
    for (const carried of this.#running.values()) if (carried instanceof Exchange) carried.usedUp();
  }

  /** What ran there is asked once more. */
  #again(lane: string, now: number): void {
    this.#release(lane, now);
    this.#owner.freed(this);
    this.#closeIfDone();
  }

  #laneOf(event: ServerEvent): string | undefined {
    if (event.lane !== undefined) {
      if (this.#running.has(event.lane)) this.#named('named');
      return event.lane;
    }
    if (this.#running.has(unnamedLane)) return unnamedLane;
    if (this.#running.size !== 1) return undefined;
    const [only] = this.#running;
    // Said of the connection: an answer that has begun on a lane goes on to its end.
    if (isTooOld(event.body) && this.#peer.lanes === 'named' && only?.[1].begun) return undefined;
    // Errors may leave the lane out where other events do not.
    if (event.body.kind !== 'error') this.#named('none');
    return only?.[0];
  }

  /** The first event of an unknown peer shows whether it knows lanes. */
  #named(lanes: 'named' | 'none'): void {
    if (this.#peer.lanes !== 'unknown') return;
    this.#peer.lanes = lanes;
    this.#owner.freed(this);
  }

  #release(lane: string, now: number): void {
    this.#usedAt = now;
    this.#running.delete(lane);
    if (lane !== unnamedLane) this.#lanes.free(lane);
  }

  #closeIfDone(): void {
    if (this.#retired && this.live() === 0) this.#socket?.close();
  }

  #send(frame: Frame): void {
    this.#socket?.send(JSON.stringify(frame));
  }
}
