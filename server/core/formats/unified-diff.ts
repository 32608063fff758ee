/**
 * Unified diff as models write it: with wrong line numbers and counts, so that these are hints and every hunk is
 * found by its lines. (Git's own form is written by `diff/unified.ts`.) The parser is total. No mark ends the last hunk:
 * where it is shorter than its header counts, and ends in the middle of a line or with a change, it is half a hunk.
 */

import { hunkLines } from './apply-patch.ts';
import type { Block, BlockParser } from './block.ts';
import { addLine, begunBlock, closed, type Hunk, isEmptyHunk, newHunk, type PatchedFile } from './hunk.ts';
import { lineReader } from './lines.ts';

const header = /^@@(?:\s*-(\d+)(?:,(\d+))?\s+\+\d+(?:,(\d+))?)?/;
const oldFile = /^--- (?:a\/)?([^\t]*)/;
const newFile = /^\+\+\+ (?:b\/)?([^\t]*)/;

/** Whether a line opens a diff: alone, `--- name` is a rule or a comment of many languages. */
export function opensUnifiedDiff(line: string, previous: string): boolean {
  if (/^(?:diff --git |@@ -\d)/.test(line)) return true;
  return /^\+\+\+ \S/.test(line) && /^--- \S/.test(previous);
}

export function unifiedDiffParser(): BlockParser {
  const reader = lineReader();
  let file: PatchedFile = { isNew: false };
  let hunk: Hunk | undefined;
  /** A line that is a file's header only if `+++` follows; else it deletes a line that begins with `-- `. */
  let held: string | undefined;
  let problem: string | undefined;

  function close(): readonly Block[] {
    const done = hunk;
    hunk = undefined;
    return closed(done, file);
  }

  function take(line: string): readonly Block[] {
    const before = held;
    held = undefined;
    if (before !== undefined) {
      const named = newFile.exec(line);
      if (named) {
        const blocks = close();
        const old = oldFile.exec(before)?.[1];
        file = { path: named[1] === '/dev/null' ? old : named[1], isNew: old === '/dev/null' };
        if (named[1] === '/dev/null') problem ??= 'the deletion of a file';
        return blocks;
      }
      if (hunk) addLine(hunk, before);
    }
    if (oldFile.test(line)) {
      held = line;
      return [];
    }
    const at = header.exec(line);
    if (at) {
      const blocks = close();
      hunk = newHunk();
      if (at[1] !== undefined) {
        hunk.line = Math.max(0, Number(at[1]) - 1);
        hunk.counts = [Number(at[2] ?? 1), Number(at[3] ?? 1)];
      }
      return blocks;
    }
    // Whatever is no line of a hunk ends it: prose, a fence, the next file.
    return hunk && !addLine(hunk, line) ? close() : [];
  }

  function isHalf({ counts, search, replace, last }: Hunk, endsInLine: boolean): boolean {
    if (!counts || search.length >= counts[0] || replace.length >= counts[1]) return false;
    return endsInLine || last === 'changed';
  }

  return {
    push: (chunk) => reader.push(chunk).flatMap(take),
    begun: () => begunBlock(hunk, file, reader.rest()),
    finish(outcome) {
      const last = reader.finish();
      const blocks = last.flatMap(take);
      if (held !== undefined && hunk) addLine(hunk, held);
      const isOpen = hunk !== undefined && !isEmptyHunk(hunk);
      if (hunk && isOpen && (outcome === 'cut' || isHalf(hunk, last.length > 0)))
        problem ??= 'a hunk that is not finished';
      else blocks.push(...close());
      return problem === undefined ? { blocks } : { blocks, problem };
    },
  };
}

/** The blocks as hunks, each with all of its context: more than git writes where that tells equal places apart. */
export function writeUnifiedDiff(blocks: readonly Block[], path: string): string {
  let grown = 0;
  const hunks = blocks.map((block) => {
    const line = block.line ?? 0;
    const from = `${line + 1},${block.search.length}`;
    const to = `${line + 1 + grown},${block.replace.length}`;
    grown += block.replace.length - block.search.length;
    return `@@ -${from} +${to} @@\n${hunkLines(block).join('\n')}\n`;
  });
  return `--- a/${path}\n+++ b/${path}\n${hunks.join('')}`;
}
