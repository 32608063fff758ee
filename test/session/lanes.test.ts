/** Laws of the names that requests on one connection take. */

import { expect, test } from 'vitest';
import { createLanes } from '../../server/session/lanes.ts';

test('names are taken in turn, none twice at a time, and so many at most', () => {
  const lanes = createLanes({ inFlight: 2, names: 3 });
  expect([lanes.take(), lanes.take(), lanes.take()]).toEqual(['w0', 'w1', undefined]);
  lanes.free('w0');
  expect(lanes.take()).toBe('w2');
  lanes.free('w2');
  expect([lanes.take(), lanes.taken()]).toEqual(['w0', 2]);
});

test('a name that is kept is passed over until it is released, ended or not', () => {
  const lanes = createLanes({ inFlight: 3, names: 2 });
  expect(lanes.take()).toBe('w0');
  lanes.keep('w0');
  lanes.free('w0');
  expect([lanes.take(), lanes.take()]).toEqual(['w1', undefined]);
  lanes.release('w0');
  expect(lanes.take()).toBe('w0');
});
