/** The answer of Ollama's own calls, one JSON a line: of its chat (`message`) and of its completions (`response`). */

import * as z from 'zod';
import type { Usage } from '../../core/model.ts';
import { loose } from '../../session/protocol/field.ts';
import type { BackendEvent } from '../backend.ts';
import { type AskedServer, refusedFailure } from './failure.ts';
import type { StreamItem } from './http.ts';
import { readErrorValue } from './refusal.ts';
import { createThinkingFilter } from './thinking.ts';

export interface OllamaReading {
  readonly asked: AskedServer;
  /** Told how many tokens of the prompt it read, and in how long. */
  read?(tokens: number, milliseconds: number): void;
}

export async function* readOllama(
  items: AsyncIterable<StreamItem>,
  { asked, read }: OllamaReading,
): AsyncGenerator<BackendEvent, void, void> {
  const thinking = createThinkingFilter();
  let last: z.infer<typeof line> = {};
  for await (const item of items) {
    if (item.kind === 'failed') {
      yield item;
      return;
    }
    last = line.safeParse(item.value).data ?? {};
    if (last.error) {
      const { words, code } = readErrorValue(item.value);
      yield {
        kind: 'failed',
        failure: refusedFailure({ status: 0, words, code, retryAfterMs: undefined }, asked),
      };
      return;
    }
    const said = last.message?.content ?? last.response;
    const text = said ? thinking.push(said) : '';
    if (text !== '') yield { kind: 'text', candidate: 0, text };
  }
  const rest = thinking.end();
  if (rest !== '') yield { kind: 'text', candidate: 0, text: rest };
  const usage: Usage = {
    inputTokens: last.prompt_eval_count ?? 0,
    cachedTokens: 0,
    outputTokens: last.eval_count ?? 0,
    reasoningTokens: 0,
  };
  read?.(usage.inputTokens, (last.prompt_eval_duration ?? 0) / 1e6);
  yield last.done_reason === 'length'
    ? { kind: 'end', outcome: 'incomplete', reason: 'max_output_tokens', usage }
    : { kind: 'end', outcome: 'completed', usage };
}

const line = z
  .object({
    message: loose(z.object({ content: loose(z.string()) })),
    response: loose(z.string()),
    done_reason: loose(z.string()),
    prompt_eval_count: loose(z.number()),
    /** Nanoseconds. */
    prompt_eval_duration: loose(z.number()),
    eval_count: loose(z.number()),
    error: loose(z.string()),
  })
  .partial();
