/** What the upstreams that are asked in words have in common: base and fork, conversations, warming. */

import type { BackendEvent, Message } from '../backend.ts';
import { createPrefixes } from './prefix.ts';
import { tooLarge } from './too-large.ts';
import type { ServerFacts, Upstream } from './upstream.ts';

/** One request: the messages, how long the answer may be, and what comes back. */
export type Talk = (
  messages: readonly Message[],
  maxTokens: number | undefined,
  signal: AbortSignal,
) => AsyncIterable<BackendEvent>;

export interface WordedOptions {
  readonly format: string;
  readonly server: ServerFacts;
  readonly talk: Talk;
}

export function createWordedUpstream({ format, server, talk }: WordedOptions): Upstream {
  const prefixes = createPrefixes();
  return {
    format,
    tasks: ['complete', 'edit', 'fix'],
    contextTokens: server.contextTokens,
    async *answer(ask, signal) {
      const prompt = prefixes.prompt(ask);
      if (prompt.kind === 'too-large') yield tooLarge(ask.task, prompt.tokens);
      else yield* talk([...prompt.base, ...prompt.request], ask.maxOutputTokens, signal);
    },
    converse: ({ messages, maxOutputTokens }, signal) => talk(messages, maxOutputTokens, signal),
    async warm(ask, signal) {
      const prompt = prefixes.prompt(ask);
      if (prompt.kind === 'too-large') return;
      // The shortest answer there is: what counts is that the prompt was read.
      for await (const _event of talk(prompt.base, 1, signal)) if (signal.aborted) return;
    },
  };
}
