/** What a pool of connections is given: the way to the server, and whom it reports to. */

import type { Behind } from '../core/behind.ts';
import type { Clock } from '../core/clock.ts';
import type { Log } from '../core/log.ts';
import type { ModelFailure } from '../core/model.ts';
import type { ConnectOptions } from './connect.ts';
import type { ConnectionOwner } from './connection-owner.ts';
import type { Endpoint } from './endpoint.ts';
import type { Exchange } from './exchange.ts';
import type { Mirror } from './mirror.ts';
import type { Peer } from './peer.ts';
import type { Dial } from './socket.ts';
import type { StrategyParts } from './strategy/strategy.ts';

export interface PoolOptions {
  readonly endpoint: (signal: AbortSignal) => Promise<Endpoint>;
  readonly dial: Dial;
  /** Another way to the same server, for one whose WebSocket fails. */
  readonly fallback: Dial | undefined;
  readonly clock: Clock;
  readonly behind: Behind;
  readonly random: () => number;
  /** Milliseconds since 1970. */
  readonly epochMs: (() => number) | undefined;
  readonly log: Log;
  readonly peer: Peer;
  readonly mirror: Mirror;
  readonly connectMs: number;
  /** Connect at once, again whenever the connection is lost, and keep it; else when something is told or asked. */
  readonly warm: boolean;
  /** Whether anything asked now might be sent: a connection is not opened ahead of what is not. */
  readonly mayAsk: () => boolean;
  readonly model: string;
  /** The frame that asks, or nothing where the exchange was ended instead. */
  readonly frameFor: ConnectionOwner['frameFor'];
  readonly remedied: ConnectionOwner['remedied'];
  readonly worthless: ConnectionOwner['worthless'];
  readonly strategy: ConnectOptions['strategy'] & Pick<StrategyParts, 'opened' | 'roomy'>;
  /** Its connection ended under it: what it cost nobody will tell. */
  readonly lost: (exchange: Exchange) => void;
  /** A connection that failed under answers, once for all of them; what they are told. */
  readonly broke: (failure: ModelFailure) => ModelFailure;
  /** What `state` or `failure` say may have changed. */
  readonly changed: () => void;
}
