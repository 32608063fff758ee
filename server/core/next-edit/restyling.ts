/**
 * Restyling, told without a parser: the same words, numbers and signs in the same order, save for what languages let
 * one choose (blanks, line ends, kinds of quotes, `;` and a last `,`). Where blanks may carry meaning they count.
 */

import { meansIndentation } from '../guard/language.ts';
import { tokenKinds, tokensOf, tokenText } from '../lexical.ts';

export function onlyRestyles(before: string, after: string, languageId: string): boolean {
  if (before === after) return true;
  if (meansIndentation(languageId) && linesOf(before) !== linesOf(after)) return false;
  return wordsOf(before, languageId) === wordsOf(after, languageId);
}

/** Each line's depth, and where lines end; empty ones and blanks at line ends mean nothing anywhere. */
function linesOf(code: string): string {
  return code
    .split(/\r\n|\n|\r/)
    .filter((line) => line.trim() !== '')
    .map((line) => `${/^\s*/.exec(line)?.[0] ?? ''}.`)
    .join('\n');
}

/** The tokens one after the other, spelled in one way. */
function wordsOf(code: string, languageId: string): string {
  const tokens = tokensOf(code, languageId);
  const spelled: string[] = [];
  for (let i = 0; i < tokens.count; i++) {
    const kind = tokens.kinds[i];
    if (kind === tokenKinds.newline) continue;
    const text = tokenText(tokens, i);
    if (kind === tokenKinds.string) spelled.push(text.replace(/^(['"])(.*)\1$/s, '`$2`'));
    else if (kind === tokenKinds.comment) spelled.push(text.replace(/\s+/g, ' ').trim());
    else if (text === ';') continue;
    else {
      if (/^[)\]}]$/.test(text) && spelled.at(-1) === ',' && languageId !== 'json') spelled.pop();
      spelled.push(text);
    }
  }
  return spelled.join('\n');
}
