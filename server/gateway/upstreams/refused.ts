/** A refusal as an event: what the server said, in our sentence, and whether the prompt was too long for its model. */

import { keysIn, withoutKeys } from '../../session/protocol/keys.ts';
import { retryInWords } from '../../session/protocol/retry.ts';
import type { Failed } from '../backend.ts';
import { type AskedServer, refusedFailure } from './failure.ts';
import { type ReadRefusal, readErrorValue } from './refusal.ts';
import { readTooLong } from './too-long.ts';

/** An HTTP status, or 0 where the error stands inside an answer that had begun. */
export function refused(refusal: ReadRefusal & { readonly status: number }, asked: AskedServer): Failed {
  const keys = keysIn(asked.headers ?? {}, asked.url);
  const words = withoutKeys(refusal.words, keys);
  const code = refusal.code === undefined ? undefined : withoutKeys(refusal.code, keys);
  // Gemini and others name a time nowhere but in their words.
  const retryAfterMs = refusal.retryAfterMs ?? retryInWords(refusal.words);
  const failure = refusedFailure({ ...refusal, words, code, retryAfterMs }, asked);
  const tooLong = readTooLong(refusal, asked);
  return { kind: 'failed', failure, ...(tooLong ? { tooLong } : {}) };
}

/** Whether what is no piece of an answer says why there is none: vLLM, FastAPI and llama-server do so flatly. */
export function saysError(value: unknown): boolean {
  const { words, code } = readErrorValue(value);
  return words !== '' || code === 'error';
}

/** An error inside an answer that had begun; OpenRouter and others put the HTTP status into its code. */
export function refusedInside(value: unknown, asked: AskedServer): Failed {
  const read = readErrorValue(value);
  const code = Number(read.code);
  const status = Number.isInteger(code) && code >= 400 && code < 600 ? code : 0;
  return refused({ ...read, status, retryAfterMs: undefined }, asked);
}
