/**
 * Window ends: whether new code for a window begins and ends with the very lines that the window does. Words never do,
 * a snippet from the middle does not, and a fence that belongs to a document is told from one around it.
 */

export interface WindowEnds {
  /** Both first lines and both last lines are the same, whatever their indentation; empty lines do not count. */
  readonly areSame: boolean;
  /** All lines are the same. */
  readonly isAll: boolean;
  /** So many lines that say something run along from the first line on, and up to the last. */
  readonly head: number;
  readonly tail: number;
  /** So many lines run along there, whatever they say. */
  readonly headLines: number;
  readonly tailLines: number;
}

export function windowEnds(own: readonly string[], lines: readonly string[]): WindowEnds {
  const ours = filled(own);
  const theirs = filled(lines);
  const head = run(ours, theirs, (all, i) => all[i]);
  const tail = run(ours, theirs, (all, i) => all[all.length - 1 - i]);
  return {
    areSame: head.length > 0 && tail.length > 0 && (theirs.length > 1 || ours.length === 1),
    isAll: head.length === ours.length && ours.length === theirs.length,
    head: head.filter(tells).length,
    tail: tail.filter(tells).length,
    headLines: head.length,
    tailLines: tail.length,
  };
}

/** Whether a line says something: has a letter or a digit of any script. */
export function tells(line: string): boolean {
  return /[\p{L}\p{N}_]/u.test(line);
}

function filled(lines: readonly string[]): readonly string[] {
  return lines.map((line) => line.trim()).filter((line) => line !== '');
}

function run(
  ours: readonly string[],
  theirs: readonly string[],
  at: (all: readonly string[], i: number) => string | undefined,
): readonly string[] {
  const same: string[] = [];
  for (let i = 0; i < Math.min(ours.length, theirs.length); i++) {
    const line = at(ours, i);
    if (line === undefined || line !== at(theirs, i)) break;
    same.push(line);
  }
  return same;
}
