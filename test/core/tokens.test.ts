import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { baseWithin } from '../../server/core/prompt/fit.ts';
import { roughTokens } from '../../server/core/tokens.ts';
import { completeAsk, editAsk } from '../support/asks.ts';

test.each([
  ['', 0],
  ['abc', 1],
  ['abcd', 2],
  ['éèê', 2],
  ['漢字', 2],
  // Two code units, about two tokens.
  ['😀', 2],
])('%j is about %d tokens', (text, tokens) => {
  expect(roughTokens(text)).toBe(tokens);
});

const words = fc.constantFrom(
  'let a = 1;\n',
  '漢字かな交じり文\n',
  'zażółć gęślą jaźń\n',
  '😀',
  '\t',
  'x'.repeat(300),
);

test('whatever is written, and however small its tokens are, a prompt stays within its limit', () => {
  fc.assert(
    fc.property(
      fc.array(words, { maxLength: 200 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.integer({ min: 600, max: 8000 }),
      fc.double({ min: 0.5, max: 3, noNaN: true }),
      (pieces, where, contextTokens, tokensPerEstimate) => {
        const text = pieces.join('');
        const cursor = Math.floor(text.length * where);
        const ask = { ...completeAsk(`${text.slice(0, cursor)}█${text.slice(cursor)}`), contextTokens };
        const fitting = baseWithin(ask, tokensPerEstimate);
        if (fitting.kind === 'too-large') return;
        const prompt = [...fitting.base.parts, ...fitting.fork.parts].map(({ text: part }) => part).join('');
        expect(roughTokens(prompt) * tokensPerEstimate).toBeLessThanOrEqual(contextTokens + 4);
      },
    ),
    { numRuns: 200 },
  );
});

test('lines that cannot fit are said to be too many, by what they need', () => {
  const ask = { ...editAsk(`«${'漢'.repeat(5000)}»`, 'y'), contextTokens: 4096 };
  expect(baseWithin(ask)).toMatchObject({ kind: 'too-large', tokens: expect.any(Number) });
});
