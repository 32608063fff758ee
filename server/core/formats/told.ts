/** How often it is asked what is certain of a block that is still being read. */

/** It is asked again once the block is longer by more than this share of the lines looked for. */
const share = 0.01;
/** Of long blocks less often: so many lines of one are looked at again in all. */
const mostLines = 500_000;

/** By how many lines a block that looks for so many must be longer before that is asked again. */
export function linesUntilTold(searched: number): number {
  return Math.max(searched * share, (searched * searched) / mostLines);
}
