/** Random cases for everything in the core that reads what others wrote: no exception, and the laws that are cheap. */

import { randomFrom } from '../support/random.ts';
import { type Random, targets } from './targets.ts';

export interface FuzzOptions {
  readonly cases: number;
  readonly seed: number;
  readonly print: (line: string) => void;
}

/** Failures shown before it ends. */
const mostShown = 5;

/** How many cases failed. */
export function fuzz({ cases, seed, print }: FuzzOptions): number {
  print(`fuzz: ${cases} cases, seed ${seed}`);
  const names = Object.keys(targets);
  const started = performance.now();
  const counts = new Map(names.map((name) => [name, 0]));
  let failures = 0;
  for (let n = 0; n < cases && failures < mostShown; n++) {
    const name = names[n % names.length] ?? '';
    counts.set(name, (counts.get(name) ?? 0) + 1);
    // Each case has numbers of its own, so that it can be made again alone.
    const random: Random = randomFrom(Math.imul(seed, 31) + n);
    try {
      targets[name]?.(random);
    } catch (error) {
      failures++;
      print(`  ${name}, case ${n}: ${error instanceof Error ? error.stack : String(error)}`);
    }
  }
  const seconds = ((performance.now() - started) / 1000).toFixed(0);
  print(`  ${[...counts].map(([name, count]) => `${name} ${count}`).join(', ')}`);
  print(`  ${failures} failures (budget 0), ${seconds} s`);
  return failures;
}
