/** Verdicts from what a server tells of the first requests. */

import { expect, test } from 'vitest';
import { createJudge, type Judge, type Sample } from '../../../server/session/strategy/judge.ts';
import { virtualClock } from '../../support/clock.ts';

/** `input` tokens, `cached` of them read before, first text after `ms`. */
function sample(way: Sample['way'], [input, cached, ms]: readonly [number, number, number]): Sample {
  const usage = { inputTokens: input, cachedTokens: cached, outputTokens: 20, reasoningTokens: 0 };
  return { way, usage, firstTextMs: ms };
}

function judged(
  whole: readonly [number, number, number],
  continued: readonly [number, number, number],
  more: { readonly bases?: number } = {},
): Judge {
  const judge = createJudge(virtualClock());
  for (let i = 0; i < (more.bases ?? 1); i++) {
    judge.warmed({ inputTokens: 4000, cachedTokens: 0, outputTokens: 0, reasoningTokens: 0 });
  }
  for (let i = 0; i < 2; i++) judge.observe(sample('whole', whole));
  for (let i = 0; i < 8; i++) judge.observe(sample('continued', continued));
  return judge;
}

test('continuing pays where the server has read most of it before', () => {
  expect(judged([4000, 0, 300], [4200, 4000, 80]).verdict()).toEqual({
    pays: true,
    reason: '95 % of a request was read before',
  });
});

test.each<[string, readonly [number, number, number], readonly [number, number, number], number, RegExp]>([
  [
    'whole prompts are cached too, and bases are made for each fork',
    [4000, 3900, 80],
    [4200, 4000, 80],
    8,
    /billed \d+ % of whole/,
  ],
  ['it is slower, and no cheaper', [4000, 0, 100], [4200, 0, 200], 0, /took 200 % of the time/],
  ['it is faster at any price', [400, 390, 100], [4200, 0, 20], 8, /billed \d+ %/],
  ['it is dearer, and faster by less than anybody sees', [4000, 3900, 9], [4200, 3000, 3], 1, /billed \d+ %/],
])('it does not where %s', (_, whole, continued, bases, reason) => {
  expect(judged(whole, continued, { bases }).verdict()).toEqual({
    pays: false,
    reason: expect.stringMatching(reason),
  });
});

test.each<[string, readonly [number, number, number], readonly [number, number, number]]>([
  ['nothing is told of tokens, and it is not slower', [0, 0, 100], [0, 0, 110]],
  ['nothing is told of tokens, and it is slower by less than anybody sees', [0, 0, 4], [0, 0, 9]],
  ['it costs more, and saves the time', [4000, 3900, 300], [4200, 3000, 60]],
  ['it takes longer, and costs far less', [4000, 0, 100], [4200, 4100, 150]],
  ['the whole ones were about a short document', [600, 0, 100], [4200, 4000, 100]],
])('it does where %s', (_, whole, continued) => {
  expect(judged(whole, continued).verdict().pays).toBe(true);
});

test('nothing is decided by one way alone, but the other is tried where the server counts nothing', () => {
  const judge = createJudge(virtualClock());
  expect(judge.verdict()).toEqual({ pays: true, reason: 'nothing is measured yet' });
  for (let i = 0; i < 3; i++) judge.observe(sample('continued', [4200, 0, 900]));
  expect(judge.wantsWhole()).toBe(false);
  judge.observe(sample('continued', [4200, 0, 900]));
  expect([judge.wantsWhole(), judge.verdict().pays]).toEqual([true, true]);
  for (let i = 0; i < 2; i++) judge.observe(sample('whole', [4000, 0, 100]));
  expect([judge.wantsWhole(), judge.verdict().pays]).toEqual([false, false]);

  const counted = createJudge(virtualClock());
  for (let i = 0; i < 9; i++) counted.observe(sample('continued', [4200, 4000, 100]));
  expect(counted.wantsWhole()).toBe(false);
});

test('a verdict against stands for ten minutes and fifty requests, then it is tried again', () => {
  const clock = virtualClock();
  const judge = createJudge(clock);
  for (let i = 0; i < 2; i++) judge.observe(sample('whole', [4000, 0, 100]));
  for (let i = 0; i < 4; i++) judge.observe(sample('continued', [4200, 0, 200]));
  expect(judge.verdict().pays).toBe(false);
  for (let i = 0; i < 60; i++) judge.observe(sample('whole', [4000, 0, 100]));
  expect(judge.verdict().pays).toBe(false);
  clock.advance(10 * 60_000);
  judge.observe(sample('whole', [4000, 0, 100]));
  expect(judge.verdict().pays).toBe(true);
});
