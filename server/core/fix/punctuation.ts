/** Recipes for a mark that the parser says is missing or too many. */

import { endOfCodeBefore, endOfLine, isPython, lineCommentOf, removal, startOfLine } from './find.ts';
import type { Broken, Recipe, SpelledFix } from './spelled.ts';

export const punctuation: readonly Recipe[] = [
  // TypeScript 1005, Go ("expected ';', found …"), clang ("expected ';' after expression"), rustc ("expected `;`, found `}`"),
  // esbuild ('Expected ";" but found "x"'), pyright ('Expected ":"'), CPython ("expected ':'").
  {
    pattern:
      /^(?:SyntaxError: |syntax error: |error: )?[Ee]xpected ['"`]([;,:)\]}])['"`](?!,? or\b)|^['"`]([;,:)\]}])['"`] expected\.?$/,
    fix: (broken, match) => insertMark(broken, match[1] ?? match[2] ?? ''),
  },
  {
    pattern: /^(?:Missing semicolon\.?|Missing semicolon after statement)/,
    fix: (broken) => insertMark(broken, ';'),
  },
  { pattern: /^Missing trailing comma\.?$/, fix: (broken) => insertMark(broken, ',') },
  { pattern: /^Expected comma$/, fix: (broken) => insertMark(broken, ',') },
  { pattern: /^(?:Extra|Unnecessary|Unexpected) semicolon\.?$/, fix: (broken) => removeMark(broken, ';') },
  { pattern: /^(?:Unexpected trailing comma|Trailing comma)\.?$/, fix: (broken) => removeMark(broken, ',') },
];

function insertMark({ text, diagnostic, path }: Broken, mark: string): SpelledFix | undefined {
  const summary = `Insert '${mark}'`;
  const comment = lineCommentOf(path);
  // Parsers point at the lexeme that came instead, or right behind the last good one: both end at the same code.
  const at = endOfCodeBefore(text, Math.min(diagnostic.start, text.length), comment);
  if (at === 0 || text.startsWith(mark, at) || text.charAt(at - 1) === mark) return undefined;
  if (mark === '}') return closeBlock(text, at, diagnostic.start);
  if (isPython(path) && mark === ':' && startOfLine(text, at) !== startOfLine(text, diagnostic.start)) {
    // Python points at the end of the line that lacks its colon; another line is another statement.
    if (diagnostic.start !== startOfLine(text, diagnostic.start)) return undefined;
  }
  if (mark !== '}' && /[({[,]$/.test(text.slice(0, at)) && mark !== ')' && mark !== ']') return undefined;
  return { edit: [{ start: at, end: at, text: mark }], summary };
}

/** A brace missing at the end of the text closes the one block that is open, on a line of its own. */
function closeBlock(text: string, at: number, pointed: number): SpelledFix | undefined {
  if (text.slice(pointed).trim() !== '') return undefined;
  const open: number[] = [];
  for (let i = 0; i < at; i++) {
    // With quotes and comments about, counting braces is guessing.
    const unit = text.charAt(i);
    if (unit === '{') open.push(i);
    else if (unit === '}') open.pop();
  }
  const [opened] = open;
  if (open.length !== 1 || opened === undefined) return undefined;
  const indent = /^[ \t]*/.exec(text.slice(startOfLine(text, opened)))?.[0] ?? '';
  const eol = text.includes('\r\n') ? '\r\n' : '\n';
  return { edit: [{ start: at, end: at, text: `${eol}${indent}}` }], summary: "Insert '}'" };
}

function removeMark({ text, diagnostic }: Broken, mark: string): SpelledFix | undefined {
  const end = Math.min(endOfLine(text, diagnostic.start), Math.max(diagnostic.end, diagnostic.start + 1));
  const found = text.slice(diagnostic.start, end).indexOf(mark);
  if (found === -1 || text.slice(diagnostic.start, diagnostic.start + found).trim() !== '') return undefined;
  const start = diagnostic.start + found;
  return { edit: removal({ start, end: start + 1 }), summary: `Remove '${mark}'` };
}
