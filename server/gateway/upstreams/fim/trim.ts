/**
 * What of a model's raw continuation is given on: spellings restored, the selected entry's rest before it, no more
 * lines than wanted. Enough said, the server is stopped: the iteration is left, which closes the request.
 */

import { lineLimit } from '../../../core/prompt/fim/limit.ts';
import type { BackendEvent } from '../../backend.ts';

export interface TrimOptions {
  readonly maxLines: number;
  readonly pending: string;
  readonly signal: AbortSignal;
  restore(piece: string): string;
}

export async function* trimmed(
  events: AsyncIterable<BackendEvent>,
  { maxLines, pending, signal, restore }: TrimOptions,
): AsyncGenerator<BackendEvent, void, void> {
  const limit = lineLimit(maxLines);
  let before = pending;
  for await (const event of events) {
    if (signal.aborted) return;
    if (event.kind !== 'text') {
      yield event;
      continue;
    }
    const text = before + limit.take(restore(event.text));
    if (text !== '') yield { ...event, text };
    before = '';
    if (!limit.reached()) continue;
    yield { kind: 'end', outcome: 'completed' };
    return;
  }
}
