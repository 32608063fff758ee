/**
 * The network, as a TCP proxy in a process of its own: bytes are held for half a round trip each way and keep their
 * order, and a connection is set up one round trip before anything can be sent on it. Each end sends at once or as TCP
 * does (`sender.ts`); the proxy stands at both ends.
 *
 * What is held is written down as it really was: a timer that came late is no overhead of anybody. What a window holds
 * back is: it is the overhead of whoever sends more than fits.
 */

import type { AddressInfo } from 'node:net';
import { connect, createServer, type Socket } from 'node:net';
import { createSender, type Sending } from './sender.ts';
import { monotonicMs } from './time.ts';

export interface Network {
  readonly port: number;
  /** How long the network held the last bytes up, and the last bytes down, between two moments. */
  held(span: { readonly from: number; readonly to: number }): {
    readonly upMs: number;
    readonly downMs: number;
  };
}

interface Passage {
  readonly up: boolean;
  readonly inAt: number;
  readonly outAt: number;
}

interface Passing extends Pick<Passage, 'up' | 'inAt'> {
  readonly to: Socket;
  /** Nothing: the other side has ended. */
  readonly bytes: Buffer | undefined;
}

interface Held {
  readonly dueAt: number;
  readonly act: () => void;
}

export interface NetworkOptions {
  readonly target: number;
  readonly roundTripMs: number;
  readonly sending: Sending;
}

const mostPassages = 20_000;
/** Timers have a resolution of a millisecond: the rest of a wait is spent in short sleeps. */
const timerMs = 1.5;
const shortSleepMs = 0.05;

export async function startNetwork({ target, roundTripMs, sending }: NetworkOptions): Promise<Network> {
  const half = roundTripMs / 2;
  const passages: Passage[] = [];
  /** Most are held for the same time, so the oldest is due first, but for those of a new connection. */
  const queue: Held[] = [];
  const sleeping = new Int32Array(new SharedArrayBuffer(4));
  let watching = false;

  const hold = (held: Held): void => {
    let at = queue.length;
    while (at > 0 && (queue[at - 1]?.dueAt ?? 0) > held.dueAt) at--;
    queue.splice(at, 0, held);
    if (!watching) watch();
  };
  const watch = (): void => {
    for (;;) {
      const next = queue[0];
      watching = next !== undefined;
      if (!next) return;
      const wait = next.dueAt - monotonicMs();
      if (wait > timerMs) {
        setTimeout(watch, wait - timerMs);
        return;
      }
      if (wait > 0) {
        Atomics.wait(sleeping, 0, 0, Math.min(wait, shortSleepMs));
        setImmediate(watch);
        return;
      }
      queue.shift();
      next.act();
    }
  };
  const come = ({ to, bytes, ...passage }: Passing): void => {
    if (to.destroyed) return;
    if (bytes) to.write(bytes);
    else to.end();
    passages.push({ ...passage, outAt: monotonicMs() });
    if (passages.length > mostPassages) passages.splice(0, mostPassages / 2);
  };

  const server = createServer({ noDelay: true }, (client) => {
    const acceptedAt = monotonicMs();
    const upstream = connect({ port: target, host: '127.0.0.1', noDelay: true });
    const pass = (from: Socket, to: Socket, up: boolean): void => {
      const sender = createSender({
        sending: roundTripMs === 0 ? 'at once' : sending,
        roundTripMs,
        leave: (bytes, inAt) => hold({ dueAt: inAt + half, act: () => come({ up, inAt, to, bytes }) }),
        when: (dueAt, act) => hold({ dueAt, act }),
      });
      const take = (bytes: Buffer | undefined): void => {
        const now = monotonicMs();
        // The client believes itself connected; on a real network it would still wait for the answer to its SYN.
        sender.push(bytes, up ? Math.max(now, acceptedAt + roundTripMs) : now);
      };
      from.on('data', take);
      from.on('end', () => take(undefined));
      from.on('error', () => to.destroy());
      from.on('close', () => from.errored && to.destroy());
    };
    pass(client, upstream, true);
    pass(upstream, client, false);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));

  return {
    port: (server.address() as AddressInfo).port,
    held({ from, to }) {
      const within = passages.filter(({ inAt, outAt }) => inAt >= from && outAt <= to);
      const last = (up: boolean) => within.findLast((passage) => passage.up === up);
      const heldMs = (passage: Passage | undefined) => (passage ? passage.outAt - passage.inAt : half);
      const down = last(false);
      // What went up last before the answer's first bytes came in: later frames are of no concern to it.
      const up = within.findLast((passage) => passage.up && passage.outAt <= (down?.inAt ?? to));
      return { upMs: heldMs(up), downMs: heldMs(down) };
    },
  };
}
