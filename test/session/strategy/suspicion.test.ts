/** When refusals without a reason are put down to what a request continued from. */

import { expect, test } from 'vitest';
import type { Exchange } from '../../../server/session/exchange.ts';
import { createSuspicion } from '../../../server/session/strategy/suspicion.ts';

/** `w` is answered whole after it was refused, `f` whole anyway, `c` as it continued; whether each proves it. */
function check(answers: string, proofs: readonly boolean[]): void {
  const suspicion = createSuspicion(false);
  const told = [...answers].map((way) => {
    const exchange = {} as Exchange;
    if (way === 'w')
      expect([suspicion.refused(exchange), suspicion.refused(exchange)]).toEqual([true, false]);
    expect(suspicion.isWhole(exchange)).toBe(way === 'w');
    return suspicion.answered(exchange, way === 'c' ? 'continued' : 'whole');
  });
  expect(told).toEqual(proofs.map((isProof) => (isProof ? 'continues-never' : 'nothing')));
}

test('three in a row that whole ones are answered prove it', () => {
  check('www', [false, false, true]);
  check('wfwfw', [false, false, false, false, true]);
});

test('one that continues and is answered proves the contrary', () => {
  check('wwcwwcw', Array(7).fill(false));
  check('cwww', [false, false, false, true]);
});

test('with a tool, that one is chosen is suspected first, of a server that answered none that did', () => {
  const suspicion = createSuspicion(true);
  const [first, second] = [{}, {}] as [Exchange, Exchange];
  const put = (exchange: Exchange) =>
    suspicion.isUnchosen(exchange) ? 'unchosen' : suspicion.isWhole(exchange) ? 'whole' : 'as usual';
  expect(put(first)).toBe('as usual');
  expect([suspicion.refused(first), put(first)]).toEqual([true, 'unchosen']);
  expect([suspicion.refused(first), put(first)]).toEqual([true, 'whole']);
  expect(suspicion.refused(first)).toBe(false);
  expect(suspicion.answered(first, 'whole')).toBe('nothing');
  expect([suspicion.refused(second), suspicion.answered(second, 'continued')]).toEqual([
    true,
    'continues-unchosen',
  ]);
  const third = {} as Exchange;
  expect([suspicion.refused(third), put(third)]).toEqual([true, 'whole']);
});
