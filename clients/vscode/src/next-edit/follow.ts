/** A shown hunk when the text changes: who types it finds the rest of it still shown, anything else hides it. */

import { type Replacement, toEdit } from '../../../../server/core/edit.ts';
import { rebase } from '../../../../server/core/rebase.ts';

/**
 * What is left of the hunk, in offsets of the text after the changes; nothing where it is all typed, or something
 * else was changed: then it is a hunk for a text that is no more. The changes are in offsets of `before`.
 */
export function follow(
  hunk: Replacement,
  changes: readonly Replacement[],
  before: string,
): Replacement | undefined {
  const typed = toEdit(changes);
  if (!typed || typed.length === 0) return undefined;
  if (!typed.every(({ start, end }) => start >= hunk.start && end <= hunk.end)) return undefined;
  const followed = rebase([hunk], typed, before);
  return followed.kind === 'rebased' ? followed.edit[0] : undefined;
}
