/**
 * What stands behind the `@@` of a hunk: the numbers of a diff, lines that stand above it, the number of a line, or
 * nothing that says anything.
 */

export interface HunkHeading {
  /** Zero-based line where it is said to begin. */
  readonly line?: number;
  /** Lines before and after, as a diff counts them. */
  readonly counts?: readonly [number, number];
  /** Lines that stand above it, outermost first. */
  readonly under: readonly string[];
}

const numbers = /^\s*-(\d+)(?:,(\d+))?\s+\+\d+(?:,(\d+))?\s*/;
const oneLine = /^(?:lines?\s*:?\s*|L)?(\d{1,9})(?:\s*[-,]\s*\d{1,9})?$/i;

/** `said` is what follows the first `@@`. */
export function hunkHeading(said: string): HunkHeading {
  const counted = numbers.exec(said);
  // The numbers tell more than the line that a diff repeats behind them, which may stand far above.
  if (counted)
    return {
      line: Math.max(0, Number(counted[1]) - 1),
      counts: [Number(counted[2] ?? 1), Number(counted[3] ?? 1)],
      under: [],
    };
  const under = linesIn(said);
  const [only = ''] = under;
  const [, number] = (under.length === 1 && oneLine.exec(only)) || [];
  return number === undefined ? { under } : { line: Math.max(0, Number(number) - 1), under: [] };
}

/** Some models close a heading as they open it, and write several in one. */
function linesIn(said: string): readonly string[] {
  return said
    .split(/(?:^|\s)@@(?=\s|$)/)
    .map((line) => (line.endsWith('@@') ? line.slice(0, -2) : line).trim())
    .filter((line) => line !== '' && line !== '...' && line !== '…');
}
