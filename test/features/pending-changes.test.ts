/** What keys leave to be done later: one after the other into a document, each asked about, or none. */

import { expect, test } from 'vitest';
import { createAftermath } from '../../server/features/aftermath.ts';
import { createDocuments } from '../../server/state/documents.ts';
import { virtualClock } from '../support/clock.ts';

const uri = 'untitled:a.ts';

function scene() {
  const clock = virtualClock();
  const set: number[] = [];
  const told: string[] = [];
  const documents = createDocuments();
  const aftermath = createAftermath({
    clock: {
      now: clock.now,
      after(ms, callback) {
        set.push(ms);
        return clock.after(ms, callback);
      },
    },
    pathOf: (each) => each,
    tell: (event) => told.push(event.kind === 'changed' ? `${clock.now()} ${event.version}` : event.kind),
  });
  documents.open({ uri, languageId: 'typescript', version: 1, text: 'ab' });
  let version = 1;
  return {
    aftermath,
    clock,
    set,
    told,
    type(text: string) {
      const changed = documents.change(uri, ++version, [{ start: 0, end: 0, text }]);
      if (changed) aftermath.changed(changed);
    },
  };
}

test('the first key of a document is told soon, one behind it in a pause', () => {
  const { aftermath, clock, told, type } = scene();
  type('a');
  clock.advance(30);
  expect(told).toEqual(['30 2']);
  type('b');
  clock.advance(999);
  expect(told).toEqual(['30 2']);
  clock.advance(1);
  expect(told).toEqual(['30 2', '1030 3']);
  expect(clock.pending()).toBe(0);
  aftermath.dispose();
});

test('keys that are asked about set one timer in a second, not one each', () => {
  const { aftermath, clock, set, told, type } = scene();
  type('a');
  clock.advance(100);
  set.length = 0;
  for (let key = 0; key < 20; key++) {
    type('b');
    aftermath.history();
    clock.advance(100);
  }
  expect(told).toHaveLength(21);
  expect(set.length).toBeLessThanOrEqual(3);
  clock.advance(1000);
  expect(clock.pending()).toBe(0);
  aftermath.dispose();
});

test('what is typed behind the last question is told in the pause behind it', () => {
  const { aftermath, clock, told, type } = scene();
  type('a');
  aftermath.history();
  clock.advance(400);
  type('b');
  aftermath.history();
  type('c');
  clock.advance(2000);
  expect(told).toEqual(['0 2', '400 3', '1400 4']);
  expect(clock.pending()).toBe(0);
  aftermath.dispose();
});

test('nothing is left behind the end', () => {
  const { aftermath, clock, told, type } = scene();
  type('a');
  aftermath.dispose();
  clock.advance(5000);
  expect(told).toEqual([]);
  expect(clock.pending()).toBe(0);
});
