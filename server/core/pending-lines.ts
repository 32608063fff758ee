/** Lines that were written and have no place yet, with what is asked of them again for every further line. */

export interface PendingLines {
  readonly lines: readonly string[];
  /** Of each line, -1 for one without a number. */
  readonly numbers: readonly number[];
  push(line: string): void;
  /** How many of the last `length` lines say something: hold a letter, a digit or an underscore. */
  tellingIn(length: number): number;
  /** Index of the last line that says something; -1 where none does. */
  lastTelling(): number;
  /** How many of the lines have this number. */
  countOf(number: number): number;
}

/** No lines yet; `names` has the numbers of those that may have a place. */
export function pendingLines(names: ReadonlyMap<string, number>): PendingLines {
  const lines: string[] = [];
  const numbers: number[] = [];
  /** How many before each line say something, and at the end how many of all. */
  const tellingBefore: number[] = [0];
  const counts = new Map<number, number>();
  let lastTelling = -1;
  return {
    lines,
    numbers,
    push(line) {
      const number = names.get(line) ?? -1;
      const isTelling = /\w/.test(line);
      if (isTelling) lastTelling = lines.length;
      tellingBefore.push((tellingBefore[lines.length] as number) + (isTelling ? 1 : 0));
      counts.set(number, (counts.get(number) ?? 0) + 1);
      lines.push(line);
      numbers.push(number);
    },
    tellingIn(length) {
      const from = Math.max(0, lines.length - length);
      return (tellingBefore[lines.length] as number) - (tellingBefore[from] as number);
    },
    lastTelling: () => lastTelling,
    countOf: (number) => counts.get(number) ?? 0,
  };
}
