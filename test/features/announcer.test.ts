import { expect, test } from 'vitest';
import { createAnnouncer } from '../../server/features/announcer.ts';
import { virtualClock } from '../support/clock.ts';

function scene(everyMs = 250) {
  const clock = virtualClock();
  const told: string[] = [];
  let status = 'a';
  let passesInMs: number | undefined;
  const announcer = createAnnouncer({
    clock,
    everyMs,
    look: () => ({ status: { status }, passesInMs }),
    tell: (each) => told.push(`${clock.now()} ${each.status}`),
  });
  return {
    clock,
    told,
    announcer,
    set(next: string, passes?: number) {
      status = next;
      passesInMs = passes;
      announcer.changed();
    },
  };
}

test('the first change is told at once but not inside the change, further ones together', () => {
  const { clock, told, set } = scene();
  set('b');
  expect(told).toEqual([]);
  clock.advance(0);
  expect(told).toEqual(['0 b']);
  for (let i = 0; i < 100; i++) {
    set(`c${i}`);
    clock.advance(1);
  }
  expect(told).toEqual(['0 b']);
  clock.advance(150);
  expect(told).toEqual(['0 b', '250 c99']);
  expect(clock.pending()).toBe(0);
});

test('a thousand changes in a second are a message every quarter of it', () => {
  const { clock, told, set } = scene();
  for (let i = 0; i < 1000; i++) {
    set(String(i));
    clock.advance(1);
  }
  expect(told.map((line) => line.split(' ')[0])).toEqual(['0', '250', '500', '750', '1000']);
  clock.advance(250);
  expect(told.at(-1)).toBe('1000 999');
});

test('what was told is not told again', () => {
  const { clock, told, set } = scene();
  set('b');
  clock.advance(1000);
  set('b');
  clock.advance(1000);
  expect(told).toEqual(['0 b']);
});

test('what passes by itself is looked at when it has passed', () => {
  const { clock, told, set } = scene();
  set('busy', 12_000);
  clock.advance(0);
  expect([told, clock.pending()]).toEqual([['0 busy'], 1]);
  clock.advance(11_999);
  expect(told.length).toBe(1);
  clock.advance(1);
  // Still the same and still for so long: nothing new to tell.
  expect([told.length, clock.pending()]).toEqual([1, 1]);
});

test('what the user did is told at once', () => {
  const { told, announcer, clock, set } = scene();
  set('b');
  announcer.now();
  expect(told).toEqual(['0 b']);
  expect(clock.pending()).toBe(0);
});

test.each([250, 0])('nothing is left of it when it is disposed of, every %d ms', async (everyMs) => {
  const { clock, told, announcer, set } = scene(everyMs);
  set('b');
  announcer.dispose();
  set('c');
  announcer.now();
  clock.advance(10_000);
  await Promise.resolve();
  expect([told, clock.pending()]).toEqual([[], 0]);
});
