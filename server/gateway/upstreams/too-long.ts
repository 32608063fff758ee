/**
 * Prompts that are longer than a model can read, told by how servers say it. Each has its own words; where they name
 * the model's limit and the prompt's length, the next prompt can be cut to fit.
 */

import { textsIn } from '../../session/protocol/echo.ts';
import { isBusy, isTooLong } from '../../session/protocol/error.ts';
import type { TooLong } from '../backend.ts';
import type { AskedServer } from './failure.ts';
import type { ReadRefusal } from './refusal.ts';

const limits = [
  /maximum (?:context|model) length (?:is|of) (\d+)/i,
  /(?:with|than) (\d+) maximum context/i,
  /context (?:length|size|window) (?:of )?(?:only )?\(?(\d+)/i,
  /n_ctx: (\d+)/i,
  /must be <= (\d+)/i,
  /limit is (\d+)/i,
];
const lengths = [
  /for a total of at least (\d+)/i,
  /requested (?:about )?(\d+) tokens/i,
  /resulted in (\d+) tokens/i,
  /contains (?:at least )?(\d+) (?:input )?tokens/i,
  /request \((\d+) tokens\)/i,
  /keep the first (\d+) tokens/i,
  /n_keep: (\d+)/i,
  /current length is (\d+)/i,
  /given: (\d+)/i,
];

/** Nothing where it was refused for another reason. */
export function readTooLong(
  { status, words: said, code, type, limit, sent }: ReadRefusal & { readonly status: number },
  asked: AskedServer,
): TooLong | undefined {
  // Limits of tokens per minute speak of lengths, too.
  if (![0, 400, 413, 422, 500].includes(status)) return undefined;
  // Proxies have limits of their own, and no words for them.
  const isTooLarge = status === 413 && !isBusy({ status, code, type });
  if (!isTooLarge && !isTooLong({ code, type, message: said })) return undefined;
  return {
    limit: limit ?? numberBy(limits, said),
    sent: sent ?? numberBy(lengths, said),
    characters: textsIn(asked.body).reduce((sum, text) => sum + text.length, 0),
  };
}

function numberBy(patterns: readonly RegExp[], text: string): number | undefined {
  for (const pattern of patterns) {
    const found = Number(pattern.exec(text)?.[1]);
    if (found > 0) return found;
  }
  return undefined;
}
