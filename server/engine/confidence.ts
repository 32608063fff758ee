/**
 * Confidence: how probable it is that the next symbol is right, from what the evidence looks like.
 *
 * The interpolated probability alone is over-sure where little was seen and under-sure behind long matches, so a
 * logistic model corrects it. Its weights are in `calibration.ts`, with how they were got.
 */

import { weights, wholeWeights } from './calibration.ts';
import {
  type Candidate,
  type Evidence,
  inDocument,
  inProject,
  nearby,
  orders,
  type Scope,
} from './evidence.ts';

export type StepKind = 'word' | 'rest' | 'mark' | 'break';

export interface Step {
  /** A whole word, the rest of a begun one, punctuation, or a line break. */
  readonly kind: StepKind;
  readonly step: number;
  /** UTF-16 code units typed of the first lexeme, and of all of the lexeme. */
  readonly partial: number;
  readonly length: number;
  readonly best: Candidate;
  readonly second: Candidate | undefined;
  readonly lines: number;
  readonly atLineStart: boolean;
  readonly restBlank: boolean;
}

export const featureNames = [
  'bias',
  'logit of the mix',
  'lead over the second',
  'square of the logit of the mix',
  'first step',
  'order of longest match in document',
  'odds there',
  'order of longest match nearby',
  'odds there',
  'order of longest match in project',
  'odds there',
  'odds in document at order 2',
  'odds in project and nearby at order 2',
  'longest match for it',
  'log of the count at its longest match',
  'partial length',
  'rest length',
  'whole',
  'only follower',
  'log of occurrences in document',
  'at line start',
  'log of the steps that went well',
] as const;

export function stepFeatures(evidence: Evidence, step: Step): Float64Array {
  const x = new Float64Array(featureNames.length);
  const p = step.best.probability;
  const q = step.second?.probability ?? 1e-6;
  const l = logit(p);
  x[0] = 1;
  x[1] = l;
  x[2] = Math.max(-3, Math.min(6, Math.log(p / Math.max(q, 1e-4))));
  x[3] = (l * Math.abs(l)) / 4;
  x[4] = step.step === 0 ? 1 : 0;
  const slot = step.best.slot;
  let at = 5;
  let longest = 0;
  for (const scope of [inDocument, nearby, inProject] as const) {
    const order = longestOrder(evidence, scope);
    x[at++] = order / 4;
    x[at++] = odds(evidence, slot, scope, order);
    longest = Math.max(longest, longestOrderOf(evidence, slot, scope));
  }
  x[at++] = odds(evidence, slot, inDocument, 2);
  const count = evidence.count(slot, nearby, 2) + evidence.count(slot, inProject, 2);
  const total = evidence.total(nearby, 2) + evidence.total(inProject, 2);
  x[at++] = Math.log((count + 0.5) / (total - count + 0.5));
  x[at++] = longest / 4;
  let seen = 0;
  for (const scope of [inDocument, nearby, inProject] as const) seen += evidence.count(slot, scope, longest);
  x[at++] = Math.log(seen + 0.25);
  x[at++] = Math.min(step.partial, 8) / 4;
  x[at++] = Math.min(step.length - step.partial, 16) / 8;
  x[at++] = step.length === step.partial ? 1 : 0;
  x[at++] = step.second ? 0 : 1;
  x[at++] = Math.log(1 + evidence.count(slot, inDocument, step.partial > 0 ? 0 : 1));
  x[at++] = step.atLineStart ? 1 : 0;
  x[at++] = Math.log2(1 + step.step);
  return x;
}

export function stepConfidence(features: Float64Array, kind: StepKind): number {
  const w = weights[kind];
  let sum = 0;
  for (let i = 0; i < features.length; i++) sum += (features[i] as number) * (w[i] ?? 0);
  return 1 / (1 + Math.exp(-sum));
}

/** What is known of a suggestion: the product and the least of its steps' confidences, and their number. */
export interface Course {
  readonly product: number;
  readonly weakest: number;
  readonly steps: number;
}

/**
 * The steps of a long copy are right or wrong together, so their product is too small: the confidence of the
 * whole is a logistic model of its own.
 */
export function wholeConfidence(course: Course): number {
  const features = wholeFeatures(course);
  let sum = 0;
  for (let i = 0; i < features.length; i++) sum += (features[i] as number) * (wholeWeights[i] ?? 0);
  return 1 / (1 + Math.exp(-sum));
}

export function wholeFeatures({ product, weakest, steps }: Course): Float64Array {
  const length = Math.log2(steps);
  return Float64Array.of(
    1,
    logit(product),
    logit(weakest),
    length,
    length * logit(product),
    steps === 1 ? 1 : 0,
  );
}

function longestOrder(evidence: Evidence, scope: Scope): number {
  for (let order = orders - 1; order > 0; order--) if (evidence.total(scope, order) > 0) return order;
  return 0;
}

function longestOrderOf(evidence: Evidence, slot: number, scope: Scope): number {
  for (let order = orders - 1; order > 0; order--) if (evidence.count(slot, scope, order) > 0) return order;
  return 0;
}

function odds(evidence: Evidence, slot: number, scope: Scope, order: number): number {
  const total = evidence.total(scope, order);
  if (total <= 0) return 0;
  const count = evidence.count(slot, scope, order);
  return Math.log((count + 0.5) / (Math.max(0, total - count) + 0.5));
}

function logit(p: number): number {
  const bounded = Math.max(1e-4, Math.min(1 - 1e-4, p));
  return Math.log(bounded / (1 - bounded));
}
