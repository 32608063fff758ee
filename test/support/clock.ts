/** Time for tests: `virtualClock` stands still until it is told to go, `systemClock` is the machine's. */

import type { Clock } from '../../server/core/clock.ts';
import type { VirtualClock } from '../../server/core/virtual-clock.ts';

export { type VirtualClock, virtualClock } from '../../server/core/virtual-clock.ts';

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
