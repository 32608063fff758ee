/** When what is young is collected: `.` a message, `g` a collection, a blank 10 ms. */

import { expect, test } from 'vitest';
import { createIdleCollection, ownYoungGeneration } from '../../server/cli/idle-collection.ts';
import { virtualClock } from '../support/clock.ts';

function timeline(said: string, share: number): string {
  const clock = virtualClock();
  let heard = '';
  const wrote = createIdleCollection(clock, {
    share: () => share,
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
  ['behind a message', '.      ', 0.6, '.  g    '],
  ['behind the last of several', '. . .      ', 0.6, '. . .  g    '],
  ['behind each, where there is time', '.     .     ', 0.6, '.  g   .  g   '],
  ['not where there is little', '.      ', 0.4, '.      '],
  ['not where nothing is said', '      ', 0.6, '      '],
])('%s', (_, said, share, expected) => {
  expect(timeline(said, share)).toBe(expected);
});

test('a program without the flag is left as it is', () => {
  const young = ownYoungGeneration();
  const share = young.share();
  expect(share).toBeGreaterThan(0);
  expect(share).toBeLessThanOrEqual(1);
  expect(() => young.collect()).not.toThrow();
});
