/** The lines at the top of a file that say what it imports, found line by line in any language. */

import type { Region } from './ask.ts';
import { lineCount, lineEnd, lineFullEnd, lineStart, lineText, type Text } from './text.ts';

const opens =
  /^(?:import\b|from\s+\S+\s+import\b|export\s+.*\bfrom\b|(?:const|let|var)\s.*=\s*require\s*\(|use\s+[\w:\\{]|pub\s+use\b|extern\s+crate\b|mod\s+\w+;|#\s*include\b|require(?:_relative)?\b|using\s+[\w.]+|package\s+[\w.]+|@import\b|open\s+[A-Z])/;
/** Between imports: comments, blank lines, directives, what goes on over several lines. */
const between = /^(?:\s|\/\/|\/\*|\*|#|--|;|%|'use |"use |["']{3}|[)}\]]|$)/;

/** Further down is no top of a file. */
const mostLines = 300;
/** A line says in its first letters whether it imports. */
const longestHead = 1000;

/** Whole lines from the first import to the last; nothing where there is none. */
export function importLines(text: Text): Region | undefined {
  let first = -1;
  let last = -1;
  let isOpen = false;
  const end = Math.min(lineCount(text), mostLines);
  for (let line = 0; line < end; line++) {
    const content = lineText(text, line);
    if (isOpen) {
      last = line;
      isOpen = !/[)}\]]/.test(content);
    } else if (opens.test(content.slice(0, longestHead))) {
      if (first === -1) first = line;
      last = line;
      isOpen = lastOf(content, '({[') > lastOf(content, ')}]');
    } else if (!between.test(content)) break;
  }
  return first === -1 ? undefined : { start: lineStart(text, first), end: lineFullEnd(text, last) };
}

function lastOf(line: string, signs: string): number {
  return Math.max(...[...signs].map((sign) => line.lastIndexOf(sign)));
}

/** Where an import may come to stand: the imports and the blank or comment lines above and below them. */
export function importPlace(text: Text): Region {
  const known = importLines(text);
  let line = 0;
  const from = known ? known.end : 0;
  while (line < lineCount(text) && lineStart(text, line) < from) line++;
  while (line < lineCount(text) && line < mostLines && between.test(lineText(text, line))) line++;
  return { start: 0, end: lineEnd(text, Math.min(line, lineCount(text) - 1)) };
}
