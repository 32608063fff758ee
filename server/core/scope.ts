/** Blocks of code by indentation and brackets, in any language, without a parser. Regions are whole lines. */

import type { Region } from './ask.ts';
import { indentOf } from './indent.ts';
import { lineCount, lineEnd, lineStart, lineText, type Text } from './text.ts';

/** The next line that says something, with all deeper ones and the closing one behind it; nothing at the end of the text. */
export function blockBelow(text: Text, from: number): Region | undefined {
  let line = from;
  while (line < lineCount(text) && lineText(text, line).trim() === '') line++;
  if (line >= lineCount(text)) return undefined;
  return blockFrom(text, line);
}

/** The line with all deeper ones behind it and the one that closes them. */
export function blockFrom(text: Text, line: number): Region {
  const depth = indentOf(lineText(text, line)).length;
  let last = line;
  for (let next = line + 1; next < lineCount(text); next++) {
    const content = lineText(text, next);
    if (content.trim() === '') continue;
    const deeper = indentOf(content).length > depth;
    const closing =
      indentOf(content).length === depth &&
      /^\s*(?:[)\]}]|end\b|else\b|elif\b|except\b|catch\b|finally\b)/.test(content);
    if (!deeper && !closing) break;
    last = next;
    if (closing && /^\s*(?:[)\]}]+(?:[;,][;,)]*)?|end)\s*$/.test(content)) break;
  }
  return { start: lineStart(text, line), end: lineEnd(text, last) };
}

/** The block that the line stands in: from the nearest less deep line above on; nothing at the outermost level. */
export function outerBlock(text: Text, line: number): Region | undefined {
  const outer = outerLine(text, line);
  return outer === undefined ? undefined : blockFrom(text, outer);
}

/** The nearest less deep line above, which the block that the line stands in begins with. */
export function outerLine(text: Text, line: number): number | undefined {
  const depth = indentOf(lineText(text, line)).length;
  for (let above = line - 1; above >= 0 && depth > 0; above--) {
    const content = lineText(text, above);
    if (content.trim() === '' || indentOf(content).length >= depth || /^\s*[)\]}]/.test(content)) continue;
    return above;
  }
  return undefined;
}
