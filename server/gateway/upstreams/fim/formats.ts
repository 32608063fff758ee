/** Values of `model.format` for models that complete code and cannot chat, and who asks each. */

import { type FimFormat, fimFormats } from '../../../core/prompt/fim/format.ts';
import type { UpstreamFormat } from '../registry.ts';
import type { Upstream, UpstreamOptions } from '../upstream.ts';
import { createCompletionsUpstream } from './completions.ts';
import { createLlamaServerUpstream } from './llama-server.ts';
import { createNextEditUpstream, type NextEditFormat, nextEditFormats } from './next-edit.ts';
import { createOllamaUpstream } from './ollama.ts';
import { createSuffixUpstream } from './suffix.ts';

export const fillFormats: readonly UpstreamFormat[] = [
  ...Object.values(fimFormats).map((format) => ({
    name: `fim:${format.name}`,
    create: (options: UpstreamOptions) => createRawUpstream(format, options),
  })),
  { name: 'infill', create: (options) => createLlamaServerUpstream(options) },
  { name: 'ollama', create: (options) => createOllamaUpstream(options) },
  { name: 'mistral', create: (options) => createSuffixUpstream('mistral', options) },
  { name: 'deepseek', create: (options) => createSuffixUpstream('deepseek', options) },
  ...nextEditNames().map((name) => ({
    name,
    create: (options: UpstreamOptions) => createNextEditUpstream(name, options),
  })),
  { name: 'mercury', create: (options) => createSuffixUpstream('mercury', options) },
];

function createRawUpstream(format: FimFormat, options: UpstreamOptions): Upstream {
  switch (options.server.kind) {
    case 'llama-server':
      return createLlamaServerUpstream(options, format);
    case 'ollama':
      return createOllamaUpstream(options, format);
    default:
      return createCompletionsUpstream(format, options);
  }
}

function nextEditNames(): readonly NextEditFormat[] {
  return Object.keys(nextEditFormats).filter((name): name is NextEditFormat =>
    Object.hasOwn(nextEditFormats, name),
  );
}
