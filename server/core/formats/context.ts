/** Context: how many lines around a change a block holds, so that its lines stand at one place of the text alone. */

import { lineRuns } from '../line-runs.ts';

/** Lines of a text, half open. */
export interface Lines {
  readonly start: number;
  readonly end: number;
}

/** Lines of context around a change, as models are asked to give. */
const leastContext = 2;
const mostContext = 60;

/**
 * For lines that are changed, these and so many on either side as there must be, at most 60. To be asked for all
 * changes of one text.
 */
export function contextIn(all: readonly string[]): (changed: Lines) => Lines {
  const names = new Map<string, number>();
  const counts: number[] = [];
  const numbers = Int32Array.from(all, (line) => {
    const number = names.get(line) ?? names.size;
    names.set(line, number);
    counts[number] = (counts[number] ?? 0) + 1;
    return number;
  });

  /** Where the lines begin; none are looked for where one of them stands nowhere else. */
  function placesOf({ start, end }: Lines): readonly number[] {
    const own = numbers.subarray(start, end);
    if (own.some((number) => counts[number] === 1)) return [];
    return lineRuns(numbers, own);
  }

  return ({ start, end }) => {
    const around = (context: number): Lines => ({
      start: Math.max(0, start - context),
      end: Math.min(all.length, end + context),
    });
    const whole = Math.max(start, all.length - end);
    const most = Math.max(leastContext, Math.min(mostContext, whole));
    const differs = (line: number, by: number) =>
      line >= 0 && line < all.length && numbers[line] !== numbers[line + by];
    let context = leastContext;
    // Empty lines alone are found nowhere.
    while (context < most && isEmpty(all, around(context))) context++;
    const least = around(leastContext);
    for (const place of placesOf(least)) {
      const by = place - least.start;
      if (by === 0) continue;
      let equal = leastContext;
      while (equal < most && !differs(start - equal - 1, by) && !differs(end + equal, by)) equal++;
      context = Math.max(context, Math.min(most, equal + 1));
      if (context === most) break;
    }
    return around(context);
  };
}

function isEmpty(all: readonly string[], { start, end }: Lines): boolean {
  return all.slice(start, end).every((line) => line.trim() === '');
}
