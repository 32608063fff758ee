/** Whether what a server counts shows that it read the parent of a request. */

import { expect, test } from 'vitest';
import type { EventBody } from '../../../server/session/protocol/events.ts';
import { counts, generates } from '../../../server/session/strategy/belief.ts';

const counted = { id: 'resp_1', characters: 40_000, tokens: 10_000 };

test.each<[string, number, number, boolean]>([
  ['both, exactly', 10_500, 2_000, true],
  ['both, by a server that adds a little of its own', 12_000, 2_000, true],
  ['both, with some less where they are joined', 10_000, 2_000, true],
  ['the fork alone', 500, 2_000, false],
  ['the fork alone, which is as long as its parent', 10_000, 40_000, false],
  ['the fork alone, which is longer', 12_000, 40_000, false],
  ['both, where the fork is as long as its parent', 20_000, 40_000, true],
  // Then nothing can be said, and what cannot be shown is not believed.
  ['both, where the fork is ten times its parent', 110_000, 400_000, false],
  ['nothing', 0, 2_000, false],
])('a count of %s', (_, inputTokens, forkCharacters, believed) => {
  expect(counts(inputTokens, counted, forkCharacters)).toBe(believed);
});

test.each([undefined, 0])('a parent that was counted as %s is estimated from its characters', (tokens) => {
  const parent = { id: 'resp_1', characters: 40_000, tokens };
  expect(counts(10_500, parent, 2_000)).toBe(true);
  expect(counts(500, parent, 2_000)).toBe(false);
  expect(counts(0, parent, 2_000)).toBe(false);
});

const response = {
  id: 'resp_1',
  parent: undefined,
  output: [],
  usage: { inputTokens: 9000, cachedTokens: 0, outputTokens: 0, reasoningTokens: 0 },
  metadata: {},
  reason: undefined,
  error: undefined,
};
const place = { output: 0, part: 0 };

test.each<[string, EventBody, boolean]>([
  ['a base as it should be', { kind: 'ended', outcome: 'completed', response }, false],
  ['a response that begins', { kind: 'created', id: 'resp_1', parent: undefined }, false],
  ['text', { kind: 'text-delta', ...place, text: 'x' }, true],
  ['text that comes at once', { kind: 'text-done', ...place, text: 'x' }, true],
  ['no text', { kind: 'text-done', ...place, text: '' }, false],
  ['a refusal', { kind: 'refusal-delta', ...place, text: 'no' }, true],
  ['an item nobody sees', { kind: 'item-added', output: 0, item: { kind: 'hidden' } }, true],
  ['a length that was reached', { kind: 'ended', outcome: 'incomplete', response }, true],
  [
    'an item that is only there at the end',
    { kind: 'ended', outcome: 'completed', response: { ...response, output: [{ kind: 'hidden' }] } },
    true,
  ],
  [
    'tokens that nobody sees',
    {
      kind: 'ended',
      outcome: 'completed',
      response: { ...response, usage: { ...response.usage, outputTokens: 16 } },
    },
    true,
  ],
])('%s says whether the server generates', (_, body, isGenerated) => {
  expect(generates(body)).toBe(isGenerated);
});
