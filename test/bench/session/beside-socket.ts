/**
 * Our session beside a bare warm `ws`. They are a tenth of a millisecond apart, which is less than a median of fifty
 * answers moves from run to run: so the two ask in turns by themselves, often, and how sure their ratio is stands
 * beside it.
 */

import { randomFrom } from '../../support/random.ts';
import { median, ms, type Print } from '../statistics.ts';
import { judge, type Outcomes, overheads } from './figures.ts';

export const pair = ['session', 'socket'] as const;

/** The budget: never over it. */
const most = 1.2;
/** Of the resampling (Efron, 1979): the ends of 95 of 100. */
const resamples = 1_000;
const seed = 20_261_122;

export function judgeBeside(print: Print, title: string, outcomes: Outcomes): void {
  for (const [name, figure] of overheads) {
    const ours = (outcomes.get('session') ?? []).map(figure);
    const theirs = (outcomes.get('socket') ?? []).map(figure);
    const times = `${ms(median(ours))} to ${ms(median(theirs))}, n=${ours.length}`;
    judge(print, `overhead to a bare warm ws's, ${title}, ${name}, ${times}`, {
      ours: median(ours),
      theirs: median(theirs),
      most,
      between: between(ours, theirs),
    });
  }
}

/** Between which two the ratio of the medians lies with a probability of 95 %. */
function between(ours: readonly number[], theirs: readonly number[]): readonly [low: number, high: number] {
  const random = randomFrom(seed);
  const again = (values: readonly number[]): number =>
    median(values.map(() => values[Math.floor(random() * values.length)] ?? Number.NaN));
  const ratios = Array.from({ length: resamples }, () => again(ours) / again(theirs)).sort((a, b) => a - b);
  const at = (share: number): number => ratios[Math.floor(share * resamples)] ?? Number.NaN;
  return [at(0.025), at(0.975)];
}
