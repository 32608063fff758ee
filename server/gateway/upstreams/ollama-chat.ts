/**
 * Ollama's own chat, `POST /api/chat`, one JSON a line. Its OpenAI-compatible address takes no context size: prompts
 * longer than the server's default would be cut without a word.
 */

import { callAt } from './address.ts';
import { chatMessages } from './messages.ts';
import { readOllama } from './ollama-stream.ts';
import { createThinking, quotesThinking } from './thinking.ts';
import { requestHeaders, type Upstream, type UpstreamOptions } from './upstream.ts';
import { createWordedUpstream, type Talk } from './worded.ts';

/** Loading a model anew costs seconds; the server's own default is five minutes. */
export const keepAlive = '30m';

export function createOllamaChatUpstream({ model, server, http, clock }: UpstreamOptions): Upstream {
  const thinking = createThinking(server.model);
  const talk: Talk = (messages, { maxTokens, sampling, signal }) => {
    const { contextTokens } = server;
    const request = {
      method: 'POST',
      url: callAt(server.root, '/api/chat'),
      headers: requestHeaders(model),
      model: server.model,
      body: {
        model: server.model,
        messages: chatMessages(messages, 'own'),
        stream: true,
        // Words that do not fit are refused, not cut off in front where the instructions stand.
        truncate: false,
        keep_alive: keepAlive,
        // A model that thinks first is asked not to, unless the user wants it; others do not mind.
        think: model.effort ? thinkFor(model.effort) : false,
        options: {
          ...sampling,
          ...(contextTokens === undefined ? {} : { num_ctx: contextTokens }),
          ...(maxTokens === undefined ? {} : { num_predict: maxTokens }),
        },
      },
    } as const;
    const quoted = quotesThinking(messages.map(({ text }) => text));
    return readOllama(http.stream(request, signal), { asked: request, thinking, quoted });
  };

  return createWordedUpstream({ format: 'chat', server, clock, talk });
}

function thinkFor(effort: string): boolean | string {
  if (effort === 'none' || effort === 'minimal') return false;
  return ['low', 'medium', 'high'].includes(effort) ? effort : true;
}
