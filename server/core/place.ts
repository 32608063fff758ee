/**
 * place: a block's change, made where its lines were found, and nothing else.
 *
 * Laws
 * - Lines that the block keeps stay as the text has them, whatever the model thought they look like.
 * - A line that takes another's place keeps what the model did not see of that one: its blanks at the end, its
 *   typographic signs.
 * - New lines get the indentation of the place and the terminator of the line they take the place of, or of the one
 *   before; a text that does not end with a terminator still does not.
 * - Inside the lines found, the edit is the smallest (`diff`).
 */

import { align } from './diff/align.ts';
import { diff } from './diff/diff.ts';
import type { Budget } from './diff/segment.ts';
import { apply, type Edit, map, shifted } from './edit.ts';
import type { Block } from './formats/block.ts';
import { indentOf } from './indent.ts';
import { type LineIndex, lineIndex } from './line-index.ts';
import { type Located, type LocateOptions, lineUnder, locateIn, type Way } from './locate.ts';
import { reindenter } from './reindent.ts';
import { dominantEol, lineCount, lineEnd, lineFullEnd, lineStart, type Text } from './text.ts';

const byteOrderMark = '\ufeff';

export type Placed =
  | { readonly kind: 'placed'; readonly edit: Edit }
  | { readonly kind: 'missing' }
  | { readonly kind: 'ambiguous'; readonly startLines: readonly number[] };

/** Where a block is searched for, and how long. */
export interface PlaceOptions extends LocateOptions {
  /** Steps that all blocks may take together to be made small: then edits get coarser, never wrong. */
  readonly shaping?: Budget;
}

export function place(text: Text, block: Block, options: PlaceOptions = {}): Placed {
  return placeIn(lineIndex(text), block, options);
}

/** The block's change in a text that takes more than one. */
export function placeIn(index: LineIndex, block: Block, options: PlaceOptions = {}): Placed {
  if (isNewLinesAlone(index, block)) return placeBehind(index, block, options);
  if (block.search.length === 0) return { kind: 'placed', edit: writtenAnew(index.text, block, options) };
  const located = locateBlock(index, block, options);
  if (located.kind !== 'found') return located;
  return { kind: 'placed', edit: placed(index.text, block, located, options.shaping) };
}

/** Whether a block has one place, or more, or none. */
export function lookFor(index: LineIndex, block: Block, options: LocateOptions = {}): Located['kind'] {
  if (!isNewLinesAlone(index, block)) return locateBlock(index, block, options).kind;
  return lineBefore(index, block, options) === undefined ? 'missing' : 'found';
}

function isNewLinesAlone({ text }: LineIndex, { search }: Block): boolean {
  return search.length === 0 && !isBlank(text);
}

/** Editors give an empty file as an empty line, too (Neovim does). */
function isBlank({ value }: Text): boolean {
  return value.trim() === '';
}

/** A text without a word becomes the lines; what has no line yet ends with a terminator. */
function writtenAnew(text: Text, { replace }: Block, { shaping }: PlaceOptions): Edit {
  const last = lineCount(text) - 1;
  const lines = last > 0 || replace.length === 0 ? replace : [...replace, ''];
  return rewritten(text, { startLine: 0, endLine: Math.max(1, last) }, lines, shaping);
}

function locateBlock(index: LineIndex, block: Block, options: LocateOptions): Located {
  return locateIn(index, block.search, {
    ...options,
    ...(block.line === undefined ? {} : { line: block.line }),
    ...(block.under ? { under: block.under } : {}),
    ...(block.atEnd ? { atEnd: true } : {}),
  });
}

/** The lines `[startLine, endLine)` rewritten: what stays of them is not touched. */
export function rewritten(text: Text, range: LineRange, lines: readonly string[], shaping?: Budget): Edit {
  const { startLine, endLine } = range;
  const partners = Array.from({ length: endLine - startLine }, (_, i) => startLine + i);
  const search = partners.map((line) => text.value.slice(lineStart(text, line), lineEnd(text, line)));
  return placed(text, { search, replace: lines }, { way: 'exact', ...range, partners }, shaping);
}

export interface LineRange {
  readonly startLine: number;
  /** Exclusive. */
  readonly endLine: number;
}

/** New lines alone: behind the line they are said to be under, or at the end of the text. */
function placeBehind(index: LineIndex, block: Block, options: PlaceOptions): Placed {
  const line = lineBefore(index, block, options);
  const own = line === undefined ? undefined : index.lines[line];
  if (line === undefined || own === undefined) return { kind: 'missing' };
  const range = { startLine: line, endLine: line + 1 };
  return { kind: 'placed', edit: rewritten(index.text, range, [own, ...block.replace], options.shaping) };
}

function lineBefore(index: LineIndex, block: Block, { budget }: LocateOptions): number | undefined {
  if (block.under) return lineUnder(index, block.under, budget);
  const { lines } = index;
  const last = lines.at(-1) === '' ? lines.length - 2 : lines.length - 1;
  return block.atEnd ? Math.max(0, last) : undefined;
}

interface Found extends LineRange {
  readonly way: Way;
  readonly partners: readonly number[];
}

interface Line {
  readonly content: string;
  readonly eol: string;
}

interface Gone extends Line {
  /** As the model remembers it. */
  readonly search: string;
}

/** Steps to tell which lines of one block stay. */
const mostSteps = 10_000_000;

