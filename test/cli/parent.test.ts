/** The editor's process, looked at every three seconds. */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { isAlive, watchParent } from '../../server/cli/parent.ts';
import { virtualClock } from '../support/clock.ts';

test('is looked at while it lives; that it is gone is said once', () => {
  const clock = virtualClock();
  const seen: number[] = [];
  let alive = true;
  const look = (processId: number) => {
    seen.push(processId);
    return alive;
  };
  let gone = 0;
  watchParent(7, { clock, isAlive: look }, () => gone++);
  clock.advance(6_000);
  expect([seen, gone]).toEqual([[7, 7, 7], 0]);
  alive = false;
  clock.advance(3_000);
  expect(gone).toBe(1);
  expect(clock.pending()).toBe(0);
});

test('one that was never seen, as from inside a container, is not taken for gone', () => {
  const clock = virtualClock();
  let gone = 0;
  watchParent(7, { clock, isAlive: () => false }, () => gone++);
  clock.advance(9_000);
  expect([gone, clock.pending()]).toEqual([0, 0]);
});

test('is looked at no more once that is ended', () => {
  const clock = virtualClock();
  let gone = 0;
  let alive = true;
  const end = watchParent(7, { clock, isAlive: () => alive }, () => gone++);
  end();
  alive = false;
  clock.advance(9_000);
  expect([gone, clock.pending()]).toEqual([0, 0]);
});

test('this process lives, one that ended does not', async () => {
  expect(isAlive(process.pid)).toBe(true);
  const child = spawn(process.execPath, ['-e', '']);
  await once(child, 'exit');
  expect(isAlive(child.pid ?? 0)).toBe(false);
});
