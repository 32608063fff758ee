/** Which token of the text before each token of the text after was. */

import { align } from '../diff/align.ts';
import type { Meaning } from './meaning.ts';

/** Steps of alignment; about 20 ms where every one is spent. */
const maxSteps = 5_000_000;
/** Few long runs of kept tokens rather than many short ones: a lone bracket kept says nothing about its layout. */
const gapCost = 4;
const exactCells = 100_000;

/** For each token of `after` the index of its partner in `before`, or -1; in increasing order. */
export function partners(before: Meaning, after: Meaning): Int32Array {
  const numbers = new Map<string, number>();
  const weights: number[] = [];
  const items = ({ tokens }: Meaning) =>
    Int32Array.from(tokens, ({ says }) => {
      const known = numbers.get(says);
      if (known !== undefined) return known;
      numbers.set(says, weights.length);
      return weights.push(1 + Math.min(40, says.length)) - 1;
    });
  const a = items(after);
  const b = items(before);
  const budget = { steps: maxSteps };
  return align(a, b, { weights: Int32Array.from(weights), gapCost, exactCells, budget });
}
