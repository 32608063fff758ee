/** Whether an answer under way is waited for, by what became of the ones before. */

import { expect, test } from 'vitest';
import { type Base, makeBase } from '../../../server/core/prompt/base.ts';
import { createHopes, type Hopes } from '../../../server/session/strategy/hopes.ts';
import { askDocument } from '../../support/asks.ts';

function baseOf(text: string): Base {
  const document = askDocument(text);
  return makeBase({ document, snippets: [], history: [], contextTokens: 4096 }, { start: 0, end: 0 });
}

/** `t`: answered in time; `l`: asked again before. For each whether it was waited for at first. */
function waited(hopes: Hopes, outcomes: string): string {
  return Array.from(outcomes, (outcome, i) => {
    const base = baseOf(`let v${i};\n`);
    hopes.begin(base);
    const has = hopes.has(base);
    if (outcome === 'l') hopes.asked(base);
    expect(hopes.has(base)).toBe(has);
    expect(hopes.ended(base, true)).toBe(has);
    expect(hopes.has(base)).toBe(false);
    return has ? '+' : '-';
  }).join('');
}

test.each([
  ['tttttttt', '++++++++'],
  ['ltttttttt', '+--++++++'],
  ['llllttttttttt', '+---------+++'],
  ['ttltltltl', '+++++-+--'],
])('%s is waited for as %s', (outcomes, expected) => {
  expect(waited(createHopes(), outcomes)).toBe(expected);
});

test('an answer that cannot stand was waited for in vain', () => {
  const hopes = createHopes();
  const base = baseOf('let a;\n');
  hopes.begin(base);
  expect(hopes.ended(base, false)).toBe(true);
  hopes.begin(base);
  expect(hopes.has(base)).toBe(false);
});

test('one that nobody can continue counts for nothing', () => {
  const hopes = createHopes();
  const base = baseOf('let a;\n');
  hopes.begin(base);
  hopes.forget(base);
  expect([hopes.has(base), hopes.ended(base, true)]).toEqual([false, false]);
  hopes.begin(base);
  expect(hopes.has(base)).toBe(true);
});

test('an answer that is late for two asks is waited for no more, and is late once; a whole prompt more is no new hope', () => {
  const hopes = createHopes();
  for (const each of 'abc') waited(hopes, `t${each === 'a' ? 't' : ''}`);
  const base = baseOf('let a;\n');
  hopes.begin(base);
  const lasting = [1, 2, 3].map(() => {
    hopes.asked(base);
    return hopes.has(base);
  });
  expect(lasting).toEqual([true, false, false]);
  hopes.begin(base);
  expect(hopes.has(base)).toBe(false);
  hopes.ended(base, true);
  hopes.begin(base);
  expect(hopes.has(base)).toBe(true);
});
