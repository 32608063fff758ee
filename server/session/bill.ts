/** What one request cost, and how much of that was for nothing. Pure. */

import type { RequestRecord, RequestTokens } from '../core/measured.ts';
import type { AnswerEvent, Usage } from '../core/model.ts';
import { roughTokens } from '../core/tokens.ts';
import type { EventBody } from './protocol/events.ts';

/** `free`: the server refused it. `untold`: what it cost nobody will ever tell. */
export type Bill = Usage | 'free' | 'untold';

/** What the last event of an answer tells of its cost, of which so many UTF-16 code units were heard; no other does. */
export function billOf(body: EventBody, heardCharacters: number): Bill | undefined {
  if (body.kind !== 'ended' && body.kind !== 'error') return undefined;
  const usage = body.kind === 'ended' ? body.response.usage : undefined;
  const isRefused = (body.kind === 'error' || body.outcome === 'failed') && heardCharacters === 0;
  return usage ?? (isRefused ? 'free' : 'untold');
}

/** How a request ended for its reader; `left`: it had heard enough. */
export type AnswerEnd = Extract<AnswerEvent, { kind: 'done' | 'failed' }> | { readonly kind: 'left' };

export function outcomeOf(end: AnswerEnd): RequestRecord['outcome'] {
  switch (end.kind) {
    case 'left':
      return 'left';
    case 'done':
      return end.outcome;
    case 'failed':
      return end.failure.code;
    default:
      return end satisfies never;
  }
}

export function toldTokens({ inputTokens, cachedTokens, outputTokens }: Usage): RequestTokens {
  return { input: inputTokens, cached: cachedTokens, output: outputTokens, by: 'server' };
}

/** For a request estimated at so many tokens, of whose answer so many UTF-16 code units were heard. */
export function estimatedTokens(inputTokens: number, heardCharacters: number): RequestTokens {
  return {
    input: inputTokens,
    cached: 0,
    output: roughTokens(' '.repeat(heardCharacters)),
    by: 'estimate',
  };
}

/**
 * Tokens that nobody has a use for: none of an answer that was told, the rest of one that was left after `heard` of
 * its `whole` characters, all of any other.
 */
export function wastedTokens(
  outcome: RequestRecord['outcome'],
  { input, output }: RequestTokens,
  characters: { readonly heard: number; readonly whole: number },
): number {
  switch (outcome) {
    case 'completed':
    case 'incomplete':
      return 0;
    case 'left': {
      const { heard, whole } = characters;
      return whole === 0 ? output : Math.round(output * (1 - heard / whole));
    }
    default:
      return input + output;
  }
}
