/**
 * How models disguise the text they were asked for, and what it says: in tags that name the task, with signs written as
 * HTML has them, with blanks and quotes of printed text, with signs that nobody sees. Only where the text could not be
 * meant so: in code outside of strings and comments, and where the document has no such signs.
 */

import { openString, quoting } from '../brackets.ts';
import type { Wording } from './words.ts';

export interface Wrapping {
  readonly languageId: string | undefined;
  readonly wording: Wording;
  /** The text up to the cursor, as far back as it matters. */
  readonly before: string;
}

export function unwrapped(text: string, place: Wrapping): string {
  const inner = text.includes('<') ? withoutTags(text, place) : text;
  if (!unusual.test(inner) || place.wording !== 'code') return inner;
  return plainlyWritten(inner, place);
}

const task = '(?:code_|code-)?(?:completion|insertion|continuation)';
const tag = (names: string) => new RegExp(String.raw`^\s*<(${names})>(?:[ \t]*\n(?=[ \t]*\S))?`, 'i');
const named = tag(task);
const namedInComment = tag(`${task}|insert|answer|response|result`);
/** Elements of HTML among them. */
const namedInCode = tag(`${task}|insert|answer|response|result|code|output`);
/** Languages in which elements stand in code. */
const elements = /^(?:javascriptreact|typescriptreact|php|razor)$/;

/** What stands in a tag around the whole answer, also while its end is still to come. */
function withoutTags(text: string, { wording, languageId = '', before }: Wrapping): string {
  const hasElements = elements.test(languageId) || (wording !== 'code' && wording !== 'comment');
  const pattern = hasElements ? named : wording === 'code' ? namedInCode : namedInComment;
  const opening = pattern.exec(text);
  const name = opening?.[1];
  if (!opening || name === undefined || before.includes(`<${name}`)) return text;
  const inner = withoutFirstBreak(text.slice(opening[0].length), before);
  const end = inner.lastIndexOf(`</${name}>`);
  return end === -1 ? inner : inner.slice(0, end).replace(/\n[ \t]*$/, '');
}

const opensBlock = /[{([:]\s*$/;

/** Without the line break behind a mark; behind what opens a block it is the answer's own, where it is the only one. */
export function withoutFirstBreak(text: string, before: string): string {
  const isOnly = /^[ \t]*\r?\n[ \t]*\S/.test(text);
  return isOnly && opensBlock.test(before) ? text : text.replace(/^[ \t]*\r?\n/, '');
}

const entity = /&(?:lt|gt|amp|quot|apos|#0?39|#x27);/g;
const blank = /[\u00a0\u202f]/g;
const unseen = /[\u200b\u2060\ufeff]/g;
const quotedTwice = /\u201c([^\u201c\u201d"\n]*)\u201d/g;
const quotedOnce = /\u2018([^\u2018\u2019'\n]*)\u2019/g;
const unusual = /&(?:lt|gt|amp|quot|apos|#)|[\u00a0\u202f\u200b\u2060\ufeff\u2018\u2019\u201c\u201d]/;

const entities: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"' };

function plainlyWritten(text: string, place: Wrapping): string {
  const { before, languageId = '' } = place;
  let plain = /[\u200b\u2060\ufeff]/.test(before) ? text : text.replace(unseen, '');
  if (!/[\u00a0\u202f]/.test(before)) plain = replaced(plain, blank, place, ' ');
  if (!/[\u201c\u201d]/.test(before)) plain = replaced(plain, quotedTwice, place, '"$1"');
  if (!/[\u2018\u2019]/.test(before)) plain = replaced(plain, quotedOnce, place, "'$1'");
  if (elements.test(languageId) || /&(?:lt|gt|amp|quot);/.test(before)) return plain;
  const isMeant = /[<>]/.test(plain) || replaced(plain, entity, place, '') === plain;
  return isMeant ? plain : plain.replace(entity, (sign) => entities[sign.slice(1, -1)] ?? "'");
}

const comments = /\/\/|\/\*|#|--|^\s*\*/;
/** Farther in a line, in UTF-16 code units, signs stay: each is told by all that stands before it there. */
const farthest = 2000;

/** With those signs replaced that stand outside of strings and comments. None of them holds a line break. */
function replaced(text: string, signs: RegExp, { before, languageId }: Wrapping, by: string): string {
  const sign = new RegExp(signs.source);
  const pieces: string[] = [];
  let from = 0;
  let line = before.slice(before.lastIndexOf('\n') + 1);
  for (const { 0: own, index } of text.matchAll(signs)) {
    const between = text.slice(from, index);
    const begins = between.lastIndexOf('\n') + 1;
    line = begins === 0 ? line + between : between.slice(begins);
    const isOutside =
      line.length <= farthest && !comments.test(line) && openString(line, quoting(languageId)) === undefined;
    const written = isOutside ? own.replace(sign, by) : own;
    pieces.push(between, written);
    line += written;
    from = index + own.length;
  }
  return pieces.join('') + text.slice(from);
}
