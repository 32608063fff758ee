/**
 * Rewrite: an answer that is new text for a window of the document, as the smallest edit of what it replaces.
 * Which window: the region that was asked about, or the whole document where the answer holds most of what
 * stands outside of the region too. An answer that leaves so much of its window out that it must be a snippet
 * (`piece`) replaces the lines it is a version of, or nothing.
 */

import { isBareCode } from './bare-code.ts';
import type { Edit } from './edit.ts';
import { undisguisedLines } from './formats/disguise.ts';
import { shortens } from './formats/elision.ts';
import { isFence } from './formats/fence-line.ts';
import { fencedIn, opensCommandFence, readingsOf, withoutEcho } from './formats/rewrite.ts';
import { holdsCall, holdsDiff, holdsStrayMarks } from './formats/stray-marks.ts';
import { indentOf, plainIndents } from './indent.ts';
import { extentOf, indentedLike } from './piece.ts';
import { type LineRange, rewritten } from './place.ts';
import { likeness } from './similar-lines.ts';
import { lineCount, lineText, type Text } from './text.ts';
import { unwrapped } from './unwrapped.ts';
import { tells, windowEnds } from './window-ends.ts';

export type Rewrite =
  | { readonly kind: 'rewrite'; readonly isWhole: boolean; readonly edit: Edit }
  /** No code, lines left out, code of which nobody can say what it replaces, marks that nobody can read, versions. */
  | { readonly kind: 'words' | 'elided' | 'piece' | 'cut' | 'marks' | 'versions' };

/** The answer is the document, not the region, when it holds this share of the lines outside of the region. */
const wholeShare = 0.6;
/** A document of more lines than this is taken as rewritten only if this share of it is still there. */
const smallDocument = 10;
const keptShare = 0.3;
/** Text without a fence is code, not words, when this share of its lines stands in the window already. */
const codeShare = 0.5;
/** So much of a line tells words from code, in UTF-16 code units. */
const longestBeginning = 500;
/** A window of fewer lines that say something may be quoted whole between words. */
const fewTelling = 3;

export interface RewriteWish {
  readonly region?: LineRange | undefined;
  /** The region alone was to be written: the answer is never the document. */
  readonly only?: 'region' | undefined;
  readonly path?: string | undefined;
}

export function rewriteOf(text: Text, answer: string, { region, only, path = '' }: RewriteWish): Rewrite {
  const all = Array.from({ length: lineCount(text) }, (_, line) => lineText(text, line));
  // The empty line behind the last terminator is nobody's to write.
  const end = all.length > 1 && all.at(-1) === '' ? all.length - 1 : all.length;
  const whole: LineRange = { startLine: 0, endLine: end };
  const inner = region && { startLine: region.startLine, endLine: Math.min(region.endLine, end) };
  const around = ({ startLine, endLine }: LineRange) => ({
    before: all.slice(0, startLine),
    own: all.slice(startLine, endLine),
    behind: all.slice(endLine, end),
  });
  const plain = plainIndents(text);
  const asked = around(inner ?? whole).own;
  const asCode = (given: readonly string[]) => undisguisedLines(plain(given), text.value, asked);
  const versions = versionsIn(answer, asked, around(whole).own);
  if (versions.length > 1) return { kind: 'versions' };
  const read = versions[0]
    ? [{ lines: versions[0], fenced: true, closed: true }]
    : readingsOf(answer, asked, all);
  const bare = (lines: readonly string[]) => (inner ? unwrapped(lines, around(inner)) : lines);
  const readings = read.map((each) => ({ ...each, lines: bare(asCode(each.lines)) }));
  const between = (window: LineRange): Rewrite | undefined => {
    const { own } = around(window);
    const known = readings.find(({ lines }) => windowEnds(own, lines).areSame);
    if (known && isSeveralFences(known.lines, text, path)) return { kind: 'piece' };
    // Its ends may be those of a neighbour as well.
    const lines = known && withoutEcho(known.lines, around(window)).lines;
    return lines && inWindow({ text, window, own }, lines, false);
  };
  const inside = inner && between(inner);
  if (inside) return inside;
  // A fence behind the window's own first line is the window's, not one around an answer.
  const likely = readings.find(({ lines }) => windowEnds(asked, lines).head > 0) ?? readings.at(-1);
  const lines = likely?.lines ?? [];
  // Between the very lines around the region stands the region, also where those are all that is outside of it.
  const isFramed = inner !== undefined && withoutEcho(lines, around(inner)).framed;
  const mayBeDocument = !inner || (only === undefined && !isFramed);
  const hasEnds = !inner || (mayBeDocument && reachesEnds(lines, all.slice(0, end), inner));
  const document = hasEnds ? between(whole) : undefined;
  if (document) return document;
  if (!likely?.closed) return { kind: 'cut' };
  // A command that would do it is not what it does.
  const isCommand = opensCommandFence(answer.split('\n').find(isFence) ?? '');
  if (isCommand && likely.fenced && program.test(path)) return { kind: 'words' };
  const window = inner && !(mayBeDocument && isWhole(lines, all, inner)) ? inner : whole;
  // Nothing at all is no document, where there was one.
  const isAll = window.startLine === 0 && window.endLine >= end;
  if (isAll && lines.every((line) => line.trim() === '') && all.some(tells)) return { kind: 'words' };
  const { own } = around(window);
  const isBare = text.value.trim() === '' ? isBareCode(lines, isProse) : isCode(lines, own);
  if (!likely.fenced && !isBare) return { kind: 'words' };
  const fresh = withoutEcho(indentedAs(own, lines), around(window));
  // A line that stands on one side of the region may be repeated from there, or be new.
  if (only !== undefined && !fresh.framed && fresh.lines.length < lines.length) return { kind: 'piece' };
  const rewrite = inWindow({ text, window, own }, fresh.lines, fresh.framed);
  if (rewrite.kind === 'rewrite' && !rewrite.isWhole && isOneOfMany(answer, own, lines))
    return { kind: 'piece' };
  const isOther = rewrite.kind === 'rewrite' && rewrite.isWhole && !region && end > smallDocument;
  return isOther && share(own, lines) < keptShare ? { kind: 'piece' } : rewrite;
}

