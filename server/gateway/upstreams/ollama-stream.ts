/** The answer of Ollama's own calls, one JSON a line: of its chat (`message`) and of its completions (`response`). */

import * as z from 'zod';
import type { Usage } from '../../core/model.ts';
import { loose } from '../../session/protocol/field.ts';
import type { BackendEvent } from '../backend.ts';
import { readPieces } from './answer-stream.ts';
import type { AskedServer } from './failure.ts';
import type { StreamItem } from './http.ts';
import type { Thinking } from './thinking.ts';

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
  let last: z.infer<typeof line> = {};
  const usage = (): Usage => ({
    inputTokens: last.prompt_eval_count ?? 0,
    cachedTokens: 0,
    outputTokens: last.eval_count ?? 0,
    reasoningTokens: 0,
  });
  const isCut = () => last.done_reason === 'length';
  yield* readPieces(
    items,
    { asked, thinking, quoted },
    {
      piece(value) {
        last = line.safeParse(value).data ?? {};
        const { message, response, done, error } = last;
        if (message === undefined && response === undefined && done === undefined && !error) return undefined;
        return {
          hasError: Boolean(error),
          hasThoughts: Boolean(message?.thinking || last.thinking),
          content: message?.content ?? response,
        };
      },
      // What it used is said in its last line alone.
      usage: () => (last.done_reason === undefined ? undefined : usage()),
      isCut,
      end() {
        const used = usage();
        read?.(used.inputTokens, (last.prompt_eval_duration ?? 0) / 1e6);
        return isCut()
          ? { kind: 'end', outcome: 'incomplete', reason: 'max_output_tokens', usage: used }
          : { kind: 'end', outcome: 'completed', usage: used };
      },
    },
  );
}

const line = z
  .object({
    message: loose(z.object({ content: loose(z.string()), thinking: loose(z.string()) })),
    thinking: loose(z.string()),
    response: loose(z.string()),
    done: loose(z.boolean()),
    done_reason: loose(z.string()),
    prompt_eval_count: loose(z.number()),
    /** Nanoseconds. */
    prompt_eval_duration: loose(z.number()),
    eval_count: loose(z.number()),
    error: loose(z.string()),
  })
  .partial();
