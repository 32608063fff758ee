import { expect, test } from 'vitest';
import { inPieces, longestTimerMs } from '../../server/core/clock.ts';
import { virtualClock } from '../support/clock.ts';

/** A timer as platforms have it: given more than it takes, it runs out at once. */
function platform() {
  const clock = virtualClock();
  const given: number[] = [];
  const after = inPieces((ms, callback) => {
    given.push(ms);
    return clock.after(ms > longestTimerMs ? 1 : ms, callback);
  });
  return { clock, after, given };
}

test.each([0, 1, 5_000, longestTimerMs, longestTimerMs + 1, 40_000 * 60_000, 3 * longestTimerMs])(
  '%i ms are waited for, once, and not a moment less',
  (ms) => {
    const { clock, after, given } = platform();
    let calls = 0;
    after(ms, () => calls++);
    clock.advance(Math.max(0, ms - 1));
    expect(calls).toBe(ms === 0 ? 1 : 0);
    clock.advance(10 * longestTimerMs);
    expect([calls, clock.pending()]).toEqual([1, 0]);
    expect(Math.max(...given)).toBeLessThanOrEqual(longestTimerMs);
    expect(given).toHaveLength(Math.max(1, Math.ceil(ms / longestTimerMs)));
  },
);

test('what should have been by now is not waited for', () => {
  const { clock, after, given } = platform();
  let calls = 0;
  after(-0.0025, () => calls++);
  clock.advance(0);
  expect([calls, ...given]).toEqual([1, 0]);
});

test('taken back in any of its pieces; a wait without end does not end', () => {
  for (const passed of [0, longestTimerMs + 5]) {
    const { clock, after } = platform();
    const cancel = after(Number.POSITIVE_INFINITY, () => expect.unreachable());
    clock.advance(passed);
    expect(clock.pending()).toBe(1);
    cancel();
    expect(clock.pending()).toBe(0);
  }
});
