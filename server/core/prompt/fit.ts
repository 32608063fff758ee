/**
 * A prompt that fits: rendered again with less room until even a careful estimate of its tokens stays within what the
 * ask allows. Text outside ASCII and models with small tokens need more tokens than the renderer's own rule says.
 */

import type { Ask } from '../ask.ts';
import { roughTokens } from '../tokens.ts';
import type { Prompt } from './prompt.ts';
import { type PromptFormat, type Rendered, render } from './render.ts';

/** Each time the room shrinks by what was too much; what cannot be cut is found out before. */
const mostTries = 5;

/**
 * `tokensPerEstimate`: how many tokens this model really makes of one that is estimated, as its server told of
 * earlier requests; 1 where nothing is known.
 */
export function renderWithin(ask: Ask, format: PromptFormat, tokensPerEstimate = 1): Rendered {
  let contextTokens = Math.floor(ask.contextTokens / tokensPerEstimate);
  let needed = 0;
  for (let tries = 0; tries < mostTries; tries++) {
    const rendered = render({ ...ask, contextTokens }, format);
    if (rendered.kind === 'too-large') {
      return { kind: 'too-large', tokens: Math.ceil(Math.max(needed, rendered.tokens * tokensPerEstimate)) };
    }
    needed = promptEstimate(rendered.prompt) * tokensPerEstimate;
    if (needed <= ask.contextTokens) return rendered;
    contextTokens = Math.floor((contextTokens * ask.contextTokens) / needed) - 1;
  }
  return { kind: 'too-large', tokens: Math.ceil(needed) };
}

/** Tokens of the whole prompt by its characters alone. */
export function promptEstimate({ base, request }: Prompt): number {
  return [...base, ...request].reduce((sum, { text }) => sum + roughTokens(text), 0);
}
