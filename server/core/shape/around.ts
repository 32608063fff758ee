/**
 * Around: what a cursor stands among, as far as shaping reads it.
 *
 * A stream is shaped again and again at one place: what is around it is read with the first piece, while the next is on
 * its way, and kept as long as the text itself.
 */

import { type IndentUnit, statedUnit } from '../indent.ts';
import { dominantEol, lineAt, lineCount, lineEnd, lineStart, lineText, sliceOf, type Text } from '../text.ts';
import { type Wording, wordingAt } from './words.ts';

export interface Around {
  readonly text: Text;
  /** UTF-16 offset. */
  readonly cursor: number;
  readonly languageId: string | undefined;
  /** The cursor's line up to the cursor, and behind it. */
  readonly linePrefix: string;
  readonly rest: string;
  /** The lines above and the cursor's line up to the cursor. */
  readonly before: string;
  /** The lines above alone, the nearest last, and the lines below. */
  readonly above: readonly string[];
  readonly below: readonly string[];
  readonly wording: Wording;
  /** What the text itself indents with, if it does. */
  readonly unit: IndentUnit | undefined;
  readonly eol: string;
}

/** Lines on either side. */
const surroundings = 40;

/** The place that was read last in each text. */
const read = new WeakMap<Text, Around>();

export function aroundCursor(text: Text, cursor: number, languageId: string | undefined): Around {
  const known = read.get(text);
  if (known && known.cursor === cursor && known.languageId === languageId) return known;
  const line = lineAt(text, cursor);
  const linePrefix = sliceOf(text, lineStart(text, line), cursor);
  const above = lines(text, Math.max(0, line - surroundings), line);
  const before = [...above, linePrefix].join('\n');
  const around: Around = {
    text,
    cursor,
    languageId,
    linePrefix,
    rest: sliceOf(text, cursor, lineEnd(text, line)),
    before,
    above,
    below: lines(text, line + 1, Math.min(lineCount(text), line + surroundings)),
    wording: wordingAt(before, languageId),
    unit: statedUnit(text),
    eol: dominantEol(text),
  };
  read.set(text, around);
  return around;
}

function lines(text: Text, from: number, to: number): readonly string[] {
  const found: string[] = [];
  for (let line = from; line < to; line++) found.push(lineText(text, line));
  return found;
}
