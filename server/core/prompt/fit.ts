/**
 * A prompt that fits: made again with less room until even a careful estimate of its tokens stays within what the ask
 * allows. Text outside ASCII and models with small tokens need more tokens than the renderer's own rule says.
 *
 * `tokensPerEstimate`: how many tokens this model really makes of one that is estimated, as its server told of
 * earlier requests; 1 where nothing is known.
 */

import type { Ask, Region } from '../ask.ts';
import type { Edit } from '../edit.ts';
import { type Base, type BaseContext, baseFor, type Fork, forkOf, makeBase } from './base.ts';

export type Fitting =
  | { readonly kind: 'fitting'; readonly base: Base; readonly fork: Fork }
  /** The lines asked about alone need about `tokens`, more than the ask allows. */
  | { readonly kind: 'too-large'; readonly tokens: number };

/** Each time the room shrinks by what was too much; what cannot be cut is found out before. */
const mostTries = 5;
/** The rest is for a fork. */
const mostOfRoom = 0.85;

/** A base for this ask and its fork. */
export function baseWithin(ask: Ask, tokensPerEstimate = 1): Fitting {
  let contextTokens = Math.floor(ask.contextTokens / tokensPerEstimate);
  let needed = 0;
  for (let tries = 0; tries < mostTries; tries++) {
    const narrower = { ...ask, contextTokens };
    const made = baseFor(narrower);
    if (made.kind === 'too-large')
      return { kind: 'too-large', tokens: Math.ceil(Math.max(needed, made.tokens * tokensPerEstimate)) };
    const fork = forkOf(narrower, made.base);
    if (fork.kind === 'renew') break;
    needed = (made.base.tokens + fork.tokens) * tokensPerEstimate;
    if (needed <= ask.contextTokens) return { kind: 'fitting', base: made.base, fork };
    contextTokens = Math.floor((contextTokens * ask.contextTokens) / needed) - 1;
  }
  return { kind: 'too-large', tokens: Math.ceil(needed) };
}

/** The fork that asks on a base that is there already, where both fit. */
export function forkWithin(
  ask: Ask,
  base: Base,
  { since, tokensPerEstimate }: { readonly since: Edit | undefined; readonly tokensPerEstimate: number },
): Fork | undefined {
  // The room its base was made for.
  const contextTokens = Math.floor(ask.contextTokens / tokensPerEstimate);
  const fork = forkOf({ ...ask, contextTokens }, base, since);
  if (fork.kind === 'renew') return undefined;
  return (base.tokens + fork.tokens) * tokensPerEstimate <= ask.contextTokens ? fork : undefined;
}

/** A base for whatever will be asked there; nothing where the instructions alone are more than an ask may bring. */
export function baseAhead(context: BaseContext, focus: Region): Base | undefined {
  let { contextTokens } = context;
  for (let tries = 0; tries < mostTries; tries++) {
    const base = makeBase({ ...context, contextTokens }, focus);
    if (base.tokens <= context.contextTokens) return base;
    contextTokens = Math.floor((contextTokens * context.contextTokens * mostOfRoom) / base.tokens);
  }
  return undefined;
}
