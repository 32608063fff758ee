/**
 * Block: the one thing every patch format comes down to. Some lines as the model remembers them, and what they are
 * to become; where they are is found by `locate`.
 */

import { hunks } from '../diff/hunks.ts';
import type { Edit } from '../edit.ts';
import { lineCount, lineText, type Text, toText } from '../text.ts';
import { contextIn } from './context.ts';

export interface Block {
  /** Lines without terminators; none stands for an empty text. */
  readonly search: readonly string[];
  readonly replace: readonly string[];
  /** Zero-based line where the model thinks it is. */
  readonly line?: number;
  /** A line above it that tells equal places apart, as `@@ class A` does. */
  readonly under?: readonly string[];
  /** The file it names. */
  readonly path?: string;
  /** The place is at the end of the text. */
  readonly atEnd?: true;
  /** The same lines divided elsewhere, shortest search first: more than one of them looks like the divider. */
  readonly others?: readonly Block[];
  /** It is the whole of a file that is said not to be there yet. */
  readonly isNew?: true;
}

/** What a streaming parser makes of an answer, block by block. */
export interface BlockParser {
  /** Blocks that became complete with this chunk. */
  push(chunk: string): readonly Block[];
  /** What is certain of the block that is being read, where that is more than when it was asked before. */
  readonly begun: () => Block | undefined;
  /** The rest; `cut` where the stream ended before its time, so that a block without end mark is not whole. */
  finish(outcome: 'completed' | 'cut'): ParsedEnd;
}

export interface ParsedEnd {
  readonly blocks: readonly Block[];
  /** Lines of the whole answer that are part of no block. */
  readonly outside: readonly string[];
  /** What could not be read, where there was something. */
  readonly problem?: string;
}

/** The edit as blocks, each with so much context that its lines occur once in the text. */
export function blocksOf(before: string | Text, edit: Edit): readonly Block[] {
  const text = typeof before === 'string' ? toText(before) : before;
  const all = Array.from({ length: lineCount(text) }, (_, line) => lineText(text, line));
  const withContext = contextIn(all);
  const groups: { start: number; end: number; hunks: ReturnType<typeof hunks>[number][] }[] = [];
  for (const hunk of hunks(text, edit)) {
    const { start, end } = withContext({ start: hunk.startLine, end: hunk.endLine });
    const last = groups.at(-1);
    if (last && start < last.end) {
      last.end = Math.max(last.end, end);
      last.hunks.push(hunk);
    } else groups.push({ start, end, hunks: [hunk] });
  }
  return groups.map(({ start, end, hunks: inside }) => {
    const pieces: (readonly string[])[] = [];
    let at = start;
    for (const hunk of inside) {
      pieces.push(all.slice(at, hunk.startLine), linesOf(hunk.after, hunk.endLine === all.length));
      at = hunk.endLine;
    }
    const replace = [...pieces, all.slice(at, end)].flat();
    return { search: all.slice(start, end), replace, line: start };
  });
}

/** Lines of a piece of whole lines; `last` where it ends the text, so that an empty last line counts. */
function linesOf(piece: string, last: boolean): readonly string[] {
  const lines = piece.split(/\r\n|\n|\r/);
  if (!last) lines.pop();
  return lines;
}
