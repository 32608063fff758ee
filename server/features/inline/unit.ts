/**
 * How much of a stream is certain: what can be shown before the model has ended. A line is certain when its
 * terminator is there; a line that opens a bracket is shown together with what closes it, so that nobody accepts half
 * a statement.
 */

import { brackets } from '../../core/brackets.ts';

/**
 * Length of the beginning of `said` that is certain, in UTF-16 code units, at least `from`; 0 while nothing is.
 * The last terminator is left out: what comes behind it is not known yet.
 */
export function certainLength(said: string, from = 0): number {
  let certain = from;
  let end = said.indexOf('\n', Math.max(from, 0));
  if (from > 0 && end === from) end = said.indexOf('\n', from + 1);
  for (; end !== -1; end = said.indexOf('\n', end + 1)) {
    const piece = said.slice(certain, end);
    if (piece.trim() === '') continue;
    if (brackets(piece).opens.length === 0) certain = end;
  }
  return certain;
}
