/** What a whole answer changes behind the changes of it that were given on while it came. */

import { diff } from '../diff/diff.ts';
import { apply, type Edit, lengthDelta, noEdit, shifted } from '../edit.ts';

/**
 * Both are edits of `value`. Nothing where the answer came out otherwise before the end of what was said: that cannot
 * be taken back, and what follows it would not fit.
 */
export function restOf(value: string, said: Edit, whole: Edit): Edit {
  const end = said.at(-1)?.end;
  if (end === undefined) return whole;
  const before = apply(value.slice(0, end), said);
  const after = apply(value, whole);
  const from = end + lengthDelta(said);
  if (after.slice(0, from) !== before) return noEdit;
  return shifted(diff(value.slice(end), after.slice(from)), end);
}
