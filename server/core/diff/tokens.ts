/**
 * The pieces of a text a diff works with: whole lines with their terminators, or words, runs of blanks, line
 * terminators and single signs. Pieces joined are the text; every start is a grapheme boundary.
 */

import { graphemes } from './boundary.ts';

/** Offsets of the starts of all pieces, and the length of the text as the last one. */
export type Pieces = readonly number[];

const nonAscii = /[^\0-\x7f]/;
const wordSign = /^[\p{L}\p{N}\p{M}_$]/u;

const WORD = 1;
const BLANK = 2;
const SIGN = 3;
const classes: Uint8Array = asciiClasses();
const CR = 13;
const LF = 10;

export function lines(value: string, start = 0, end = value.length): Pieces {
  const starts: number[] = [start];
  const hasCr = value.indexOf('\r', start) !== -1;
  let at = start;
  while (at < end) {
    const lf = value.indexOf('\n', at);
    let next = lf === -1 || lf >= end ? end : lf + 1;
    if (hasCr) next = beforeLoneCr(value, at, next);
    starts.push(next);
    at = next;
  }
  return starts;
}

/** Whether `lines` of the whole text would begin one here. */
export function isLineStart(value: string, at: number): boolean {
  if (at === 0) return true;
  const before = value.charCodeAt(at - 1);
  return before === LF || (before === CR && value.charCodeAt(at) !== LF);
}

export function tokens(value: string, start = 0, end = value.length): Pieces {
  return nonAscii.test(value.slice(start, end))
    ? unicodeTokens(value, start, end)
    : asciiTokens(value, start, end);
}

function beforeLoneCr(value: string, from: number, to: number): number {
  for (let i = from; i < to; i++) {
    if (value.charCodeAt(i) !== CR) continue;
    return i + 1 < to && value.charCodeAt(i + 1) === LF ? i + 2 : i + 1;
  }
  return to;
}

function asciiTokens(value: string, start: number, end: number): Pieces {
  const starts: number[] = [];
  let at = start;
  while (at < end) {
    starts.push(at);
    const unit = value.charCodeAt(at++);
    const kind = classes[unit] as number;
    if (kind === SIGN) {
      if (unit === CR && at < end && value.charCodeAt(at) === LF) at++;
    } else {
      while (at < end && classes[value.charCodeAt(at)] === kind) at++;
    }
  }
  starts.push(end);
  return starts;
}

function unicodeTokens(value: string, start: number, end: number): Pieces {
  const starts: number[] = [];
  let last = 0;
  for (const { segment, index } of graphemes(value.slice(start, end))) {
    const kind = clusterClass(segment);
    if (kind === SIGN || kind !== last) starts.push(start + index);
    last = kind;
  }
  starts.push(end);
  return starts;
}

function clusterClass(cluster: string): number {
  const unit = cluster.charCodeAt(0);
  if (unit < 128 && cluster.length === 1) return classes[unit] as number;
  return wordSign.test(cluster) ? WORD : SIGN;
}

function asciiClasses(): Uint8Array {
  const table = new Uint8Array(128).fill(SIGN);
  for (const sign of 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_$')
    table[sign.charCodeAt(0)] = WORD;
  for (const sign of ' \t\v\f') table[sign.charCodeAt(0)] = BLANK;
  return table;
}
