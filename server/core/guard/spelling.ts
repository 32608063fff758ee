/** What a token says in normal form: two spellings of the same content are equal, and nothing else is. */

import { acts } from './acting.ts';
import { type GuardedLanguage, isComment } from './language.ts';
import { separatesMembers } from './optional.ts';

export interface Spelled {
  readonly kind: string;
  readonly parentKind: string;
  readonly text: string;
}

export function spelling({ kind, parentKind, text }: Spelled, language: GuardedLanguage): string {
  if (isComment(kind)) return acts(text) ? text : comment(text);
  if (
    language.eitherQuote &&
    (kind === 'string' || kind === 'string_value') &&
    parentKind !== 'charset_statement'
  ) {
    return quoted(text, language, parentKind) ?? text;
  }
  return text === ',' && language.blanks === 'script' && separatesMembers(parentKind) ? ';' : text;
}

/** Block comments of the common form (each line behind a `*`) may be indented otherwise. */
function comment(text: string): string {
  if (!text.startsWith('/*') || !/[\r\n]/.test(text)) return text;
  const [first = '', ...others] = text.split(/\r\n|\n/);
  if (!others.every((line) => /^[ \t]*\*/.test(line))) return text;
  return [first, ...others.map((line) => line.trimStart())].join('\n');
}

/** The content without its quotes, where it is certain to be the same between others. */
function quoted(text: string, language: GuardedLanguage, parentKind: string): string | undefined {
  const match = /^([a-zA-Z]*)('''|"""|'|")(.*)\2$/s.exec(text);
  if (!match) return undefined;
  const [, prefix = '', quotes = '', content = ''] = match;
  const normal = (said: string) => `${prefix}${quotes.length === 3 ? 'long' : 'quoted'}:${said}`;
  if (!/['"\\]/.test(content)) return normal(content);
  // Escaped quotes mean the quote; all other escapes are compared as they are written.
  const escapes =
    language.blanks === 'script' && parentKind !== 'jsx_attribute' && parentKind !== 'expression_statement';
  if (!escapes || quotes.length === 3) return undefined;
  return normal(
    content.replace(/\\(\r\n|[\s\S])/g, (whole, sign: string) =>
      sign === "'" || sign === '"' ? sign : whole,
    ),
  );
}
