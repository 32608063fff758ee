/** The answer of Ollama's own calls, one JSON a line: of its chat (`message`) and of its completions (`response`). */

import * as z from 'zod';
import type { Usage } from '../../core/model.ts';
import { loose } from '../../session/protocol/field.ts';
import type { BackendEvent } from '../backend.ts';
import type { AskedServer } from './failure.ts';
import type { StreamItem } from './http.ts';
import { refusedInside } from './refused.ts';
import type { Thinking } from './thinking.ts';
import { onlyThought, thoughtAloud } from './thoughts.ts';

export interface OllamaReading {
  readonly asked: AskedServer;
  readonly thinking: Thinking;
  /** Whether the prompt holds marks of thinking. */
  readonly quoted?: boolean;
  /** Told how many tokens of the prompt it read, and in how long. */
  read?(tokens: number, milliseconds: number): void;
}

export async function* readOllama(
  items: AsyncIterable<StreamItem>,
  { asked, thinking, quoted = false, read }: OllamaReading,
): AsyncGenerator<BackendEvent, void, void> {
  const filter = thinking.filter(quoted);
  let last: z.infer<typeof line> = {};
  let said = false;
  for await (const item of items) {
    if (item.kind === 'failed') {
      yield item;
      return;
    }
    last = line.safeParse(item.value).data ?? {};
    if (last.error) {
      yield refusedInside(item.value, asked);
      return;
    }
    if (last.message?.thinking || last.thinking) filter.apart();
    const content = last.message?.content ?? last.response;
    const text = content ? filter.push(content) : '';
    if (text === 'aloud') {
      yield thoughtAloud(asked, undefined);
      return;
    }
    if (text !== '') {
      said = true;
      yield { kind: 'text', candidate: 0, text };
    }
  }
  const cut = last.done_reason === 'length';
  const rest = filter.end(cut);
  if (rest !== '') yield { kind: 'text', candidate: 0, text: rest };
  const usage: Usage = {
    inputTokens: last.prompt_eval_count ?? 0,
    cachedTokens: 0,
    outputTokens: last.eval_count ?? 0,
    reasoningTokens: 0,
  };
  read?.(usage.inputTokens, (last.prompt_eval_duration ?? 0) / 1e6);
  if (!cut) yield { kind: 'end', outcome: 'completed', usage };
  else if (!said && rest === '' && filter.thought()) yield onlyThought(asked, usage);
  else yield { kind: 'end', outcome: 'incomplete', reason: 'max_output_tokens', usage };
}

const line = z
  .object({
    message: loose(z.object({ content: loose(z.string()), thinking: loose(z.string()) })),
    thinking: loose(z.string()),
    response: loose(z.string()),
    done_reason: loose(z.string()),
    prompt_eval_count: loose(z.number()),
    /** Nanoseconds. */
    prompt_eval_duration: loose(z.number()),
    eval_count: loose(z.number()),
    error: loose(z.string()),
  })
  .partial();
