/** Blank lines that a piece begins with and that are meant: nearly all others are noise. */

import { columnsOf, indentOf } from '../indent.ts';
import type { Place } from './lines.ts';
import { byDepth } from './missing-blanks.ts';

const endsBlock = /^\s*(?:[)\]}]|end\b)/;
/** No body of a function of Python begins so. */
const outermost = /^(?:def|class|async def|if __name__)\b|^@\w/;

/**
 * Whether the piece leaves the cursor's line blank, to go on less deep below it: `\n    return a` where an editor has
 * indented the line as deep as the one above. Nothing of that may come as deep as the cursor stands.
 */
export function leavesBlock(piece: string, { linePrefix, languageId, unit }: Place): boolean {
  if (languageId === undefined || !byDepth.has(languageId) || !/^[ \t]*\n/.test(piece)) return false;
  const first = piece.replace(/^(?:[ \t]*\n)+/, '');
  const own = columnsOf(indentOf(first), unit.width);
  if (own >= columnsOf(linePrefix, unit.width) || own % unit.width !== 0) return false;
  return own > 0 || outermost.test(first);
}

/**
 * Whether the blank lines before `rest` part it from a block that ends right above an empty line. Between statements
 * of the same block they are noise: many a model begins its answer with one.
 */
export function isPartedFromBlock(rest: string, { linePrefix, above, unit }: Place): boolean {
  if (linePrefix !== '') return false;
  const last = above.at(-1) ?? '';
  const depth = columnsOf(indentOf(rest), unit.width);
  const lastDepth = columnsOf(indentOf(last), unit.width);
  return lastDepth > depth ? last.trim() !== '' : lastDepth === depth && endsBlock.test(last);
}
