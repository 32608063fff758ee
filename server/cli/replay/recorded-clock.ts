/**
 * The clock of a session that is played again.
 *
 *   timed    a timer fires when it fired then, however late that was
 *   untimed  it was not recorded when: each fires at its own time
 */

import type { Clock } from '../../core/clock.ts';
import { virtualClock } from '../../core/virtual-clock.ts';

export interface RecordedClock extends Clock {
  /** Lets time pass until so many milliseconds. */
  passUntil(at: number): Promise<void>;
  /** The timer that was set as number so and so fires, where it is still waited for. */
  fire(timer: number): void;
}

/** `settled`: whatever follows from what has happened, without time passing. */
export function recordedClock(isTimed: boolean, settled: () => Promise<void>): RecordedClock {
  return isTimed ? timed() : untimed(settled);
}

function timed(): RecordedClock {
  let now = 0;
  let set = 0;
  const waiting = new Map<number, () => void>();
  return {
    now: () => now,
    after(_ms, callback) {
      const timer = ++set;
      waiting.set(timer, callback);
      return () => waiting.delete(timer);
    },
    async passUntil(at) {
      now = Math.max(now, at);
    },
    fire(timer) {
      const callback = waiting.get(timer);
      waiting.delete(timer);
      callback?.();
    },
  };
}

/** Timer by timer, so that each finds the world as those before it left it. */
function untimed(settled: () => Promise<void>): RecordedClock {
  const clock = virtualClock();
  return {
    now: clock.now,
    after: clock.after,
    async passUntil(at) {
      for (let [next] = clock.due(); next !== undefined && clock.now() + next <= at; [next] = clock.due()) {
        clock.advance(next);
        await settled();
      }
      if (at > clock.now()) clock.advance(at - clock.now());
    },
    fire() {},
  };
}
