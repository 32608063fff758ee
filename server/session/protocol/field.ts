/** Fields as servers really send them. */

import * as z from 'zod';

/** Null, absent or of the wrong type: the field is not there, and the rest of the frame can be read all the same. */
export const loose = <T extends z.ZodType>(type: T) => z.nullish(type).catch(undefined);

/** The entries whose value is text. */
export function readStrings(value: unknown): Readonly<Record<string, string>> {
  const read = z.record(z.string(), z.unknown()).safeParse(value);
  if (!read.success) return {};
  const strings = Object.entries(read.data).filter(
    (pair): pair is [string, string] => typeof pair[1] === 'string',
  );
  return Object.fromEntries(strings);
}
