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
import { isFence } from './fence-line.ts';
import { lineReader } from './lines.ts';
import { pathIn, pathInFence } from './named-path.ts';
import {
  beforeGluedMark,
  conflictClosingLength,
  conflictOpening,
  directionIn,
  dividerLength,
  endsDirections,
  isClosing,
  isOwnClosing,
  mayBeUnderlined,
  type OpeningMark,
  openingMark,
  wordedDividerLength,
} from './search-replace-marks.ts';
import { linesUntilTold } from './told.ts';

const gluedMarks = /^\s*>{5,}\s*REPLACE\W+SEARCH\s*$/;

/** Each is a way to divide the lines that is tried: a text of nothing else would have as many as lines. */
const mostDividers = 16;

/** Whether a line opens a block: how the format is recognised. */
export function opensSearchReplace(line: string): boolean {
  return openingMark(line) !== undefined;
}

/** Whether a line opens one unless it is a line of the document: as version control marks conflicts. */
export function mayOpenSearchReplace(line: string): boolean {
  return conflictOpening(line) !== undefined;
}

interface OpenBlock {
  readonly markLength: number;
  readonly path: string | undefined;
  readonly lines: string[];
  /** Index in `lines` where the replacement begins, once the divider was read. */
  middle: number | undefined;
  /** Further lines that look like the divider, as indices in `lines`. */
  readonly dividers: number[];
  /** Zero-based line where they are said to be. */
  line: number | undefined;
  /** Directions were read in front of them, and the rule that ends those may follow. */
  isDirected: boolean;
  /** Marks of a conflict that are open within, as lines of the document. */
  conflicts: number;
  /** Where it ended if no end mark with its word on a line of its own follows. */
  maybeEnd: MaybeEnd | undefined;
  /** From then on: which of its lines stay, as far as that is certain. */
  progress: Progress | undefined;
}

interface MaybeEnd {
  /** Index in the lines of the one that has the mark. */
  readonly at: number;
  /** What that line says before the mark, where it says something. */
  readonly last: readonly string[];
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
  /** Words between it and its first block are about that. */
  let path: string | undefined;
  let isPathUsed = false;
  /** Several were named, none of them before a block. */
  let isList = false;
  let problem: string | undefined;
  const ignored: string[] = [];

  function opened(mark: OpeningMark): void {
    const named = mark.behind === undefined ? undefined : pathIn(mark.behind);
    isPathUsed = true;
    open = {
      markLength: mark.length,
      path: named ?? path,
      lines: [],
      middle: undefined,
      dividers: [],
      line: undefined,
      isDirected: false,
      conflicts: 0,
      maybeEnd: undefined,
      progress: undefined,
    };
  }

  function take(line: string): Block | undefined {
    const mark = openingMark(line);
    if (mark) {
      const before = open;
      // What stands behind an end may name the next file.
      if (before?.maybeEnd) before.lines.slice(before.maybeEnd.at + 1).forEach(outside);
      opened(mark);
      if (before?.middle === undefined) {
        if (before) problem = 'a SEARCH block without its divider';
        return undefined;
      }
      return closed(before);
    }
    if (!open) {
      const conflict = conflictOpening(line);
      if (conflict) opened(conflict);
      else outside(line);
      return undefined;
    }
    if (open.lines.length === (open.middle ?? 0) && isDirection(open, line)) return undefined;
    const divides = dividerLength(line) === open.markLength;
    if (open.middle === undefined && (divides || wordedDividerLength(line) === open.markLength)) {
      open.middle = open.lines.length;
      open.isDirected = false;
      open.progress = progressOf(open.lines);
      return undefined;
    }
    if (open.conflicts > 0 ? !isOwnClosing(line) : !isClosing(line)) {
      read(open, line, divides);
      return undefined;
    }
    const done = open;
    open = undefined;
    return closed({ ...done, maybeEnd: undefined });
  }

