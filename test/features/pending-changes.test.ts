/** What keys leave to be done later: one after the other into a document, each asked about, or none. */

import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { apply } from '../../server/core/edit.ts';
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
    /** As a completion at the place that was typed at does. */
    ask() {
      aftermath.history({ uri, offset: 0 });
      aftermath.tellAll();
    },
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
  const { aftermath, ask, clock, set, told, type } = scene();
  type('a');
  clock.advance(100);
  set.length = 0;
  for (let key = 0; key < 20; key++) {
    type('b');
    ask();
    clock.advance(100);
  }
  expect(told).toHaveLength(21);
  expect(set.length).toBeLessThanOrEqual(3);
  clock.advance(1000);
  expect(clock.pending()).toBe(0);
  aftermath.dispose();
});

test('what is typed behind the last question is told in the pause behind it', () => {
  const { aftermath, ask, clock, told, type } = scene();
  type('a');
  ask();
  clock.advance(400);
  type('b');
  ask();
  type('c');
  clock.advance(2000);
  expect(told).toEqual(['0 2', '400 3', '1400 4']);
  expect(clock.pending()).toBe(0);
  aftermath.dispose();
});

test('who asks where the user types finds all but that in the history; everybody else finds it too', () => {
  const { aftermath, ask, clock, type } = scene();
  const lines = (typing?: { uri: string; offset: number }) =>
    aftermath.history(typing).entries.map(({ after }) => after);
  type('a');
  ask();
  type('b');
  expect(lines({ uri, offset: 1 })).toEqual([]);
  expect(lines({ uri, offset: 3 })).toEqual(['baab']);
  type('c');
  expect(lines({ uri, offset: 0 })).toEqual(['baab']);
  expect(lines({ uri: 'untitled:b.ts', offset: 0 })).toEqual(['cbaab']);
  type('d');
  expect(lines({ uri, offset: 0 })).toEqual(['cbaab']);
  expect(lines()).toEqual(['dcbaab']);
  type('e');
  clock.advance(1000);
  expect(lines({ uri, offset: 0 })).toEqual(['edcbaab']);
  aftermath.dispose();
});

test('what is typed without a pause is recorded piece by piece', () => {
  const { aftermath, ask, clock, type } = scene();
  for (let key = 0; key < 1_000; key++) {
    type('a');
    ask();
    clock.advance(5);
  }
  const [recorded, ...others] = aftermath.history({ uri, offset: 0 }).entries;
  expect(others).toEqual([]);
  expect(recorded?.after.length).toBeGreaterThan(600);
  aftermath.dispose();
});

test('what was typed in a document is told, and history no more once it is closed', () => {
  const { aftermath, told, type } = scene();
  type('a');
  aftermath.tellAll();
  expect(aftermath.history().entries).toHaveLength(1);
  type('b');
  aftermath.forget(uri);
  expect(told).toEqual(['0 2', '0 3']);
  expect(aftermath.history().entries).toEqual([]);
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

const step = fc.record({
  where: fc.constantFrom('a', 'b'),
  at: fc.nat(6),
  taken: fc.nat(2),
  text: fc.constantFrom('', 'x', 'yz'),
  next: fc.constantFrom('type on', 'type on', 'ask', 'pause'),
});

test('what is told makes the text of every document, in whichever was typed', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
      const clock = virtualClock();
      const documents = createDocuments();
      const mirror = new Map<string, string>();
      const aftermath = createAftermath({
        clock,
        pathOf: (each) => each,
        tell(event) {
          if (event.kind !== 'changed') return;
          mirror.set(event.uri, apply(mirror.get(event.uri) ?? '', event.edit));
          told.set(event.uri, event.version);
        },
      });
      const told = new Map<string, number>();
      for (const name of ['a', 'b']) {
        documents.open({ uri: name, languageId: 'typescript', version: 1, text: 'let' });
        mirror.set(name, 'let');
      }
      let version = 1;
      for (const { where, at, taken, text, next } of steps) {
        const { length } = documents.get(where)?.text.value ?? '';
        const start = Math.min(at, length);
        const edit = { start, end: Math.min(start + taken, length), text };
        const changed = documents.change(where, ++version, [edit]);
        if (changed) aftermath.changed(changed);
        if (next === 'ask') aftermath.tellAll();
        if (next === 'pause') clock.advance(3000);
      }
      aftermath.tellAll();
      for (const { uri, text, version } of documents.all()) {
        expect(mirror.get(uri)).toBe(text.value);
        expect(told.get(uri) ?? 1).toBe(version);
      }
      aftermath.dispose();
    }),
  );
});
