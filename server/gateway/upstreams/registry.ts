/** Formats of upstreams: the values of `model.format` that the gateway understands, and who answers in each. */

import type { CreateUpstream } from './upstream.ts';

export interface UpstreamFormat {
  /** A value of `model.format`, or its beginning with `:` at the end (`fim:` for `fim:qwen`, …). */
  readonly name: string;
  readonly create: CreateUpstream;
}

/** Each format once. New ones are added here and nowhere else. */
export const upstreamFormats: readonly UpstreamFormat[] = [];

/** Who answers in this format; nothing for one that is not known. */
export function createUpstreamFor(format: string): CreateUpstream | undefined {
  return upstreamFormats.find(
    ({ name }) => name === format || (name.endsWith(':') && format.startsWith(name)),
  )?.create;
}
