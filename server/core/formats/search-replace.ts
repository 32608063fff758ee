/**
 * SEARCH/REPLACE blocks, as Aider made them common and models write them:
 *
 *     path/of/file.ts            (optional, also with a fence)
 *     <<<<<<< SEARCH
 *     lines as they are
 *     =======
 *     lines as they shall be
 *     >>>>>>> REPLACE
 *
 * The parser is total: any text in any chunks gives blocks and at most a problem. A block is given as soon as its
 * end mark was read, or the mark that opens the next block. Prose and fences around blocks are ignored;
 * `------- SEARCH` with `+++++++ REPLACE` and other lengths of marks are taken. A last block without end mark is a
 * problem, also where the stream is said to be complete: nothing tells half of a replacement from all of it. The
 * writer makes marks longer than any line they could be mistaken for.
 */

import { apply, type Replacement } from '../edit.ts';
import { type StreamDiff, streamDiff } from '../stream.ts';
import { type Text, toText } from '../text.ts';
import type { Block, BlockParser } from './block.ts';
import { lineReader } from './lines.ts';
import { linesUntilTold } from './told.ts';

const opener = /^\s*([<-]{5,})\s*(?:SEARCH|ORIGINAL|OLD|FIND|BEFORE)\b\W*$|^(<{7})$/i;
const divider = /^\s*(={5,})\s*$/;
const closer = /^\s*([>+]{5,})\s*(?:REPLACE|UPDATED|NEW|AFTER)\b\W*$|^(>{5,})$/i;
const fence = /^\s*(?:`{3,}|~{3,})/;

/** Each is a way to divide the lines that is tried: a text of nothing else would have as many as lines. */
const mostDividers = 16;

/** Whether a line opens a block: how the format is recognised. */
export function opensSearchReplace(line: string): boolean {
  return opener.test(line);
}

interface OpenBlock {
  readonly markLength: number;
  readonly path: string | undefined;
  readonly lines: string[];
  /** Index in `lines` where the replacement begins, once the divider was read. */
  middle: number | undefined;
  /** Further lines that look like the divider, as indices in `lines`. */
  readonly dividers: number[];
  /** From then on: which of its lines stay, as far as that is certain. */
  progress: Progress | undefined;
}

interface Progress {
  readonly text: Text;
  readonly stream: StreamDiff;
  readonly edit: Replacement[];
  /** Lines of the block that were read when that was told last. */
  told: number;
  /** Something became certain since then. */
  isNew: boolean;
}

export function searchReplaceParser(): BlockParser {
  const reader = lineReader();
  let open: OpenBlock | undefined;
  let path: string | undefined;
  let problem: string | undefined;

  function take(line: string): Block | undefined {
    const opened = opener.exec(line);
    if (opened) {
      const before = open;
      open = {
        markLength: markLength(opened),
        path,
        lines: [],
        middle: undefined,
        dividers: [],
        progress: undefined,
      };
      if (before?.middle === undefined) {
        if (before) problem = 'a SEARCH block without its divider';
        return undefined;
      }
      return closed(before);
    }
    if (!open) {
      const named = pathIn(line);
      if (named !== undefined) path = named;
      else if (line.trim() !== '' && !fence.test(line)) path = undefined;
      return undefined;
    }
    const divides = dividerLength(line) === open.markLength;
    if (open.middle === undefined && divides) {
      open.middle = open.lines.length;
      open.progress = progressOf(open.lines);
      return undefined;
    }
    if (!closer.test(line)) {
      // Another divider: the first may have been a line of the document.
      if (divides) {
        open.dividers.push(open.lines.length);
        open.progress = undefined;
      }
      open.lines.push(line);
      if (open.progress) advance(open.progress, line);
      return undefined;
    }
    const done = open;
    open = undefined;
    return closed(done);
  }

  function closed(block: OpenBlock): Block | undefined {
    let { middle } = block;
    let skip = 0;
    if (middle === undefined) {
      // A divider of another length: taken where there is only one.
      const dividers = block.lines.flatMap((line, i) => (dividerLength(line) === undefined ? [] : [i]));
      if (dividers.length !== 1) {
        problem = 'a SEARCH block without its divider';
        return undefined;
      }
      middle = dividers[0] ?? 0;
      skip = 1;
    }
    const { lines, markLength, dividers, path } = block;
    if (dividers.length > mostDividers) {
      problem = 'a SEARCH block with too many lines like its divider';
      return undefined;
    }
    const others = dividers.map((i) => ({
      search: [...lines.slice(0, middle), '='.repeat(markLength), ...lines.slice(middle, i)],
      replace: lines.slice(i + 1),
      ...named(path),
    }));
    return {
      search: lines.slice(0, middle),
      replace: lines.slice(middle + skip),
      ...named(path),
      ...(others.length > 0 ? { others } : {}),
    };
  }

  const takeAll = (lines: readonly string[]) =>
    lines.flatMap((line) => {
      const block = take(line);
      return block ? [block] : [];
    });

  return {
    push: (chunk) => takeAll(reader.push(chunk)),
    begun() {
      if (open?.middle === undefined || !open.progress?.isNew) return undefined;
      const { length } = open.lines;
      if (length - open.progress.told <= linesUntilTold(open.middle)) return undefined;
      open.progress.told = length;
      open.progress.isNew = false;
      const replace = apply(open.progress.text.value, open.progress.edit).split('\n');
      return { search: open.lines.slice(0, open.middle), replace, ...named(open.path) };
    },
    finish() {
      const blocks = takeAll(reader.finish());
      if (open) problem ??= 'a change that stops in the middle';
      open = undefined;
      return problem === undefined ? { blocks } : { blocks, problem };
    },
  };
}

function progressOf(search: readonly string[]): Progress {
  const text = toText(search.join('\n'));
  const stream = streamDiff(text, { startLine: 0, endLine: search.length });
  return { text, stream, edit: [], told: 0, isNew: false };
}

function advance(progress: Progress, line: string): void {
  const fresh = progress.stream.push(line);
  if (fresh.length === 0) return;
  for (const each of fresh) progress.edit.push(each);
  progress.isNew = true;
}

function named(path: string | undefined): Pick<Block, 'path'> {
  return path === undefined ? {} : { path };
}

export interface WriteOptions {
  readonly path?: string;
}

export function writeSearchReplace(blocks: readonly Block[], options: WriteOptions = {}): string {
  return blocks.map((block) => written(block, block.path ?? options.path)).join('\n');
}

function written({ search, replace }: Block, path: string | undefined): string {
  let length = 7;
  const clashes = (line: string) => opener.test(line) || closer.test(line) || dividerLength(line) === length;
  // Opening and closing marks of any length would end the block: such lines cannot be written, others can.
  while (length < 60 && [...search, ...replace].some(clashes)) length++;
  const mark = (sign: string) => sign.repeat(length);
  const lines = [`${mark('<')} SEARCH`, ...search, mark('='), ...replace, `${mark('>')} REPLACE`];
  return `${path === undefined ? '' : `${path}\n`}${lines.join('\n')}\n`;
}

/** How many signs a line has that may be the divider. */
function dividerLength(line: string): number | undefined {
  return divider.exec(line)?.[1]?.length;
}

function markLength(match: RegExpExecArray): number {
  return (match[1] ?? match[2] ?? '').length;
}

const longestPath = 400;

/** A line that is only a path, with the marks models put around one. */
function pathIn(line: string): string | undefined {
  if (line.length > longestPath) return undefined;
  const bare = line
    .trim()
    .replace(/^(?:[#*>\-\s]*)(?:file(?:name|path)?|path)?\s*:?\s*/i, '')
    .replace(/^[*`'"]+|[*`'":]+$/g, '');
  // A name without an ending is told from a word by where it leads from.
  const isPath =
    /^[\w@.+~-]*(?:[/\\][\w@.+~ -]+)*\.[\w]{1,12}$/.test(bare) ||
    /^(?:\.{1,2}|~|[A-Za-z]:)?(?:[/\\][\w@.+~-]+)+$/.test(bare);
  return isPath ? bare : undefined;
}
