import type { StepKind } from './confidence.ts';

export const weights: Readonly<Record<StepKind, readonly number[]>> = {
  word: [-0.5, 0.8],
  rest: [-0.3, 0.8],
  mark: [-0.5, 0.8],
  break: [-0.7, 0.8],
};
