/** What is looked for in other files: the terms of the lines around a place, and how much each is wanted. */

import { lineAt, lineCount, lineFullEnd, lineStart, sliceOf, type Text } from '../text.ts';
import { termsOf } from './terms.ts';

/** The lines whose terms are looked for: what stands before the cursor says more of what comes. */
const linesBefore = 15;
const linesBehind = 5;
/** Terms within so many lines of the cursor count double. */
const closeLines = 3;

/** `focus` is an offset. */
export function wantedTerms(text: Text, focus: number): ReadonlyMap<string, number> {
  const line = lineAt(text, focus);
  const part = (from: number, to: number) =>
    termsOf(
      sliceOf(text, lineStart(text, Math.max(0, from)), lineFullEnd(text, Math.min(lineCount(text) - 1, to))),
    );
  const wanted = part(line - linesBefore, line + linesBehind);
  for (const term of part(line - closeLines, line + closeLines).keys()) {
    wanted.set(term, (wanted.get(term) ?? 0) + 1);
  }
  // A name used ten times around here is wanted little more than one used twice.
  for (const [term, count] of wanted) wanted.set(term, Math.sqrt(count));
  return wanted;
}
