/**
 * Piece: whether code that a model wrote is a whole window of the document or only a snippet of it, and where the
 * snippet belongs. Taking a snippet for the whole deletes the rest of the window, so what is in doubt is refused.
 *
 * It is the whole window where one of these holds:
 * - at most `lostShare` of the window's lines have nothing written in their place;
 * - the lines on both sides of the window are repeated around it;
 * - it begins and ends with the window's own first and last line, and not too much goes between them;
 * - both are one function with the same head, and most lines inside are new: a snippet repeats what is there;
 * - at most `fewLines` are lost, and it does not read as some lines of the window changed among their siblings.
 * Else it is a snippet, unless it leaves out only `fewLines` at one end of the window: those may be meant to go. It belongs where its first and its last line stand, each found once: equal, or with the
 * same head (up to `=`, `:` or `(`) and a likeness. Lines between them may be lost as they may be in a window.
 * Only lines with a letter or a digit count.
 */

import { indentOf } from './indent.ts';
import type { LineRange } from './place.ts';
import { likeness } from './similar-lines.ts';
import { tells, windowEnds } from './window-ends.ts';

export type Extent =
  | { readonly kind: 'whole' }
  /** `range` counts from the first line of the window. */
  | { readonly kind: 'snippet'; readonly range: LineRange }
  | { readonly kind: 'unknown' };

/**
 * A deletion of this share is moderate. Of 3,500 real changes of files 0.7 % take more lines out, and 0.3 % more than
 * a third.
 */
const lostShare = 0.2;
/**
 * So many lines may go between the window's own first and last line: three in four windows of real changes that lose
 * more than the share above are like that, and 5 in 2,000 pieces of files with parts of a file left out in silence.
 * Twice as many of lines that were asked about, which are not all of the file.
 */
const knownLoss = 30;
/** So many of lines that were asked about where the last one only closes a block. */
const knownLossOfBlock = 12;
/** So few lines may go whatever their share: five lines are often rewritten as two. */
const fewLines = 3;
/** A function is written anew when this share of the lines inside was not there before. */
const newShare = 0.5;
/**
 * Lines with the same head are versions of one another from this likeness on. Of single new lines of 3,300 real
 * changes, given without a place, 537 are then put where they belong and 51 at a line much like their own; from 0.6 on
 * it is 696 and 122. The others are refused.
 */
const alike = 0.85;
/** What has a name and a value (`const a = …`, `a: …`) may have any value; the name must occur once. */
const alikeNamed = 0;
/** A second place must be so much less alike. */
const clearLead = 0.1;
/** One line that stands elsewhere too may be meant a second time. */
const fewRepeated = 2;
/** First lines of what holds members: to show one member says nothing of the others. */
const container =
  /\b(?:class|interface|struct|enum|trait|impl|module|namespace|describe|object|record|suite)\b/;

export interface ExtentOptions {
  /** Lines that stand around the window were repeated around the answer. */
  readonly framed: boolean;
  /** The window is what was asked about, and not all of the document. */
  readonly asked: boolean;
}

export function extentOf(own: readonly string[], lines: readonly string[], options: ExtentOptions): Extent {
  if (options.framed || mayReplace(own, lines, 0) || hasSameEnds(own, lines, options.asked))
    return { kind: 'whole' };
  if (isSameFunction(own, lines)) return { kind: 'whole' };
  const range = rangeOf(own, lines);
  const changed = range && !sameLines(own.slice(range.startLine, range.endLine), lines);
  if (changed && isNearlyAll(own, range)) return { kind: 'unknown' };
  if (changed && hasSiblings(own, range)) return { kind: 'snippet', range };
  if (mayReplace(own, lines, fewLines)) return { kind: 'whole' };
  return changed ? { kind: 'snippet', range } : { kind: 'unknown' };
}

