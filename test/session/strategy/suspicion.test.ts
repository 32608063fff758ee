/** When refusals without a reason are put down to what a request continued from. */

import { expect, test } from 'vitest';
import type { Exchange } from '../../../server/session/exchange.ts';
import { createSuspicion } from '../../../server/session/strategy/suspicion.ts';

/** `w` is answered whole after it was refused, `f` whole anyway, `c` as it continued; whether each proves it. */
function check(answers: string, proofs: readonly boolean[]): void {
  const suspicion = createSuspicion();
  const told = [...answers].map((way) => {
    const exchange = {} as Exchange;
    if (way === 'w')
      expect([suspicion.refused(exchange), suspicion.refused(exchange)]).toEqual([true, false]);
    expect(suspicion.isWhole(exchange)).toBe(way === 'w');
    return suspicion.answered(exchange, way === 'c' ? 'continued' : 'whole');
  });
  expect(told).toEqual(proofs);
}

test('three in a row that whole ones are answered prove it', () => {
  check('www', [false, false, true]);
  check('wfwfw', [false, false, false, false, true]);
});

test('one that continues and is answered proves the contrary', () => {
  check('wwcwwcw', Array(7).fill(false));
  check('cwww', [false, false, false, true]);
});
