/** One timer for all who wait. */

import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { createDeadlines } from '../../server/session/deadlines.ts';
import { virtualClock } from '../support/clock.ts';

test('each is told at its own time, also where it moves, and one who left is not', () => {
  const waiters = fc.array(
    fc.record({
      from: fc.integer({ min: 0, max: 50 }),
      wait: fc.integer({ min: 1, max: 50 }),
      /** When it is put off by so much, and when it leaves, counted from its beginning. */
      movedAt: fc.option(fc.integer({ min: 0, max: 60 }), { nil: undefined }),
      leavesAt: fc.option(fc.integer({ min: 0, max: 60 }), { nil: undefined }),
    }),
  );
  fc.assert(
    fc.property(waiters, (all) => {
      const clock = virtualClock();
      const deadlines = createDeadlines(clock);
      const began = clock.now();
      const told: (number | undefined)[] = all.map(() => undefined);
      const expected = all.map(({ from, wait, movedAt, leavesAt }) => {
        const moved = movedAt !== undefined && movedAt < wait ? movedAt + wait : wait;
        return leavesAt !== undefined && leavesAt < moved ? undefined : from + moved;
      });
      const at = all.map(({ from, wait }) => began + from + wait);
      const watched = all.map((_, i) => ({
        deadline: () => at[i] ?? 0,
        overdue() {
          expect(told[i]).toBeUndefined();
          told[i] = clock.now() - began;
        },
      }));
      for (let ms = 0; ms <= 200; ms++) {
        for (const [i, { from, wait, movedAt, leavesAt }] of all.entries()) {
          const waiter = watched[i];
          if (!waiter) continue;
          if (ms === from) deadlines.watch(waiter);
          if (told[i] !== undefined) continue;
          if (movedAt !== undefined && ms === from + movedAt) at[i] = began + ms + wait;
          if (leavesAt !== undefined && ms === from + leavesAt) deadlines.unwatch(waiter);
        }
        expect(clock.pending()).toBeLessThanOrEqual(1);
        clock.advance(1);
      }
      expect(told).toEqual(expected);
      expect(clock.pending()).toBe(0);
    }),
  );
});

test('one who begins to wait while another is told is watched too', () => {
  const clock = virtualClock();
  const deadlines = createDeadlines(clock);
  const told: string[] = [];
  const waiter = (name: string, dueAt: number, then = () => {}) => ({
    deadline: () => dueAt,
    overdue() {
      told.push(name);
      then();
    },
  });
  const start = clock.now();
  deadlines.watch(waiter('first', start + 5, () => deadlines.watch(waiter('second', start + 9))));
  clock.advance(8);
  expect(told).toEqual(['first']);
  clock.advance(1);
  expect(told).toEqual(['first', 'second']);
});

test('disposal leaves no timer, and nobody makes one afterwards', () => {
  const clock = virtualClock();
  const deadlines = createDeadlines(clock);
  const waiter = { deadline: () => clock.now() + 5, overdue: () => expect.unreachable() };
  deadlines.watch(waiter);
  deadlines.dispose();
  deadlines.watch(waiter);
  expect(clock.pending()).toBe(0);
  clock.advance(100);
});
