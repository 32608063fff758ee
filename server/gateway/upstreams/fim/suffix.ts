/** Hosted models that take what stands before and behind the cursor apart and write the frame themselves. */

import { fimFormats } from '../../../core/prompt/fim/format.ts';
import { outputTokens } from '../../../core/prompt/fim/limit.ts';
import { renderPair } from '../../../core/prompt/fim/render.ts';
import { callAt } from '../address.ts';
import { readChat } from '../chat.ts';
import { rawText } from '../thinking.ts';
import { requestHeaders, type ServerFacts, type Upstream, type UpstreamOptions } from '../upstream.ts';
import { createFimUpstream } from './fim.ts';

export type SuffixService = 'mistral' | 'deepseek' | 'mercury';

interface Service {
  readonly url: (server: ServerFacts) => string;
  /** How its models know other files and what they take for control. */
  readonly family: (typeof fimFormats)[keyof typeof fimFormats];
  readonly mostTokens: number;
}

const services: Readonly<Record<SuffixService, Service>> = {
  // https://docs.mistral.ai/api, "Fill in the middle".
  mistral: {
    url: ({ base }) => callAt(base, '/fim/completions'),
    family: fimFormats.codestral,
    mostTokens: Number.POSITIVE_INFINITY,
  },
  // https://api-docs.deepseek.com, "FIM Completion (Beta)".
  deepseek: {
    url: ({ root }) => callAt(root, '/beta/completions'),
    family: fimFormats.deepseek,
    mostTokens: 4096,
  },
  // https://docs.inceptionlabs.ai, "Autocomplete".
  mercury: { url: ({ base }) => callAt(base, '/fim/completions'), family: fimFormats.qwen, mostTokens: 512 },
};

/** All three take four stop strings. */
const mostStops = 4;

export function createSuffixUpstream(name: SuffixService, options: UpstreamOptions): Upstream {
  const { model, server, http } = options;
  const { url, family, mostTokens } = services[name];
  return createFimUpstream({
    format: name,
    options,
    frame: () => family,
    request(plan, ask, { sampling, signal }) {
      const { prefix, suffix, stops, restore } = renderPair(plan.parts, family);
      const request = {
        method: 'POST',
        url: url(server),
        headers: requestHeaders(model),
        model: server.model,
        body: {
          model: server.model,
          prompt: prefix,
          suffix,
          max_tokens: Math.min(outputTokens(ask), mostTokens),
          temperature: sampling.temperature,
          stop: [...(ask.maxLines === 1 ? ['\n'] : []), ...stops].slice(0, mostStops),
          stream: true,
          ...(name === 'deepseek' ? { stream_options: { include_usage: true } } : {}),
        },
      } as const;
      return { events: readChat(http.stream(request, signal), request, rawText), restore };
    },
  });
}
