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
import { addLine, begunBlock, closed, type Hunk, isEmptyHunk, newHunk, type PatchedFile } from './hunk.ts';
import { lineReader } from './lines.ts';

const mark =
  /^\s*\*\*\* (Begin Patch|End Patch|Update File|Add File|Delete File|Move to|End of File)(?::(.*)|\s*)$/;
const heading = /^@@(?:\s.*|@@\s*)?$/;

export function opensApplyPatch(line: string): boolean {
  const name = mark.exec(line)?.[1];
  return name === 'Begin Patch' || name === 'Update File' || name === 'Add File';
}

export function applyPatchParser(): BlockParser {
  const reader = lineReader();
  let inside = false;
  let file: PatchedFile = { isNew: false };
  let hunk: Hunk | undefined;
  let problem: string | undefined;

  function close(): readonly Block[] {
    const done = hunk;
    hunk = undefined;
    return closed(done, file);
  }

  function take(line: string): readonly Block[] {
    const marked = mark.exec(line);
    if (marked) return takeMark(marked[1] ?? '', marked[2]?.trim());
    if (!inside) return [];
    if (heading.test(line)) {
      const blocks = hunk && isEmptyHunk(hunk) ? [] : close();
      hunk ??= newHunk();
      const under = withoutEndMark(line.slice(2).trim());
      if (under !== '') hunk.under.push(under);
      return blocks;
    }
    if (/^(?:`{3,}|~{3,})/.test(line)) {
      inside = false;
      return close();
    }
    hunk ??= newHunk();
    // A context line whose leading blank was forgotten.
    if (!addLine(hunk, line)) addLine(hunk, ` ${line}`);
    return [];
  }

  function takeMark(name: string, value: string | undefined): readonly Block[] {
    if (name === 'End of File') {
      if (hunk) hunk.atEnd = true;
      return close();
    }
    const blocks = close();
    inside = name !== 'End Patch';
    if (name === 'Update File' || name === 'Add File') file = { path: value, isNew: name === 'Add File' };
    if (name === 'Delete File') problem ??= 'the deletion of a file';
    if (name === 'Move to') problem ??= 'the moving of a file';
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
      return problem === undefined ? { blocks } : { blocks, problem };
    },
  };
}

/** Some models close a heading as they open it. */
function withoutEndMark(heading: string): string {
  return heading.endsWith('@@') ? heading.slice(0, -2).trimEnd() : heading;
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
