/** A dial whose peers repeat no key they were sent: neither a sentence nor the trace can hold one. */

import { keysIn, withoutKeys } from './protocol/keys.ts';
import type { Dial, Refusal } from './socket.ts';

export function keyless(dial: Dial): Dial {
  return async (endpoint, options, signal) => {
    const keys = keysIn(endpoint.headers);
    if (keys.length === 0) return dial(endpoint, options, signal);
    const { handlers } = options;
    const clean = {
      ...handlers,
      message: (text: string) => handlers.message(withoutKeys(text, keys)),
      closed: (end: Parameters<typeof handlers.closed>[0]) =>
        handlers.closed({ ...end, reason: withoutKeys(end.reason, keys) }),
    };
    const dialled = await dial(endpoint, { ...options, handlers: clean }, signal);
    return dialled.kind === 'refused'
      ? { ...dialled, refusal: withoutKeysIn(dialled.refusal, keys) }
      : dialled;
  };
}

function withoutKeysIn(refusal: Refusal, keys: readonly string[]): Refusal {
  if (!('message' in refusal)) return refusal;
  const said = { ...refusal, message: withoutKeys(refusal.message, keys) };
  return said.kind === 'http' && said.code !== undefined
    ? { ...said, code: withoutKeys(said.code, keys) }
    : said;
}
