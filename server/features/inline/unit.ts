/**
 * How much of a stream is certain: what can be shown before the model has ended. A line is certain when its
 * terminator is there, and says something. What is shown first is the longest part of it that is complete, so that
 * it does not end in the middle of a block; what is known beyond that comes when it was typed or accepted.
 */

import { brackets } from '../../core/brackets.ts';

/**
 * Length of the beginning that is complete in itself: whole lines, and every bracket they open is closed in them. All
 * of it where there is none: what opens a block is shown, rather than waiting for its end.
 */
export function unitLength(said: string): number {
  for (let end = said.length; end > 0; end = said.lastIndexOf('\n', end - 1)) {
    const lines = said.slice(0, end);
    if (lines.trim() !== '' && !brackets(lines).opens.some((sign) => /[([{]/.test(sign))) return end;
  }
  return said.length;
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
