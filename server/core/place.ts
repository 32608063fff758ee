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
import { apply, type Edit, map, shifted } from './edit.ts';
import type { Block } from './formats/block.ts';
import { columnsOf, converted, type IndentUnit, indentOf, indentUnit, unitOf } from './indent.ts';
import { type LocateOptions, lineUnder, locate, type Way } from './locate.ts';
import { dominantEol, lineCount, lineEnd, lineFullEnd, lineStart, type Text } from './text.ts';

const byteOrderMark = '\ufeff';

export type Placed =
  | { readonly kind: 'placed'; readonly edit: Edit }
  | { readonly kind: 'missing' }
  | { readonly kind: 'ambiguous'; readonly startLines: readonly number[] };

export function place(text: Text, block: Block, options: LocateOptions = {}): Placed {
  if (block.search.length === 0 && text.value !== '') return placeBehind(text, block);
  const located = locate(text, block.search, {
    ...options,
    ...(block.line === undefined ? {} : { line: block.line }),
    ...(block.under ? { under: block.under } : {}),
    ...(block.atEnd ? { atEnd: true } : {}),
  });
  if (located.kind !== 'found') return located;
  return { kind: 'placed', edit: placed(text, block, located) };
}

/** The lines `[startLine, endLine)` rewritten: what stays of them is not touched. */
export function rewritten(text: Text, { startLine, endLine }: LineRange, lines: readonly string[]): Edit {
  const partners = Array.from({ length: endLine - startLine }, (_, i) => startLine + i);
  const search = partners.map((line) => text.value.slice(lineStart(text, line), lineEnd(text, line)));
  return placed(text, { search, replace: lines }, { way: 'exact', startLine, endLine, partners });
}

export interface LineRange {
  readonly startLine: number;
  /** Exclusive. */
  readonly endLine: number;
}

/** New lines alone: behind the line they are said to be under, or at the end of the text. */
function placeBehind(text: Text, block: Block): Placed {
  const lines = Array.from({ length: lineCount(text) }, (_, line) =>
    text.value.slice(lineStart(text, line), lineEnd(text, line)),
  );
  const last = lines.at(-1) === '' ? lines.length - 2 : lines.length - 1;
  const line = block.under ? lineUnder(lines, block.under) : block.atEnd ? Math.max(0, last) : undefined;
  const own = line === undefined ? undefined : lines[line];
  if (line === undefined || own === undefined) return { kind: 'missing' };
  return {
    kind: 'placed',
    edit: rewritten(text, { startLine: line, endLine: line + 1 }, [own, ...block.replace]),
  };
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

function placed(text: Text, block: Block, { way, startLine, endLine, partners }: Found): Edit {
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
  const kept = keptLines(block, way);
  let next = 0;
  /** The lines that went since the last one that stayed: new ones in their place take their terminators over. */
  let gone: Gone[] = [];
  const insertUpTo = (line: number) => {
    const isOneForOne = way !== 'similar' && line - next === gone.length;
    for (let i = 0; next < line; next++, i++) {
      const before = gone[i];
      const fresh = block.replace[next] ?? '';
      const content = indented(isOneForOne && before ? withUnseen(fresh, before) : fresh);
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
  return replacedLines(text, { startLine, endLine }, result, eol);
}

function replacedLines(
  text: Text,
  { startLine, endLine }: LineRange,
  lines: readonly Line[],
  eol: string,
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
  return shifted(diff(text.value.slice(start, end), isMarked ? byteOrderMark + wanted : wanted), start);
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
function withUnseen(fresh: string, { search, content }: Gone): string {
  if (search === content || fresh.trim() === '') return fresh;
  const [theirs, ours, wanted] = [search.trim(), content.trim(), fresh.trim()];
  const carried = theirs === ours ? undefined : map(diff(theirs, wanted), diff(theirs, ours));
  const body = carried ? apply(ours, carried) : wanted;
  return indentOf(fresh) + body + (tailOf(fresh) === tailOf(search) ? tailOf(content) : tailOf(fresh));
}

function tailOf(line: string): string {
  return line.slice(line.trimEnd().length);
}

/** For each line looked for, the line of the replacement that is the same; -1 where it goes. */
function keptLines({ search, replace }: Block, way: Way): Int32Array {
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
  return align(a, b, {
    weights: Int32Array.from(weights),
    gapCost: 1,
    exactCells: 1e6,
    budget: { steps: 1e7 },
  });
}

/** How a new line of the block is indented at the place that was found. */
function reindenter(
  text: Text,
  { search, replace }: Block,
  partners: readonly number[],
): (line: string) => string {
  const pairs = new Map<string, string>();
  search.forEach((line, i) => {
    const partner = partners[i] ?? -1;
    if (partner === -1 || line.trim() === '' || pairs.has(indentOf(line))) return;
    pairs.set(indentOf(line), indentOf(text.value.slice(lineStart(text, partner), lineEnd(text, partner))));
  });
  if ([...pairs].every(([theirs, ours]) => theirs === ours)) return (line) => line;
  const unit = indentUnit(text);
  const theirUnit = unitOf([...search, ...replace]) ?? unit;
  return (line) => {
    if (line.trim() === '') return '';
    const indent = indentOf(line);
    return mapped(indent, pairs, theirUnit, unit) + line.slice(indent.length);
  };
}

function mapped(
  indent: string,
  pairs: ReadonlyMap<string, string>,
  from: IndentUnit,
  to: IndentUnit,
): string {
  const exact = pairs.get(indent);
  if (exact !== undefined) return exact;
  const width = from.width;
  const columns = columnsOf(indent, width);
  // The deepest known line that is not deeper tells what is added; else the least deep one what is taken away.
  const known = [...pairs].map(([theirs, ours]) => ({ columns: columnsOf(theirs, width), ours }));
  known.sort((a, b) => b.columns - a.columns);
  const outer = known.find((each) => each.columns <= columns);
  if (outer)
    return outer.ours + converted(' '.repeat(columns - outer.columns), { kind: 'spaces', width }, to);
  const inner = known.at(-1);
  if (!inner) return indent;
  const steps = Math.round((inner.columns - columns) / width);
  const oursColumns = Math.max(0, columnsOf(inner.ours, to.width) - steps * to.width);
  return converted(' '.repeat(oursColumns), { kind: 'spaces', width: to.width }, to);
}
