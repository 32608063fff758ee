/** Time for tests: `virtualClock` stands still until it is told to go, `systemClock` is the machine's. */

import type { Clock } from '../../server/core/clock.ts';

export interface VirtualClock extends Clock {
  /** Runs every timer due within `ms`, in order, each at its own time. */
  advance(ms: number): void;
  /** Timers not yet due. */
  pending(): number;
  /** In how many milliseconds each of them is due, soonest first. */
  due(): readonly number[];
}

/** Milliseconds. */
const shortest = 1e-6;

export function virtualClock(): VirtualClock {
  let now = 0;
  let order = 0;
  const timers = new Map<number, { readonly at: number; readonly callback: () => void }>();

  const nextDue = (until: number): number | undefined => {
    let due: number | undefined;
    for (const [id, { at }] of timers) {
      if (at > until) continue;
      const best = due === undefined ? undefined : timers.get(due);
      if (!best || at < best.at) due = id;
    }
    return due;
  };

  return {
    now: () => now,
    after(ms, callback) {
      const id = order++;
      // However short a wait is, time passes in it.
      timers.set(id, { at: ms > 0 ? Math.max(now + shortest, now + ms) : now, callback });
      return () => timers.delete(id);
    },
    advance(ms) {
      const until = now + ms;
      for (let id = nextDue(until); id !== undefined; id = nextDue(until)) {
        const timer = timers.get(id);
        timers.delete(id);
        if (!timer) continue;
        now = Math.max(now, timer.at);
        timer.callback();
      }
      now = until;
    },
    pending: () => timers.size,
    due: () => [...timers.values()].map(({ at }) => at - now).toSorted((a, b) => a - b),
  };
}

/** Lets virtual time pass while sockets work: for waits whose length is of no interest. */
export async function whilePassing<T>(clock: VirtualClock, work: Promise<T>): Promise<T> {
  const passing = setInterval(() => clock.advance(100), 1);
  try {
    return await work;
  } finally {
    clearInterval(passing);
  }
}

export interface SystemClock extends Clock {
  pending(): number;
}

export function systemClock(): SystemClock {
  const timers = new Set<NodeJS.Timeout>();
  return {
    now: () => performance.now(),
    after(ms, callback) {
      const timer = setTimeout(() => {
        timers.delete(timer);
        callback();
      }, ms);
      timers.add(timer);
      return () => {
        timers.delete(timer);
        clearTimeout(timer);
      };
    },
    pending: () => timers.size,
  };
}
