/**
 * How far an answer whose lines all stand too far out is to be moved in: the cursor stands as deep as the line is to be,
 * and the model began at column 0, or as deep as the block around.
 *
 *   f() {
 *     █        `a(b,` ⏎ `  c);`   goes on in its bracket less deep than it begins: all of it is meant a step deeper
 *
 * Law: told by the first two lines that say something, so that a stream that goes on never moves what was shown.
 */

import { brackets, closerOf, quoting } from '../brackets.ts';
import { columnsOf, indentOf } from '../indent.ts';
import { isHeaderLine, lineBelow } from '../statement.ts';
import type { Place } from './lines.ts';
import { closes } from './missing-blanks.ts';
import { unopened } from './surplus.ts';

export interface Written {
  /** The blanks that the model wrote before the first line, in the file's signs. */
  readonly own: string;
  /** The cursor's line up to the end of the first line. */
  readonly begun: string;
  /** The next line that says something, in the file's signs. */
  readonly second: string;
  /** Whether no blank line parts them. */
  readonly isNext: boolean;
}

/** Where a line that says `rest` is expected to begin. */
export function expectedColumns(rest: string, { above, unit: { width } }: Pick<Place, 'above' | 'unit'>) {
  const below = lineBelow(above, width, rest);
  const as = columnsOf(indentOf(above[below?.as ?? -1] ?? ''), width);
  const columns = as + (below?.isDeeper ? width : 0) - (closes.test(rest) ? width : 0);
  return { columns, isDeeper: below?.isDeeper ?? false };
}

/** Columns that the lines behind the first are to be moved in by, where that is certain; else none. */
export function missingColumns(written: Written, place: Place): number {
  const { own, begun, second } = written;
  const { linePrefix, unit } = place;
  const here = columnsOf(indentOf(begun), unit.width);
  const wrote = columnsOf(own, unit.width);
  if (linePrefix.trim() !== '' || here <= wrote) return 0;
  const first = begun.trim();
  if (own === '' && !goesOnFartherOut(written, place)) return 0;
  const expected = expectedColumns(first, place).columns;
  if (expected >= here) return here - wrote;
  // Where the cursor stands too deep, what the model wrote is right: within a step of the cursor it may be either.
  const isFar = own !== '' || columnsOf(indentOf(second), unit.width) < here - unit.width;
  return isFar && here - expected < Math.abs(wrote - expected) ? here - wrote : 0;
}

const operator = /^(?:\??\.\w|\|>|&&|\|\||\?\?)/;
/** What stands where its author likes, or at the margin. */
const isApart = /^(?:#|\/[/*]|--|%|@\w+:|[A-Za-z_]\w*:(?!:)|(?:case|default|public|private|protected)\b)/;
const closer = /^(?:[)\]}]|<\/)/;
/** Of a comment that goes to the end of its line. */
const lineComment = /^(?:\/\/[/!]?|#(?![[!\w])|--|%+|;;+)(?=\s)/;
/** The next line is deeper. */
const opensBelow = /(?:\s=|=>|\b(?:do|of|try|struct|sig|begin))$/;
/** The statement goes on in the next line. */
const goesOn = /(?:,|[^+]\+|&&|\|\||[=!]=|<>|[-|]>)$/;
/** What it says belongs to the next line. */
const isAnnotation = /^(?:@\w[\w.]*(?:\(.*\))?|#!?\[.*\]|\[\w[\w.]*(?:\(.*\))?\])$/;
const opensByWord =
  /^(?:(?:local\s+)?function|def|class|module|begin|if|unless|while|until|for|struct)\b(?!.*\bend\b)/;
const worded: ReadonlySet<string> = new Set(['crystal', 'julia', 'lua', 'ruby']);
/** Where a form may be opened anywhere in a line, and what is in it stands deeper. */
const lisps: ReadonlySet<string> = new Set('clojure commonlisp emacs-lisp lisp racket scheme'.split(' '));
/** Where no block ends without a sign for it, and a statement ends with its line. */
const closed: ReadonlySet<string> = new Set(
  'bash c cpp csharp css dart elixir gleam go java javascript javascriptreact julia kotlin less lua nix perl php powershell ruby rust scss sh shellscript svelte swift terraform typescript typescriptreact vue zig zsh'.split(
    ' ',
  ),
);
/** Where no line of a string of several lines stands farther out than its end. */
const stripped: Readonly<Record<string, RegExp>> = {
  elixir: /"{3}$/,
  nix: /''$/,
  python: /^[rR]?(?:"{3}|'{3})/,
  swift: /"{3}$/,
};

/** Whether the second line stands less deep than any line can that goes on with the first. */
function goesOnFartherOut({ begun, second, isNext }: Written, place: Place): boolean {
  const { languageId = '', unit, wording } = place;
  const here = columnsOf(indentOf(begun), unit.width);
  const first = begun.trim();
  const says = second.trim();
  const depth = columnsOf(indentOf(second), unit.width);
  if (/^\/\*/.test(first) && !first.includes('*/')) return says.startsWith('*') && depth < here;
  if (depth < here && opensStripped(first, languageId)) return true;
  const mark = lineComment.exec(first)?.[0];
  if (mark !== undefined) return depth < here && lineComment.exec(says)?.[0] === mark;
  if (wording !== 'code' || closer.test(first) || closes.test(says) || isApart.test(says)) return false;
  const opened = brackets(first, quoting(languageId)).opens.filter((sign) => closerOf[sign] !== undefined);
  if (opened.length > 0) {
    if (/[{([:\\]$/.test(first)) return false;
    if (depth > here)
      return (
        !operator.test(says) && depth !== here + unit.width && isAligned(depth, first, opened.at(-1) ?? '')
      );
    return depth < here || first.endsWith(',') || lisps.has(languageId);
  }
  if (depth > here) return false;
  if (/^[{[|(]/.test(says) && !operator.test(says)) return false;
  const last = place.above.findLast((line) => line.trim() !== '') ?? '';
  const opens =
    (opensBelow.test(first) && !opensBelow.test(last)) || (worded.has(languageId) && opensByWord.test(first));
  if ((opens && unopened(first).length === 0) || isHeaderLine(first)) return true;
  if (depth === here) return false;
  if (
    isAnnotation.test(first) ||
    goesOn.test(first) ||
    operator.test(says) ||
    (first.startsWith('? ') && says.startsWith(': '))
  )
    return true;
  return depth === 0 && isNext && closed.has(languageId) && !/[\\`]|<</.test(first);
}

/** Whether the column is that of what stands in a line's open bracket, first or behind its first word. */
function isAligned(column: number, line: string, opener: string): boolean {
  let at = line.lastIndexOf(opener);
  while (at > 0 && brackets(line.slice(at)).opens.length === 0) at = line.lastIndexOf(opener, at - 1);
  const word = /^\S*\s+/.exec(line.slice(at + 1))?.[0].length ?? 0;
  return column === at + 1 || (opener === '(' && word > 0 && column === at + 1 + word);
}

/** Whether strings of several lines lose the indentation of their end. */
export function isStripped(languageId: string | undefined): boolean {
  return languageId !== undefined && stripped[languageId] !== undefined;
}

function opensStripped(line: string, languageId: string): boolean {
  const quotes = stripped[languageId]?.exec(line)?.[0].slice(-2);
  return quotes !== undefined && line.split(quotes).length % 2 === 0;
}
