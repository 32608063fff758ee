/**
 * Slide: the same change of a text, told of another place. Whoever finds a change by comparing two texts cannot know
 * which of two equal signs was typed; the cursor was at one of them.
 *
 *   `f("█")`  typed `"`   compared: the second of the three; at the cursor: the first
 *   `a();█⏎⏎` Enter       compared: the third line end; at the cursor: the first
 */

import type { Edit, Replacement } from './edit.ts';
import { sliceOf, type Text } from './text.ts';

/** UTF-16 code units compared: rows of one sign are longer, and whoever types into them is not looking for more. */
const farthest = 200;

/** An insertion as one at `cursor`, a deletion as a backspace there, where that makes the same of `text`. */
export function slidTo(text: Text, edit: Edit, cursor: number): Edit {
  const [only] = edit;
  if (!only || edit.length > 1) return edit;
  const { start, end } = only;
  const slid =
    start === end ? insertedAt(text, only, cursor) : only.text === '' && deletedAt(text, only, cursor);
  return slid ? [slid] : edit;
}

function insertedAt(text: Text, { start, text: inserted }: Replacement, at: number): Replacement | undefined {
  if (start <= at || start - at > farthest) return undefined;
  const passed = sliceOf(text, at, start);
  const all = passed + inserted;
  return all.endsWith(passed) ? { start: at, end: at, text: all.slice(0, inserted.length) } : undefined;
}

function deletedAt(text: Text, { start, end }: Replacement, cursor: number): Replacement | undefined {
  const length = end - start;
  if (end <= cursor || end - cursor > farthest || length > farthest || cursor < length) return undefined;
  const at = cursor - length;
  const all = sliceOf(text, at, end);
  return all.startsWith(all.slice(length)) ? { start: at, end: cursor, text: '' } : undefined;
}
