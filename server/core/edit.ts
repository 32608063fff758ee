/**
 * Edit: a change of one text as sorted, disjoint replacements, all in offsets of the text before it.
 *
 * Laws (checked by property tests; `a` makes `t` into `t'`, `b` edits `t'`)
 * - apply(t, compose(a, b)) = apply(apply(t, a), b)
 * - apply(apply(t, a), invert(t, a)) = t
 * - what `a` takes out and `b` puts back is in neither of their composition, where it is known
 * - normalise(t, a) changes the same text and holds no replacement that changes nothing
 * - map(a, b, …) of two edits of the same text: applying `b` and then the mapped `a` is applying both, and
 *   there is none where they touch the same characters.
 * Offsets are UTF-16 code units. Replacements never touch each other: two that would are one.
 */

import { takenOut } from './taken-out.ts';
import { replaced, sliceOf, type Text, toText } from './text.ts';

export interface Replacement {
  readonly start: number;
  readonly end: number;
  readonly text: string;
  /** What stood there, where that is of use: put back, it is no change. */
  readonly old?: string;
}

export type Edit = readonly Replacement[];

export const noEdit: Edit = [];

export function insertion(at: number, text: string): Edit {
  return [{ start: at, end: at, text }];
}

/** The replacements in order, touching ones joined; overlapping ones are not an Edit and give `undefined`. */
export function toEdit(replacements: readonly Replacement[]): Edit | undefined {
  const sorted = replacements
    .map((replacement, order) => ({ replacement, order }))
    .sort(
      (a, b) =>
        a.replacement.start - b.replacement.start ||
        a.replacement.end - b.replacement.end ||
        a.order - b.order,
    );
  const edit: Replacement[] = [];
  for (const { replacement } of sorted) {
    const last = edit.at(-1);
    if (!last || replacement.start > last.end) edit.push(replacement);
    else if (replacement.start < last.end) return undefined;
    else
      edit[edit.length - 1] = { start: last.start, end: replacement.end, text: last.text + replacement.text };
  }
  return edit;
}

export function apply(value: string, edit: Edit): string {
  let result = '';
  let at = 0;
  for (const { start, end, text } of edit) {
    result += value.slice(at, start) + text;
    at = end;
  }
  return at === 0 && edit.length === 0 ? value : result + value.slice(at);
}

/** With more replacements the text is made anew, at once. */
const fewReplacements = 16;

export function applyToText(text: Text, edit: Edit): Text {
  if (edit.length > fewReplacements) return toText(apply(text.value, edit));
  let result = text;
  for (let i = edit.length - 1; i >= 0; i--) {
    const { start, end, text: inserted } = edit[i] as Replacement;
    result = replaced(result, start, end, inserted);
  }
  return result;
}

/** The edit of a piece as one of the text in which the piece begins `by` code units from the start. */
export function shifted(edit: Edit, by: number): Edit {
  return edit.map(({ start, end, text }) => ({ start: start + by, end: end + by, text }));
}

/** The edit that takes what `edit` made of `before` back to it. */
export function invert(before: string | Text, edit: Edit): Edit {
  let delta = 0;
  return edit.map(({ start, end, text }) => {
    const gone = typeof before === 'string' ? before.slice(start, end) : sliceOf(before, start, end);
    const inverse = { start: start + delta, end: start + delta + text.length, text: gone };
    delta += text.length - (end - start);
    return inverse;
  });
}

/** Length change made by the edit, in UTF-16 code units. */
export function lengthDelta(edit: Edit): number {
  return edit.reduce((sum, { start, end, text }) => sum + text.length - (end - start), 0);
}

/** How much it takes out and puts in, in UTF-16 code units. */
export function sizeOf(edit: Edit): number {
  return edit.reduce((size, { start, end, text }) => size + text.length + end - start, 0);
}

/** One edit that does `first` and then `second`, which is in offsets of the text after `first`. */
export function compose(first: Edit, second: Edit): Edit {
  const result: Replacement[] = [];
  let i = 0;
  let delta = 0; // offset after `first` minus offset before it, behind first[i - 1]
  for (let j = 0; j < second.length; ) {
    const head = second[j] as Replacement;
    while (
      i < first.length &&
      (first[i] as Replacement).start + delta + (first[i] as Replacement).text.length < head.start
    ) {
      delta += grow(first[i] as Replacement);
      result.push(first[i++] as Replacement);
    }
    // A run: every replacement of either edit that touches the ones before it.
    const deltaBefore = delta;
    let startAfter = head.start;
    let endAfter = head.start;
    const insideFirst: Replacement[] = [];
    const insideSecond: Replacement[] = [];
    for (;;) {
      const a = first[i];
      const b = second[j];
      if (a && a.start + delta <= endAfter) {
        startAfter = Math.min(startAfter, a.start + delta);
        endAfter = Math.max(endAfter, a.start + delta + a.text.length);
        insideFirst.push(a);
        delta += grow(a);
        i++;
      } else if (b && b.start <= endAfter) {
        endAfter = Math.max(endAfter, b.end);
        insideSecond.push(b);
        j++;
      } else break;
    }
    const one = joined(insideFirst, insideSecond, { startAfter, endAfter, deltaBefore, deltaAfter: delta });
    if (one) result.push(one);
  }
  while (i < first.length) result.push(first[i++] as Replacement);
  return result;
}

export interface Run {
  readonly startAfter: number;
  readonly endAfter: number;
  readonly deltaBefore: number;
  readonly deltaAfter: number;
}

/**
 * The run as one replacement. Text between the first edit's replacements is not known here, only that the run
 * holds none of it: neighbours that do not touch are bridged by a replacement of the second edit that covers them.
 * Nothing where all that was taken out is put back.
 */
