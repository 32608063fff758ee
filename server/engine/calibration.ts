/**
 * Weights of `confidence.ts`, fitted by `test/bench/engine-calibrate.ts`: logistic regression over what the engine
 * would have added at 3,000 random cursors in held-out files of each of eleven code bases (gin, jq, pytest, parts of
 * CPython's library, rack, requests, ripgrep, trpc, vue, webpack, werkzeug; seven languages), with and without the
 * text below the cursor, with the whole code base known and with two neighbouring files alone. The order of the
 * weights is that of `featureNames` and `wholeFeatures`.
 */

import type { StepKind } from './confidence.ts';

export const weights: Readonly<Record<StepKind, readonly number[]>> = {
  // 42719 examples, 67.7 % right, log-loss 0.362
  word: [
    -2.133, 0.597, -0.166, -0.089, 0.171, -0.684, 0.209, 0.185, 0.107, 0.212, 0.086, 0.213, -0.052, 1.158,
    0.179, 0.0, -0.22, 0.0, -0.101, 0.311, -2.346, 0.104,
  ],
  // 20939 examples, 84.7 % right, log-loss 0.223
  rest: [
    -0.218, 0.06, 0.157, 0.076, -0.0, -0.533, 0.486, 0.768, 0.156, 0.476, 0.059, 0.34, 0.075, 0.103, 0.014,
    0.476, -1.062, 3.676, 0.668, 0.104, 0.0, 0.0,
  ],
  // 52659 examples, 81.9 % right, log-loss 0.214
  mark: [
    -1.418, 0.563, -0.174, -0.074, -0.006, -0.363, 0.217, 0.129, 0.065, 0.047, 0.073, 0.271, -0.04, 1.279,
    0.12, 0.0, -1.505, 0.0, -0.199, 0.097, -4.97, -0.045,
  ],
  // 10381 examples, 91.5 % right, log-loss 0.181
  break: [
    -1.697, 0.532, -0.26, -0.058, 0.532, -0.569, 0.189, 0.245, 0.048, 0.211, 0.048, 0.155, 0.115, 1.404,
    0.162, 0.0, -0.0, 0.0, -0.562, 0.323, 0.0, 0.355,
  ],
};

// 192631 examples, 57.7 % right, log-loss 0.485
export const wholeWeights: readonly number[] = [-1.17, 1.168, 0.145, 0.504, -0.105, 0.99];
