/**
 * Where some lines stand among others, one after the other (Knuth, Morris and Pratt 1977): in as many steps as there
 * are lines on both sides, however alike they are.
 */

/** The lines where a run equal to `search` begins, in order; runs may overlap. */
export function lineRuns(lines: readonly string[], search: readonly string[]): readonly number[] {
  const starts: number[] = [];
  if (search.length === 0) return starts;
  const borders = bordersOf(search);
  let same = 0;
  for (let at = 0; at < lines.length; at++) {
    while (same > 0 && (same === search.length || lines[at] !== search[same]))
      same = borders[same - 1] as number;
    if (lines[at] === search[same]) same++;
    if (same === search.length) starts.push(at - same + 1);
  }
  return starts;
}

/** For each beginning of the lines, how many of its last ones are also its first ones, itself apart. */
function bordersOf(lines: readonly string[]): Int32Array {
  const borders = new Int32Array(lines.length);
  let same = 0;
  for (let at = 1; at < lines.length; at++) {
    while (same > 0 && lines[at] !== lines[same]) same = borders[same - 1] as number;
    if (lines[at] === lines[same]) same++;
    borders[at] = same;
  }
  return borders;
}
