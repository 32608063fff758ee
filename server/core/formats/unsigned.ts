/**
 * Hunks of a diff of whose context the leading blank was left out. What has no sign is context where a change of the
 * same hunk follows, and words behind the hunk else; words with a list of `-` read as a change, so that the hunk is
 * also kept as it was before them. Once a line is added nothing before it may be left out: that would be half an edit.
 */

import type { Block } from './block.ts';
import { addLine, begunBlock, closed, type Hunk, isEmptyHunk, type PatchedFile } from './hunk.ts';

export interface UnsignedHunk {
  readonly hunk: Hunk;
  /** Lines since the first without a sign. */
  held: string[];
  /** How long it was before lines without a sign, the first time and the last, since a line was added. */
  ends: readonly End[];
}

type End = Pick<Hunk, 'emptyTail'> & { readonly search: number; readonly replace: number };

export function unsignedHunk(hunk: Hunk): UnsignedHunk {
  return { hunk, held: [], ends: [] };
}

export function addUnsigned(own: UnsignedHunk, line: string): void {
  const { hunk, held } = own;
  if (held.length === 0 ? !addLine(hunk, line) : !/^[-+]/.test(line)) {
    held.push(line);
    return;
  }
  if (held.length > 0) {
    const { search, replace, emptyTail } = hunk;
    const end: End = { search: search.length, replace: replace.length, emptyTail };
    if (!isEmptyHunk(hunk)) own.ends = [...own.ends.slice(0, 1), end];
    for (const each of [...held, line]) if (!addLine(hunk, each)) addLine(hunk, ` ${each}`);
    own.held = [];
  }
  if (line.startsWith('+')) own.ends = [];
}

/** What is certain of it while it is read. */
export function begunUnsigned(
  own: UnsignedHunk | undefined,
  file: PatchedFile,
  rest: string,
): Block | undefined {
  if (own?.ends.length) return undefined;
  return begunBlock(own?.hunk, file, own?.held[0] ?? rest);
}

export function closedUnsigned(own: UnsignedHunk | undefined, file: PatchedFile): readonly Block[] {
  const whole = closed(own?.hunk, file);
  if (!own || own.ends.length === 0) return whole;
  const [shortest, ...longer] = own.ends.flatMap((end) => closed(upTo(own.hunk, end), file));
  return shortest ? [{ ...shortest, others: [...longer, ...whole] }] : whole;
}

function upTo(hunk: Hunk, { search, replace, emptyTail }: End): Hunk {
  return {
    ...hunk,
    search: hunk.search.slice(0, search),
    replace: hunk.replace.slice(0, replace),
    emptyTail,
  };
}