/** Files that no commands stand in. */
const program =
  /\.(?:[cm]?[jt]sx?|py|go|rs|java|kt|cs|[ch]|cc|cpp|hpp|php|rb|swift|scala|dart|html?|s?css|less|vue|svelte|json|sql)$/i;

/** Whether what begins and ends as the window does are fences one behind the other, which the text has none of. */
function isSeveralFences(lines: readonly string[], text: Text, path: string): boolean {
  const inner = lines.filter((line) => isFence(line) && !text.value.includes(line.trim()));
  const [first, ...more] = inner.map((line) => line.trim().replace(/^(?:`+|~+)/, ''));
  return first !== undefined && (program.test(path) || (first === '' && more.some((rest) => rest !== '')));
}

/** Each is compared with the whole window: an answer of nothing but fences would have as many as lines. */
const mostFences = 50;

function firstFences(answer: string): readonly (readonly string[])[] {
  return fencedIn(answer).slice(0, mostFences);
}

/** Whether other fences hold snippets of the window as well, all of which are meant. */
function isOneOfMany(answer: string, own: readonly string[], lines: readonly string[]): boolean {
  if (own.some(isFence)) return false;
  const others = firstFences(answer).filter((each) => each.join('\n').trim() !== lines.join('\n').trim());
  return others.some((each) => extentOf(own, each, { framed: false, asked: false }).kind === 'snippet');
}

/**
 * What the fences of an answer hold, where more than one holds the code that was asked about: as it was, and as it
 * shall be, or in ways to choose from.
 */
function versionsIn(
  answer: string,
  own: readonly string[],
  all: readonly string[],
): readonly (readonly string[])[] {
  if (own.some(isFence)) return [];
  const found = firstFences(answer).filter((lines) => windowEnds(own, lines).head > 0);
  if (found.length < 2) return [];
  const different = new Map(found.map((lines) => [lines.join('\n').trim(), lines]));
  const changed = [...different.values()].filter(
    (lines) => !windowEnds(own, lines).isAll && !windowEnds(all, lines).isAll,
  );
  return changed.length === 0 ? found.slice(0, 1) : changed;
}

interface Window {
  readonly text: Text;
  readonly window: LineRange;
  readonly own: readonly string[];
}

/** The window's lines, or those of them that a snippet is a version of, as the answer has them. */
function inWindow({ text, window, own }: Window, given: readonly string[], framed: boolean): Rewrite {
  const lines = indentedAs(own, given);
  const known = new Set(own.map((line) => line.trim()));
  const stands = (line: string) => known.has(line.trim()) || text.value.includes(line.trim());
  if (holdsStrayMarks(lines, stands)) return { kind: 'marks' };
  if (holdsCall(lines) && !/^\s*[[{]/.test(text.value)) return { kind: 'marks' };
  if (holdsDiff(lines, own)) return { kind: 'marks' };
  if (shortens(lines, own, stands)) return { kind: 'elided' };
  const extent = extentOf(own, lines, { framed, asked: own.length < lineCount(text) - 1 });
  switch (extent.kind) {
    case 'unknown':
      return { kind: 'piece' };
    case 'whole':
      return { kind: 'rewrite', isWhole: true, edit: rewritten(text, window, terminated(text, lines)) };
    case 'snippet': {
      const from = lines.findIndex((line) => line.trim() !== '');
      const to = lines.findLastIndex((line) => line.trim() !== '') + 1;
      const startLine = window.startLine + extent.range.startLine;
      const range = { startLine, endLine: window.startLine + extent.range.endLine };
      return {
        kind: 'rewrite',
        isWhole: false,
        edit: rewritten(text, range, indentedLike(lineText(text, startLine), lines.slice(from, to))),
      };
    }
    default:
      return extent satisfies never;
  }
}

/** A fence holds whole lines: of a text that has none yet, the last is one as well. */
function terminated(text: Text, lines: readonly string[]): readonly string[] {
  return text.value === '' && lines.length > 0 && lines.at(-1) !== '' ? [...lines, ''] : lines;
}

/**
 * Whether bare lines are a window's: most are known to it; most of it is there from one of its ends on; or they look
 * like what it is, and begin with no sentence.
 */
function isCode(lines: readonly string[], own: readonly string[]): boolean {
  if (share(lines, own) >= codeShare) return true;
  const { head, tail } = windowEnds(own, lines);
  // Words before the window's own last line, or behind its own first one, read as words.
  const end = (lines.findLast(tells) ?? '').trim();
  const begin = (lines.find(tells) ?? '').trim();
  if ((head > 0 && !isProse(end)) || (tail > 0 && !isProse(begin))) return true;
  const filled = own.filter(tells);
  if (head + tail > 0 && filled.length >= fewTelling && share(own, lines) >= codeShare) return true;
  if (/[:.!]\s*$/.test(lines[0] ?? '')) return false;
  const telling = lines.filter(tells);
  const [only = '', second] = filled;
  if (second === undefined && telling.length === 1 && likeness(only, telling[0] ?? '', 0) >= codeShare)
    return true;
  const isAllThere = filled.length > 1 && Math.max(head, tail) === filled.length;
  return (
    isAllThere ||
    (telling.length >= fewTelling && telling.filter(isCodeLine).length >= telling.length * codeShare)
  );
}

/** Three words or more at its beginning, and no sign that only code has. */
function isProse(whole: string): boolean {
  const line = whole.slice(0, longestBeginning);
  return (
    /^[^=;{}<>[\]|\\]*$/.test(line) &&
    (line.match(/(?<![^\s"'(])[\p{L}'’]+(?![^\s.,:;!?)"'])/gu) ?? []).length >= 3
  );
}

/** Ends as statements and brackets do, or is indented. */
function isCodeLine(line: string): boolean {
  return /[;{}()[\],]\s*$|^\s{2,}\S|^\t/.test(line);
}

/**
 * Whether what stands around the region is at the answer's ends too: up to a line that says something, or all of it.
 * A `}` alone ends the document, and many a region.
 */
function reachesEnds(lines: readonly string[], all: readonly string[], region: LineRange): boolean {
  const { head, tail, headLines, tailLines } = windowEnds(all, lines);
  const filled = (outside: readonly string[]) => outside.filter((line) => line.trim() !== '').length;
  return (
    (head > 0 || headLines >= filled(all.slice(0, region.startLine))) &&
    (tail > 0 || tailLines >= filled(all.slice(region.endLine)))
  );
}

/**
 * Whether it is the document: most of what is outside of the region is in it, the outermost line is at its end, and it
 * is about as long.
 */
function isWhole(lines: readonly string[], all: readonly string[], region: LineRange): boolean {
  const before = all.slice(0, region.startLine).filter(tells);
  const behind = all.slice(region.endLine).filter(tells);
  const telling = lines.filter(tells).map((line) => line.trim());
  const begins = before[0] !== undefined && before[0].trim() === telling[0];
  const ends = behind.length > 0 && behind.at(-1)?.trim() === telling.at(-1);
  const outside = [...before, ...behind];
  const inside = all.filter(tells).length - outside.length;
  const isAsLong = Math.abs(telling.length - inside - outside.length) < Math.abs(telling.length - inside);
  return (begins || ends) && isAsLong && share(outside, lines) >= wholeShare;
}

/** The share of the lines that say something which are among the others as well. */
function share(lines: readonly string[], others: readonly string[]): number {
  const known = new Set(others.map((line) => line.trim()));
  const telling = lines.map((line) => line.trim()).filter(tells);
  if (telling.length === 0) return 1;
  return telling.filter((line) => known.has(line)).length / telling.length;
}

/** Moved in where the model began further out and more of it is as it was then. */
function indentedAs(own: readonly string[], lines: readonly string[]): readonly string[] {
  const wanted = commonIndent(own);
  const given = commonIndent(lines);
  const first = lines.find((line) => line.trim() !== '') ?? '';
  if (wanted === given || !wanted.startsWith(given) || indentOf(first) !== given) return lines;
  const moved = lines.map((line) => (line.trim() === '' ? line : wanted + line.slice(given.length)));
  const known = new Set(own);
  const kept = (candidate: readonly string[]) =>
    candidate.filter((line) => line.trim() !== '' && known.has(line)).length;
  return kept(moved) > kept(lines) ? moved : lines;
}

function commonIndent(lines: readonly string[]): string {
  let common: string | undefined;
  for (const line of lines) {
    if (line.trim() === '') continue;
    const indent = indentOf(line);
    if (common === undefined || common.startsWith(indent)) common = indent;
    else while (!indent.startsWith(common)) common = common.slice(0, -1);
  }
  return common ?? '';
}
