/**
 * Apart: replacements that come one after the other, in any order, and touch none of those that came before. Kept in
 * order, so that each is compared with its neighbours alone: an answer may hold thousands.
 */

import type { Edit, Replacement } from './edit.ts';

export interface Apart {
  readonly edit: Edit;
  /** Whether one of them touches one of these. */
  touches(replacements: Edit): boolean;
  /** Whether the very same is one of these. */
  has(replacement: Replacement): boolean;
  /** They must touch none of these, nor each other. */
  add(replacements: Edit): void;
}

export function apart(edit: Edit = []): Apart {
  const sorted = [...edit];

  /** Index of the first that does not end before the offset. */
  function firstReaching(offset: number): number {
    let low = 0;
    let high = sorted.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((sorted[middle] as Replacement).end < offset) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  return {
    edit: sorted,
    touches: (replacements) =>
      replacements.some(({ start, end }) => {
        const next = sorted[firstReaching(start)];
        return next !== undefined && next.start <= end;
      }),
    has({ start, end, text }) {
      const known = sorted[firstReaching(end)];
      return known !== undefined && known.start === start && known.end === end && known.text === text;
    },
    add(replacements) {
      for (const each of replacements) sorted.splice(firstReaching(each.start), 0, each);
    },
  };
}
