/**
 * Unified diff as models write it: with wrong line numbers and counts, so that these are hints and every hunk is
 * found by its lines. (Git's own form is written by `diff/unified.ts`.) The parser is total. No mark ends the last hunk:
 * where it is shorter than its header counts, and ends in the middle of a line or with a change, it is half a hunk.
 */

import { hunkLines, opensApplyPatch } from './apply-patch.ts';
import type { Block, BlockParser } from './block.ts';
import { type Hunk, headed, isEmptyHunk, newHunk, type PatchedFile } from './hunk.ts';
import { lineReader } from './lines.ts';
import { opensSearchReplace } from './search-replace.ts';
import { addUnsigned, begunUnsigned, closedUnsigned, type UnsignedHunk, unsignedHunk } from './unsigned.ts';

const oldFile = /^--- (.*)/;
const newFile = /^\+\+\+ (.*)/;
/** Dots for the lines between two hunks. */
const leftOut = /^ ?(?:\.{3}|…)\s*$/;
const fence = /^(?:`{3,}|~{3,})/;

/** Whether a line opens a diff: alone, `--- name` is a rule or a comment of many languages. */
export function opensUnifiedDiff(line: string, previous: string): boolean {
  if (/^(?:diff --git |@@ -\d)/.test(line)) return true;
  return /^\+\+\+ \S/.test(line) && /^--- \S/.test(previous);
}

/** Whether a line opens a hunk unless it is a line of the document: `@@`, `@@ ... @@`, `@@ class A`. */
export function mayOpenUnifiedDiff(line: string): boolean {
  return /^@@(?:\s|$)/.test(line);
}

export function unifiedDiffParser(): BlockParser {
  const reader = lineReader();
  let file: PatchedFile = { isNew: false };
  let hunk: UnsignedHunk | undefined;
  /** Nothing was said behind a file's header yet. */
  let isNamed = false;
  /** A line that is a file's header only if `+++` follows; else it deletes a line that begins with `-- `. */
  let held: string | undefined;
  let problem: string | undefined;
  const outside: string[] = [];

  function close(): readonly Block[] {
    const done = hunk;
    hunk = undefined;
    outside.push(...(done?.held ?? []));
    return closedUnsigned(done, file);
  }

  function take(line: string): readonly Block[] {
    const before = held;
    held = undefined;
    if (before !== undefined) {
      const named = newFile.exec(line);
      if (named) {
        const blocks = close();
        const old = pathOf(oldFile.exec(before)?.[1] ?? '');
        const path = pathOf(named[1] ?? '');
        file = { path: path === '/dev/null' ? old : path, isNew: old === '/dev/null' };
        if (path === '/dev/null') problem ??= 'the deletion of a file';
        isNamed = true;
        return blocks;
      }
      if (hunk) addUnsigned(hunk, before);
    }
    if (oldFile.test(line)) {
      held = line;
      return [];
    }
    if (line.startsWith('@@') || (hunk && leftOut.test(line))) {
      const isAnother = hunk !== undefined && !isEmptyHunk(hunk.hunk);
      const blocks = isAnother ? close() : [];
      hunk = unsignedHunk(headed(isAnother ? undefined : hunk?.hunk, line.replace(/^@@/, '')));
      return blocks;
    }
    if (/^rename (?:from|to) \S/.test(line)) problem ??= 'the moving of a file';
    if (line.startsWith('diff --git ')) return close();
    // Some leave the heading of a file's only hunk out.
    if (isNamed && !hunk && /^[-+ \t]/.test(line)) hunk = unsignedHunk(newHunk());
    isNamed &&= line.trim() === '';
    const isForeign = opensSearchReplace(line) || opensApplyPatch(line);
    if (hunk && !isForeign && !fence.test(line)) {
      addUnsigned(hunk, line);
      return [];
    }
    outside.push(line);
    return close();
  }

  function isHalf({ counts, search, replace, last }: Hunk, endsInLine: boolean): boolean {
    if (!counts || search.length >= counts[0] || replace.length >= counts[1]) return false;
    return endsInLine || last === 'changed';
  }

  return {
    push: (chunk) => reader.push(chunk).flatMap(take),
    begun: () => begunUnsigned(hunk, file, reader.rest()),
    finish(outcome) {
      const last = reader.finish();
      const blocks = last.flatMap(take);
      if (held !== undefined && hunk) addUnsigned(hunk, held);
      const isOpen = hunk !== undefined && !isEmptyHunk(hunk.hunk) && hunk.held.length === 0;
      if (hunk && isOpen && (outcome === 'cut' || isHalf(hunk.hunk, last.length > 0)))
        problem ??= 'a hunk that is not finished';
      else blocks.push(...close());
      return problem === undefined ? { blocks, outside } : { blocks, outside, problem };
    },
  };
}

/** When the file was saved, as diff tools write it behind a tab or a blank. */
const savedAt = /[\t ]+\d{4}-\d\d-\d\d[ T].*$|\t.*$/;
/** What models write in place of a name, where there are two versions of one file. */
const noName =
  /^(?:original|modified|old|new|before|after|current|updated|previous|[ab])(?:[ _-](?:file|version|code))?$/i;

/** A longer header is cut, in UTF-16 code units: no path is as long. */
const longestHeader = 1000;

/** The path that a header names, where it names one. */
function pathOf(named: string): string | undefined {
  const bare = named
    .slice(0, longestHeader)
    .replace(savedAt, '')
    .trim()
    .replace(/^(["'`])(.*)\1$/, '$2');
  return noName.test(bare) ? undefined : bare.replace(/^[ab]\//, '');
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
