/** Time that passes while the machine sleeps. */

import { expect, test } from 'vitest';
import { sleepless } from '../../server/core/sleepless.ts';

/** Steps of the machine's own clock and of the time of day, in minutes; what has passed by then. */
function check(steps: readonly (readonly [number, number])[]): number {
  let now = 0;
  let day = 1_000_000_000;
  const time = sleepless({ now: () => now }, () => day);
  for (const [ownMinutes, dayMinutes] of steps) {
    now += ownMinutes * 60_000;
    day += dayMinutes * 60_000;
    time.now();
  }
  return Math.round(time.now() / 60_000);
}

test.each<[string, readonly (readonly [number, number])[], number]>([
  ['awake', [[5, 5]], 5],
  ['asleep', [[0, 120]], 120],
  [
    'asleep between two waits',
    [
      [3, 3],
      [1, 121],
      [3, 3],
    ],
    127,
  ],
  [
    'the time of day is set back by an hour',
    [
      [5, -55],
      [5, 5],
    ],
    10,
  ],
  [
    'it is set back, and asleep later',
    [
      [5, -55],
      [0, 30],
    ],
    35,
  ],
  ['it is a little fast', [[100, 100.5]], 100],
])('%s', (_, steps, minutes) => {
  expect(check(steps)).toBe(minutes);
});

test('where nobody knows the time of day the clock is all there is', () => {
  const clock = { now: () => 7 };
  expect(sleepless(clock, undefined)).toBe(clock);
});