  /** A line of the block. */
  function read(block: OpenBlock, line: string, divides: boolean): void {
    if (gluedMarks.test(line)) problem = 'two marks in one line';
    if (conflictOpening(line)) block.conflicts++;
    else if (conflictClosingLength(line) === block.markLength) {
      // It closes what the document's own mark opened, or the block where nothing else does.
      if (block.conflicts > 0) block.conflicts--;
      else mayEnd(block, []);
    }
    const last = beforeGluedMark(line);
    if (last !== undefined) mayEnd(block, [last]);
    // Another divider: the first may have been a line of the document.
    if (divides) {
      block.dividers.push(block.lines.length);
      block.progress = undefined;
    }
    block.lines.push(line);
    if (block.progress) advance(block.progress, line);
  }

  function mayEnd(block: OpenBlock, last: readonly string[]): void {
    if (block.middle === undefined) return;
    block.maybeEnd ??= { at: block.lines.length, last };
    block.progress = undefined;
  }

  function outside(line: string): void {
    ignored.push(line);
    const named = isFence(line) ? pathInFence(line) : pathIn(line);
    if (named !== undefined) {
      isList = path !== undefined && !isPathUsed && path !== named;
      path = named;
    } else if ((isPathUsed || isList) && line.trim() !== '' && !isFence(line)) path = undefined;
    if (named !== undefined || path === undefined) isPathUsed = false;
  }

  function closed(block: OpenBlock): Block | undefined {
    const { maybeEnd } = block;
    const lines = maybeEnd ? [...block.lines.slice(0, maybeEnd.at), ...maybeEnd.last] : block.lines;
    const dividers = block.dividers.filter((i) => i < lines.length);
    let { middle } = block;
    let skip = 0;
    if (middle === undefined) {
      // A divider of another length: taken where there is only one.
      const others = lines.flatMap((line, i) => ((dividerLength(line) ?? 0) < 5 ? [] : [i]));
      if (others.length !== 1) {
        problem = 'a SEARCH block without its divider';
        return undefined;
      }
      middle = others[0] ?? 0;
      skip = 1;
    }
    const { markLength, path, line } = block;
    if (dividers.length > mostDividers) {
      problem = 'a SEARCH block with too many lines like its divider';
      return undefined;
    }
    const about = { ...(line === undefined ? {} : { line }), ...named(path) };
    const others = dividers.map((i) => ({
      search: [...lines.slice(0, middle), '='.repeat(markLength), ...lines.slice(middle, i)],
      replace: lines.slice(i + 1),
      ...about,
    }));
    const replace = lines.slice(middle + skip);
    if (dividers.at(-1) === lines.length - 1 && !mayBeUnderlined(replace.at(-2))) replace.pop();
    return { search: lines.slice(0, middle), replace, ...about, ...(others.length > 0 ? { others } : {}) };
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
      const last = open?.maybeEnd === undefined ? undefined : closed(open);
      if (last) blocks.push(last);
      else if (open) problem ??= 'a change that stops in the middle';
      open = undefined;
      return { blocks, outside: ignored, ...(problem === undefined ? {} : { problem }) };
    },
  };
}

/** Directions stand before the lines of either half, and are none of them. */
function isDirection(block: OpenBlock, line: string): boolean {
  const said = directionIn(line);
  if (!said) return block.isDirected && endsDirections(line);
  block.line ??= said.line;
  block.isDirected = true;
  return true;
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
  const clashes = (line: string) =>
    opensSearchReplace(line) ||
    isClosing(line) ||
    beforeGluedMark(line) !== undefined ||
    dividerLength(line) === length ||
    wordedDividerLength(line) === length;
  // Opening and closing marks of any length would end the block: such lines cannot be written, others can.
  while (length < 60 && [...search, ...replace].some(clashes)) length++;
  const mark = (sign: string) => sign.repeat(length);
  const lines = [`${mark('<')} SEARCH`, ...search, mark('='), ...replace, `${mark('>')} REPLACE`];
  return `${path === undefined ? '' : `${path}\n`}${lines.join('\n')}\n`;
}
