/**
 * How much of a stream is certain: what can be shown before the model has ended. A line is certain when its
 * terminator is there, and says something. What is shown first is the longest part of it that is complete, so that
 * it does not end in the middle of a block; what is known beyond that comes when it was typed or accepted.
 */

import { opensBracket } from '../../core/brackets.ts';
import { columnsOf, indentOf } from '../../core/indent.ts';

/** Opens a block that is told by indentation or words, where the next line is not known yet. */
const opensBlock = /(?::|\bdo|\bthen)\s*$/;
/** Belongs to the block above it. */
const closesBlock =
  /^(?:[)\]}]|end\b|fi\b|done\b|esac\b|<\/|el(?:se|if|sif)|catch\b|except\b|rescue\b|finally\b|until\b)/;

/**
 * Length of the beginning that is complete in itself: whole lines, every bracket they open is closed in them, and no
 * block is left by indentation. The first line where there is none: what opens a block is shown, rather than waiting
 * for its end, and a block is shown with its end or not at all. `depth`: columns the first line is indented by.
 */
export function unitLength(said: string, depth = 0): number {
  for (let end = said.length; end > 0; end = said.lastIndexOf('\n', end - 1))
    if (said.slice(0, end).trim() !== '' && isComplete(said, end, depth)) return end;
  const first = said.search(/\S/);
  const end = first === -1 ? -1 : said.indexOf('\n', first);
  return end === -1 ? said.length : end;
}

/** Whether a text opens what it does not close. */
export function opensMore(text: string): boolean {
  return opensBlock.test(text) || opensBracket(text);
}

/**
 * Length of the beginning of `said` that is certain, in UTF-16 code units, at least `from`; 0 while nothing is.
 * The last terminator is left out: what comes behind it is not known yet.
 */
export function certainLength(said: string, from = 0): number {
  let certain = from;
  for (let end = said.indexOf('\n', from); end !== -1; end = said.indexOf('\n', end + 1)) {
    if (said.slice(certain, end).trim() !== '') certain = end;
  }
  return certain;
}

/** At least 1. */
export function linesIn(text: string): number {
  let lines = 1;
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) lines++;
  return lines;
}

/** The first lines of a text, at most so many that say something. */
export function firstLines(text: string, most: number): string {
  const from = Math.max(0, text.search(/\S/));
  let end = text.indexOf('\n', from);
  for (let lines = 1; lines < most && end !== -1; lines++) end = text.indexOf('\n', end + 1);
  return end === -1 ? text : text.slice(0, end);
}

function isComplete(said: string, end: number, depth: number): boolean {
  const lines = said.slice(0, end);
  if (opensBracket(lines)) return false;
  /** Columns of the line that what is deeper belongs to. */
  let owner: number | undefined;
  let last = depth;
  for (const [index, line] of lines.split('\n').entries()) {
    if (line.trim() === '') continue;
    const own = index === 0 ? depth : columnsOf(indentOf(line));
    if (owner !== undefined && own <= owner) owner = undefined;
    if (owner === undefined && own > last) owner = last;
    last = own;
  }
  const next = said
    .slice(end)
    .split('\n')
    .find((line) => line.trim() !== '');
  if (next === undefined) return owner === undefined && !opensBlock.test(lines);
  const below = columnsOf(indentOf(next));
  if (below > last) return false;
  return owner === undefined || (below <= owner && !closesBlock.test(next.trim()));
}
