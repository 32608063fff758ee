/**
 * Fitting: asks cut to what a model can read. Where its server says how much that is, before anything is sent; where it
 * refuses a prompt as too long all the same, once more and shorter, and from then on at once.
 *
 * Laws
 * - Where prompts begin to be cut is said once in the log.
 * - An ask is made anew at most once, and only where nothing of an answer had come.
 */

import { type Ask, isSuggestion } from '../../core/ask.ts';
import type { Log } from '../../core/log.ts';
import { estimateTokens } from '../../core/prompt/prompt.ts';
import type { BackendEvent, TooLong } from '../backend.ts';
import { hostOf } from './failure.ts';

export interface Fitting {
  /** The events of `attempt`, given the ask as it fits. */
  answer(ask: Ask, attempt: (fitted: Ask) => AsyncIterable<BackendEvent>): AsyncIterable<BackendEvent>;
  fitted(ask: Ask): Ask;
}

export interface FittingOptions {
  /** What prompt and answer may have together; nothing where the server does not say. */
  readonly contextTokens: number | undefined;
  readonly model: string;
  readonly url: string;
  readonly log: Log;
}

/** A prompt needs so many tokens at least to say anything. */
const leastContext = 256;
/** Tokens of a context that are kept free for answers. */
const usualOutput = 1024;
/** Of what would just fit, what is sent the second time: estimates are not counts. */
const shareByCount = 0.9;
const shareByLimit = 0.6;
const shareByNothing = 0.5;

export function createFitting({ contextTokens, model, url, log }: FittingOptions): Fitting {
  const name = `"${model}" at ${hostOf(url)}`;
  /** Estimated tokens that a prompt was found to fit with. */
  let learnt: number | undefined;
  let isSaid = false;

  const fitted = (ask: Ask): Ask => {
    const context = contextTokens ?? Number.POSITIVE_INFINITY;
    const maxOutputTokens = Math.min(ask.maxOutputTokens, Math.floor(context / 2));
    // The same for short answers and shorter ones: what the prompt shows must not depend on it.
    const reserved = Math.max(maxOutputTokens, Math.min(usualOutput, Math.floor(context / 4)));
    const room = Math.max(leastContext, Math.min(context - reserved, learnt ?? context));
    if (room >= ask.contextTokens) return { ...ask, maxOutputTokens };
    if (!isSaid && learnt === undefined) {
      isSaid = true;
      log('info', `gateway: ${name} has a context of ${context} tokens: prompts are cut to ${room}`);
    }
    return { ...ask, maxOutputTokens, contextTokens: room };
  };

  return {
    fitted,
    async *answer(ask, attempt) {
      const first = fitted(ask);
      let refusal: TooLong | undefined;
      let said = false;
      for await (const event of attempt(first)) {
        // A server may also find out while it writes: then what it wrote stands.
        refusal = event.kind === 'failed' && !said ? event.tooLong : undefined;
        said ||= event.kind !== 'failed';
        if (!refusal) yield event;
      }
      if (!refusal) return;
      learnt = Math.min(learnt ?? Number.POSITIVE_INFINITY, shorterThan(refusal, first));
      log('info', `gateway: ${name} refused a prompt as too long: prompts are cut to ${learnt} tokens`);
      const second = fitted(ask);
      for await (const event of attempt(second)) {
        const again = event.kind === 'failed' ? event.tooLong : undefined;
        yield again ? stillTooLong(ask, name, again.limit ?? refusal.limit) : event;
      }
    },
  };
}

/** Estimated tokens for a prompt that fits, after one that did not. */
function shorterThan({ limit, sent, characters }: TooLong, ask: Ask): number {
  const written = Math.min(ask.contextTokens, estimateTokens(characters));
  const room = limit === undefined ? undefined : limit - Math.min(ask.maxOutputTokens, limit / 2);
  const share =
    room === undefined
      ? shareByNothing
      : sent !== undefined && sent > room
        ? (room / sent) * shareByCount
        : Math.min(1, room / Math.max(1, written)) * shareByLimit;
  return Math.max(leastContext, Math.floor(written * share));
}

function stillTooLong(ask: Ask, name: string, limit: number | undefined): BackendEvent {
  const unasked = isSuggestion(ask);
  const setting = unasked ? 'context.completionTokens' : 'context.editTokens';
  const room = limit === undefined ? '' : ` (${limit} tokens)`;
  return {
    kind: 'failed',
    failure: {
      // Nobody waits for a suggestion: it is silence, not a limit that a user is told of.
      code: unasked ? 'model' : 'limit',
      message: `The prompt is longer than ${name} can read${room}, also cut short: give the model a longer context, or lower \`${setting}\`.`,
    },
  };
}
