/**
 * Hunks of an answer as next edits: each one contiguous replacement, as clients show and take them; and which of them
 * are none.
 */

import type { RecentChange } from '../ask.ts';
import { diff } from '../diff/diff.ts';
import { hunks } from '../diff/hunks.ts';
import { type Edit, type Replacement, shifted, trimmed } from '../edit.ts';
import { lineAt, lineFullEnd, lineStart, sliceOf, type Text } from '../text.ts';
import { onlyRestyles } from './restyling.ts';

/** In the order of the text; what changes neighbouring lines is one. */
export function nextEdits(text: Text, edit: Edit): readonly Replacement[] {
  return hunks(text, edit).flatMap(({ edit: own }) => {
    const [first] = own;
    const last = own.at(-1);
    if (!first || !last) return [];
    let now = '';
    let at = first.start;
    for (const { start, end, text: inserted } of own) {
      now += sliceOf(text, at, start) + inserted;
      at = end;
    }
    const one = trimmed(text.value, { start: first.start, end: last.end, text: now });
    return one.start === one.end && one.text === '' ? [] : [one];
  });
}

/** Whether it brings only other layout, quotes or optional signs: nobody's next edit. */
export function isRestyling(text: Text, hunk: Replacement, languageId: string): boolean {
  const { before, after } = wholeLines(text, hunk);
  return onlyRestyles(before, after, languageId);
}

/** Whether it makes of a recent change, or of a part of it, what was there before. */
export function takesBack(text: Text, hunk: Replacement, changes: readonly RecentChange[]): boolean {
  return changes.some(({ before, after, line }) => {
    const start = lineStart(text, line);
    if (sliceOf(text, start, start + after.length) !== after) return false;
    return nextEdits(text, shifted(diff(after, before), start)).some((each) => isSame(each, hunk));
  });
}

/** The lines that it changes, with their terminators, and what becomes of them. */
export function wholeLines(
  text: Text,
  { start, end, text: inserted }: Replacement,
): { readonly before: string; readonly after: string } {
  const from = lineStart(text, lineAt(text, start));
  const to = lineFullEnd(text, lineAt(text, end));
  return {
    before: sliceOf(text, from, to),
    after: sliceOf(text, from, start) + inserted + sliceOf(text, end, to),
  };
}

export function isSame(a: Replacement, b: Replacement): boolean {
  return a.start === b.start && a.end === b.end && a.text === b.text;
}
