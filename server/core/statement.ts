/** Statements over several lines: where the one begins that goes on in a line, or ends there. By signs, in any language. */

import { brackets } from './brackets.ts';
import { columnsOf, indentOf } from './indent.ts';

/** Lines further up than this are not looked at. */
const farthest = 40;
/** The line goes on with the one above. */
const goesOn = /^(?:\??\.\w|&&|\|\||\?\?|\|>|[?:+] )/;
/** The next line goes on with this one; `*` and `/` may end a comment or a tag. */
const isOpen = /(?:[^=!<>]=|[^+]\+|&&|\|\||\?\?|,|\\)$/;
/** What such a sign opens in them is a block. */
const opensBlock = /^(?:def|let|fun|func|case)\b/;
const header = /^(?:\}\s*)?(?:(?:else\s+)?if|for|foreach|while)\s*\(.*\)$|^(?:\}\s*)?else$/;

/** Columns of the line in which the statement begins that the last line goes on with. */
export function statementDepth(lines: readonly string[], width: number): number {
  const last = lines.length - 1;
  const depthAt = (at: number) => columnsOf(indentOf(lines[at] ?? ''), width);
  let start = openerOf(lines, last);
  for (let above = fullAbove(lines, start); above !== undefined; above = fullAbove(lines, start)) {
    if (last - above > farthest || depthAt(above) > depthAt(start)) break;
    const end = (lines[above] ?? '').trim();
    if (brackets(end).opens.length > 0 || opensBlock.test(end)) break;
    if (!goesOn.test((lines[start] ?? '').trim()) && !isOpen.test(end)) break;
    start = openerOf(lines, above);
  }
  return depthAt(start);
}

/** Whether the last line ends the one statement of an `if`, `else` or loop that has no braces, as in C. */
export function isBodyWithoutBraces(lines: readonly string[]): boolean {
  const last = lines.length - 1;
  if (!/[;}]$/.test((lines[last] ?? '').trim())) return false;
  const start = openerOf(lines, last);
  const above = fullAbove(lines, start);
  if (above === undefined) return false;
  const first = openerOf(lines, above);
  const words = lines.slice(first, above + 1).map((line) => line.trim());
  const isDeeper = columnsOf(indentOf(lines[start] ?? '')) > columnsOf(indentOf(lines[first] ?? ''));
  return isDeeper && header.test(words.join(' '));
}

function fullAbove(lines: readonly string[], line: number): number | undefined {
  for (let at = line - 1; at >= 0; at--) if ((lines[at] ?? '').trim() !== '') return at;
  return undefined;
}

/** The line that opens what the given one closes. */
function openerOf(lines: readonly string[], line: number): number {
  let missing = 0;
  for (let at = line; at >= Math.max(0, line - farthest); at--) {
    const { closes, opens } = brackets(lines[at] ?? '');
    if (at < line) missing -= opens.filter((sign) => /[([{]/.test(sign)).length;
    if (missing <= 0 && at < line) return at;
    missing += closes.filter(({ sign }) => /[)\]}]/.test(sign)).length;
    if (missing === 0) return at;
  }
  return line;
}
