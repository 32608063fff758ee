/** Formats of upstreams: the values of `model.format` that the gateway understands, and who answers in each. */

import { createChatUpstream } from './chat.ts';
import { fillFormats } from './fim/formats.ts';
import { createOllamaChatUpstream } from './ollama-chat.ts';
import { createResponsesUpstream } from './responses.ts';
import type { CreateUpstream } from './upstream.ts';

export interface UpstreamFormat {
  /** A value of `model.format`, or its beginning with `:` at the end (`fim:` for `fim:qwen`, …). */
  readonly name: string;
  readonly create: CreateUpstream;
}

/** Each format once. New ones are added here and nowhere else. */
const upstreamFormats: readonly UpstreamFormat[] = [
  {
    name: 'chat',
    create: (options) =>
      options.server.kind === 'ollama' ? createOllamaChatUpstream(options) : createChatUpstream(options),
  },
  { name: 'responses', create: createResponsesUpstream },
  ...fillFormats,
];

/** Who answers in this format; nothing for one that is not known. */
export function createUpstreamFor(format: string): CreateUpstream | undefined {
  return upstreamFormats.find(
    ({ name }) => name === format || (name.endsWith(':') && format.startsWith(name)),
  )?.create;
}

/** For messages. */
export function formatNames(): string {
  return upstreamFormats.map(({ name }) => JSON.stringify(name.endsWith(':') ? `${name}…` : name)).join(', ');
}
