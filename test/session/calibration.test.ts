import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createCalibration } from '../../server/session/calibration.ts';

function learntFrom(...samples: readonly (readonly [estimated: number, counted: number])[]): number {
  const calibration = createCalibration();
  for (const [estimated, counted] of samples) calibration.learn(estimated, counted);
  return calibration.tokensPerEstimate();
}

const many = (ratio: number, times = 24) =>
  Array.from({ length: times }, () => [1000, 1000 * ratio] as const);

describe('tokens for one that is estimated', () => {
  test.each([
    ['nothing learnt', [], 1],
    ['one that counts fewer is not yet believed', many(0.8, 1), 1],
    ['one that counts more is believed at once', many(1.4, 1), 1.4],
    ['many that count fewer', many(0.8), 0.8],
    ['one odd report among many', [...many(0.8, 23), [1000, 9000] as const], 0.8],
    ['requests that are too small to tell', [[100, 900] as const], 1],
    ['a server that counts nothing', [[1000, 0] as const], 1],
    ['nonsense, bounded', many(100), 3],
    ['nonsense, bounded below', [...many(0.21)], 0.5],
    ['the newest count', [...many(2), ...many(0.9)], 0.9],
  ] as const)('%s: %j is %d', (_, samples, expected) => {
    expect(learntFrom(...samples)).toBeCloseTo(expected);
  });

  test('at least nine in ten of the newest requests are within it', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0.6, max: 2.5, noNaN: true }), { minLength: 10, maxLength: 24 }),
        (ratios) => {
          const learnt = learntFrom(...ratios.map((ratio) => [1000, 1000 * ratio] as const));
          expect(
            ratios.filter((ratio) => ratio <= learnt + 1e-9).length / ratios.length,
          ).toBeGreaterThanOrEqual(0.9);
        },
      ),
    );
  });
});
