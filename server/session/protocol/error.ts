/**
 * An error of the Responses protocol, decoded. It comes nested or flat, its status as `status` or `status_code`, its
 * code as text or number, what to wait for as a header inside or as a time of day.
 */

import * as z from 'zod';
import { loose, readStrings } from './field.ts';
import type { Frame } from './frame.ts';

export interface WireError {
  readonly status: number | undefined;
  readonly code: string | undefined;
  readonly type: string | undefined;
  readonly message: string;
  readonly param: string | undefined;
  readonly retryAfterMs: number | undefined;
  /** Seconds since 1970 when a usage limit is lifted. */
  readonly resetsAt: number | undefined;
}

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
    retryAfterMs: retryAfterMs(headers),
    resetsAt: inner.resets_at ?? outer.resets_at ?? undefined,
  };
}

/** `retry-after-ms`, or `retry-after` in seconds; the form with a date is not used by these servers. */
export function retryAfterMs(headers: Readonly<Record<string, string | undefined>>): number | undefined {
  const lower = Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]),
  );
  const ms = Number.parseFloat(lower['retry-after-ms'] ?? '');
  if (Number.isFinite(ms) && ms >= 0) return ms;
  const seconds = Number.parseFloat(lower['retry-after'] ?? '');
  return Number.isFinite(seconds) && seconds >= 0 ? seconds * 1000 : undefined;
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
  })
  .partial();
