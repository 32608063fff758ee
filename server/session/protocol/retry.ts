/** How long a server wants to be left alone, in all the ways it is said. */

import type { WireError } from './error.ts';

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

/** "Please try again in 1m2.5s": OpenAI says it nowhere else on a socket. */
export function retryInWords(message: string): number | undefined {
  const [, time = ''] = /\b(?:try again|retry) (?:in|after) ((?:[\d.]+ ?[a-z]+ ?){1,3})/i.exec(message) ?? [];
  let ms: number | undefined;
  for (const [, amount, unit = ''] of time.matchAll(/([\d.]+) ?([a-z]+)/gi)) {
    const each = positive(amount);
    const length = units.find(([name]) => name.test(unit))?.[1];
    if (each === undefined || length === undefined) break;
    ms = (ms ?? 0) + each * length;
  }
  return ms;
}

const units: readonly (readonly [RegExp, number])[] = [
  [/^(?:ms|millis(?:econds?)?)$/i, 1],
  [/^s(?:ec(?:ond)?s?)?$/i, 1_000],
  [/^m(?:in(?:ute)?s?)?$/i, 60_000],
  [/^h(?:ours?)?$/i, 3_600_000],
];

function positive(value: string | undefined): number | undefined {
  const number = value === undefined || !/^[\d.]+$/.test(value) ? Number.NaN : Number(value);
  return Number.isFinite(number) ? number : undefined;
}
