/**
 * Ollama's own chat, `POST /api/chat`, one JSON a line. Its OpenAI-compatible address takes no context size: prompts
 * longer than the server's default would be cut without a word.
 */

import * as z from 'zod';
import type { Usage } from '../../core/model.ts';
import { loose } from '../../session/protocol/field.ts';
import type { BackendEvent } from '../backend.ts';
import { refusedFailure } from './failure.ts';
import type { StreamItem } from './http.ts';
import { chatMessages } from './messages.ts';
import { readErrorValue } from './refusal.ts';
import { createThinkingFilter } from './thinking.ts';
import { requestHeaders, type Upstream, type UpstreamOptions } from './upstream.ts';
import { createWordedUpstream, type Talk } from './worded.ts';

/** Loading a model anew costs seconds; the server's own default is five minutes. */
export const keepAlive = '30m';

export function createOllamaChatUpstream({ model, server, http }: UpstreamOptions): Upstream {
  const talk: Talk = (messages, maxTokens, signal) => {
    const { contextTokens } = server;
    const request = {
      method: 'POST',
      url: `${server.root}/api/chat`,
      headers: requestHeaders(model),
      model: server.model,
      body: {
        model: server.model,
        messages: chatMessages(messages, 'own'),
        stream: true,
        keep_alive: keepAlive,
        // A model that thinks first is asked not to, unless the user wants it; others do not mind.
        think: model.effort ? thinkFor(model.effort) : false,
        options: {
          temperature: 0,
          ...(contextTokens === undefined ? {} : { num_ctx: contextTokens }),
          ...(maxTokens === undefined ? {} : { num_predict: maxTokens }),
        },
      },
    } as const;
    return readOllamaChat(http.stream(request, signal), request);
  };

  return createWordedUpstream({ format: 'chat', server, talk });
}

function thinkFor(effort: string): boolean | string {
  if (effort === 'none' || effort === 'minimal') return false;
  return ['low', 'medium', 'high'].includes(effort) ? effort : true;
}

async function* readOllamaChat(
  items: AsyncIterable<StreamItem>,
  asked: { readonly url: string; readonly model: string },
): AsyncGenerator<BackendEvent, void, void> {
  const thinking = createThinkingFilter();
  let last: z.infer<typeof line> = {};
  for await (const item of items) {
    if (item.kind === 'failed') {
      yield item;
      return;
    }
    const read = line.safeParse(item.value);
    last = read.success ? read.data : {};
    if (last.error) {
      const { words, code } = readErrorValue(item.value);
      yield {
        kind: 'failed',
        failure: refusedFailure({ status: 0, words, code, retryAfterMs: undefined }, asked),
      };
      return;
    }
    const text = last.message?.content ? thinking.push(last.message.content) : '';
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
  yield last.done_reason === 'length'
    ? { kind: 'end', outcome: 'incomplete', reason: 'max_output_tokens', usage }
    : { kind: 'end', outcome: 'completed', usage };
}

const line = z
  .object({
    message: loose(z.object({ content: loose(z.string()) })),
    done_reason: loose(z.string()),
    prompt_eval_count: loose(z.number()),
    eval_count: loose(z.number()),
    error: loose(z.string()),
  })
  .partial();
