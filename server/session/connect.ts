/**
 * Connect: one try for a connection, from asking for the address to a connection that is watched.
 *
 * Laws
 * - Every try settles, also where the one who gives the address does not.
 * - What watches a connection (heartbeat, age, use) ends with it.
 */

import type { Behind } from '../core/behind.ts';
import type { Clock } from '../core/clock.ts';
import type { Log } from '../core/log.ts';
import { Connection } from './connection.ts';
import type { ConnectionOptions, ConnectionOwner } from './connection-owner.ts';
import { type Endpoint, hostOf, isLoopback } from './endpoint.ts';
import { type Heartbeat, startHeartbeat } from './heartbeat.ts';
import { watchUse } from './idle.ts';
import type { Peer } from './peer.ts';
import { askHeader } from './protocol/extension.ts';
import { rotationAgeMs } from './rotation.ts';
import type { Dial, Dialled, Refusal, Socket, SocketEnd } from './socket.ts';
import type { Wake } from './wake.ts';

export interface ConnectOptions {
  readonly endpoint: (signal: AbortSignal) => Promise<Endpoint>;
  readonly dial: Dial;
  readonly clock: Clock;
  readonly behind: Behind;
  readonly log: Log;
  readonly peer: Peer;
  readonly owner: ConnectionOwner;
  readonly strategy: ConnectionOptions['strategy'];
  /** For the address, and then for the dialling. */
  readonly connectMs: number;
  /** Whether it stays open also where nobody uses it. */
  readonly warm: boolean;
  /** The address is known. */
  readonly located: (url: string) => void;
  /** The connection nears the age at which its peer ends it. */
  readonly aged: (connection: Connection) => void;
  readonly wake: Wake;
}

export type Connected =
  | { readonly kind: 'connected'; readonly connection: Connection }
  | { readonly kind: 'refused'; readonly refusal: Refusal };

export async function connect(options: ConnectOptions, signal: AbortSignal): Promise<Connected> {
  const { clock, behind, log, peer, owner, strategy, connectMs, dial } = options;
  const found = await locate(options, signal);
  if (isRefusal(found)) return { kind: 'refused', refusal: found };
  options.located(found.url);
  const connection = new Connection({ peer, owner, strategy, log, clock, behind });
  let heartbeat: Heartbeat | undefined;
  const watches: (() => void)[] = [];
  let isDead = false;
  const handlers = {
    message: (text: string) => {
      const now = clock.now();
      heartbeat?.alive(now);
      connection.message(text, now);
    },
    binary: () => {
      heartbeat?.alive(clock.now());
      connection.broken('binary');
    },
    alive: () => heartbeat?.alive(clock.now()),
    closed: (end: SocketEnd) => {
      for (const stop of watches) stop();
      connection.socketClosed({ ...end, isDead });
    },
  };
  let dialled = await dial(found, { handlers, connectMs }, signal);
  if (isUnauthorized(dialled)) {
    // The key may have been renewed since it was read.
    const renewed = await locate(options, signal);
    if (!isRefusal(renewed) && JSON.stringify(renewed.headers) !== JSON.stringify(found.headers)) {
      dialled = await dial(renewed, { handlers, connectMs }, signal);
    }
  }
  if (dialled.kind === 'refused') return dialled;
  const { socket } = dialled;
  if (signal.aborted) {
    socket.close();
    return { kind: 'refused', refusal: { kind: 'aborted' } };
  }
  // Nobody may have looked for long while there was no connection.
  options.wake.look();
  heartbeat = startHeartbeat(clock, {
    looked: () => options.wake.look(),
    ping: () => socket.ping(),
    hasLeft: () => socket.hasLeft?.() === true,
    dead: () => {
      const why = socket.hasLeft?.() ? 'was reached over another network' : 'does not answer pings';
      log('warn', `model session: ${hostOf(found.url)} ${why}, connecting anew`);
      isDead = true;
      socket.close();
    },
  });
  watches.push(
    heartbeat.stop,
    clock.after(rotationAgeMs(found.url, peer.maxAgeMs), () => options.aged(connection)),
  );
  if (!options.warm) {
    watches.push(watchUse(clock, { unusedMs: () => connection.unusedMs(), end: () => connection.retire() }));
  }
  connection.opened(isLoopback(found.url) ? socket : suspected(socket, heartbeat, clock));
  return { kind: 'connected', connection };
}

/** The way to a provider on another machine may end without a word, and each message there is a request. */
function suspected(socket: Socket, heartbeat: Heartbeat, clock: Clock): Socket {
  if (socket.cancels || socket.headers[askHeader] !== undefined) return socket;
  return {
    headers: socket.headers,
    send(text) {
      heartbeat.asked(clock.now());
      return socket.send(text);
    },
    ping: () => socket.ping(),
    close: () => socket.close(),
  };
}

/** Settles in time, also where the one who is asked does not. */
function locate(options: ConnectOptions, signal: AbortSignal): Promise<Endpoint | Refusal> {
  const { clock, connectMs, endpoint } = options;
  const tooLong = new AbortController();
  return new Promise((resolve) => {
    const settle = (found: Endpoint | Refusal): void => {
      cancel();
      signal.removeEventListener('abort', onAbort);
      resolve(found);
    };
    const onAbort = (): void => settle({ kind: 'aborted' });
    const cancel = clock.after(connectMs, () => {
      settle({ kind: 'timeout', afterMs: connectMs });
      tooLong.abort();
    });
    signal.addEventListener('abort', onAbort);
    endpoint(AbortSignal.any([signal, tooLong.signal])).then(settle, (error: unknown) => {
      settle({ kind: 'no-endpoint', message: error instanceof Error ? error.message : String(error) });
    });
  });
}

function isRefusal(found: Endpoint | Refusal): found is Refusal {
  return 'kind' in found;
}

function isUnauthorized(dialled: Dialled): boolean {
  return dialled.kind === 'refused' && dialled.refusal.kind === 'http' && dialled.refusal.status === 401;
}
