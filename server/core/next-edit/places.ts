/**
 * Where the next edit is looked for: the lines around the cursor first, then what the last change may have left behind
 * elsewhere: the problems nearest to it, and the next place that has a name of it.
 *
 * Laws
 * - Every region is whole lines around its place, at most so many, and of no more than `mostCharacters`: a place
 *   whose own line is longer is none.
 * - No place lies in the region of one before it.
 */

import type { Diagnostic, RecentChange, Region } from '../ask.ts';
import { literally } from '../pattern.ts';
import { lineAt, lineCount, lineEnd, lineFullEnd, lineStart, sliceOf, type Text } from '../text.ts';

export interface NextPlace {
  /** Where the user is, or would be. */
  readonly cursor: number;
  readonly region: Region;
}

export interface PlaceWish {
  readonly cursor: number;
  /** The newest change of this document. */
  readonly last: RecentChange | undefined;
  readonly diagnostics: readonly Diagnostic[];
}

/** A little more than the 21 lines that next-edit models were trained with: an edit goes on downwards. */
const linesAbove = 10;
const linesBelow = 14;
/** UTF-16 code units of a region: what is written anew is what takes the time. */
const mostCharacters = 2400;
const mostProblems = 2;
/** Shorter names are everywhere. */
const shortestName = 3;
const mostNames = 4;

export function nextPlaces(text: Text, { cursor, last, diagnostics }: PlaceWish): readonly NextPlace[] {
  const found: NextPlace[] = [];
  const add = (at: number): void => {
    if (found.some(({ region }) => at >= region.start && at < Math.max(region.end, region.start + 1))) return;
    const region = regionAt(text, at);
    if (region) found.push({ cursor: at, region });
  };
  add(cursor);
  const changedAt = last ? lineStart(text, last.line) : cursor;
  const problems = diagnostics
    .filter(({ severity }) => severity === 'error' || severity === 'warning')
    .toSorted((a, b) => Math.abs(a.start - changedAt) - Math.abs(b.start - changedAt));
  for (const { start } of problems.slice(0, mostProblems)) add(start);
  const named = last && nextNamed(text, last, found[0]?.region ?? { start: cursor, end: cursor });
  if (named !== undefined) add(named);
  return found;
}

/** The lines around a place that are shown to be written anew. */
export function regionAt(text: Text, cursor: number): Region | undefined {
  const line = lineAt(text, cursor);
  let first = line;
  let last = line;
  let left = mostCharacters - sizeOf(text, line);
  if (left < 0) return undefined;
  const end = lastLine(text);
  for (let grows = true; grows; ) {
    grows = false;
    if (last < end && last - line < linesBelow && sizeOf(text, last + 1) <= left) {
      left -= sizeOf(text, ++last);
      grows = true;
    }
    if (first > 0 && line - first < linesAbove && sizeOf(text, first - 1) <= left) {
      left -= sizeOf(text, --first);
      grows = true;
    }
  }
  return { start: lineStart(text, first), end: lineEnd(text, last) };
}

function sizeOf(text: Text, line: number): number {
  return lineFullEnd(text, line) - lineStart(text, line);
}

/** The empty one behind a final terminator is nobody's to write. */
function lastLine(text: Text): number {
  const last = lineCount(text) - 1;
  return last > 0 && lineStart(text, last) === lineEnd(text, last) ? last - 1 : last;
}

/** Where a name of the change stands outside of `seen`: behind it first, then before it. */
function nextNamed(text: Text, { before, after }: RecentChange, seen: Region): number | undefined {
  const names = namesOf(before, after);
  if (names.length === 0) return undefined;
  const uses = new RegExp(
    `(?<![\\p{L}\\p{N}_$])(?:${names.map(literally).join('|')})(?![\\p{L}\\p{N}_$])`,
    'u',
  );
  const behind = uses.exec(sliceOf(text, seen.end, text.value.length));
  if (behind) return seen.end + behind.index;
  return uses.exec(sliceOf(text, 0, seen.start))?.index;
}

/** Names that went: their other uses are stale; and what the changed lines declare. */
function namesOf(before: string, after: string): readonly string[] {
  const now = new Set(words(after));
  const gone = words(before).filter((word) => !now.has(word));
  const declared = [...after.slice(0, mostRead).matchAll(declaration)].flatMap(
    ({ 1: declared, 2: called }) => declared ?? called ?? [],
  );
  return [...new Set([...gone, ...declared])]
    .filter((name) => name.length >= shortestName && !/^\d/.test(name))
    .slice(0, mostNames);
}

/** Of what was written, where names are looked for. */
const mostRead = 20_000;

const declaration =
  /\b(?:function|def|class|const|let|var|fn|func|fun|interface|type|struct|enum|trait|import)\s+([\p{L}_$][\p{L}\p{N}_$]*)|^[ \t]*(?:[\w<>[\],]+[ \t]+)*([\p{L}_$][\p{L}\p{N}_$]*)[ \t]*\([^)]{0,400}\)\s*[:{]/gmu;

function words(piece: string): readonly string[] {
  return piece.match(/[\p{L}_$][\p{L}\p{N}_$]*/gu) ?? [];
}
