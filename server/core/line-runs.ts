/**
 * Where some lines stand among others, one after the other (Knuth, Morris and Pratt 1977): in as many steps as there
 * are lines on both sides, however alike they are. Lines are compared as given, or by their numbers.
 */

type Lines = ArrayLike<string | number>;

/** The lines where a run equal to `search` begins, in order; runs may overlap. */
export function lineRuns(lines: Lines, search: Lines): number[] {
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

/** How many lines at the end of the one are those that the other begins with: the most there are. */
export function overlap(ending: Lines, beginning: Lines): number {
  const borders = bordersOf(beginning);
  let same = 0;
  for (let at = Math.max(0, ending.length - beginning.length); at < ending.length; at++) {
    while (same > 0 && (same === beginning.length || ending[at] !== beginning[same]))
      same = borders[same - 1] as number;
    if (ending[at] === beginning[same]) same++;
  }
  return same;
}

/** For each beginning of the lines, how many of its last ones are also its first ones, itself apart. */
function bordersOf(lines: Lines): Int32Array {
  const borders = new Int32Array(lines.length);
  let same = 0;
  for (let at = 1; at < lines.length; at++) {
    while (same > 0 && lines[at] !== lines[same]) same = borders[same - 1] as number;
    if (lines[at] === lines[same]) same++;
    borders[at] = same;
  }
  return borders;
}
