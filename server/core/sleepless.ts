/**
 * Time that also passes while the machine sleeps, where its own clock stands still, as on Linux: a wait that a server
 * asked for, or a limit of so much in an hour, is over when it is over.
 *
 * Law: it never runs slower than the clock. A time of day that is set back changes nothing.
 */

import type { Clock } from './clock.ts';

/** Clocks that are set right while they run differ by less. */
const leastSleepMs = 60_000;

/** `epochMs`: milliseconds since 1970; the clock itself where nobody knows them. */
export function sleepless(
  clock: Pick<Clock, 'now'>,
  epochMs: (() => number) | undefined,
): Pick<Clock, 'now'> {
  if (!epochMs) return clock;
  let before = clock.now();
  let dayBefore = epochMs();
  let sleptMs = 0;
  return {
    now() {
      const now = clock.now();
      const day = epochMs();
      const aheadMs = day - dayBefore - (now - before);
      if (aheadMs >= leastSleepMs) sleptMs += aheadMs;
      before = now;
      dayBefore = day;
      return now + sleptMs;
    },
  };
}
