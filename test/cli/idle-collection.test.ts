/** When what is young is collected: `.` a message, `g` a collection, a blank 10 ms. */

import { expect, test } from 'vitest';
import { createIdleCollection, ownYoungGeneration } from '../../server/cli/idle-collection.ts';
import { virtualClock } from '../support/clock.ts';

const enough = 5_000_000;

function timeline(said: string, bytes: number): string {
  const clock = virtualClock();
  let heard = '';
  const wrote = createIdleCollection(clock, {
    bytes: () => bytes,
    collect() {
      heard += 'g';
    },
  });
  for (const each of said) {
    if (each === '.') wrote();
    else clock.advance(10);
    heard += each;
  }
  return heard;
}

test.each([
  ['behind a message', '.      ', enough, '.  g    '],
  ['behind the last of several', '. . .      ', enough, '. . .  g    '],
  ['behind each, where there is time', '.     .     ', enough, '.  g   .  g   '],
  ['not where there is little', '.      ', 1_000_000, '.      '],
  ['not where nothing is said', '      ', enough, '      '],
])('%s', (_, said, bytes, expected) => {
  expect(timeline(said, bytes)).toBe(expected);
});

test('a program without the flag is left as it is', () => {
  const young = ownYoungGeneration();
  expect(young.bytes()).toBeGreaterThan(0);
  expect(() => young.collect()).not.toThrow();
});
