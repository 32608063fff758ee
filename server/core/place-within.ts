/**
 * A block that looks for a part of a line, or of lines, though it should look for whole ones. Its place is where the
 * text reads exactly so, once, and is parted from what stands around it as words are.
 */

import { diff } from './diff/diff.ts';
import { type Edit, shifted } from './edit.ts';
import type { Block } from './formats/block.ts';
import { dominantEol, type Text } from './text.ts';

/** Less says too little to be told from other text, in UTF-16 code units. */
const leastLength = 6;

/** The block's change; nothing where it has no such place, or more than one. */
export function placeWithin(text: Text, { search, replace }: Block): Edit | undefined {
  const eol = dominantEol(text);
  const looked = search.join(eol).trim();
  if (looked.length < leastLength || !/[\p{L}\p{N}_]/u.test(looked)) return undefined;
  // Lines that come or go belong to whole lines.
  if (search.length !== replace.length || replace.every((line) => line.trim() === '')) return undefined;
  const { value } = text;
  const at = value.indexOf(looked);
  if (at === -1 || value.indexOf(looked, at + 1) !== -1) return undefined;
  const end = at + looked.length;
  if (isWordParted(value, at) || isWordParted(value, end)) return undefined;
  return shifted(diff(looked, replace.join(eol).trim()), at);
}

/** Whether a word goes on across the offset. */
function isWordParted(value: string, at: number): boolean {
  return /^[\p{L}\p{N}_]{2}$/u.test(value.slice(at - 1, at + 1));
}
