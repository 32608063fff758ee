/** What is missing of a line's indentation where its blanks are typed one by one and the model writes none. */

import { columnsOf, indentOf } from '../indent.ts';
import { lineBelow } from '../statement.ts';
import type { Place } from './lines.ts';

/** What stands a step farther out than the lines above it. */
export const closes =
  /^(?:[)\]}]|<\/|(?:end|fi|done|esac|else|elif|elsif|except|finally|catch|rescue|ensure)\b)/;
/** Languages in which the depth of a line tells which block it is of. */
export const byDepth: ReadonlySet<string> = new Set(
  'coffeescript elm fsharp gdscript haml haskell nim pug purescript python sass slim starlark stylus yaml'.split(
    ' ',
  ),
);
/** May stand between two steps. */
const label = /^(?:public|private|protected|signals|slots)\b[\w ]*:/;

/** The blanks between the cursor and where `rest` is to begin; none where the lines above tell of no steps. */
export function missingBlanks(
  rest: string,
  { linePrefix, above, languageId, unit: { kind, width }, wording, quotes }: Place,
): string {
  const here = linePrefix.length;
  if (here % width === 0 || kind === 'tabs' || linePrefix.includes('\t')) return '';
  if (languageId === undefined || wording !== 'code' || quotes !== undefined) return '';
  if (rest.startsWith('*') || label.test(rest)) return '';
  const isStep = (line: string) => /^ +\S/.test(line) && indentOf(line).length % width === 0;
  if (!above.some(isStep)) return '';
  const last = above.findLast((line) => line.trim() !== '') ?? '';
  const depth = columnsOf(indentOf(last), width);
  const below = lineBelow(above, width, rest);
  // Aligned lines stand where their author likes.
  if (depth % width !== 0 || (!below?.isDeeper && isAligned(here, last))) return '';
  const step = Math.ceil(here / width) * width;
  const as = columnsOf(indentOf(above[below?.as ?? -1] ?? ''), width);
  const expected = as + (below?.isDeeper ? width : 0) - (closes.test(rest) ? width : 0);
  const wanted = byDepth.has(languageId) ? step : Math.max(step, expected);
  return wanted > depth + width ? '' : ' '.repeat(wanted - here);
}

/** Whether a word of the line begins at the column, or what is in its bracket. */
function isAligned(column: number, line: string): boolean {
  const [before, at] = [line.charAt(column - 1), line.charAt(column)];
  return column > indentOf(line).length && /[\s([{]/.test(before) && /\S/.test(at);
}
