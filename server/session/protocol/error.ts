/**
 * An error of the Responses protocol, decoded. It comes nested or flat, its status as `status` or `status_code`, its
 * code as text or number, what to wait for as a header inside or as a time of day.
 */

import * as z from 'zod';
import { type ModelFailureCode, modelFailureCodes } from '../../core/model.ts';
import { failureField } from './extension.ts';
import { loose, readStrings } from './field.ts';
import type { Frame } from './frame.ts';

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
  // The flat shape has `type: "error"`, which says nothing.
  const type = inner.type ?? (outer.type === 'error' ? undefined : outer.type);
  return {
    status: outer.status ?? outer.status_code ?? inner.status ?? inner.status_code ?? undefined,
    code: text(inner.code) ?? text(outer.code),
    type: text(type),
    message: inner.message ?? outer.message ?? '',
    param: text(inner.param) ?? text(outer.param),
    ...retryIn(headers),
    resetsAt: inner.resets_at ?? outer.resets_at ?? undefined,
    failure: inner[failureField] ?? undefined,
  };
}

export interface Retry {
  readonly retryAfterMs: number | undefined;
  readonly retryAt: number | undefined;
}

/**
 * `retry-after-ms`, or `retry-after` in seconds or as a date (RFC 9110, 10.2.3). A date is taken by the server's own
 * clock where it tells it.
 */
export function retryIn(headers: Readonly<Record<string, string | undefined>>): Retry {
  const lower = Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value?.trim()]),
  );
  const ms = positive(lower['retry-after-ms']);
  if (ms !== undefined) return { retryAfterMs: ms, retryAt: undefined };
  const given = lower['retry-after'];
  const seconds = positive(given);
  if (seconds !== undefined) return { retryAfterMs: seconds * 1000, retryAt: undefined };
  const at = given && /[a-z]/i.test(given) ? Date.parse(given) : Number.NaN;
  if (!Number.isFinite(at)) return { retryAfterMs: undefined, retryAt: undefined };
  const now = Date.parse(lower.date ?? '');
  return Number.isFinite(now)
    ? { retryAfterMs: Math.max(0, at - now), retryAt: undefined }
    : { retryAfterMs: undefined, retryAt: at };
}

/**
 * How long the server wants to be left alone; nothing where it does not say. `wallMs` is milliseconds since 1970,
 * needed where it names a time of day.
 */
export function retryMs(
  { retryAfterMs, retryAt, resetsAt }: Pick<WireError, 'retryAfterMs' | 'retryAt' | 'resetsAt'>,
  wallMs: number | undefined,
): number | undefined {
  if (retryAfterMs !== undefined) return retryAfterMs;
  const at = retryAt ?? (resetsAt === undefined ? undefined : resetsAt * 1000);
  return at === undefined || wallMs === undefined ? undefined : Math.max(0, at - wallMs);
}

function positive(value: string | undefined): number | undefined {
  const number = value === undefined || !/^[\d.]+$/.test(value) ? Number.NaN : Number(value);
  return Number.isFinite(number) ? number : undefined;
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
    [failureField]: loose(z.enum(modelFailureCodes)),
  })
  .partial();
