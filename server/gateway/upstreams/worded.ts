/** What the upstreams that are asked in words have in common: base and fork, conversations, warming. */

import type { Clock } from '../../core/clock.ts';
import type { BackendEvent, Message } from '../backend.ts';
import { candidates, type Draw, likeliest, type Sampling, turnsOf } from './candidates.ts';
import { createPrefixes } from './prefix.ts';
import { tooLarge } from './too-large.ts';
import type { ServerFacts, Upstream } from './upstream.ts';

export interface TalkOptions {
  /** How long the answer may be. */
  readonly maxTokens: number | undefined;
  readonly sampling: Sampling;
  readonly signal: AbortSignal;
}

/** One request, and what comes back. */
export type Talk = (messages: readonly Message[], options: TalkOptions) => AsyncIterable<BackendEvent>;

export interface WordedOptions {
  readonly format: string;
  readonly server: ServerFacts;
  readonly clock: Clock;
  readonly talk: Talk;
}

export function createWordedUpstream({ format, server, clock, talk }: WordedOptions): Upstream {
  const prefixes = createPrefixes();
  return {
    format,
    tasks: ['complete', 'edit', 'fix', 'review', 'nextEdit'],
    contextTokens: server.contextTokens,
    async *answer(ask, signal) {
      const prompt = prefixes.prompt(ask);
      if (prompt.kind === 'too-large') {
        yield tooLarge(ask.task, prompt.tokens);
        return;
      }
      const messages = [...prompt.base, ...prompt.request];
      const draw: Draw = (sampling, signal) =>
        talk(messages, { maxTokens: ask.maxOutputTokens, sampling, signal });
      const wanted = ask.task === 'complete' ? ask.candidates : 1;
      yield* candidates(draw, { wanted, turns: turnsOf(server), signal, clock });
    },
    converse: ({ messages, maxOutputTokens }, signal) =>
      talk(messages, { maxTokens: maxOutputTokens, sampling: likeliest, signal }),
    async warm(ask, signal) {
      const prompt = prefixes.prompt(ask);
      if (prompt.kind === 'too-large') return;
      // The shortest answer there is: what counts is that the prompt was read.
      const shortest = { maxTokens: 1, sampling: likeliest, signal };
      for await (const _event of talk(prompt.base, shortest)) if (signal.aborted) return;
    },
  };
}
