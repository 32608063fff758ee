/**
 * Way: whether the other end of a connection can still be reached, for protocols that cannot ask it on that connection.
 * One that says nothing may be slow, or gone; whether it takes another connection tells.
 *
 *   silence ──► this machine has left the network of the connection ──► lost
 *          └──► other connections are tried for ──one is taken, or refused──► silence is borne for a while
 *                           └──none, for as long as a bad network needs──► lost
 *
 * Laws
 * - Nothing is sent on those other connections, and each is closed as soon as it has told.
 * - What goes on within this machine is not watched: no network is there that could fail.
 * - One timer while it watches, and no work for what is said meanwhile.
 */

import { connect, type Socket } from 'node:net';
import type { Clock } from '../../core/clock.ts';
import { isLeft } from './own-address.ts';

/** A server that is well says something within twice as long. */
const silentMs = 1_500;
/**
 * A model that thinks is let think; then it is looked at again, twice as late each time: a server that does one thing at
 * a time keeps what was tried for in a queue, which is short.
 */
const firstBorneMs = 10_000;
/** A connection is made by then, also where every third packet is lost: it is tried for anew each second. */
const unreachedMs = 4_000;
const nextTryMs = 1_000;
/** A timer may be late, after a sleep; what has come meanwhile is read first. */
const lateMs = 50;
/** Looking up a name, connecting and TLS fit in. */
const unconnectedMs = 15_000;

/** What of a connection is looked at. */
export type Watched = Pick<
  Socket,
  'connecting' | 'bytesRead' | 'remoteAddress' | 'remotePort' | 'localAddress'
>;

export interface WayOptions {
  readonly clock: Clock;
  /** The connection; nothing as long as there is none. */
  readonly socket: () => Watched | null | undefined;
  /** It cannot be reached. Told once, and nothing is watched any more. */
  readonly lost: () => void;
  /** Node's own connections by default. */
  readonly reach?: Reach | undefined;
}

/**
 * Tries for a connection; `taken` where there is somebody. What is returned ends it; nothing where no network is in
 * between.
 */
export type Reach = (host: string, port: number, taken: () => void) => (() => void) | undefined;

/** Watches until what is returned is called. */
export function watchWay({ clock, socket, lost, reach = reachByTcp }: WayOptions): () => void {
  const from = clock.now();
  let readBefore = -1;
  let borneMs = firstBorneMs;
  let cancel = clock.after(silentMs, look);
  const tries = new Set<() => void>();

  function stop(): void {
    cancel();
    for (const end of tries) end();
    tries.clear();
  }

  function lose(): void {
    stop();
    lost();
  }

  function look(): void {
    const watched = socket();
    if (!watched || watched.connecting) {
      if (clock.now() - from >= unconnectedMs) lose();
      else cancel = clock.after(silentMs, look);
      return;
    }
    const { bytesRead, remoteAddress, remotePort, localAddress } = watched;
    if (remoteAddress === undefined || remotePort === undefined) return;
    const isSilent = bytesRead === readBefore;
    readBefore = bytesRead;
    if (!isSilent) {
      borneMs = firstBorneMs;
      cancel = clock.after(silentMs, look);
    } else if (!isOwn(remoteAddress) && isLeft(localAddress)) lose();
    else tryFor(remoteAddress, remotePort);
  }

  function tryFor(host: string, port: number): void {
    const begun = clock.now();
    const isReached = (): void => {
      stop();
      cancel = clock.after(borneMs, look);
      borneMs *= 2;
    };
    const next = (): void => {
      if (socket()?.bytesRead !== readBefore) isReached();
      else if (clock.now() - begun >= unreachedMs) cancel = clock.after(lateMs, lose);
      else {
        const end = reach(host, port, isReached);
        if (!end) return;
        tries.add(end);
        cancel = clock.after(nextTryMs, next);
      }
    };
    next();
  }

  return stop;
}

function isOwn(address: string): boolean {
  return /^(?:::ffff:)?127\.|^::1$/i.test(address);
}

function reachByTcp(host: string, port: number, taken: () => void): (() => void) | undefined {
  if (isOwn(host)) return undefined;
  const tried = connect({ host, port });
  tried.once('connect', () => {
    tried.destroy();
    taken();
  });
  tried.on('error', (error) => {
    // Somebody is there to say that nobody takes connections any more, which the old one is told as well.
    if ('code' in error && error.code === 'ECONNREFUSED') taken();
  });
  return () => tried.destroy();
}
