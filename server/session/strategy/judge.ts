/**
 * Judge: whether continuing from what the server holds pays, by what the server itself says of the first requests.
 *
 *   trial ──enough of both──► pays (looked at again with every request)
 *     ▲                        │ costs more than it saves
 *     └──── time and requests ─┴──► does not pay
 *
 * Laws
 * - Without samples of both ways nothing is decided: continuing saves bytes whatever the server does.
 * - A server that counts no cached tokens says nothing by itself: then a few requests go the other way, to compare.
 * - Each request is compared with what it would have cost whole, never with one about another, shorter document.
 * - A verdict against stands for a while, so that two ways of equal worth do not take turns.
 */

import type { Clock } from '../../core/clock.ts';
import type { Usage } from '../../core/model.ts';

/** One answered request. */
export interface Sample {
  /** Whether it continued from what the server held, or brought everything. */
  readonly way: 'continued' | 'whole';
  readonly usage: Usage | undefined;
  /** From sending to the first text. */
  readonly firstTextMs: number | undefined;
}

export interface Verdict {
  readonly pays: boolean;
  /** Half a sentence for `doctor`, with what was measured. */
  readonly reason: string;
}

export interface Judge {
  observe(sample: Sample): void;
  /** What making bases cost, which their forks share. */
  warmed(usage: Usage | undefined): void;
  verdict(): Verdict;
  /** Whether the next request should bring everything, to have something to compare with. */
  wantsWhole(): boolean;
}

/** Samples of each way that a verdict needs: fewer are decided by one stall. */
const enoughContinued = 4;
const enoughWhole = 2;
/** Newest samples kept: servers change with the hour. */
const mostSamples = 12;
/** What a cached token costs of a read one: providers take a tenth to a quarter. */
export const cachedPrice = 0.25;
/** It must cost clearly more, or be clearly slower, to be given up: medians of few samples vary by a fifth. */
const clearly = 1.25;
/** Less time more or less is chance, and nobody sees it. */
const noticeableMs = 10;
/** Waiting less is worth tokens, but not any number of them. */
const mostForSpeed = 4;
/** A verdict against is looked at again after both. */
const restMs = 10 * 60_000;
const restRequests = 50;

export function createJudge(clock: Clock): Judge {
  let continued: Sample[] = [];
  let whole: Sample[] = [];
  let warmedTokens = 0;
  let forks = 0;
  let against: { readonly at: number; readonly reason: string; requests: number } | undefined;

  let verdict: Verdict = { pays: true, reason: 'nothing is measured yet' };

  const perFork = (): number => (forks === 0 ? 0 : warmedTokens / forks);

  function judge(): void {
    if (continued.length < enoughContinued || whole.length < enoughWhole) return;
    const cost = ratio(
      ratio(sum(continued, billed) + perFork() * continued.length, sum(continued, inputTokens)),
      median(whole, billedShare),
    );
    const time = timeRatio(median(continued, firstMs), median(whole, firstMs));
    const isDear = cost > clearly && (time > 1 / clearly || cost > mostForSpeed);
    const isSlow = time > clearly && cost > 1 / clearly;
    if (!isDear && !isSlow) return;
    const reason = isDear
      ? `continuing was billed ${percent(cost)} of whole prompts`
      : `continuing took ${percent(time)} of the time of whole prompts`;
    against = { at: clock.now(), reason, requests: 0 };
    continued = [];
  }

  /** Read at every ask, so made with every answer. */
  function read(): Verdict {
    if (against) return { pays: false, reason: against.reason };
    if (continued.length === 0) return { pays: true, reason: 'nothing is measured yet' };
    const share = median(continued, cachedShare);
    return share > 0
      ? { pays: true, reason: `${Math.round(share * 100)} % of a request was read before` }
      : { pays: true, reason: 'the server counts no cached tokens, and continuing is not slower' };
  }

  return {
    observe(sample) {
      if (against) {
        against.requests++;
        if (against.requests >= restRequests && clock.now() - against.at >= restMs) {
          against = undefined;
          warmedTokens = 0;
          forks = 0;
        }
      }
      if (sample.way === 'continued') {
        forks++;
        continued = [...continued, sample].slice(-mostSamples);
      } else whole = [...whole, sample].slice(-mostSamples);
      if (!against) judge();
      verdict = read();
    },
    warmed(usage) {
      if (usage) warmedTokens += tokensOf(usage);
    },
    verdict: () => verdict,
    wantsWhole: () =>
      !against &&
      continued.length >= enoughContinued &&
      whole.length < enoughWhole &&
      continued.every(({ usage }) => (usage?.cachedTokens ?? 0) === 0),
  };
}

function tokensOf({ inputTokens, cachedTokens }: Usage): number {
  return inputTokens - cachedTokens + cachedTokens * cachedPrice;
}

function billed({ usage }: Sample): number | undefined {
  return usage && tokensOf(usage);
}

function inputTokens({ usage }: Sample): number | undefined {
  return usage?.inputTokens;
}

/** Less than 1 where the provider keeps prompts by itself. */
function billedShare({ usage }: Sample): number | undefined {
  return usage && tokensOf(usage) / Math.max(1, usage.inputTokens);
}

function cachedShare({ usage }: Sample): number | undefined {
  return usage && usage.cachedTokens / Math.max(1, usage.inputTokens);
}

function firstMs({ firstTextMs }: Sample): number | undefined {
  return firstTextMs;
}

function sum(samples: readonly Sample[], of: (sample: Sample) => number | undefined): number {
  return samples.reduce((total, sample) => total + (of(sample) ?? 0), 0);
}

/** 0 where nothing is known. */
function median(samples: readonly Sample[], of: (sample: Sample) => number | undefined): number {
  const values = samples.flatMap((sample) => of(sample) ?? []).sort((a, b) => a - b);
  return values[Math.floor(values.length / 2)] ?? 0;
}

/** 1 where either is not known. */
function ratio(a: number, b: number): number {
  return a > 0 && b > 0 ? a / b : 1;
}

function timeRatio(a: number, b: number): number {
  return Math.abs(a - b) < noticeableMs ? 1 : ratio(a, b);
}

function percent(ratio: number): string {
  return `${Math.round(ratio * 100)} %`;
}
