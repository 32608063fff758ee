/**
 * Rebase: a suggestion made for one version of a text, carried over what the user typed since.
 *
 *   suggestion  `con█` → `con❰↦st x = 1;❱`     typed `s`  →  `cons❰↦t x = 1;❱`
 *
 * Laws
 * - The rebased edit after the user's gives what the suggestion alone gave, wherever the user typed along it; where he
 *   typed elsewhere it is the same replacement at its new place. Otherwise there is none: nothing is shifted blindly.
 * - A bracket or quote that the editor closed by itself behind what was typed does not end a suggestion: the
 *   suggestion replaces it, because its own text says what is to stand there.
 */

import { type Edit, map, type Replacement } from './edit.ts';

export type Rebased =
  | { readonly kind: 'rebased'; readonly edit: Edit }
  /** `finished`: all of it has been typed. */
  | { readonly kind: 'dropped'; readonly reason: 'conflict' | 'finished' };

const closers = new Set([')', ']', '}', '>', '"', "'", '`', '*/', '-->']);

export function rebase(suggestion: Edit, typed: Edit): Rebased {
  if (typed.length === 0) return { kind: 'rebased', edit: suggestion };
  const [only] = suggestion;
  if (suggestion.length === 1 && only) {
    const along = typedAlong(only, typed);
    if (along) return along;
  }
  const edit = map(suggestion, typed);
  return edit ? { kind: 'rebased', edit } : { kind: 'dropped', reason: 'conflict' };
}

/** Nothing where what was typed has no part in the suggestion. */
function typedAlong(suggestion: Replacement, typed: Edit): Rebased | undefined {
  const { start, end, text } = suggestion;
  const inside = typed.filter((each) => each.start <= end && each.end >= start);
  const [first] = inside;
  if (!first) return undefined;
  const dropped: Rebased = { kind: 'dropped', reason: 'conflict' };
  // Typing along is one insertion at the suggestion's start; what it replaces must be what the suggestion replaces.
  if (inside.length > 1 || first.start !== start || first.end > end)
    return touches(inside, suggestion) ? dropped : undefined;
  const taken = agreeing(first.text, text);
  if (taken === undefined) return dropped;
  const shift = typed
    .filter((each) => each.end < first.start || (each.end <= first.start && each !== first))
    .reduce((sum, each) => sum + grow(each), 0);
  const at = start + shift + taken.cursor;
  const rest: Replacement = { start: at, end: end + shift + grow(first), text: text.slice(taken.cursor) };
  if (rest.text === '' && rest.start >= rest.end) return { kind: 'dropped', reason: 'finished' };
  return { kind: 'rebased', edit: [rest] };
}

/** How far the typed text goes along the suggestion: wholly, or up to a closer that the editor added behind the cursor. */
function agreeing(typed: string, suggested: string): { readonly cursor: number } | undefined {
  if (suggested.startsWith(typed)) return { cursor: typed.length };
  for (const closer of closers) {
    if (!typed.endsWith(closer)) continue;
    const own = typed.slice(0, typed.length - closer.length);
    // Only behind an opener or a quote does an editor close by itself.
    if (own !== '' && suggested.startsWith(own) && opens(own, closer)) return { cursor: own.length };
  }
  return undefined;
}

function opens(typed: string, closer: string): boolean {
  const openers: Readonly<Record<string, string>> = {
    ')': '(',
    ']': '[',
    '}': '{',
    '>': '<',
    '*/': '/*',
    '-->': '<!--',
  };
  return typed.endsWith(openers[closer] ?? closer);
}

function touches(typed: Edit, { start, end }: Replacement): boolean {
  return typed.some(
    (each) => (each.start < end && each.end > start) || (each.start === start && each.start === each.end),
  );
}

function grow({ start, end, text }: Replacement): number {
  return text.length - (end - start);
}
