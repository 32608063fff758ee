/** The answer of llama-server's `/completion` and `/infill`: pieces of text, and its own figures at the end. */

import * as z from 'zod';
import type { Usage } from '../../../core/model.ts';
import { loose } from '../../../session/protocol/field.ts';
import type { BackendEvent } from '../../backend.ts';
import { type AskedServer, garbledFailure } from '../failure.ts';
import type { StreamItem } from '../http.ts';
import { refusedInside, saysError } from '../refused.ts';

export interface LlamaReading {
  readonly asked: AskedServer;
  /** Told how many tokens of the prompt it read, and in how long. */
  read(tokens: number, milliseconds: number): void;
  /** Told the slot at the end. */
  answeredBy(slot: number): void;
}

export async function* readLlama(
  items: AsyncIterable<StreamItem>,
  { asked, read, answeredBy }: LlamaReading,
): AsyncGenerator<BackendEvent, void, void> {
  let ended: z.infer<typeof event> = {};
  let known = false;
  let strange = false;
  for await (const item of items) {
    if (item.kind === 'failed') {
      yield item;
      return;
    }
    const decoded = event.safeParse(item.value);
    const data = decoded.success ? decoded.data : {};
    const isPiece = data.content !== undefined || data.stop !== undefined;
    if (isPiece) known = true;
    else strange = true;
    if ((data.error !== undefined && data.error !== null) || (!isPiece && saysError(item.value))) {
      yield refusedInside(item.value, asked);
      return;
    }
    if (data.content) yield { kind: 'text', candidate: 0, text: data.content };
    if (data.stop === true) ended = data;
  }
  if (strange && !known) {
    yield { kind: 'failed', failure: garbledFailure(asked) };
    return;
  }
  const { timings, id_slot, stop_type } = ended;
  if (typeof id_slot === 'number') answeredBy(id_slot);
  if (timings) read(timings.prompt_n ?? 0, timings.prompt_ms ?? 0);
  const usage = timings ? { usage: usageOf(timings) } : {};
  yield stop_type === 'limit'
    ? { kind: 'end', outcome: 'incomplete', reason: 'max_output_tokens', ...usage }
    : { kind: 'end', outcome: 'completed', ...usage };
}

function usageOf({ cache_n, prompt_n, predicted_n }: z.infer<typeof timings>): Usage {
  const cachedTokens = cache_n ?? 0;
  return {
    inputTokens: cachedTokens + (prompt_n ?? 0),
    cachedTokens,
    outputTokens: predicted_n ?? 0,
    reasoningTokens: 0,
  };
}

const timings = z.object({
  cache_n: loose(z.number()),
  prompt_n: loose(z.number()),
  prompt_ms: loose(z.number()),
  predicted_n: loose(z.number()),
});
const event = z
  .object({
    content: loose(z.string()),
    stop: loose(z.boolean()),
    stop_type: loose(z.string()),
    id_slot: loose(z.number()),
    timings: loose(timings),
    error: z.unknown(),
  })
  .partial();