/** The snippet, moved in as far as the line it begins with. */
export function indentedLike(own: string, lines: readonly string[]): readonly string[] {
  const given = indentOf(lines.find(tells) ?? '');
  const wanted = indentOf(own);
  const movable = lines.every((line) => line.trim() === '' || line.startsWith(given));
  if (given === wanted || !movable) return lines;
  return lines.map((line) => (line.trim() === '' ? line : wanted + line.slice(given.length)));
}

function mayReplace(own: readonly string[], lines: readonly string[], few: number): boolean {
  const count = own.filter(tells).length;
  const lost = count - lines.filter(tells).length;
  return lost <= Math.max(few, count * lostShare);
}

function hasSameEnds(own: readonly string[], lines: readonly string[], asked: boolean): boolean {
  const { areSame, head, tail } = windowEnds(own, lines);
  if (!areSame) return false;
  const lost = own.filter(tells).length - lines.filter(tells).length;
  // A last line that only closes what the first one opens says little.
  const [first = ''] = own.filter((line) => line.trim() !== '');
  if (tail > 0) return lost <= (asked ? 2 * knownLoss : knownLoss);
  return asked && head > 0 && !container.test(first) && lost <= knownLossOfBlock;
}

function isSameFunction(own: readonly string[], lines: readonly string[]): boolean {
  const [first, written] = [functionHead(own), functionHead(lines)];
  if (first === undefined || first !== written) return false;
  const known = new Set(own.map((line) => line.trim()));
  const inside = lines.filter(tells).slice(1);
  return (
    inside.length > 0 && inside.filter((line) => !known.has(line.trim())).length >= inside.length * newShare
  );
}

/** The head of the one function that these lines are, with nothing beside it. */
function functionHead(lines: readonly string[]): string | undefined {
  const [first, ...rest] = lines.filter(tells);
  if (first === undefined || !first.includes('(') || container.test(first)) return undefined;
  const deeper = rest.every(
    (line) => indentOf(line).length > indentOf(first).length || /^\s*[)\]}]/.test(line),
  );
  return deeper ? first.slice(0, first.indexOf('(')).trim() : undefined;
}

function rangeOf(own: readonly string[], lines: readonly string[]): LineRange | undefined {
  const telling = lines.filter((line) => line.trim() !== '');
  const first = telling[0] ?? '';
  const last = telling.at(-1) ?? '';
  const startLine = anchor(own, first);
  if (startLine === undefined) return undefined;
  const end = telling.length === 1 ? startLine : (closing(own, startLine, telling) ?? anchor(own, last));
  if (end === undefined || end < startLine || (telling.length > 1 && end === startLine)) return undefined;
  const range = { startLine, endLine: end + 1 };
  const replaced = own.slice(startLine, end + 1);
  const fits = mayReplace(replaced, lines, fewLines) && depthOf(replaced) === depthOf(lines);
  return fits && !repeatsOutside(own, range, lines) ? range : undefined;
}

/** Whether lines that stand once in the window, and outside of the range, are repeated: then more is meant than the range. */
function repeatsOutside(
  own: readonly string[],
  { startLine, endLine }: LineRange,
  lines: readonly string[],
): boolean {
  const counts = new Map<string, number>();
  for (const line of own) counts.set(line.trim(), (counts.get(line.trim()) ?? 0) + 1);
  const written = new Set(lines.map((line) => line.trim()));
  const outside = [...own.slice(0, startLine), ...own.slice(endLine)].map((line) => line.trim());
  return (
    outside.filter((line) => tells(line) && counts.get(line) === 1 && written.has(line)).length >= fewRepeated
  );
}

/** How many brackets more are opened than closed: what takes the place of lines opens and closes as much as they do. */
function depthOf(lines: readonly string[]): number {
  let depth = 0;
  for (const line of lines) {
    for (const sign of line) {
      if (sign === '(' || sign === '[' || sign === '{') depth++;
      else if (sign === ')' || sign === ']' || sign === '}') depth--;
    }
  }
  return depth;
}

