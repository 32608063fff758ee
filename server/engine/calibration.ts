/**
 * Weights of `confidence.ts`, fitted by `test/bench/engine-calibrate.ts`: logistic regression over what the engine
 * would have added at 3,000 random cursors in held-out files of each of eleven code bases (gin, jq, pytest, parts of
 * CPython's library, rack, requests, ripgrep, trpc, vue, webpack, werkzeug; seven languages), with and without the
 * text below the cursor, with the whole code base known and with two neighbouring files alone. The order of the
 * weights is that of `featureNames` and `wholeFeatures`.
 */

import type { StepKind } from './confidence.ts';

export const weights: Readonly<Record<StepKind, readonly number[]>> = {
  // 42174 examples, 68.8 % right, log-loss 0.362
  word: [
    -2.214, 0.641, -0.182, -0.1, 0.203, -0.657, 0.205, 0.191, 0.113, 0.209, 0.09, 0.213, -0.059, 1.188, 0.179,
    0.0, -0.206, 0.0, -0.173, 0.318, -1.272, 0.072,
  ],
  // 20969 examples, 84.6 % right, log-loss 0.223
  rest: [
    -0.238, 0.072, 0.149, 0.076, -0.0, -0.47, 0.484, 0.803, 0.121, 0.534, 0.054, 0.328, 0.082, 0.028, 0.021,
    0.486, -1.061, 3.672, 0.705, 0.105, 0.0, 0.0,
  ],
  // 50921 examples, 84.9 % right, log-loss 0.216
  mark: [
    -1.359, 0.54, -0.159, -0.065, -0.07, -0.281, 0.223, 0.159, 0.073, 0.13, 0.072, 0.272, -0.031, 1.231, 0.09,
    0.0, -1.731, 0.0, -0.328, 0.107, -3.284, -0.101,
  ],
  // 10415 examples, 91.4 % right, log-loss 0.184
  break: [
    -1.678, 0.571, -0.277, -0.07, 0.598, -0.555, 0.161, 0.231, 0.024, 0.219, 0.038, 0.165, 0.129, 1.336,
    0.166, 0.0, -0.0, 0.0, -0.49, 0.32, 0.0, 0.378,
  ],
};

// 190804 examples, 58.4 % right, log-loss 0.486
export const wholeWeights: readonly number[] = [-1.133, 1.15, 0.144, 0.486, -0.107, 0.995];
