/**
 * Trust: what connections show of the WebSocket itself, and when HTTP is used instead.
 *
 *   hollow      it was taken and ended without a word: such a server must not be hammered
 *   mute        it is open, may answer pings, and says nothing to what it is asked: another one, or HTTP, may serve
 *   too large   it takes no message of this length; HTTP has no limit of this kind
 *
 * Law: one connection that served ends the count of those that did not.
 */

import type { Clock } from '../core/clock.ts';
import type { Connection } from './connection.ts';
import type { ConnectionEnd } from './connection-owner.ts';
import type { Dialler } from './dialler.ts';
import type { Exchange } from './exchange.ts';
import { isNothingThere, shortWebSocket } from './failure.ts';
import type { Peer } from './peer.ts';
import type { WireError } from './protocol/error.ts';

export interface Trust {
  /** Of a connection that has ended. */
  isHollow(connection: Connection, end: ConnectionEnd): boolean;
  /** How many in a row were hollow or mute. */
  hollow(): number;
  /** Of a connection on which this exchange was given up. */
  isMute(connection: Connection, exchange: Exchange): boolean;
  /** Of a connection that ended under a request. */
  isTooLarge(end: ConnectionEnd): boolean;
  /** Whether HTTP, used instead, is refused as the WebSocket may have been. */
  isNoBetter(error: WireError): boolean;
}

export interface TrustOptions {
  readonly clock: Clock;
  readonly peer: Peer;
  readonly dialler: Dialler;
  /** Those that have not ended. */
  readonly connections: Iterable<Connection>;
}

/** Connections in a row that serve nothing before the WebSocket is given up. */
const mostHollow = 3;
/** A server that is well says by then that it has the request, or anything else. */
const muteMs = 5_000;
/** What a server closes with that takes no message as large (RFC 6455, section 7.4.1). */
const tooBig = 1009;

export function createTrust({ clock, peer, dialler, connections }: TrustOptions): Trust {
  let hollow = 0;
  let hollowAt = Number.NEGATIVE_INFINITY;
  const counted = new WeakSet<Connection>();

  /** Once each, however many requests it leaves unanswered. */
  const count = (connection: Connection): void => {
    if (counted.has(connection)) return;
    counted.add(connection);
    // One that has served since then may be open still.
    for (const { heardAt } of connections) if (heardAt !== undefined && heardAt > hollowAt) hollow = 0;
    hollowAt = clock.now();
    hollow++;
  };

  return {
    isHollow(connection, end) {
      const { heardAt } = connection;
      if (heardAt !== undefined) hollow = 0;
      if (heardAt !== undefined || end.wanted) return false;
      count(connection);
      if (hollow >= mostHollow) dialler.fall('was closed without a word again and again');
      return true;
    },
    hollow: () => hollow,
    isMute(connection, exchange) {
      const { heardAt } = connection;
      const { sent } = exchange.timing();
      // A gateway may have a model to load, and over HTTP each request is on its own.
      if (peer.takesAsks || dialler.fallen() !== undefined || sent === undefined) return false;
      if (exchange.begun || clock.now() - sent < muteMs || (heardAt ?? 0) > sent) return false;
      if (heardAt === undefined) count(connection);
      if (heardAt === undefined && hollow >= mostHollow) dialler.fall('took requests and said nothing', true);
      return true;
    },
    isTooLarge({ code }) {
      if (code !== tooBig) return false;
      dialler.fall(shortWebSocket, true);
      return true;
    },
    isNoBetter(error) {
      if (dialler.fallen() === undefined) return false;
      const { status = 0 } = error;
      return isNothingThere(error) || (dialler.mayPass && (status === 403 || status >= 500));
    },
  };
}
