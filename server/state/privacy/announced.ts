/**
 * Secrets that stand alone in their line, under one that says what they are: a value too long for the line of its
 * name, a block of YAML, the `value:` under a `name:`, the `<string>` under a `<key>`.
 */

import type { Found } from './assigned.ts';
import { isSecret, secretName } from './secret-value.ts';

/** The name in a line that the value does not stand in any more. */
export interface Announced {
  readonly name: string;
  /** What the value may be: any literal, a bare word of a block as well, or only what is called a value. */
  readonly of: 'literal' | 'block' | 'value';
}

const opened = new RegExp(
  `(${secretName}[\\w-]{0,40})["'\`\\]]{0,2}(?:[ \\t]{0,8}[?!]?:[ \\t]{0,4}[A-Za-z][\\w.<>|[\\]&? ]{0,30})?[ \\t]{0,8}(=>|:=|=|:|\\(|\\|\\||\\?\\?)[ \\t]{0,8}(?:[([\\\\]|([|>][+-]?\\d?))?[ \\t]*$`,
  'i',
);
const named = new RegExp(
  `^[ \\t-]*(?:["']?(?:name|key|id)["']?[ \\t]{0,4}[:=][ \\t]{0,4}["']?|(?:variable|parameter|param)[ \\t]{1,4}["']?|<(?:key|name)>)([\\w. -]{0,60}?${secretName}[\\w-]{0,40})(?:["']?[ \\t]{0,4}[,{]?|</\\w{1,10}>)[ \\t]*$`,
  'i',
);
/** What a line ends with whose value is on the next: looked at first, which is done at once. */
const open = /[=:(|>?[\\+\d-][ \t]*$/;

/** What the next line holds the value of. */
export function announced(line: string): Announced | undefined {
  const [, name, , block] = open.test(line) ? (opened.exec(line) ?? []) : [];
  if (name !== undefined) return { name, of: block === undefined ? 'literal' : 'block' };
  const [, called] = named.exec(line) ?? [];
  return called === undefined ? undefined : { name: called, of: 'value' };
}

const values = {
  literal: /^[ \t]*[a-zA-Z@$]{0,2}("""|'''|["'`])([^"'`\s\\]{6,400})\1/,
  block: /^[ \t]*(["']?)([^"'`\s]{6,400})\1[ \t]*$/,
  value:
    /^[ \t-]*(?:["']?(?:value|default)["']?[ \t]{0,4}[:=][ \t]{0,4}|<(?:string|value)>)(["']?)([^"'`\s<>]{6,400})/i,
} as const;

/** In offsets of the line under the one that announced it. */
export function findAnnounced(line: string, { name, of }: Announced): readonly Found[] {
  const match = values[of].exec(line);
  const value = match?.[2];
  if (!match || value === undefined || !isSecret(value, { name, literal: true })) return [];
  const start = match[0].lastIndexOf(value);
  return [{ start, end: start + value.length, kind: 'assigned' }];
}
