/** What the user did last, as a prompt in Sweep's format tells it: where the cursor is, and where the same fits again. */

import { type Replacement, replacementBetween } from '../../core/edit.ts';
import type { SweepPrompt } from '../../core/formats/windows/sweep-prompt.ts';
import { languageIdOf } from '../../core/language-id.ts';
import { repeats } from '../../core/repeat.ts';
import { toText } from '../../core/text.ts';

export interface Latest {
  /** UTF-16 offset into the window; nothing where nothing tells it. */
  readonly cursor: number | undefined;
  /** Places of the window where the latest change means the same. */
  readonly places: readonly Replacement[];
}

export function latestOf(prompt: SweepPrompt): Latest {
  const { window, original, path } = prompt;
  const languageId = languageIdOf(path);
  if (window !== original) {
    const change = changeOf(original, window);
    const places = repeats(toText(window), change, languageId);
    return { cursor: prompt.cursor ?? change.start + change.after.length, places };
  }
  const { cursor } = prompt;
  const last = prompt.changes.findLast((change) => change.path === path);
  if (!last) return { cursor, places: [] };
  const change = changeOf(last.before, last.after);
  const at = window.indexOf(last.after);
  if (last.after !== '' && at !== -1) {
    const start = at + change.start;
    const places = repeats(toText(window), { ...change, start }, languageId);
    return { cursor: cursor ?? start + change.after.length, places };
  }
  // Made elsewhere in the file: what it means is read from the lines it stands in, put before the window.
  const ahead = `${last.after}\n`;
  const places = repeats(toText(ahead + window), change, languageId)
    .filter(({ start }) => start >= ahead.length)
    .map((place) => ({ ...place, start: place.start - ahead.length, end: place.end - ahead.length }));
  return { cursor, places };
}

function changeOf(
  before: string,
  after: string,
): { readonly before: string; readonly after: string; readonly start: number } {
  const { start, end, text } = replacementBetween(before, after);
  return { before: before.slice(start, end), after: text, start };
}
