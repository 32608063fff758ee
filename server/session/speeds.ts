/**
 * Speeds: how fast this server is, learnt from its answers, so that each measurement can be put beside what its sizes
 * let expect.
 *
 *   sent ──network──► created ──start + uncached × perInput + reasoning × perOutput──► first text ──► last text
 *
 * Laws
 * - Medians over the newest samples: one stalled answer moves nothing.
 * - The wait for the first text is split into a part of every request and one for each token not cached by the line of
 *   Theil and Sen (the median of the slopes between all pairs), where sizes differ enough to tell; else all of it
 *   counts as time for each token.
 * - An estimate uses only what was learnt before.
 * - Nothing is worked out before it is read: an answer costs no more than keeping its sample.
 */

import type { Speeds } from '../core/measured.ts';

/** One answer that ran to its end. Times in milliseconds. */
export interface SpeedSample {
  readonly networkMs: number;
  readonly waitMs: number;
  readonly streamMs: number;
  readonly uncachedTokens: number;
  readonly reasoningTokens: number;
  /** Those of the text. */
  readonly textTokens: number;
}

export type SampleSizes = Pick<SpeedSample, 'uncachedTokens' | 'reasoningTokens' | 'textTokens'>;

/** In milliseconds from sending. */
export interface Expectation {
  readonly firstTextMs: number;
  readonly lastTextMs: number;
}

export interface SpeedLearner {
  learn(sample: SpeedSample): void;
  /** By what is learnt by now, whenever the expectation is read; that is nothing before the first sample. */
  expect(sizes: SampleSizes): () => Expectation | undefined;
  read(): Speeds;
}

const mostSamples = 16;
/** Fewer tokens come in one piece and say nothing of the speed. */
const leastTextTokens = 4;
/** Two requests whose sizes differ by less say nothing of the time for each token. */
const leastDifference = 64;

export function createSpeedLearner(): SpeedLearner {
  let newest: Lesson = { samples: [], speeds: undefined };
  return {
    learn(sample) {
      newest = { samples: [...newest.samples, sample].slice(-mostSamples), speeds: undefined };
    },
    expect(sizes) {
      const lesson = newest;
      return () => expectation(speedsOf(lesson), sizes);
    },
    read: () => speedsOf(newest),
  };
}

/** What is learnt at one time. */
interface Lesson {
  readonly samples: readonly SpeedSample[];
  /** Once they were read. */
  speeds: Speeds | undefined;
}

function speedsOf(lesson: Lesson): Speeds {
  lesson.speeds ??= learnt(lesson.samples);
  return lesson.speeds;
}

function expectation(
  { networkMs, startMs = 0, msPerInputToken = 0, msPerOutputToken = 0 }: Speeds,
  { uncachedTokens, reasoningTokens, textTokens }: SampleSizes,
): Expectation | undefined {
  if (networkMs === undefined) return undefined;
  const firstTextMs =
    networkMs + startMs + uncachedTokens * msPerInputToken + reasoningTokens * msPerOutputToken;
  return { firstTextMs, lastTextMs: firstTextMs + Math.max(0, textTokens - 1) * msPerOutputToken };
}

function learnt(samples: readonly SpeedSample[]): Speeds {
  if (samples.length === 0) return {};
  const long = samples.filter(({ textTokens }) => textTokens >= leastTextTokens);
  const perOutput = long.map(({ streamMs, textTokens }) => streamMs / (textTokens - 1));
  const msPerOutputToken = median(perOutput) ?? 0;
  const waits = samples.map(({ waitMs, uncachedTokens, reasoningTokens }) => ({
    tokens: uncachedTokens,
    ms: Math.max(0, waitMs - reasoningTokens * msPerOutputToken),
  }));
  return {
    networkMs: median(samples.map(({ networkMs }) => networkMs)) ?? 0,
    ...line(waits),
    ...(long.length > 0 ? { msPerOutputToken } : {}),
  };
}

interface Wait {
  readonly tokens: number;
  readonly ms: number;
}

function line(waits: readonly Wait[]): Pick<Speeds, 'startMs' | 'msPerInputToken'> {
  const slopes: number[] = [];
  // Up to 120 pairs: loops, which copy nothing.
  for (let i = 0; i < waits.length; i++) {
    for (let j = i + 1; j < waits.length; j++) {
      const [a, b] = [waits[i], waits[j]];
      if (!a || !b || Math.abs(b.tokens - a.tokens) < leastDifference) continue;
      slopes.push((b.ms - a.ms) / (b.tokens - a.tokens));
    }
  }
  const slope = median(slopes);
  if (slope === undefined) {
    const ratios = waits.filter(({ tokens }) => tokens > 0).map(({ tokens, ms }) => ms / tokens);
    return ratios.length > 0
      ? { startMs: 0, msPerInputToken: median(ratios) ?? 0 }
      : { startMs: median(waits.map(({ ms }) => ms)) ?? 0 };
  }
  const msPerInputToken = Math.max(0, slope);
  const starts = waits.map(({ tokens, ms }) => Math.max(0, ms - tokens * msPerInputToken));
  return { startMs: median(starts) ?? 0, msPerInputToken };
}

function median(values: readonly number[]): number | undefined {
  const sorted = Float64Array.from(values).sort();
  const upper = sorted[sorted.length >> 1];
  const lower = sorted[(sorted.length - 1) >> 1];
  return upper === undefined || lower === undefined ? undefined : (upper + lower) / 2;
}
