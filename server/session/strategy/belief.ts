/**
 * Belief: whether a server did what it was asked: read the response that a request named as its parent, generated
 * nothing for a base. One that does not know these fields ignores them without a word: it answers from the fork alone,
 * without instructions and file, and what it made of the base is an answer.
 *
 * Laws
 * - Only the server's own word counts: the parent named back in the response object, or a count of tokens that both
 *   together explain and the fork alone does not.
 * - What a server counts is compared with what it counted for the parent itself, not with an estimate, where it did.
 */

import type { Usage } from '../../core/model.ts';
import type { EventBody } from '../protocol/events.ts';

export interface Parent {
  readonly id: string;
  /** UTF-16 code units of all that the server read and wrote up to there. */
  readonly characters: number;
  /** The same in tokens, where the server counted. */
  readonly tokens: number | undefined;
}

/** By how much a count may miss what is expected: the same text has a few tokens more or less where it is joined. */
const tolerance = 0.25;
/** Tokens that servers count as output where they read a prompt by generating as little as they can. */
const mostUnsaid = 1;
/** Of source code, for a parent that nobody counted. */
const usualTokensPerCharacter = 0.25;

/** Whether the response object names the parent. */
export function names(body: EventBody, { id }: Parent): boolean {
  switch (body.kind) {
    case 'created':
      return body.parent === id;
    case 'ended':
      return body.response.parent === id;
    default:
      return false;
  }
}

/** Whether so many tokens are about those of the parent and a fork of so many code units. */
export function counts(inputTokens: number, parent: Parent, forkCharacters: number): boolean {
  const { characters, tokens } = parent;
  const perCharacter = tokens && characters > 0 ? tokens / characters : usualTokensPerCharacter;
  const fork = forkCharacters * perCharacter;
  const both = characters * perCharacter + fork;
  return inputTokens >= both * (1 - tolerance) && inputTokens > fork * (1 + tolerance);
}

/** Whether it shows that the server generates, if only what nobody sees. */
export function generates(body: EventBody): boolean {
  switch (body.kind) {
    case 'text-delta':
    case 'text-done':
    case 'refusal-delta':
    case 'refusal-done':
      return body.text !== '';
    case 'item-added':
    case 'item-done':
      return true;
    case 'ended': {
      const { output = [], usage } = body.response;
      return body.outcome === 'incomplete' || output.length > 0 || (usage?.outputTokens ?? 0) > mostUnsaid;
    }
    default:
      return false;
  }
}

/** What a response that was counted so will be counted as by the next that continues from it. */
export function tokensOf(usage: Usage | undefined): number | undefined {
  return usage && usage.inputTokens + usage.outputTokens - usage.reasoningTokens;
}
