/** The end of a process that the system may keep. */

import { expect, test } from 'vitest';
import { leaveWith, runsInThread } from '../../server/cli/leave.ts';
import { virtualClock } from '../support/clock.ts';

/** How it ended after so many milliseconds, where it is held for so long. */
function check(heldMs: number): readonly [how: string, afterMs: number][] {
  const clock = virtualClock();
  const ends: [string, number][] = [];
  leaveWith(3, {
    clock,
    isHeld: () => clock.now() < heldMs,
    exit: (code) => ends.push([`code ${code}`, clock.now()]),
    kill: () => ends.push(['killed', clock.now()]),
  });
  clock.advance(10_000);
  expect(clock.pending()).toBe(0);
  return ends;
}

test('at once where nothing holds it', () => {
  expect(check(0)).toEqual([['code 3', 0]]);
});

test('with its code as soon as what holds it is over', () => {
  expect(check(45)).toEqual([['code 3', 50]]);
});

test('by a signal where that does not end, within a moment', () => {
  expect(check(60_000)).toEqual([['killed', 200]]);
});

test.each([
  ['GetAddrInfoReqWrap', true],
  ['FSReqPromise', true],
  ['FSReqCallback', true],
  ['TCPSocketWrap', false],
  ['Timeout', false],
  ['FSEvent', false],
])('whether %s runs in a thread: %s', (resource, runs) => {
  expect(runsInThread(resource)).toBe(runs);
});
