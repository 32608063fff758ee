/**
 * Models that fill in the middle behind `POST …/completions` (vLLM, LM Studio, and whoever speaks OpenAI's oldest
 * API): a raw prompt in the model's own control tokens.
 */

import type { FimFormat } from '../../../core/prompt/fim/format.ts';
import { outputTokens } from '../../../core/prompt/fim/limit.ts';
import { renderFim } from '../../../core/prompt/fim/render.ts';
import { callAt } from '../address.ts';
import { readChat } from '../chat.ts';
import { rawText } from '../thinking.ts';
import { requestHeaders, type Upstream, type UpstreamOptions } from '../upstream.ts';
import { createFimUpstream } from './fim.ts';

/** Hosted servers take no more stop strings; those of one's own do. */
const mostStops = 4;

export function createCompletionsUpstream(format: FimFormat, options: UpstreamOptions): Upstream {
  const { model, server, http } = options;
  return createFimUpstream({
    format: `fim:${format.name}`,
    options,
    frame: () => format,
    request(plan, ask, { sampling, signal }) {
      const { text, stops, restore } = renderFim(plan.parts, format);
      const own = server.kind === 'vllm' || server.kind === 'lm-studio';
      const request = {
        method: 'POST',
        url: callAt(server.base, '/completions'),
        headers: requestHeaders(model),
        model: server.model,
        body: {
          model: server.model,
          prompt: text,
          max_tokens: outputTokens(ask),
          temperature: sampling.temperature,
          stop: [...(ask.maxLines === 1 ? ['\n'] : []), ...stops].slice(
            0,
            own ? stops.length + 1 : mostStops,
          ),
          stream: true,
          // Hosts that nobody knows may not take it.
          ...(own ? { stream_options: { include_usage: true } } : {}),
        },
      } as const;
      return { events: readChat(http.stream(request, signal), request, rawText), restore };
    },
  });
}
