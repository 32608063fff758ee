/**
 * Calibration: how many tokens this model makes of one that is estimated from characters, learnt from `usage`.
 *
 * Laws
 * - Until enough is learnt it only ever says more than the estimate, never less: a context stays within its limit.
 * - High among the newest samples, not the mean: most requests are below it. One odd report moves it little.
 * - It stays within bounds whatever a server tells.
 */

export interface Calibration {
  /** What a request was estimated at, and what its server counted. */
  learn(estimated: number, counted: number): void;
  tokensPerEstimate(): number;
}

const mostSamples = 24;
/** Fewer say nothing: a request of few tokens is mostly what its server adds itself. */
const leastTokens = 200;
const enoughSamples = 5;
const share = 0.9;
const least = 0.5;
const most = 3;

export function createCalibration(): Calibration {
  let samples: readonly number[] = [];
  /** Asked for by every request, so made with every report. */
  let known = 1;

  const read = (): number => {
    const sorted = samples.toSorted((a, b) => a - b);
    const high = sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
    if (high === undefined) return 1;
    return Math.min(most, Math.max(samples.length < enoughSamples ? 1 : least, high));
  };

  return {
    learn(estimated, counted) {
      if (estimated < leastTokens || !Number.isFinite(counted) || counted < leastTokens) return;
      samples = [...samples, counted / estimated].slice(-mostSamples);
      known = read();
    },
    tokensPerEstimate: () => known,
  };
}
