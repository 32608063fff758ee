/**
 * Lexer: one line of any language as symbols.
 *
 * Laws
 * - It knows no language and keeps no state: a line's symbols depend on the line alone, so an edit re-reads only
 *   the lines it touches. Strings and comments are words and punctuation like all else.
 * - Joined with their spaces, the symbols are the line without its indentation and trailing blanks, unless
 *   something in it is `unknown`.
 */

import { toSymbol } from './symbol.ts';
import type { Vocabulary } from './vocabulary.ts';

const operators = [
  '===', '!==', '...', '**=', '<<=', '>>=', '&&=', '||=', '??=', '"""', "'''", '```', '/**', '///', '<!--', '-->',
  '=>', '==', '!=', '<=', '>=', '&&', '||', '??', '?.', '->', '<-', '::', ':=', '++', '--', '+=', '-=', '*=', '/=',
  '%=', '|=', '&=', '^=', '**', '..', '//', '/*', '*/', '</', '/>', '|>', '<<', '${', '#{', '#[', '@@', '!!',
].sort((a, b) => b.length - a.length); // biome-ignore format: a table

const operatorsByFirst = ((): readonly (readonly string[])[] => {
  const table: string[][] = Array.from({ length: 128 }, () => []);
  for (const operator of operators) table[operator.charCodeAt(0)]?.push(operator);
  return table;
})();

/** Runs of one of these, three or more, are one lexeme: rules under headings and in comments. */
const ruleUnits = '-=#*_/~+.';

const isWord = ((): Uint8Array => {
  const table = new Uint8Array(128);
  for (let unit = 0; unit < 128; unit++)
    table[unit] = /[A-Za-z0-9_$]/.test(String.fromCharCode(unit)) ? 1 : 0;
  return table;
})();

export function isWordUnit(unit: number): boolean {
  return unit >= 128 || isWord[unit] === 1;
}

function isDigit(unit: number): boolean {
  return unit >= 48 && unit <= 57;
}

export function isBlank(unit: number): boolean {
  return unit === 32 || unit === 9 || unit === 12 || unit === 11;
}

/** End of the lexeme that starts at `start`, which is no blank. */
export function lexemeEnd(text: string, start: number, end: number): number {
  const unit = text.charCodeAt(start);
  if (isDigit(unit)) return numberEnd(text, start, end);
  let at = start + 1;
  if (isWordUnit(unit)) {
    while (at < end && isWordUnit(text.charCodeAt(at))) at++;
    return at;
  }
  if (unit === 92) {
    // An escape is one lexeme, and never half of a surrogate pair.
    const escaped = text.charCodeAt(at);
    return Math.min(end, escaped >= 0xd800 && escaped <= 0xdbff ? start + 3 : start + 2);
  }
  if (
    text.charCodeAt(at) === unit &&
    text.charCodeAt(at + 1) === unit &&
    ruleUnits.includes(text.charAt(start))
  ) {
    while (at < end && text.charCodeAt(at) === unit) at++;
    if (at - start > 3) return at;
  }
  for (const operator of operatorsByFirst[unit] ?? []) {
    if (start + operator.length <= end && text.startsWith(operator, start)) return start + operator.length;
  }
  return start + 1;
}

/**
 * The symbols of `text[start, end)`, which lies inside one line and starts behind its indentation, written to
 * `out` from `at`; returns where they end. Two blanks or a tab inside a line are a lexeme of their own.
 */
export function lexLine(
  text: string,
  range: { readonly start: number; readonly end: number },
  into: { readonly vocabulary: Vocabulary; readonly out: Uint32Array; readonly at: number },
): number {
  const { vocabulary, out } = into;
  let { at } = into;
  let end = range.end;
  while (end > range.start && isBlank(text.charCodeAt(end - 1))) end--;
  for (let i = range.start; i < end && at < out.length - 1; ) {
    let space = false;
    if (isBlank(text.charCodeAt(i))) {
      let blanks = i + 1;
      while (blanks < end && isBlank(text.charCodeAt(blanks))) blanks++;
      if (blanks - i === 1 && text.charCodeAt(i) === 32) space = true;
      else out[at++] = toSymbol(vocabulary.intern(text, i, blanks), false);
      i = blanks;
    }
    const stop = lexemeEnd(text, i, end);
    out[at++] = toSymbol(vocabulary.intern(text, i, stop), space);
    i = stop;
  }
  return at;
}

function numberEnd(text: string, start: number, end: number): number {
  let at = start + 1;
  while (at < end) {
    const unit = text.charCodeAt(at);
    if (isWordUnit(unit)) at++;
    else if (unit === 46 && isDigit(text.charCodeAt(at + 1))) at++;
    else break;
  }
  return at;
}