/** The one line that this is a version of. */
function anchor(own: readonly string[], line: string): number | undefined {
  if (!tells(line)) return undefined;
  const at = (keep: (other: string) => boolean) => own.flatMap((other, i) => (keep(other) ? [i] : []));
  const equal = at((other) => other.trim() === line.trim());
  if (equal.length > 0) return equal.length === 1 ? equal[0] : undefined;
  const { name, isNamed } = headOf(line);
  const versions = at((other) => tells(other) && headOf(other).name === name);
  if (isNamed && versions.length > 1) return undefined;
  const least = isNamed ? alikeNamed : alike;
  const scored = versions
    .map((i) => ({ i, score: likeness((own[i] ?? '').trim(), line.trim(), least) }))
    .filter(({ score }) => score >= least)
    .sort((a, b) => b.score - a.score);
  const [best, second] = scored;
  return best && (!second || best.score - second.score >= clearLead) ? best.i : undefined;
}

/** What a line is about, before what it says of it; the same everywhere for lines without such a part. */
function headOf(line: string): { readonly name: string; readonly isNamed: boolean } {
  const [, name = '', sign = ''] = /^([^=:(]*)([=:(])/.exec(line.trimStart()) ?? [];
  return { name: `${name}${sign}`, isNamed: tells(name) && sign !== '(' };
}

/**
 * The line that closes what the line at `start` opens, or the last of what stands beside it and is in the snippet too,
 * where the snippet ends with such a line.
 */
function closing(own: readonly string[], start: number, lines: readonly string[]): number | undefined {
  const [first = '', last = ''] = [lines[0], lines.at(-1)];
  if (!closer.test(last) || indentOf(last) !== indentOf(first)) return undefined;
  const beside = lines
    .slice(1)
    .filter((line) => isHead(line, indentOf(first)))
    .flatMap((line) => anchor(own, line) ?? []);
  const from = Math.max(start, ...beside);
  const indent = indentOf(own[start] ?? '');
  const left = own.slice(start + 1, from).filter((line) => isHead(line, indent)).length;
  // What the snippet does not show of what stands between them is not meant to go.
  if (left > new Set(beside.filter((at) => at > start && at < from)).size) return undefined;
  const end = own.findIndex(
    (line, i) => i > from && line.trim() !== '' && indentOf(line).length <= indent.length,
  );
  return end !== -1 && own[end]?.trim() === last.trim() ? end : undefined;
}

const closer = /^\s*(?:[)\]}]|end\b)/;

/** A line so deep that begins something. */
function isHead(line: string, indent: string): boolean {
  return tells(line) && !closer.test(line) && indentOf(line) === indent;
}

/** Whether a line next to the range stands as deep as it does: what a block holds that is taken apart has none. */
function hasSiblings(own: readonly string[], { startLine, endLine }: LineRange): boolean {
  const indent = indentOf(own[startLine] ?? '');
  const before = own.slice(0, startLine).findLast((line) => line.trim() !== '');
  const behind = own.slice(endLine).find((line) => line.trim() !== '');
  return [before, behind].some((line) => line !== undefined && tells(line) && indentOf(line) === indent);
}

/** Whether the range is all of the window but some lines at one end of it, and those are few. */
function isNearlyAll(own: readonly string[], { startLine, endLine }: LineRange): boolean {
  const count = (lines: readonly string[]) => lines.filter(tells).length;
  const [before = 0, inside = 0, behind = 0] = [
    own.slice(0, startLine),
    own.slice(startLine, endLine),
    own.slice(endLine),
  ].map(count);
  const outside = before + behind;
  return outside > 0 && (before === 0 || behind === 0) && outside <= fewLines && outside < inside;
}

function sameLines(a: readonly string[], b: readonly string[]): boolean {
  const key = (lines: readonly string[]) =>
    lines
      .map((line) => line.trim())
      .filter((line) => line !== '')
      .join('\n');
  return key(a) === key(b);
}
