/**
 * Taken out: what a replacement removes, where that is known, so that what is put back again is no change.
 *
 *   `tot` ──backspace──► `to` ──`t`──► `tot`     both together: nothing
 */

import type { Edit, Replacement, Run } from './edit.ts';
import { detached, sliceOf, type Text } from './text.ts';

/** UTF-16 code units: more is not taken out and put back by hand. */
const mostKept = 200;
/** Replacements: more is a format. */
const mostPlaces = 32;

/** The same edit of `before`, with what each of its replacements takes out, where that is short. */
export function withTakenOut(before: Text, edit: Edit): Edit {
  if (edit.length > mostPlaces || edit.every(({ start, end }) => start === end)) return edit;
  return edit.map((each) => {
    const length = each.end - each.start;
    if (length === 0 || length > mostKept) return each;
    return { ...each, old: detached(sliceOf(before, each.start, each.end)) };
  });
}

/** What a run of both edits takes out of the text before the first; nothing where that is not known, or long. */
export function takenOut(
  first: readonly Replacement[],
  second: readonly Replacement[],
  { startAfter, endAfter, deltaBefore, deltaAfter }: Run,
): string | undefined {
  if (endAfter - deltaAfter - (startAfter - deltaBefore) > mostKept) return undefined;
  if (![...first, ...second].every(({ start, end, old }) => start === end || old !== undefined))
    return undefined;
  let taken = '';
  let at = startAfter;
  let delta = deltaBefore;
  for (const { start, end, text, old = '' } of first) {
    taken += oldBetween(second, at, start + delta) + old;
    at = start + delta + text.length;
    delta += text.length - (end - start);
  }
  return taken + oldBetween(second, at, endAfter);
}

/** What the edit takes out of `[from, to)`, all of which it replaces. */
function oldBetween(edit: readonly Replacement[], from: number, to: number): string {
  let taken = '';
  for (const { start, old = '' } of edit)
    taken += old.slice(Math.max(0, from - start), Math.max(0, to - start));
  return taken;
}
