/**
 * Tokens of code in any language, cheaply: enough to tell code from strings and comments and to compare code by
 * its words and signs. No parser: what a language does unusually is a string or a sign too many, never a failure.
 *
 * Line ends are tokens, other blanks are not. Offsets are UTF-16 code units.
 */

import { isKnownLanguage, syntaxOf } from './syntax.ts';

export const tokenKinds = { word: 0, number: 1, string: 2, comment: 3, sign: 4, newline: 5 } as const;

/** Parallel arrays, because a large file has a million tokens. */
export interface Tokens {
  readonly value: string;
  readonly count: number;
  readonly kinds: Uint8Array;
  readonly starts: Uint32Array;
  readonly ends: Uint32Array;
}

const { word, number, string, comment, sign, newline } = tokenKinds;

/** Longest first, as lexers take them. */
const operators =
  />>>=|===|!==|\*\*=|<<=|>>=|>>>|&&=|\|\|=|\?\?=|\.\.\.|=>|->|::|\?\.|\?\?|&&|\|\||==|!=|<=|>=|\+\+|--|\+=|-=|\*=|\/=|%=|&=|\|=|\^=|<<|\*\*|:=|[^\w\s]/uy;
const words = /[\p{L}_$@][\p{L}\p{N}\p{M}_$]*/uy;
const numbers = /\d(?:[\w.]*\w)?/y;
const regexLiteral = /\/(?![*/])(?:[^\\/[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+\/[a-z]*/y;

/** Code of an unknown language is read as JavaScript's, whose comments and strings most others share. */
export function tokensOf(value: string, languageId = 'javascript'): Tokens {
  const syntax = syntaxOf(isKnownLanguage(languageId) ? languageId : 'javascript');
  const kinds: number[] = [];
  const starts: number[] = [];
  const ends: number[] = [];
  /** Depth of braces at which each open template goes on. */
  const templates: number[] = [];
  let depth = 0;
  let at = 0;
  const push = (kind: number, end: number) => {
    kinds.push(kind);
    starts.push(at);
    ends.push(end);
    at = end;
  };
  const matched = (pattern: RegExp): number => {
    pattern.lastIndex = at;
    return pattern.test(value) ? pattern.lastIndex : at;
  };
  while (at < value.length) {
    const first = value.charAt(at);
    if (first === ' ' || first === '\t') {
      at++;
      continue;
    }
    if (first === '\n' || first === '\r') {
      push(newline, first === '\r' && value.charAt(at + 1) === '\n' ? at + 2 : at + 1);
      continue;
    }
    const commentEnd = endOfComment(value, at, syntax);
    if (commentEnd > at) {
      push(comment, commentEnd);
      continue;
    }
    if (first === '}' && templates.at(-1) === depth) {
      templates.pop();
      const end = endOfTemplate(value, at + 1);
      if (value.charAt(end - 1) === '{') templates.push(depth);
      push(string, end);
      continue;
    }
    if (first === '`' && syntax.templates) {
      const end = endOfTemplate(value, at + 1);
      if (value.charAt(end - 1) === '{' && value.charAt(end - 2) === '$') templates.push(depth);
      push(string, end);
      continue;
    }
    const stringEnd = endOfString(value, at, syntax);
    if (stringEnd > at) {
      push(string, stringEnd);
      continue;
    }
    if (first === '/' && syntax.regex && !endsOperand(value, kinds, starts, ends)) {
      const end = matched(regexLiteral);
      if (end > at) {
        push(string, end);
        continue;
      }
    }
    const wordEnd = matched(words);
    if (wordEnd > at) {
      push(word, wordEnd);
      continue;
    }
    const numberEnd = matched(numbers);
    if (numberEnd > at) {
      push(number, numberEnd);
      continue;
    }
    if (first === '{') depth++;
    else if (first === '}') depth--;
    push(sign, Math.max(at + 1, matched(operators)));
  }
  return {
    value,
    count: kinds.length,
    kinds: Uint8Array.from(kinds),
    starts: Uint32Array.from(starts),
    ends: Uint32Array.from(ends),
  };
}

/** The token's text; empty past either end. */
export function tokenText(tokens: Tokens, index: number): string {
  return index < 0 || index >= tokens.count
    ? ''
    : tokens.value.slice(tokens.starts[index], tokens.ends[index]);
}

type Syntax = ReturnType<typeof syntaxOf>;

function endOfComment(value: string, at: number, syntax: Syntax): number {
  for (const [open, close] of syntax.block) {
    if (!value.startsWith(open, at)) continue;
    const end = value.indexOf(close, at + open.length);
    return end === -1 ? value.length : end + close.length;
  }
  for (const open of syntax.line) {
    if (!value.startsWith(open, at)) continue;
    // `#` inside a word, `--` of a decrement and `REM` of `REMOVE` begin no comment.
    const before = value.charAt(at - 1);
    if (/\w/.test(before) && open !== '//') continue;
    if (/\w$/.test(open) && /\w/.test(value.charAt(at + open.length))) continue;
    let end = at;
    while (end < value.length && value.charAt(end) !== '\n' && value.charAt(end) !== '\r') end++;
    return end;
  }
  return at;
}

function endOfString(value: string, at: number, syntax: Syntax): number {
  const quote = value.charAt(at);
  if (!syntax.quotes.includes(quote)) return at;
  if (quote !== '`' && value.startsWith(quote.repeat(3), at)) {
    const end = value.indexOf(quote.repeat(3), at + 3);
    return end === -1 ? value.length : end + 3;
  }
  if (quote === "'" && syntax.characters) {
    const character = /'(?:\\[^\n]{1,8}?|[^'\\\n])'/y;
    character.lastIndex = at;
    return character.test(value) ? character.lastIndex : at;
  }
  const manyLines = quote === '`';
  for (let end = at + 1; end < value.length; end++) {
    const next = value.charAt(end);
    if (next === '\\') end++;
    else if (next === quote) return end + 1;
    else if (!manyLines && (next === '\n' || next === '\r')) return end;
  }
  return value.length;
}

/** Up to the closing backtick, or to the `${` where code goes on. */
function endOfTemplate(value: string, from: number): number {
  for (let end = from; end < value.length; end++) {
    const next = value.charAt(end);
    if (next === '\\') end++;
    else if (next === '`') return end + 1;
    else if (next === '$' && value.charAt(end + 1) === '{') return end + 2;
  }
  return value.length;
}

/** Whether the last token ends a value, so that `/` divides it. */
function endsOperand(
  value: string,
  kinds: readonly number[],
  starts: readonly number[],
  ends: readonly number[],
): boolean {
  const last = kinds.length - 1;
  const kind = kinds[last];
  const text = value.slice(starts[last], ends[last]);
  if (kind === word)
    return !/^(?:return|typeof|case|in|of|do|else|void|delete|throw|new|await|yield)$/.test(text);
  return kind === number || kind === string || text === ')' || text === ']' || text === '}';
}
