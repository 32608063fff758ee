/**
 * Pieces of other files for a fill-in-the-middle model, in an order that stays: what a server has read of them is of
 * use as long as nothing before it changes.
 */

import type { Snippet } from '../../ask.ts';

/**
 * The most helpful pieces that fit `room` code units. Those shown before keep their order, new ones come behind
 * them, nearest to the file.
 */
export function fimContext(
  snippets: readonly Snippet[],
  room: number,
  previous: readonly Snippet[] = [],
): readonly Snippet[] {
  let left = room;
  const chosen = snippets.filter(({ path, text }) => {
    const size = path.length + text.length + frameLength;
    if (text === '' || size > left) return false;
    left -= size;
    return true;
  });
  const known = previous.filter((old) => chosen.some((each) => same(each, old)));
  return [...known, ...chosen.filter((each) => !known.some((old) => same(each, old))).reverse()];
}

/** Marks and line ends around a piece. */
const frameLength = 24;

function same(a: Snippet, b: Snippet): boolean {
  return a.path === b.path && a.text === b.text;
}
