/**
 * How much of a stream is certain: what can be shown before the model has ended. A line is certain when its
 * terminator is there, and says something.
 */

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
