/** What a connection asks of the pool it belongs to, and reports to it. */

import type { Behind } from '../core/behind.ts';
import type { Clock } from '../core/clock.ts';
import type { Log } from '../core/log.ts';
import type { Connection } from './connection.ts';
import type { Exchange } from './exchange.ts';
import type { Peer } from './peer.ts';
import type { WireError } from './protocol/error.ts';
import type { EndedResponse } from './protocol/events.ts';
import type { SocketEnd } from './socket.ts';
import type { Held } from './strategy/held.ts';
import type { StrategyParts } from './strategy/strategy.ts';

export interface ConnectionOptions {
  readonly peer: Peer;
  readonly owner: ConnectionOwner;
  readonly strategy: Pick<StrategyParts, 'writeBase' | 'ready' | 'stands' | 'lost' | 'continued'>;
  readonly log: Log;
  readonly clock: Clock;
  readonly behind: Behind;
}

export interface ConnectionOwner {
  /** The frame that asks, for this lane; nothing where the exchange ended instead. `sent`: it is written. */
  frameFor(
    exchange: Exchange,
    lane: string | undefined,
    held: Held,
  ): { readonly text: string; sent(): void } | undefined;
  /** An exchange ended by an error before anything was heard: true where the owner asks it again. */
  remedied(connection: Connection, exchange: Exchange, error: WireError): boolean;
  /** What was answered to it is worth nothing, and nobody has heard it: it is asked again. */
  worthless(exchange: Exchange, response: EndedResponse): void;
  /** The peer ends this connection for its age. */
  expired(connection: Connection): void;
  /** Something ended: there may be room. */
  freed(connection: Connection): void;
  closed(connection: Connection, running: readonly Exchange[], end: ConnectionEnd): void;
}

export interface ConnectionEnd extends SocketEnd {
  /** Whether this side meant it to end. */
  readonly wanted: boolean;
  /** Whether the peer had said that it is used up: what it had not answered by then, it does not answer. */
  readonly usedUp: boolean;
}