function joined(
  first: readonly Replacement[],
  second: readonly Replacement[],
  run: Run,
): Replacement | undefined {
  const start = run.startAfter - run.deltaBefore;
  const end = run.endAfter - run.deltaAfter;
  let text = '';
  let at = run.startAfter;
  for (const b of second) {
    text += knownBetween(first, run.deltaBefore, at, b.start) + b.text;
    at = b.end;
  }
  text += knownBetween(first, run.deltaBefore, at, run.endAfter);
  const old = start === end ? undefined : takenOut(first, second, run);
  if (old === undefined) return { start, end, text };
  const left = trimmed(old, { start: 0, end: old.length, text });
  const now = { start: start + left.start, end: start + left.end, text: left.text };
  if (now.start < now.end) return { ...now, old: old.slice(left.start, left.end) };
  return now.text === '' ? undefined : now;
}

/** Text after `first` in `[from, to)`, all of which was inserted by `first`. */
function knownBetween(first: readonly Replacement[], deltaBefore: number, from: number, to: number): string {
  let text = '';
  let delta = deltaBefore;
  for (const a of first) {
    const start = a.start + delta;
    text += a.text.slice(Math.max(0, from - start), Math.max(0, to - start));
    delta += grow(a);
  }
  return text;
}

function grow(replacement: Replacement): number {
  return replacement.text.length - (replacement.end - replacement.start);
}

/**
 * `edit` as it reads after `other` was done to the same text, or nothing where they touch the same characters.
 * Insertions of both at one place do conflict: nobody can say which comes first.
 */
export function map(edit: Edit, other: Edit): Edit | undefined {
  const result: Replacement[] = [];
  let j = 0;
  let delta = 0;
  for (const replacement of edit) {
    const { start, end, text } = replacement;
    for (; j < other.length && (other[j] as Replacement).end <= start; j++) {
      if (bothInsertAt(other[j] as Replacement, replacement)) return undefined;
      delta += grow(other[j] as Replacement);
    }
    const next = other[j];
    if (next && next.start < end) return undefined;
    const moved = { start: start + delta, end: end + delta, text };
    const last = result.at(-1);
    // What stood between them may be gone: two that touch are one.
    if (last?.end === moved.start) {
      result[result.length - 1] = { start: last.start, end: moved.end, text: last.text + text };
    } else result.push(moved);
  }
  return result;
}

/** Where each replacement's text stands when all of them are done. */
export function placesAfter(edit: Edit): readonly { readonly start: number; readonly end: number }[] {
  let delta = 0;
  return edit.map(({ start, end, text }) => {
    const from = start + delta;
    delta += text.length - (end - start);
    return { start: from, end: from + text.length };
  });
}

function bothInsertAt(a: Replacement, b: Replacement): boolean {
  return a.start === a.end && b.start === b.end && a.start === b.start;
}

/** Where `offset` is after the edit. An offset inside a replaced range, or at an insertion, goes to `side` of it. */
export function mapOffset(edit: Edit, offset: number, side: 'before' | 'after' = 'after'): number {
  let delta = 0;
  for (const replacement of edit) {
    const { start, end, text } = replacement;
    if (offset < start) break;
    if (offset > end || (offset === end && start !== end)) {
      delta += grow(replacement);
      continue;
    }
    if (offset === start && start !== end) return offset + delta;
    return side === 'before' ? start + delta : start + delta + text.length;
  }
  return offset + delta;
}

/** Same result, each replacement trimmed of what it does not change; never splits a surrogate pair or a CRLF. */
export function normalise(value: string, edit: Edit): Edit {
  return edit
    .map((replacement) => trimmed(value, replacement))
    .filter(({ start, end, text }) => start !== end || text !== '');
}

/**
 * UTF-16 code units compared at once, as long as they are the same: of whole documents nearly all is, and pieces are
 * compared many times faster than single units.
 */
const blocks = [8192, 128];

/** The smallest single replacement that makes `after` of `before`: one of nothing where they are the same. */
export function replacementBetween(before: string, after: string): Replacement {
  return trimmed(before, { start: 0, end: before.length, text: after });
}

export function trimmed(value: string, replacement: Replacement): Replacement {
  let { start, end, text } = replacement;
  const most = Math.min(end - start, text.length);
  let head = 0;
  const sameAhead = (length: number) =>
    value.slice(start + head, start + head + length) === text.slice(head, head + length);
  for (const block of blocks) while (head + block <= most && sameAhead(block)) head += block;
  while (head < most && value.charCodeAt(start + head) === text.charCodeAt(head)) head++;
  while (head > 0 && (splits(value, start + head) || splits(text, head))) head--;
  let tail = 0;
  const sameBehind = (length: number) =>
    value.slice(end - tail - length, end - tail) ===
    text.slice(text.length - tail - length, text.length - tail);
  for (const block of blocks) while (tail + block <= most - head && sameBehind(block)) tail += block;
  while (tail < most - head && value.charCodeAt(end - 1 - tail) === text.charCodeAt(text.length - 1 - tail))
    tail++;
  while (tail > 0 && (splits(value, end - tail) || splits(text, text.length - tail))) tail--;
  start += head;
  end -= tail;
  text = text.slice(head, text.length - tail);
  return { start, end, text };
}

/** Whether a cut at `at` would part a surrogate pair or a CRLF. */
export function splits(value: string, at: number): boolean {
  if (at <= 0 || at >= value.length) return false;
  const before = value.charCodeAt(at - 1);
  const after = value.charCodeAt(at);
  if (before === 13 && after === 10) return true;
  return before >= 0xd800 && before <= 0xdbff && after >= 0xdc00 && after <= 0xdfff;
}
