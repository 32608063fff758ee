import { expect, test } from 'vitest';
import type { Ask } from '../../server/core/ask.ts';
import type { ModelFailureCode } from '../../server/core/model.ts';
import { createCircuit } from '../../server/session/circuit.ts';
import { busyFailure } from '../../server/session/protocol/sentences.ts';
import { virtualClock } from '../support/clock.ts';

function circuit() {
  const clock = virtualClock();
  const tested = createCircuit(clock, () => 1);
  return {
    fail(code: ModelFailureCode, retryAfterMs?: number, isUnreached = false) {
      const unreached = isUnreached ? ({ unreached: true } as const) : {};
      tested.failed({
        code,
        message: code,
        ...unreached,
        ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
      });
    },
    answered: () => tested.answered(),
    /** How long it stays open from now, 0 while it is closed. */
    left: (task?: Ask['task']) => tested.refusal(task)?.retryAfterMs ?? 0,
    pass: (ms: number) => clock.advance(ms),
  };
}

test('the server says how long it is busy', () => {
  const { fail, left, pass } = circuit();
  fail('busy', 12_000);
  expect(left()).toBe(12_000);
  pass(11_999);
  expect(left()).toBe(1);
  pass(1);
  expect(left()).toBe(0);
});

test('where nobody was reached no wait is longer than five seconds', () => {
  const { fail, left, pass } = circuit();
  for (let i = 0; i < 4; i++) fail('offline', undefined, true);
  const waits = Array.from({ length: 6 }, () => {
    fail('offline', undefined, true);
    const wait = left();
    pass(wait);
    return wait;
  });
  expect(waits).toEqual([1000, 2000, 4000, 5000, 5000, 5000]);
  fail('offline');
  expect(left()).toBe(60_000);
});

test('without a word of the server the waits double up to a minute, and an answer begins anew', () => {
  const { fail, left, pass, answered } = circuit();
  const waits = Array.from({ length: 8 }, () => {
    fail('busy');
    const wait = left();
    pass(wait);
    return wait;
  });
  expect(waits).toEqual([1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000]);
  answered();
  fail('busy');
  expect(left()).toBe(1000);
});

test.each([0, 20, 999])('a wait of %d ms that was not enough is told once', (toldMs) => {
  const { fail, left, pass, answered } = circuit();
  const waits = Array.from({ length: 4 }, () => {
    fail('busy', toldMs);
    const wait = left();
    pass(wait);
    return wait;
  });
  expect(waits).toEqual([toldMs, 1000, 2000, 4000]);
  answered();
  // Of other failures it is no sign.
  fail('offline');
  fail('busy', toldMs);
  expect(left()).toBe(toldMs);
});

test('who asks by hand is told what is left of the wait, what is only logged keeps its words', () => {
  const clock = virtualClock();
  const tested = createCircuit(clock, () => 1);
  tested.failed(busyFailure(12_000, { url: 'wss://model.example/v1/responses', model: '' }));
  clock.advance(9_500);
  const said = (task?: Ask['task']) => tested.refusal(task)?.message;
  expect(said('edit')).toBe('model.example is busy or your limit there is reached: next try in 2.5 s.');
  expect(said()).toBe(said('edit'));
  expect(said('complete')).toMatch(/next try in 12 s\.$/);
});

test('failures open it only in a row', () => {
  const { fail, left, answered } = circuit();
  for (let i = 0; i < 4; i++) fail('model');
  answered();
  for (let i = 0; i < 4; i++) fail('protocol');
  expect(left()).toBe(0);
  fail('model');
  expect(left()).toBe(1000);
});

test.each<ModelFailureCode>(['not-found', 'offline', 'model'])(
  'a gateway says when a server nearby may be there (%s)',
  (code) => {
    const { fail, left } = circuit();
    for (let i = 0; i < 9; i++) fail(code, 1_000);
    expect(left()).toBe(1_000);
  },
);

test.each<[ModelFailureCode, number]>([
  ['unauthorized', 30_000],
  ['not-found', 30_000],
  // At most.
  ['rejected', 10_000],
  ['cancelled', 0],
  ['limit', 0],
  // As of other failures in a row, the sixth of which this is.
  ['offline', 32_000],
  ['unsupported', 0],
])('%s opens it for %d ms', (code, ms) => {
  const { fail, left } = circuit();
  for (let i = 0; i < 10; i++) fail(code);
  expect(left()).toBe(ms);
});

test('rejections open it only in a row, and not for who asks by hand', () => {
  const { fail, left, answered } = circuit();
  for (let i = 0; i < 4; i++) fail('rejected');
  answered();
  for (let i = 0; i < 4; i++) fail('rejected');
  expect(left('complete')).toBe(0);
  fail('rejected');
  expect([left('complete'), left('edit'), left()]).toEqual([1000, 0, 1000]);
});

test('by hand it is asked on where it could not be reached, and only there', () => {
  const { fail, left } = circuit();
  for (let i = 0; i < 5; i++) fail('offline');
  const tasks = ['complete', 'nextEdit', 'edit', 'fix', 'review'] as const;
  expect(tasks.map(left)).toEqual([1000, 1000, 0, 0, 0]);
  fail('offline', 700);
  expect(left('edit')).toBe(700);
  fail('busy');
  expect(left('edit')).toBeGreaterThan(0);
});
