/**
 * Weights of `confidence.ts`, fitted by `test/bench/engine-calibrate.ts`: logistic regression over what the engine
 * would have added at 3,000 random cursors in held-out files of each of eleven code bases (gin, jq, pytest, parts of
 * CPython's library, rack, requests, ripgrep, trpc, vue, webpack, werkzeug; seven languages), with and without the
 * text below the cursor, with the whole code base known and with two neighbouring files alone. The order of the
 * weights is that of `featureNames` and `wholeFeatures`.
 */

import type { StepKind } from './confidence.ts';

export const weights: Readonly<Record<StepKind, readonly number[]>> = {
  // 43262 examples, 68.3 % right, log-loss 0.373
  word: [
    -2.359, 0.48, -0.049, -0.077, 0.202, -1.052, 0.143, 0.176, 0.129, 0.145, 0.1, 0.212, -0.058, 1.65, 0.19,
    0.0, -0.219, 0.0, -0.002, 0.319, -2.337, 0.109,
  ],
  // 20939 examples, 85.0 % right, log-loss 0.225
  rest: [
    -0.296, 0.012, 0.223, 0.075, -0.001, -0.969, 0.433, 0.733, 0.157, 0.399, 0.07, 0.333, 0.152, 0.614,
    -0.001, 0.48, -1.055, 3.657, 0.519, 0.103, 0.0, 0.0,
  ],
  // 53569 examples, 82.2 % right, log-loss 0.216
  mark: [
    -1.624, 0.41, -0.037, -0.052, -0.129, -0.703, 0.167, 0.138, 0.094, 0.007, 0.101, 0.27, -0.034, 1.81,
    0.143, 0.0, -1.534, 0.0, -0.209, 0.101, -4.873, -0.083,
  ],
  // 10562 examples, 91.7 % right, log-loss 0.179
  break: [
    -1.802, 0.532, -0.257, -0.069, 0.571, -0.874, 0.13, 0.22, 0.047, 0.234, 0.064, 0.176, 0.125, 1.82, 0.158,
    0.0, -0.0, 0.0, -0.264, 0.333, 0.0, 0.355,
  ],
};

// 198072 examples, 57.1 % right, log-loss 0.493
export const wholeWeights: readonly number[] = [-1.163, 1.213, 0.12, 0.498, -0.12, 0.973];
