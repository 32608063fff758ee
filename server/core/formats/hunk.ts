/** A hunk of ` `, `-` and `+` lines under construction: what apply_patch and unified diffs have in common. */

import type { Block } from './block.ts';
import { hunkHeading } from './hunk-heading.ts';
import { linesUntilTold } from './told.ts';

export interface Hunk {
  readonly search: string[];
  readonly replace: string[];
  readonly under: string[];
  line: number | undefined;
  atEnd: boolean;
  /** Lines before and after, as its header counts them. */
  counts: readonly [number, number] | undefined;
  /** The last line read: kept, changed, or said to end the file. */
  last: 'kept' | 'changed' | 'end';
  /** Lines at the end that were wholly empty: context, or only space before what comes next. */
  emptyTail: number;
  /** Lines of it that were certain when that was asked last. */
  told: number;
}

export function newHunk(): Hunk {
  return {
    search: [],
    replace: [],
    under: [],
    line: undefined,
    atEnd: false,
    counts: undefined,
    last: 'kept',
    emptyTail: 0,
    told: 0,
  };
}

/** A hunk under a heading, or under one more: what follows the `@@` says where it is. */
export function headed(hunk: Hunk | undefined, said: string): Hunk {
  const { line, counts, under } = hunkHeading(said);
  const own = hunk ?? newHunk();
  own.line = line ?? own.line;
  own.counts = counts ?? own.counts;
  own.under.push(...under);
  return own;
}

export function isEmptyHunk(hunk: Hunk): boolean {
  return hunk.search.length === 0 && hunk.replace.length === 0;
}

/** Adds a line as it was written; whether it can be one of a hunk. */
export function addLine(hunk: Hunk, line: string): boolean {
  const sign = line.charAt(0);
  const content = line.slice(1);
  if (line === '') {
    hunk.search.push('');
    hunk.replace.push('');
    hunk.emptyTail++;
    return true;
  }
  // \ No newline at end of file: nothing comes behind it.
  if (sign === '\\') {
    hunk.last = 'end';
    return true;
  }
  if (sign !== ' ' && sign !== '+' && sign !== '-' && sign !== '\t') return false;
  hunk.emptyTail = 0;
  hunk.last = sign === '+' || sign === '-' ? 'changed' : 'kept';
  // A tab is a context line whose leading blank was left out.
  const own = sign === '\t' ? line : content;
  if (sign !== '+') hunk.search.push(own);
  if (sign !== '-') hunk.replace.push(own);
  return true;
}

/** The file that a patch is in, as its header says. */
export interface PatchedFile {
  readonly path?: string | undefined;
  readonly isNew: boolean;
}

/** The hunk where its last line was read; nothing where it has none. */
export function closed(hunk: Hunk | undefined, file: PatchedFile): readonly Block[] {
  return hunk && !isEmptyHunk(hunk) ? [toBlock(hunk, file)] : [];
}

function toBlock(hunk: Hunk, { path, isNew }: PatchedFile): Block {
  const cut = (lines: readonly string[]) => lines.slice(0, lines.length - hunk.emptyTail);
  // Empty lines of a new file often lack their sign.
  const isWhole = isNew && hunk.search.every((line) => line === '');
  return {
    search: isWhole ? [] : cut(hunk.search),
    replace: cut(hunk.replace),
    ...(hunk.line === undefined ? {} : { line: hunk.line }),
    ...(hunk.under.length === 0 ? {} : { under: [...hunk.under] }),
    ...(hunk.atEnd ? { atEnd: true as const } : {}),
    ...(path === undefined ? {} : { path }),
    ...(isWhole ? { isNew: true as const } : {}),
  };
}

/**
 * The hunk up to here, where a line before its last changes something and no change follows: its last line is kept, or
 * the next one, of which `rest` was read, begins as no change does.
 */
export function begunBlock(hunk: Hunk | undefined, file: PatchedFile, rest: string): Block | undefined {
  if (!hunk || hunk.emptyTail > 0) return undefined;
  const { search, replace, last } = hunk;
  const lines = search.length + replace.length;
  if (lines - hunk.told <= linesUntilTold(search.length)) return undefined;
  const goesOn = last !== 'kept' && (last === 'end' || rest === '' || /^[-+\\]/.test(rest));
  const changes = search.length !== replace.length || search.some((line, i) => line !== replace[i]);
  // Lines alone have a place only with what stands around them.
  if (goesOn || !changes || search.length === 0) return undefined;
  hunk.told = lines;
  return toBlock(hunk, file);
}
