/** Statements over several lines: where the one begins that goes on in a line, or ends there. By signs, in any language. */

import { brackets } from './brackets.ts';
import { columnsOf, indentOf } from './indent.ts';

/** Lines further up than this are not looked at. */
const farthest = 40;
/** The line goes on with the one above. */
const goesOn = /^(?:\??\.\w|&&|\|\||\?\?|\|>|[?:+] )/;
/** The next line goes on with this one; `*` and `/` may end a comment or a tag. */
const isOpen = /(?:[^=!<>]=|=>|[^+]\+|&&|\|\||\?\?|,|\\)$/;
/** What such a sign opens in them is a block. */
const opensBlock = /^(?:def|let|fun|func|case)\b/;
/** What the next line is inside of. */
const opensBelow = /(?:[{([:]|\b(?:then|do|else)|\bdo\s*\|[^|]*\|)$/;
const header = /^(?:\}\s*)?(?:(?:else\s+)?if|for|foreach|while)\s*\(.*\)$|^(?:\}\s*)?else$/;

/** Columns of the line in which the statement begins that the last line goes on with. */
export function statementDepth(lines: readonly string[], width: number): number {
  return columnsOf(indentOf(lines[statementStart(lines, width)] ?? ''), width);
}

/** Where a line is expected to begin: at the indentation of another, or a step deeper. */
export interface LineBelow {
  /** Index of that other line. */
  readonly as: number;
  readonly isDeeper: boolean;
}

/**
 * Where the line below these is expected to begin: a step inside of what the last one opens, else where the statement
 * begins that it ends, which is behind its `if`, `else` or loop where it is their body without braces. `width`: columns
 * of a step; `next`: what the line below says, where that is known.
 */
export function lineBelow(lines: readonly string[], width: number, next = ''): LineBelow | undefined {
  const last = fullAbove(lines, lines.length);
  if (last === undefined) return undefined;
  const end = (lines[last] ?? '').trim();
  const opener = openerOf(lines, last);
  if (opensBelow.test(end)) return { as: opener, isDeeper: true };
  if (isHeader(lines, opener, last)) return { as: opener, isDeeper: !next.startsWith('{') };
  if (isOpen.test(end) || goesOn.test(next)) return { as: last, isDeeper: false };
  // Without a sign for its end the statement may go on.
  if (!/[;}]$/.test(end)) return { as: opener, isDeeper: false };
  const depthAt = (at: number) => columnsOf(indentOf(lines[at] ?? ''), width);
  let start = statementStart(lines.slice(0, last + 1), width);
  for (;;) {
    const above = fullAbove(lines, start);
    const first = above === undefined ? start : openerOf(lines, above);
    if (above === undefined || depthAt(start) <= depthAt(first) || !isHeader(lines, first, above)) break;
    start = first;
  }
  return { as: start, isDeeper: false };
}

/** The line in which the statement begins that the last one goes on with. */
function statementStart(lines: readonly string[], width: number): number {
  const last = lines.length - 1;
  const depthAt = (at: number) => columnsOf(indentOf(lines[at] ?? ''), width);
  let start = openerOf(lines, last);
  for (let above = fullAbove(lines, start); above !== undefined; above = fullAbove(lines, start)) {
    if (last - above > farthest || depthAt(above) > depthAt(start)) break;
    const end = (lines[above] ?? '').trim();
    if (brackets(end).opens.length > 0) break;
    const isOne = goesOn.test((lines[start] ?? '').trim()) || (isOpen.test(end) && !opensBlock.test(end));
    if (!isOne) break;
    start = openerOf(lines, above);
  }
  return start;
}

/** Whether the last line ends the one statement of an `if`, `else` or loop that has no braces, as in C. */
export function isBodyWithoutBraces(lines: readonly string[]): boolean {
  const last = lines.length - 1;
  if (!/[;}]$/.test((lines[last] ?? '').trim())) return false;
  const start = openerOf(lines, last);
  const above = fullAbove(lines, start);
  if (above === undefined) return false;
  const first = openerOf(lines, above);
  return isDeeper(lines, start, first) && isHeader(lines, first, above);
}

/** Whether a line is an `if`, `else` or loop with nothing behind it. */
export function isHeaderLine(line: string): boolean {
  return isHeader([line], 0, 0);
}

/** Whether these lines are an `if`, `else` or loop with nothing behind it. */
function isHeader(lines: readonly string[], first: number, last: number): boolean {
  const words = lines
    .slice(first, last + 1)
    .map((line) => line.trim())
    .join(' ');
  // The end of a `do`, or none of them.
  if (!header.test(words) || /^\}\s*while\b/.test(words)) return false;
  // A statement may stand behind the condition.
  for (let at = words.indexOf(')'); at !== -1; at = words.indexOf(')', at + 1))
    if (brackets(words.slice(0, at + 1)).opens.length === 0) return at === words.length - 1;
  return true;
}

function fullAbove(lines: readonly string[], line: number): number | undefined {
  for (let at = line - 1; at >= 0; at--) if ((lines[at] ?? '').trim() !== '') return at;
  return undefined;
}

/** The line that opens what the given one closes, and what is closed on that line before. */
function openerOf(lines: readonly string[], line: number): number {
  let missing = 0;
  for (let at = line; at >= Math.max(0, line - farthest); at--) {
    const { closes, opens } = brackets(lines[at] ?? '');
    if (at < line) missing -= opens.filter((sign) => /[([{]/.test(sign)).length;
    if (missing <= 0 && at < line) return isDeeper(lines, at, line) ? line : openerOf(lines, at);
    missing += closes.filter(({ sign }) => /[)\]}]/.test(sign)).length;
    if (missing === 0) return at;
  }
  return line;
}

/** No statement begins deeper than it ends: what looks so was a sign in a string or comment. */
function isDeeper(lines: readonly string[], line: number, than: number): boolean {
  return columnsOf(indentOf(lines[line] ?? '')) > columnsOf(indentOf(lines[than] ?? ''));
}
