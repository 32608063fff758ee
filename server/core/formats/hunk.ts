/** A hunk of ` `, `-` and `+` lines under construction: what apply_patch and unified diffs have in common. */

import type { Block } from './block.ts';

export interface Hunk {
  readonly search: string[];
  readonly replace: string[];
  under: string[];
  line: number | undefined;
  atEnd: boolean;
  /** Lines before and after, as its header counts them. */
  counts: readonly [number, number] | undefined;
  /** The last line read changes something: no context stands behind it. */
  endsChanged: boolean;
  /** Lines at the end that were wholly empty: context, or only space before what comes next. */
  emptyTail: number;
}

export function newHunk(): Hunk {
  return {
    search: [],
    replace: [],
    under: [],
    line: undefined,
    atEnd: false,
    counts: undefined,
    endsChanged: false,
    emptyTail: 0,
  };
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
    hunk.endsChanged = false;
    return true;
  }
  if (sign !== ' ' && sign !== '+' && sign !== '-' && sign !== '\t') return false;
  hunk.emptyTail = 0;
  hunk.endsChanged = sign === '+' || sign === '-';
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

export function toBlock(hunk: Hunk, { path, isNew }: PatchedFile): Block {
  const cut = (lines: readonly string[]) => lines.slice(0, lines.length - hunk.emptyTail);
  return {
    search: cut(hunk.search),
    replace: cut(hunk.replace),
    ...(hunk.line === undefined ? {} : { line: hunk.line }),
    ...(hunk.under.length === 0 ? {} : { under: hunk.under }),
    ...(hunk.atEnd ? { atEnd: true as const } : {}),
    ...(path === undefined ? {} : { path }),
    ...(isNew && hunk.search.length === hunk.emptyTail ? { isNew: true as const } : {}),
  };
}

/** The hunk up to here, where its last line is kept and a line before it changes something. */
export function begunBlock(hunk: Hunk | undefined, file: PatchedFile): Block | undefined {
  if (!hunk || hunk.endsChanged || hunk.emptyTail > 0) return undefined;
  const { search, replace } = hunk;
  const changes = search.length !== replace.length || search.some((line, i) => line !== replace[i]);
  // Lines alone have a place only with what stands around them.
  return changes && search.length > 0 ? toBlock(hunk, file) : undefined;
}
