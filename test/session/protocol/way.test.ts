/** When a connection that says nothing is taken for lost. */

import { expect, test } from 'vitest';
import { isLeft } from '../../../server/session/protocol/own-address.ts';
import { type Watched, watchWay } from '../../../server/session/protocol/way.ts';
import { virtualClock } from '../../support/clock.ts';

interface Scene {
  readonly remoteAddress?: string;
  /** Of this machine's end. */
  readonly localAddress?: string;
  readonly connecting?: boolean;
  /** Seconds in which something is said. */
  readonly said?: readonly number[];
  /** Seconds in which nobody takes a connection. */
  readonly away?: readonly [number, number];
  /** Milliseconds that a connection takes. */
  readonly takesMs?: number;
}

interface Seen {
  /** Milliseconds until it was taken for lost; nothing within a minute. */
  readonly lostMs: number | undefined;
  readonly tries: number;
}

function check({ away = [0, 0], takesMs = 20, said = [], connecting = false, ...place }: Scene): Seen {
  const clock = virtualClock();
  const open = new Set<object>();
  let lostMs: number | undefined;
  let tries = 0;
  const now = (): number => clock.now() - from;
  const from = clock.now();
  const socket = (): Watched => ({
    connecting,
    bytesRead: 100 + said.filter((second) => second * 1000 <= now()).length,
    remoteAddress: '192.0.2.7',
    remotePort: 443,
    localAddress: '127.0.0.1',
    ...place,
  });
  const stop = watchWay({
    clock,
    socket,
    lost() {
      expect(lostMs).toBe(undefined);
      lostMs = now();
    },
    reach(host, port, taken) {
      expect([host, port]).toEqual(['192.0.2.7', 443]);
      tries++;
      const one = {};
      open.add(one);
      // A first packet that was lost is sent again.
      const knock = (): (() => void) =>
        now() >= away[0] * 1000 && now() < away[1] * 1000
          ? clock.after(1_000, () => {
              cancel = knock();
            })
          : clock.after(takesMs, taken);
      let cancel = knock();
      return () => {
        cancel();
        open.delete(one);
      };
    },
  });
  for (let ms = 0; ms < 60_000; ms += 50) clock.advance(50);
  stop();
  expect([open.size, clock.pending()]).toEqual([0, 0]);
  return { lostMs, tries };
}

const gone = [0, 90] as const;

test('one that says nothing, where nobody takes another connection', () => {
  expect(check({ away: gone })).toEqual({ lostMs: 7_050, tries: 4 });
});

test('also in the middle of an answer', () => {
  const { lostMs } = check({ said: [1, 2, 3, 4, 5], away: [5, 90] });
  expect(lostMs).toBeGreaterThan(5_000);
  expect(lostMs).toBeLessThan(14_000);
});

test('none that says something meanwhile, however late', () => {
  expect(check({ away: [0, 8], said: [5] }).lostMs).toBe(undefined);
});

test('none whose server takes connections, which is asked a few times', () => {
  const { lostMs, tries } = check({});
  expect(lostMs).toBe(undefined);
  expect(tries).toBe(3);
});

test('none that is only far away, or loses packets', () => {
  expect(check({ takesMs: 3_500 }).lostMs).toBe(undefined);
  expect(check({ away: [0, 6] }).lostMs).toBe(undefined);
});

test('one that does not come about', () => {
  expect(check({ connecting: true })).toEqual({ lostMs: 15_000, tries: 0 });
});

test('one of a network that was left, where the machine knows another', () => {
  const localAddress = '192.0.2.1';
  // A machine without any other network waits for the one it had.
  expect(check({ localAddress }).lostMs).toBe(isLeft(localAddress) ? 3_000 : undefined);
});

test.each(['127.0.0.1', '127.8.9.1', '::1', '::ffff:127.0.0.1'])('none within this machine: %s', (host) => {
  const clock = virtualClock();
  const socket = (): Watched => ({
    connecting: false,
    bytesRead: 0,
    remoteAddress: host,
    remotePort: 1,
    localAddress: host,
  });
  watchWay({ clock, socket, lost: () => expect.unreachable() });
  clock.advance(60_000);
  expect(clock.pending()).toBe(0);
});
