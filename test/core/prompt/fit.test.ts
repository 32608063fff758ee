/** Prompts made to fit, for models of which it is known how many tokens they really make of an estimated one. */

import { expect, test } from 'vitest';
import { noEdit } from '../../../server/core/edit.ts';
import { baseWithin, forkWithin } from '../../../server/core/prompt/fit.ts';
import { completeAsk } from '../../support/asks.ts';

const lines = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, i) => `const value${from + i} = compute(input, ${from + i});\n`).join(
    '',
  );

test.each([0.5, 0.75, 1, 1.3])(
  'a base of a file that is larger than the room has forks: %d tokens for each estimated',
  (tokensPerEstimate) => {
    const asked = (typed: string) => completeAsk(`${lines(0, 500)}value.${typed}█\n${lines(500, 1000)}`);
    const made = baseWithin(asked('first'), tokensPerEstimate);
    if (made.kind !== 'fitting') throw new Error('It does not fit.');
    const { base } = made;
    expect(base.shown.end - base.shown.start).toBeLessThan(base.text.value.length);
    for (const [ask, since] of [
      [asked('first'), noEdit],
      [asked('first.second'), undefined],
    ] as const) {
      const fork = forkWithin(ask, base, { since, tokensPerEstimate });
      expect(fork?.parts.at(-1)?.text).toContain('value.first');
      const tokens = (base.tokens + (fork?.tokens ?? 0)) * tokensPerEstimate;
      expect(tokens).toBeLessThanOrEqual(ask.contextTokens);
    }
  },
);
