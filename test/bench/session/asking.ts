/** What one ask costs our own code, beside the same work done by hand: no sockets, no network, no model's time. */

import type { Print } from '../statistics.ts';
import type { Laboratory } from './laboratory.ts';

/** A session at work is somewhere between the two: a person asks too seldom for all of it to be optimised. */
const codes = ['optimised', 'baseline'] as const;

export async function benchAsking(
  laboratory: Laboratory,
  print: Print,
  { quick }: { readonly quick: boolean },
): Promise<void> {
  for (const code of codes) {
    print(`  one ask over a connection in memory, 64 KB document, 10 deltas, ${code} code, medians:`);
    for (const cost of await laboratory.isolated({ quick, code })) {
      const us = (value: number) => `${value.toFixed(1)} µs`;
      print(
        `    ${cost.name.padEnd(12)} before the write ${us(cost.before)}, first text to its reader ${us(cost.first)}, end to its reader ${us(cost.end)}; CPU ${us(cost.cpu)}, ${cost.allocatedKb.toFixed(0)} KB allocated`,
      );
    }
  }
}
