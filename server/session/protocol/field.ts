/** Fields as servers really send them. */

import * as z from 'zod';

/** Null, absent or of the wrong type: the field is not there, and the rest of the frame can be read all the same. */
export const loose = <T extends z.ZodType>(type: T) => z.nullish(type).catch(undefined);

// The same without a schema, for what is read on the way of every token: loops, which call nothing and copy nothing.

/** The entries whose value is text. An own `__proto__` is none, as with zod. */
export function readStrings(value: unknown): Readonly<Record<string, string>> {
  const strings: Record<string, string> = {};
  const entries = objectIn(value);
  if (!entries) return strings;
  for (const name of Object.keys(entries)) {
    const text = entries[name];
    if (typeof text === 'string') strings[name] = text;
  }
  return strings;
}

export function objectIn(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return isObject(value) ? value : undefined;
}

export function arrayIn(value: unknown): readonly unknown[] | undefined {
  return Array.isArray(value) ? value : undefined;
}

export function textIn(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

export function numberIn(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined;
}

/** Of tokens: what is below zero or endless is none, and would stay in every sum that it is added to. */
export function countIn(value: unknown): number | undefined {
  return typeof value === 'number' && value >= 0 && value <= Number.MAX_SAFE_INTEGER ? value : undefined;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
