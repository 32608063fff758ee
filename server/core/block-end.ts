/** Where nothing can follow: behind the last statement of a block, which leaves it. */

import { columnsOf, indentOf } from './indent.ts';
import { isBodyWithoutBraces } from './statement.ts';
import { lineAt, lineCount, lineText, type Text } from './text.ts';

/** What stands behind it in its block is never reached; `pass` says that there is nothing. */
const leaves = /^(?:return|throw|raise|break|continue|pass|exit|die|panic!?|os\._?exit|process\.exit)\b/;
/** The statement goes on in the next line. */
const isOpen = /(?:[([{,\\]|[^+-][+*/-]|&&|\|\||[^=!<>]=|\?|:|\.|\breturn|\band|\bor|\bnot)$/;
const closes = /^(?:[)\]}]|end\b|fi\b|done\b|esac\b|<\/)/;
/** Behind it the next branch may be begun. */
const branches = /^(?:case\b|default\b|when\b|in\b|.*=>\s*$)/;
/** Lines: who leaves more of them empty has something else in mind. */
const nearby = 3;
const farthest = 200;

/**
 * Whether the cursor stands on a blank line at the end of a block that is complete: behind a statement that leaves the
 * block, before the line that closes it or less deep ones.
 */
export function isBehindBlock(text: Text, cursor: number): boolean {
  const line = lineAt(text, cursor);
  const own = lineText(text, line);
  if (own.trim() !== '') return false;
  const above = nextFull(text, line, -1);
  if (above === undefined || line - above > nearby) return false;
  const depth = depthOf(lineText(text, above));
  const statement = lineText(text, firstOf(text, above)).trim();
  const last = lineText(text, above).trim();
  if (depth === 0 || !leaves.test(statement) || (isOpen.test(last) && last !== 'return')) return false;
  const below = nextFull(text, line, 1);
  const next = below === undefined ? '' : lineText(text, below);
  if (below !== undefined && depthOf(next) >= depth) return false;
  // A new line at the left begins something else, unless the block is closed behind it.
  if (depthOf(own) < depth && !closes.test(next.trim())) return false;
  // What leaves is the body of an `if` alone: the block goes on behind it.
  if (isBodyWithoutBraces(linesUpTo(text, above))) return false;
  const opener = openerOf(text, above, depth);
  return opener !== undefined && !branches.test(opener);
}

/** The line that a statement of several lines begins with, where the given one closes it. */
function firstOf(text: Text, line: number): number {
  const depth = depthOf(lineText(text, line));
  if (!closes.test(lineText(text, line).trim())) return line;
  for (let at = line - 1; at >= Math.max(0, line - farthest); at--) {
    const content = lineText(text, at);
    if (content.trim() !== '' && depthOf(content) <= depth) return at;
  }
  return line;
}

function openerOf(text: Text, line: number, depth: number): string | undefined {
  for (let at = line - 1; at >= Math.max(0, line - farthest); at--) {
    const content = lineText(text, at);
    if (content.trim() !== '' && depthOf(content) < depth) return content.trim();
  }
  return undefined;
}

/** The line with those above it, as far as is looked at. */
export function linesUpTo(text: Text, line: number): readonly string[] {
  const lines: string[] = [];
  for (let at = Math.max(0, line - farthest); at <= line; at++) lines.push(lineText(text, at));
  return lines;
}

function nextFull(text: Text, line: number, step: 1 | -1): number | undefined {
  for (let at = line + step; at >= 0 && at < lineCount(text) && Math.abs(at - line) <= farthest; at += step)
    if (lineText(text, at).trim() !== '') return at;
  return undefined;
}

function depthOf(line: string): number {
  return columnsOf(indentOf(line));
}
