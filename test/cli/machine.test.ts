import { expect, test, vi } from 'vitest';
import { machineClock } from '../../server/cli/machine.ts';

test.each([40_000 * 60_000, Number.MAX_SAFE_INTEGER])('a wait of %i ms does not run out at once', (ms) => {
  vi.useFakeTimers();
  try {
    const called = vi.fn();
    const cancel = machineClock.after(ms, called);
    vi.advanceTimersByTime(2_000);
    expect([called.mock.calls.length, vi.getTimerCount()]).toEqual([0, 1]);
    cancel();
    expect(vi.getTimerCount()).toBe(0);
  } finally {
    vi.useRealTimers();
  }
});
