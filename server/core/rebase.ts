/**
 * Rebase: a suggestion made for one text, carried over what the user typed meanwhile.
 *
 *   suggestion  `con█` → `con❰↦st x = 1;❱`     typed `s`  →  `cons❰↦t x = 1;❱`
 *
 * Laws (checked by property tests)
 * - A replacement of the suggestion that no typing touches moves with the text.
 * - Typing along a replacement (what it would have inserted, also with a closing bracket or quote that the
 *   editor added) shortens it: the text in the end is the suggestion's.
 * - Anything else that touches it drops the whole suggestion, with a reason: never a guess.
 * Offsets are UTF-16 code units: the suggestion's and the typing's of the text before both, the result's of the
 * text after the typing.
 */

import type { Edit, Replacement } from './edit.ts';

export type Rebased =
  | { readonly kind: 'rebased'; readonly edit: Edit }
  /** `finished`: all of it stands there already. `conflict`: something else was typed there. */
  | { readonly kind: 'dropped'; readonly reason: 'finished' | 'conflict' };

/**
 * `base` is the text both were made for. Without it, typing along is followed only from where a replacement
 * starts, which is where a cursor in ghost text is.
 */
export function rebase(suggestion: Edit, typed: Edit, base?: string): Rebased {
  const edit: Replacement[] = [];
  let delta = 0;
  let next = 0;
  for (const replacement of suggestion) {
    while (next < typed.length && (typed[next] as Replacement).end < replacement.start) {
      delta += growth(typed[next++] as Replacement);
    }
    const touching: Replacement[] = [];
    while (next < typed.length && (typed[next] as Replacement).start <= replacement.end) {
      touching.push(typed[next++] as Replacement);
    }
    const rest = touching.length === 0 ? replacement : along(replacement, touching, base);
    if (!rest) return { kind: 'dropped', reason: 'conflict' };
    if (rest !== 'finished') edit.push({ ...rest, start: rest.start + delta, end: rest.end + delta });
    for (const each of touching) delta += growth(each);
  }
  return edit.length === 0 && suggestion.length > 0
    ? { kind: 'dropped', reason: 'finished' }
    : { kind: 'rebased', edit };
}

/** What is left of the replacement, as if only `touching` had been typed; nothing where they disagree. */
function along(
  replacement: Replacement,
  touching: Edit,
  base: string | undefined,
): Replacement | 'finished' | undefined {
  const { start, end, text } = replacement;
  const first = touching[0] as Replacement;
  const last = touching[touching.length - 1] as Replacement;
  if (first.start < start || last.end > end) return undefined;
  // What stands there now, up to where the typing ends: it must be how the suggestion's text begins.
  let now = '';
  let at = start;
  for (const each of touching) {
    if (each.start > at) {
      if (base === undefined) return undefined;
      now += base.slice(at, each.start);
    }
    now += each.text;
    at = each.end;
  }
  const oldLeft = end - last.end;
  const old = base?.slice(last.end, end);
  if (text.startsWith(now)) {
    const left = text.slice(now.length);
    return left === old ? 'finished' : rest(start + now.length, oldLeft, left);
  }
  const closers = closersAddedTo(now, last.text);
  for (let n = 1; n <= closers; n++) {
    const typedAlone = now.slice(0, now.length - n);
    if (typedAlone === '' || !text.startsWith(typedAlone)) continue;
    const left = text.slice(typedAlone.length);
    const added = now.slice(now.length - n);
    if (old !== undefined && left === added + old) return 'finished';
    if (isSubsequence(added, left)) return rest(start + typedAlone.length, n + oldLeft, left);
    // The suggestion does not close them itself: it goes in between.
    return oldLeft === 0 ? rest(start + typedAlone.length, 0, left) : undefined;
  }
  return undefined;
}

function rest(start: number, replacedLength: number, text: string): Replacement | 'finished' {
  return replacedLength === 0 && text === '' ? 'finished' : { start, end: start + replacedLength, text };
}

/** How many signs at the end an editor may have added by itself: each closes what is open before it. */
function closersAddedTo(now: string, lastTyped: string): number {
  let count = 0;
  // One sign at least was typed by the user.
  while (count + 1 < lastTyped.length) {
    const at = now.length - 1 - count;
    if (!isCloser(now.charAt(at), now.slice(0, at))) break;
    count++;
  }
  return count;
}

const openerOf: Readonly<Record<string, string>> = { ')': '(', ']': '[', '}': '{', '>': '<' };

/** Whether `sign` closes something that is open at the end of `before`. */
function isCloser(sign: string, before: string): boolean {
  if (sign === '"' || sign === "'" || sign === '`') return before.split(sign).length % 2 === 0;
  const opener = openerOf[sign];
  return opener !== undefined && before.split(opener).length > before.split(sign).length;
}

function isSubsequence(wanted: string, text: string): boolean {
  let at = 0;
  for (const sign of wanted) {
    at = text.indexOf(sign, at) + 1;
    if (at === 0) return false;
  }
  return true;
}

function growth({ start, end, text }: Replacement): number {
  return text.length - (end - start);
}
