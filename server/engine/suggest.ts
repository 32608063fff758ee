/**
 * Suggest: from stops to what is shown: nothing, or the longest text that is sure enough and worth showing.
 */

import type { Stop } from './completer.ts';
import { isWordUnit } from './lexer.ts';

/**
 * A suggestion of one line is shown from this confidence on. Chosen so that in each single code base set aside for
 * checking, and with nothing known but two neighbouring files and nothing below the cursor, 4 in 5 are kept.
 */
export const showFrom = 0.78;
/** Where the user asked for several suggestions, from this one on. */
export const invitedFrom = 0.1;
/** It grows while it stays above this. */
const growWhile = 0.8;
/** Further lines are shown only while it is this sure: a wrong line costs more to read and to undo. */
const linesFrom = 0.9;
/** Fewer characters than this are quicker typed than read. */
const fewestUnits = 3;

/** `from` below `showFrom` is for who asked: then the text grows while that costs little of its own confidence. */
export function choose(stops: readonly Stop[], from = showFrom): Stop | undefined {
  const invited = from < showFrom;
  let chosen: Stop | undefined;
  for (const stop of stops) {
    if (!isWorthShowing(stop.text)) continue;
    const multiline = /[\r\n]/.test(stop.text);
    if (multiline && !stop.endsLine) continue;
    const grow = invited && chosen ? chosen.confidence * growWhile : growWhile;
    const least = multiline ? linesFrom : chosen ? grow : from;
    if (stop.confidence < least) {
      if (multiline || chosen) break;
      continue;
    }
    chosen = stop;
  }
  return chosen;
}

/** Enough characters, and at least two of them of a word: blanks and closing brackets are typed faster than read. */
function isWorthShowing(text: string): boolean {
  if (text.trim().length < fewestUnits) return false;
  let words = 0;
  for (let i = 0; i < text.length && words < 2; i++) if (isWordUnit(text.charCodeAt(i))) words++;
  return words >= 2;
}
