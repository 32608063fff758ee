/**
 * Around: what a cursor stands among, as far as shaping reads it.
 *
 * A stream is shaped again and again at one place: what is around it is read with the first piece, while the next is on
 * its way, and kept as long as the text itself.
 */

import { type IndentUnit, statedUnit } from '../indent.ts';
import { dominantEol, lineAt, lineCount, lineEnd, lineStart, lineText, sliceOf, type Text } from '../text.ts';
import { quotesAround } from './long-strings.ts';
import { type Wording, wordingAt } from './words.ts';

export interface Around {
  readonly text: Text;
  /** UTF-16 offset. */
  readonly cursor: number;
  readonly languageId: string | undefined;
  /** The cursor's line up to the cursor, and behind it; of one longer than `reach` what is near. */
  readonly linePrefix: string;
  readonly rest: string;
  /** The lines above and the cursor's line up to the cursor. */
  readonly before: string;
  /** The lines above alone, the nearest last, and the lines below. */
  readonly above: readonly string[];
  readonly below: readonly string[];
  /** Of the string of several lines that the cursor is in. */
  readonly quotes: string | undefined;
  readonly wording: Wording;
  /** What the text itself indents with, if it does. */
  readonly unit: IndentUnit | undefined;
  readonly eol: string;
}

/** Lines on either side, and UTF-16 code units of them: a minified line says no more than its near parts. */
const surroundings = 40;
const reach = 20_000;

/** The place that was read last in each text. */
const read = new WeakMap<Text, Around>();

export function aroundCursor(text: Text, cursor: number, languageId: string | undefined): Around {
  const known = read.get(text);
  if (known && known.cursor === cursor && known.languageId === languageId) return known;
  const line = lineAt(text, cursor);
  const linePrefix = sliceOf(text, Math.max(lineStart(text, line), cursor - reach), cursor);
  const above = lines(text, line, -1).reverse();
  const before = [...above, linePrefix].join('\n');
  const quotes = quotesAround({ text, cursor, languageId, above, before });
  const around: Around = {
    text,
    cursor,
    languageId,
    linePrefix,
    rest: sliceOf(text, cursor, Math.min(lineEnd(text, line), cursor + reach)),
    before,
    above,
    below: lines(text, line, 1),
    quotes,
    wording: wordingAt(before, embeddedAt(text, cursor, languageId) ?? languageId, quotes),
    unit: statedUnit(text),
    eol: dominantEol(text),
  };
  read.set(text, around);
  return around;
}

const pages: ReadonlySet<string> = new Set(['astro', 'html', 'svelte', 'vue']);
/** Code units before the cursor in which the element around it is looked for. */
const farthest = 64_000;

/** The language of the element of a page that the cursor is in. */
function embeddedAt(text: Text, cursor: number, languageId: string | undefined): string | undefined {
  if (languageId === undefined || !pages.has(languageId)) return undefined;
  const far = sliceOf(text, Math.max(0, cursor - farthest), cursor);
  const isIn = (name: string) => {
    const opening = far.lastIndexOf(`<${name}`);
    return opening > far.lastIndexOf(`</${name}`) && far.includes('>', opening);
  };
  if (isIn('script')) return 'typescript';
  return isIn('style') ? 'css' : undefined;
}

/** Those behind or before the line, the nearest first. */
function lines(text: Text, from: number, step: 1 | -1): string[] {
  const found: string[] = [];
  let left = reach;
  for (let line = from + step; line >= 0 && line < lineCount(text); line += step) {
    left -= lineEnd(text, line) - lineStart(text, line);
    if (left < 0 || found.length === surroundings) break;
    found.push(lineText(text, line));
  }
  return found;
}
