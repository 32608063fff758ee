/**
 * A pair that editors close by themselves, with the cursor in between, and lines that are to come there.
 *
 *   go(() => {█}, 9)    ⏎ f(); ⏎ }, 9)    up to what closes the pair; the rest of the line stays behind it
 *   a = {█};            ⏎ b, ⏎            the line was ended: what closes the pair stands on a line of its own
 *   <p>█</p>            ⏎ <b/> ⏎ </p>     the same with tags and comments
 *   f() {█}             ⏎ a(); …          more is to come: the line is ended, and what closes the pair stands behind it
 */

import { type BracketOptions, brackets, closerOf, openString, quoting } from '../brackets.ts';
import { indentOf } from '../indent.ts';
import type { Around } from './around.ts';
import { isOnlyClosers, type JoinedLine } from './line.ts';

export interface Pair {
  readonly kind: 'bracket' | 'tag' | 'comment' | 'quotes';
  readonly closer: string;
  /** Code units behind the cursor up to the closer's end. */
  readonly length: number;
}

/** Code units before and behind the cursor in which a pair is looked for: the longest of tags. */
const farthest = 500;

export function pairAround(linePrefix: string, rest: string): Pair | undefined {
  const before = linePrefix.slice(-farthest).trimEnd();
  const behind = rest.slice(0, farthest).trimStart();
  const pair = (kind: Pair['kind'], closer: string): Pair | undefined =>
    behind.startsWith(closer) ? { kind, closer, length: rest.search(/\S/) + closer.length } : undefined;
  const bracket = closerOf[before.at(-1) ?? ''];
  if (bracket !== undefined) return pair('bracket', bracket);
  if (/\/\*\*?$/.test(before)) return pair('comment', '*/');
  if (before.endsWith('<!--')) return pair('comment', '-->');
  const quotes = /(?:"""|''')$/.exec(before);
  if (quotes) return pair('quotes', quotes[0]);
  const tag = /^<\/([\w.:-]*)>/.exec(behind);
  return tag && opensTag(before, tag[1] ?? '') ? pair('tag', tag[0]) : undefined;
}

/** What braces in front of names or values, which stay on the line as a rule, stand behind. */
const namesBefore = /(?:\b(?:import|export|type|const|let|var)\s*|[$#{%])\{$/;

/** Whether lines can be expected at the cursor whatever stands behind it on its own: a block, an element, a comment. */
export function isForLines(linePrefix: string, rest: string): boolean {
  const pair = pairAround(linePrefix, rest);
  if (pair?.kind !== 'bracket') return pair !== undefined;
  const before = linePrefix.slice(-farthest).trimEnd();
  return pair.closer === '}' && !namesBefore.test(before) && openString(before) === undefined;
}

/** Whether what comes between the pair's ends opens it over several lines: only a text may begin in the first. */
export function takesLines({ kind }: Pair, piece: string): boolean {
  if (piece.trim() === '') return false;
  return kind === 'quotes' ? piece.trimEnd().includes('\n') : /^[ \t]*\n/.test(piece);
}

/** The lines joined to the rest; nothing where they are joined to it as any others. */
export function betweenPair(
  piece: string,
  { kind, closer, length }: Pair,
  { linePrefix, rest, languageId }: Pick<Around, 'linePrefix' | 'rest' | 'languageId'>,
  isOpen = false,
): JoinedLine | undefined {
  const end = endOf(piece, { kind, closer }, quoting(languageId));
  if (end !== undefined) {
    const closing = piece.slice(0, end);
    // Of brackets alone the piece may bring more than the pair's, and of others one that closes nothing.
    const isOther = (kind !== 'quotes' && isOnlyClosers(rest)) || !closing.endsWith(closer);
    return isOther ? undefined : { text: closing, covers: length };
  }
  const text = piece.trimEnd();
  // ` */` stands one column deeper than what opens it.
  const indent = indentOf(linePrefix) + (closer === '*/' ? ' ' : '');
  if (piece.includes('\n', text.length)) return { text: `${text}\n${indent}${closer}`, covers: length };
  if (isOpen && kind !== 'quotes' && standsAlone(closer, languageId))
    return { text: `${text}\n${indent}`, covers: length - closer.length };
  return isOnlyClosers(rest) ? undefined : { text, covers: 0 };
}

/** Languages whose brackets are closed behind what is in them, and those whose arguments over lines are not. */
const closedBehind: ReadonlySet<string> = new Set(
  'clojure commonlisp elm emacs-lisp haskell lisp ocaml purescript racket scheme'.split(' '),
);
const closedBelow: ReadonlySet<string> = new Set(
  'dart go javascript javascriptreact kotlin php python rust svelte terraform typescript typescriptreact vue'.split(
    ' ',
  ),
);

/** Whether what closes a pair of several lines begins a line as a rule, so that what comes before is known to end one. */
function standsAlone(closer: string, languageId = ''): boolean {
  return closer === ')' ? closedBelow.has(languageId) : !closedBehind.has(languageId);
}

/** Where the piece itself closes the pair. */
function endOf(
  piece: string,
  { kind, closer }: Pick<Pair, 'kind' | 'closer'>,
  quotes: BracketOptions,
): number | undefined {
  if (kind === 'comment' || kind === 'quotes') return behindFirst(piece, closer);
  if (kind === 'bracket') {
    const first = brackets(piece, quotes).closes.find(({ sign }) => /[)\]}]/.test(sign));
    return first && first.at + 1;
  }
  let open = 0;
  const name = closer.slice(2, -1);
  for (const { 0: tag, index } of piece.matchAll(/<(?:[^<>]|=>)*>/g)) {
    if (tag.startsWith('</') ? tag !== closer : !opensTag(tag, name)) continue;
    if (!tag.startsWith('</')) open++;
    else if (open === 0) return index + tag.length;
    else open--;
  }
  return undefined;
}

function behindFirst(piece: string, sign: string): number | undefined {
  const at = piece.indexOf(sign);
  return at === -1 ? undefined : at + sign.length;
}

/** Whether a text ends with a tag of this name that opens an element. */
function opensTag(text: string, name: string): boolean {
  if (!text.endsWith('>') || /[/=]>$/.test(text)) return false;
  const at = text.lastIndexOf(`<${name}`);
  return at !== -1 && /^[\s>]/.test(text.slice(at + 1 + name.length)) && !text.includes('</', at);
}
