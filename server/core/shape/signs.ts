/**
 * Signs that a line was begun with, said once more by a model that begins the line anew: a comment's mark, a tag's
 * bracket, the bar of a pattern.
 *
 *   --█   `-- sorted`    becomes `-- sorted`, not `---- sorted`
 *   </█   `</div>`       becomes `</div>`
 *   /█    `/ sorted`     stays: it makes the mark whole
 */

import { syntaxOf } from '../syntax.ts';
import type { Around } from './around.ts';

/** All of a line so far: signs, none of a string's. */
const onlySigns = /^[^\s\p{L}\p{N}"'`]{1,200}$/u;
const sameSigns = /^(.)\1*$/u;
/** One may well stand in the other. */
const nests = /[()[\]{}]/;
const isPair = /^(?:\(\)|\[\]|\{\}|<>)$/;
/** More of them are a rule across the page. */
const longestMark = 4;
/** What begins a command of TeX; two of them end a line. */
const command = /(?<!\\)\\$/;
const tex: ReadonlySet<string> = new Set(['latex', 'tex', 'bibtex']);

type Place = Pick<Around, 'linePrefix' | 'above' | 'below' | 'languageId'>;

/** The piece without the signs before the cursor; nothing where it does not say them again. */
export function withoutSignsAgain(piece: string, place: Place): string | undefined {
  const { linePrefix, languageId } = place;
  if (
    languageId !== undefined &&
    tex.has(languageId) &&
    command.test(linePrefix) &&
    /^\\[A-Za-z]/.test(piece)
  )
    return piece.slice(1);
  const start = linePrefix.trimStart();
  if (!onlySigns.test(start) || !piece.startsWith(start)) return undefined;
  const sign = start.charAt(0);
  const isAgain = sameSigns.test(start)
    ? !nests.test(sign) && isBegunAnew(piece, { ...place, sign, typed: start.length })
    : !isPair.test(start);
  return isAgain ? piece.slice(start.length) : undefined;
}

interface Begun extends Place {
  readonly sign: string;
  /** How many of it stand before the cursor. */
  readonly typed: number;
}

/** Whether so many of the sign begin lines here as the model said, and not as many as it would be with those typed. */
function isBegunAnew(piece: string, { sign, typed, above, below, languageId }: Begun): boolean {
  const marks = marksOf(languageId);
  // Elsewhere it ends something.
  if (sign === ';' && !marks.some((mark) => mark.startsWith(sign))) return false;
  const said = countOf(sign, piece);
  const together = typed + said;
  const near = [...above.toReversed(), ...below].map((line) => countOf(sign, line.trimStart()));
  const next = near.find((count) => count === said || count === together);
  const last = above.findLast((line) => line.trim() !== '')?.trimStart() ?? '';
  if (countOf(sign, last) > 0 && next !== undefined) return next === said;
  const known = new Set([...near, ...marks.map((mark) => countOf(sign, mark))]);
  if (known.has(said) !== known.has(together)) return known.has(said);
  return typed > 1 && said === typed && said <= longestMark && !known.has(together);
}

/** What lines of a language begin with, whatever stands in this text. */
function marksOf(languageId: string | undefined): readonly string[] {
  if (languageId === undefined) return [];
  const { line, block } = syntaxOf(languageId);
  const hasTags = block.some(([opener]) => opener === '<!--');
  return [...line.filter((mark) => sameSigns.test(mark)), ...(hasTags ? ['<'] : [])];
}

/** How many of a sign a text begins with. */
function countOf(sign: string, text: string): number {
  let count = 0;
  while (text.charAt(count) === sign) count++;
  return count;
}
