/**
 * An error of the Responses protocol, decoded. It comes nested or flat, or as the `detail` of FastAPI's servers; its
 * status as `status`, as `status_code` or as its code; what to wait for as a header inside, as a field, as a time of
 * day, or in words.
 */

import * as z from 'zod';
import { type ModelFailureCode, modelFailureCodes } from '../../core/model.ts';
import { failureField } from './extension.ts';
import { arrayIn, loose, objectIn, readStrings, textIn } from './field.ts';
import type { Frame } from './frame.ts';
import { type Retry, retryIn, retryInWords } from './retry.ts';

export interface WireError {
  readonly status: number | undefined;
  readonly code: string | undefined;
  readonly type: string | undefined;
  readonly message: string;
  readonly param: string | undefined;
  readonly retryAfterMs: number | undefined;
  /** Milliseconds since 1970 before which it is not worth trying, where the server names a time of day. */
  readonly retryAt: number | undefined;
  /** Seconds since 1970 when a usage limit is lifted. */
  readonly resetsAt: number | undefined;
  /** What a gateway says it is; its message is then the whole sentence, about the server behind it. */
  readonly failure?: ModelFailureCode | undefined;
}

/** Nothing said of what went wrong. */
export const noError: WireError = {
  status: undefined,
  code: undefined,
  type: undefined,
  message: '',
  param: undefined,
  retryAfterMs: undefined,
  retryAt: undefined,
  resetsAt: undefined,
};

/** Both shapes of `error`: `{error: {code, message, …}, status}` and `{code, message, param}`. */
export function readError(frame: Frame): WireError {
  const outer = error.safeParse(frame).data ?? {};
  const inner =
    (typeof outer.error === 'string' ? { message: outer.error } : error.safeParse(outer.error).data) ?? {};
  const headers = { ...readStrings(outer.headers), ...readStrings(inner.headers) };
  const detail = readDetail(outer.detail);
  const message = inner.message ?? outer.message ?? detail.message;
  // The flat shape has `type: "error"`, which says nothing.
  const type = inner.type ?? (outer.type === 'error' ? undefined : outer.type);
  return {
    status:
      outer.status ??
      outer.status_code ??
      inner.status ??
      inner.status_code ??
      statusIn(inner.code) ??
      statusIn(outer.code),
    code: text(inner.code) ?? text(outer.code),
    type: text(type),
    message,
    param: text(inner.param) ?? text(outer.param) ?? detail.param,
    ...retryOf(headers, [inner, outer], message),
    resetsAt: inner.resets_at ?? outer.resets_at ?? undefined,
    failure: inner[failureField] ?? undefined,
  };
}

/** Whether the response that a request was to continue from is not there any more: not all servers have a code for it. */
export function isParentGone({ code, param, message }: WireError): boolean {
  if (code === 'previous_response_not_found') return true;
  if (!/\bnot found\b/i.test(message)) return false;
  return param === 'previous_response_id' || /\bresponse with id\b/i.test(message);
}

/** Whether it may pass by itself. On a socket, and inside a stream, the status that goes with it may be missing. */
export function isBusy({
  status,
  code = '',
  type = '',
}: {
  readonly status: number | undefined;
  readonly code: string | undefined;
  readonly type: string | undefined;
}): boolean {
  return status === 429 || status === 529 || busyNames.has(code) || busyNames.has(type);
}

/** Whether it will not pass before somebody pays, by its name: a status of 402 says so without one. */
export function isUnpaid({ code = '', type = '' }: Pick<Partial<WireError>, 'code' | 'type'>): boolean {
  return unpaidNames.has(code) || unpaidNames.has(type);
}

/** OpenAI's: its other limits are lifted by themselves. */
const unpaidNames: ReadonlySet<string> = new Set([
  'insufficient_quota',
  'billing_hard_limit_reached',
  'billing_not_active',
]);

const busyNames: ReadonlySet<string> = new Set([
  'rate_limit_exceeded',
  'rate_limit_error',
  'usage_limit_reached',
  'insufficient_quota',
  'too_many_requests',
  'server_is_overloaded',
  'overloaded_error',
  'slow_down',
]);

/** Whether a prompt was longer than the model can read: each server has its own words for it. */
export function isTooLong({
  code = '',
  type = '',
  message,
}: {
  readonly code: string | undefined;
  readonly type: string | undefined;
  readonly message: string;
}): boolean {
  return tooLongCodes.test(code) || tooLongCodes.test(type) || tooLongWords.test(message);
}

/** OpenAI, Groq, Cerebras and Azure; llama.cpp. */
const tooLongCodes = /^(?:context_length_exceeded|exceed_context_size_error)$/;

/**
 * vLLM, DeepSeek and OpenRouter ("maximum context length is …"), llama.cpp ("available context size"), LM Studio
 * ("context the overflows", "greater than the context length"), Mistral ("too large for model with … maximum context
 * length"), Ollama ("exceeds the context length"), TGI ("`inputs` tokens + `max_new_tokens`"), Cerebras and Groq
 * ("reduce the length of the messages").
 */
const tooLongWords =
  /maximum context length|maximum model length|(?:exceeds?|greater than) the (?:available |maximum )?context (?:size|length|window)|context the overflows|context shift is disabled|`inputs` tokens|reduce the length of (?:the|either)/i;

/** A header is exact; a time in seconds does not depend on whose clock is right. */
function retryOf(
  headers: Readonly<Record<string, string>>,
  fields: readonly z.infer<typeof error>[],
  message: string,
): Retry {
  const told = retryIn(headers);
  if (told.retryAfterMs !== undefined || told.retryAt !== undefined) return told;
  const seconds = fields
    .flatMap(({ retry_after, retry_after_seconds, resets_in_seconds }) => [
      retry_after,
      retry_after_seconds,
      resets_in_seconds,
    ])
    .find((each) => typeof each === 'number' && each >= 0);
  const retryAfterMs = typeof seconds === 'number' ? seconds * 1000 : retryInWords(message);
  return { retryAfterMs, retryAt: undefined };
}

interface Detail {
  readonly message: string;
  readonly param: string | undefined;
}

/** A sentence, or a list of what is wrong with which field. */
function readDetail(value: unknown): Detail {
  if (typeof value === 'string') return { message: value, param: undefined };
  const [first] = arrayIn(value) ?? [];
  const { msg, loc } = objectIn(first) ?? {};
  const isName = (each: unknown) => typeof each === 'string' || typeof each === 'number';
  const path = (arrayIn(loc) ?? []).filter((each) => isName(each) && each !== 'body');
  return { message: textIn(msg) ?? '', param: path.length > 0 ? path.join('.') : undefined };
}

/** Some give HTTP's status as the code. */
function statusIn(code: unknown): number | undefined {
  const status = Number(text(code));
  return status >= 400 && status < 600 ? status : undefined;
}

function text(value: unknown): string | undefined {
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' && value !== '' ? value : undefined;
}

const error = z
  .object({
    type: loose(z.string()),
    status: loose(z.number()),
    status_code: loose(z.number()),
    code: z.unknown(),
    param: z.unknown(),
    message: loose(z.string()),
    headers: z.unknown(),
    error: z.unknown(),
    resets_at: loose(z.number()),
    resets_in_seconds: loose(z.number()),
    retry_after: loose(z.number()),
    retry_after_seconds: loose(z.number()),
    detail: z.unknown(),
    [failureField]: loose(z.enum(modelFailureCodes)),
  })
  .partial();
