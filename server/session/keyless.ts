/**
 * A dial whose peers repeat no key they were sent: neither a sentence nor the trace can hold one.
 *
 * Law: what a model writes is never changed. What is sent for a key may be a word (`lm-studio`, `password`), which
 * stands in text and code as well, and an answer that says it in pieces would contradict itself at its end.
 */

import { readFrame } from './protocol/frame.ts';
import { keysIn, withoutKeys } from './protocol/keys.ts';
import type { Dial, Refusal } from './socket.ts';

export function keyless(dial: Dial): Dial {
  return async (endpoint, options, signal) => {
    const keys = keysIn(endpoint.headers, endpoint.url);
    if (keys.length === 0) return dial(endpoint, options, signal);
    const { handlers } = options;
    const kept = {
      ...handlers,
      message(text: string) {
        const clean = withoutKeys(text, keys);
        handlers.message(clean !== text && isAnswer(text) ? text : clean);
      },
      closed: (end: Parameters<typeof handlers.closed>[0]) =>
        handlers.closed({ ...end, reason: withoutKeys(end.reason, keys) }),
    };
    const dialled = await dial(endpoint, { ...options, handlers: kept }, signal);
    return dialled.kind === 'refused'
      ? { ...dialled, refusal: withoutKeysIn(dialled.refusal, keys) }
      : dialled;
  };
}

function isAnswer(text: string): boolean {
  const read = readFrame(text);
  return read.kind === 'frame' && /^response\.(?!failed$)/.test(read.frame.type);
}

function withoutKeysIn(refusal: Refusal, keys: readonly string[]): Refusal {
  if (!('message' in refusal)) return refusal;
  const said = { ...refusal, message: withoutKeys(refusal.message, keys) };
  if (said.kind !== 'http') return said;
  const { code, location } = said;
  return {
    ...said,
    ...(code === undefined ? {} : { code: withoutKeys(code, keys) }),
    ...(location === undefined ? {} : { location: withoutKeys(location, keys) }),
  };
}
