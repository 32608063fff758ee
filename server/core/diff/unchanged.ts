/**
 * What two texts have in common at their beginning and end, in whole lines: found first and fast, since most of a
 * large file did not change.
 */

import { isLineStart } from './tokens.ts';

/** Lengths in UTF-16 code units; they do not overlap in either text. */
export interface UnchangedEnds {
  readonly head: number;
  readonly tail: number;
}

/** Compared in slices: engines compare strings far faster than a loop over their units does. */
const sliceLength = 4096;

export function unchangedEnds(before: string, after: string): UnchangedEnds {
  const head = lineBoundaryBack(before, after, commonPrefix(before, after));
  const tail = lineBoundaryForward(before, after, commonSuffix(before, after, head));
  return { head, tail };
}

function commonPrefix(a: string, b: string): number {
  const most = Math.min(a.length, b.length);
  let at = 0;
  while (at + sliceLength <= most && a.slice(at, at + sliceLength) === b.slice(at, at + sliceLength))
    at += sliceLength;
  while (at < most && a.charCodeAt(at) === b.charCodeAt(at)) at++;
  return at;
}

function commonSuffix(a: string, b: string, head: number): number {
  const most = Math.min(a.length, b.length) - head;
  let count = 0;
  const slice = (value: string) => value.slice(value.length - count - sliceLength, value.length - count);
  while (count + sliceLength <= most && slice(a) === slice(b)) count += sliceLength;
  while (count < most && a.charCodeAt(a.length - 1 - count) === b.charCodeAt(b.length - 1 - count)) count++;
  return count;
}

function lineBoundaryBack(a: string, b: string, at: number): number {
  while (at > 0 && !(isLineStart(a, at) && isLineStart(b, at))) at--;
  return at;
}

function lineBoundaryForward(a: string, b: string, tail: number): number {
  while (tail > 0 && !(isLineStart(a, a.length - tail) && isLineStart(b, b.length - tail))) tail--;
  return tail;
}
