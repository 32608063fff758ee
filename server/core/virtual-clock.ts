/** Time that stands still until it is told to go: for what is played again, and for tests. */

import type { Clock } from './clock.ts';

export interface VirtualClock extends Clock {
  /** Runs every timer due within `ms`, in order, each at its own time. */
  advance(ms: number): void;
  /** Timers not yet due. */
  pending(): number;
  /** In how many milliseconds each of them is due, soonest first. */
  due(): readonly number[];
}

/** However short a wait is, time passes in it. Milliseconds. */
const shortestMs = 1e-6;

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
      timers.set(id, { at: ms > 0 ? Math.max(now + shortestMs, now + ms) : now, callback });
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
