/**
 * Deadlines: who waits too long for something, watched by one timer for all.
 *
 * Laws
 * - There is one timer at most, due no later than the first deadline. Who stops waiting takes no timer back: it fires
 *   for nobody, once, and the next waits with it.
 * - After `dispose` there is none.
 */

import type { Clock } from '../core/clock.ts';

export interface Waiter {
  /** In milliseconds of the clock; it may move while it is watched. */
  deadline(): number;
  /** It has come; the waiter is not watched any more. */
  overdue(): void;
}

export interface Deadlines {
  watch(waiter: Waiter): void;
  unwatch(waiter: Waiter): void;
  dispose(): void;
}

export function createDeadlines(clock: Clock): Deadlines {
  const waiters = new Set<Waiter>();
  let dueAt = Number.POSITIVE_INFINITY;
  let cancel: (() => void) | undefined;
  let disposed = false;

  function arm(at: number): void {
    if (at >= dueAt || disposed) return;
    cancel?.();
    dueAt = at;
    cancel = clock.after(Math.max(0, at - clock.now()), fire);
  }

  function fire(): void {
    cancel = undefined;
    dueAt = Number.POSITIVE_INFINITY;
    const now = clock.now();
    for (const waiter of [...waiters]) {
      if (!waiters.has(waiter) || waiter.deadline() > now) continue;
      waiters.delete(waiter);
      waiter.overdue();
    }
    let next = Number.POSITIVE_INFINITY;
    for (const waiter of waiters) next = Math.min(next, waiter.deadline());
    if (waiters.size > 0) arm(next);
  }

  return {
    watch(waiter) {
      waiters.add(waiter);
      arm(waiter.deadline());
    },
    unwatch: (waiter) => void waiters.delete(waiter),
    dispose() {
      disposed = true;
      waiters.clear();
      cancel?.();
    },
  };
}