function placed(text: Text, block: Block, found: Found, shaping?: Budget): Edit {
  const { way, startLine, endLine, partners } = found;
  const own = (line: number): Line => ({
    content: text.value.slice(lineStart(text, line), lineEnd(text, line)),
    eol: text.value.slice(lineEnd(text, line), lineFullEnd(text, line)),
  });
  const eol =
    [own(startLine).eol, startLine > 0 ? own(startLine - 1).eol : ''].find((each) => each !== '') ??
    dominantEol(text);
  const indented = reindenter(text, block, partners);
  const result: Line[] = [];
  let at = startLine;
  /** The text's own lines up to `line`, which the block knows nothing of: empty ones. */
  const keepUpTo = (line: number) => {
    for (; at < line; at++) result.push(own(at));
  };
  const kept = keptLines(block, way, shaping);
  let next = 0;
  /** The lines that went since the last one that stayed: new ones in their place take their terminators over. */
  let gone: Gone[] = [];
  const insertUpTo = (line: number) => {
    const isOneForOne = line - next === gone.length;
    for (let i = 0; next < line; next++, i++) {
      const before = gone[i];
      const fresh = block.replace[next] ?? '';
      const content = indented(isOneForOne && before ? withUnseen(fresh, before, shaping) : fresh);
      result.push({ content, eol: before?.eol || result.at(-1)?.eol || eol });
    }
    gone = [];
  };
  block.search.forEach((search, i) => {
    const partner = partners[i] ?? -1;
    const stays = kept[i] ?? -1;
    if (stays !== -1) {
      insertUpTo(stays);
      next = stays + 1;
    }
    if (partner === -1) return;
    keepUpTo(partner);
    if (stays !== -1) result.push(own(partner));
    else gone.push({ ...own(partner), search });
    at = partner + 1;
  });
  insertUpTo(block.replace.length);
  keepUpTo(endLine);
  return replacedLines(text, { startLine, endLine }, result, { eol, shaping });
}

function replacedLines(
  text: Text,
  { startLine, endLine }: LineRange,
  lines: readonly Line[],
  { eol, shaping }: { readonly eol: string; readonly shaping: Budget | undefined },
): Edit {
  let start = lineStart(text, startLine);
  const end = lineFullEnd(text, endLine - 1);
  const unterminated = endLine === lineCount(text);
  // Nothing left of a last line without terminator: the one before it loses its own.
  if (unterminated && lines.length === 0 && startLine > 0) start = lineEnd(text, startLine - 1);
  const behind = unterminated ? '' : text.value.charAt(end);
  const terminators = terminatorsOf(lines, eol, behind);
  const joined = lines
    .map(({ content }, i) => (i === lines.length - 1 && unterminated ? content : content + terminators[i]))
    .join('');
  const next = joined === '' ? text.value.charAt(end) : joined.charAt(0);
  const isSplit = next === '\n' && start > 0 && text.value.charAt(start - 1) === '\r';
  const wanted = isSplit ? `\r${joined}` : joined;
  // Models do not see a byte order mark, and do not mean to take it away.
  const isMarked = start === 0 && text.value.startsWith(byteOrderMark) && !wanted.startsWith(byteOrderMark);
  const before = text.value.slice(start, end);
  return shifted(diff(before, isMarked ? byteOrderMark + wanted : wanted, { budget: shaping }), start);
}

/**
 * A lone `\r` before an empty line that ends with `\n` would be one terminator with it, here and at both ends: such
 * a line takes the terminator of the one behind it, which may itself have taken one over.
 */
function terminatorsOf(lines: readonly Line[], eol: string, behind: string): readonly string[] {
  const terminators = lines.map((line) => line.eol || eol);
  for (let i = lines.length - 1; i >= 0; i--) {
    if (terminators[i] !== '\r') continue;
    const next = lines[i + 1];
    if (!next) terminators[i] = behind === '\n' ? '\r\n' : '\r';
    else if (next.content === '' && terminators[i + 1]?.startsWith('\n')) terminators[i] = '\n';
  }
  return terminators;
}

/** A new line, with what was forgiven to find the one that it takes the place of. */
function withUnseen(fresh: string, { search, content }: Gone, budget?: Budget): string {
  if (search === content || fresh.trim() === '') return fresh;
  const [theirs, ours, wanted] = [search.trim(), content.trim(), fresh.trim()];
  const own = () => diff(theirs, ours, { budget });
  const carried = theirs === ours ? undefined : map(diff(theirs, wanted, { budget }), own());
  const body = carried ? apply(ours, carried) : wanted;
  return indentOf(fresh) + body + (tailOf(fresh) === tailOf(search) ? tailOf(content) : tailOf(fresh));
}

function tailOf(line: string): string {
  return line.slice(line.trimEnd().length);
}

/** For each line looked for, the line of the replacement that is the same; -1 where it goes. */
function keptLines({ search, replace }: Block, way: Way, shaping: Budget | undefined): Int32Array {
  const numbers = new Map<string, number>();
  const weights: number[] = [];
  const number = (line: string): number => {
    // A model that does not see the blanks at line ends does not mean to change them.
    const key = way === 'exact' ? line : line.trimEnd();
    const known = numbers.get(key);
    if (known !== undefined) return known;
    numbers.set(key, weights.length);
    return weights.push(1 + key.trim().length) - 1;
  };
  const a = Int32Array.from(search, number);
  const b = Int32Array.from(replace, number);
  const given = Math.min(mostSteps, shaping?.steps ?? mostSteps);
  const budget = { steps: given };
  const kept = align(a, b, { weights: Int32Array.from(weights), gapCost: 1, exactCells: 1e6, budget });
  if (shaping) shaping.steps -= given - budget.steps;
  return kept;
}
