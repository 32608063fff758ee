/** Repeat: the other places of a text where the user's last edit fits just as well. */

import type { Replacement } from './edit.ts';
import type { RepeatableEdit } from './history.ts';
import type { Text } from './text.ts';

const mostPlaces = 1000;

export function repeats(text: Text, last: Pick<RepeatableEdit, 'before' | 'after'>): readonly Replacement[] {
  const { before, after } = last;
  if (before.trim().length < 2 || before === after) return [];
  const found: Replacement[] = [];
  const { value } = text;
  for (
    let at = value.indexOf(before);
    at !== -1 && found.length < mostPlaces;
    at = value.indexOf(before, at + before.length)
  ) {
    const end = at + before.length;
    if (isWord(value[at - 1]) && isWord(before[0])) continue;
    if (isWord(value[end]) && isWord(before.at(-1))) continue;
    found.push({ start: at, end, text: after });
  }
  return found;
}

function isWord(character: string | undefined): boolean {
  return character !== undefined && /[\p{L}\p{N}_$]/u.test(character);
}
