/**
 * apply_patch in its V4A form, as OpenAI's models are trained to write it (codex-rs/apply-patch):
 *
 *     *** Begin Patch
 *     *** Update File: path
 *     @@ class A            (optional: a line above, several nest)
 *      context
 *     -old
 *     +new
 *     *** End of File       (optional)
 *     *** End Patch
 *
 * The same text is the input of a custom tool call. The parser is total; marks that are missing, fences and prose
 * are taken as they come, but a last hunk with no mark behind it (of the end, of a file, a fence) is a problem: nothing
 * tells half of it from all of it. Deleting and moving files is a problem, never a block.
 */

import type { Block, BlockParser } from './block.ts';
import {
  addLine,
  begunBlock,
  closed,
  type Hunk,
  headed,
  isEmptyHunk,
  newHunk,
  type PatchedFile,
} from './hunk.ts';
import { lineReader } from './lines.ts';

/** Some write it without the blank, in small letters, or close it with the signs that open it: never a line with its sign. */
const looseMark =
  /^\*\*\*\s?(Begin Patch|End Patch|Update File|Add File|Delete File|Move to|End of File)(?::(.*)|[\s*]*)$/i;
const strictMark =
  /^\s*\*\*\* (Begin Patch|End Patch|Update File|Add File|Delete File|Move to|End of File)(?::(.*)|\s*)$/;
const heading = /^@@(?:\s.*|@@\s*)?$/;

function markIn(line: string): RegExpExecArray | null {
  return looseMark.exec(line) ?? strictMark.exec(line);
}

export function opensApplyPatch(line: string): boolean {
  const name = markIn(line)?.[1]?.toLowerCase();
  return name === 'begin patch' || name === 'update file' || name === 'add file';
}

export function applyPatchParser(): BlockParser {
  const reader = lineReader();
  let inside = false;
  let file: PatchedFile = { isNew: false };
  let hunk: Hunk | undefined;
  let problem: string | undefined;
  const outside: string[] = [];

  function close(): readonly Block[] {
    const done = hunk;
    hunk = undefined;
    return closed(done, file);
  }

  function take(line: string): readonly Block[] {
    const marked = markIn(line);
    if (marked) return takeMark((marked[1] ?? '').toLowerCase(), pathIn(marked[2]));
    if (!inside) {
      outside.push(line);
      return [];
    }
    if (heading.test(line)) {
      const blocks = hunk && isEmptyHunk(hunk) ? [] : close();
      hunk = headed(hunk, line.slice(2));
      return blocks;
    }
    if (/^(?:`{3,}|~{3,})/.test(line)) {
      inside = false;
      return close();
    }
    hunk ??= newHunk();
    // A new file has no context: what lacks its sign is a line of it.
    if (file.isNew && line !== '' && !line.startsWith('+')) {
      addLine(hunk, `+${line}`);
      return [];
    }
    // A context line whose leading blank was forgotten.
    if (!addLine(hunk, line)) addLine(hunk, ` ${line}`);
    return [];
  }

  function takeMark(name: string, value: string | undefined): readonly Block[] {
    if (name === 'end of file') {
      if (hunk) hunk.atEnd = true;
      return close();
    }
    const blocks = close();
    inside = name !== 'end patch';
    if (name === 'update file' || name === 'add file') file = { path: value, isNew: name === 'add file' };
    if (name === 'delete file') problem ??= 'the deletion of a file';
    if (name === 'move to') problem ??= 'the moving of a file';
    return blocks;
  }

  return {
    push: (chunk) => reader.push(chunk).flatMap(take),
    begun: () => begunBlock(hunk, file, reader.rest()),
    finish(outcome) {
      const blocks = reader.finish().flatMap(take);
      // Only an end mark says that nothing of the hunk is missing, whatever the stream is said to be.
      if (hunk && !isEmptyHunk(hunk)) problem ??= 'a hunk that is not finished';
      else if (outcome === 'cut' && inside) problem ??= 'a patch that is not finished';
      return problem === undefined ? { blocks, outside } : { blocks, outside, problem };
    },
  };
}

/** What is longer is cut, in UTF-16 code units: no path is as long. */
const longestPath = 1000;

/** The path without the marks that models put around one. */
function pathIn(said: string | undefined): string | undefined {
  return said
    ?.trim()
    .slice(0, longestPath)
    .replace(/\s*\*\*\*$/, '')
    .replace(/^(["'`])(.*)\1$/, '$2');
}

export function writeApplyPatch(blocks: readonly Block[], path: string): string {
  const hunks = blocks.map(
    (block) => `@@\n${hunkLines(block).join('\n')}\n${block.atEnd ? '*** End of File\n' : ''}`,
  );
  return `*** Begin Patch\n*** Update File: ${path}\n${hunks.join('')}*** End Patch\n`;
}

/** The block's lines with their signs, common lines at both ends as context. */
export function hunkLines({ search, replace }: Block): readonly string[] {
  let head = 0;
  while (head < search.length && head < replace.length && search[head] === replace[head]) head++;
  let tail = 0;
  const most = Math.min(search.length, replace.length) - head;
  while (tail < most && search[search.length - 1 - tail] === replace[replace.length - 1 - tail]) tail++;
  return [
    ...search.slice(0, head).map((line) => ` ${line}`),
    ...search.slice(head, search.length - tail).map((line) => `-${line}`),
    ...replace.slice(head, replace.length - tail).map((line) => `+${line}`),
    ...search.slice(search.length - tail).map((line) => ` ${line}`),
  ];
}
