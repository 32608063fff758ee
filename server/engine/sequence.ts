/** Sequence: a whole text as symbols, as archives learn it: lines parted by line breaks that know their depth. */

import { isBlank, lexLine } from './lexer.ts';
import { maxLineUnits } from './mirror.ts';
import { breakLexeme, toSymbol } from './symbol.ts';
import type { Vocabulary } from './vocabulary.ts';

/** Before its first line a text counts as having blank lines, so that beginnings of files resemble each other. */
export const blanksBeforeText = 2;

/** Writes the symbols to `out` until it is full; returns their number. */
export function lexText(text: string, vocabulary: Vocabulary, out: Uint32Array): number {
  let size = 0;
  let indent = 0;
  let blanks = blanksBeforeText;
  for (let start = 0; start <= text.length; ) {
    const newline = text.indexOf('\n', start);
    const next = newline === -1 ? text.length + 1 : newline + 1;
    let end = newline === -1 ? text.length : newline;
    if (end > start && text.charCodeAt(end - 1) === 13) end--;
    if (end - start > maxLineUnits) end = start + maxLineUnits;
    let content = start;
    while (content < end && isBlank(text.charCodeAt(content))) content++;
    if (content === end) blanks++;
    else {
      if (size + 2 > out.length) break;
      out[size] = toSymbol(breakLexeme(blanks, content - start - indent), false);
      const stop = lexLine(text, { start: content, end }, { vocabulary, out, at: size + 1 });
      // A line that does not fit is left out whole: half a line would teach a wrong end.
      if (stop >= out.length - 1) break;
      size = stop;
      indent = content - start;
      blanks = 0;
    }
    start = next;
  }
  return size;
}
