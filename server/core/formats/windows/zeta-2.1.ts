/**
 * Zeta 2.1 (`zed-industries/zeta-2.1`, Zed's format `V0318SeedMultiRegions`): numbered tags stand between blocks of
 * the window, `<|marker_1|>block<|marker_2|>block<|marker_3|>`. The model writes what changes from one tag to another,
 * with the tags between them where it likes, and a tag twice where nothing changes. Tags have no line of their own.
 */

import type { LineRange } from '../../place.ts';
import { lineText, type Text } from '../../text.ts';
import { type LineMeaning, readWindow, type WindowGrammar } from './reading.ts';
import { endOfSentence, seedDefuser, userCursor, writeSeedPrompt } from './seed.ts';
import { asText, linesIn, type WindowFormat, withCursor } from './window.ts';

/** A block has at least and at most so many lines. */
const leastLines = 6;
const mostLines = 16;
/** How far a block's end is moved so that the next one starts well. */
const furthestNudge = 5;

const defuser = seedDefuser([]);
const tag = /<\|marker_(\d{1,6})\|>/;

export const zeta21: WindowFormat = {
  name: 'zeta-2.1',
  write: (context) =>
    writeSeedPrompt({
      context,
      defuser,
      stop: [endOfSentence],
      marked(text, window) {
        const { cursor: offset } = context;
        const lines = withCursor(text, window, { offset, mark: userCursor, escape: defuser.defuse });
        return `${tagged(blockStarts(text, window), window, lines)}\n`;
      },
    }),
  read: (text, window) => readWindow(text, window, taggedGrammar(text, window)),
  answer(text, window, lines) {
    const starts = blockStarts(text, window);
    const all = linesIn(text, window);
    let head = 0;
    while (head < Math.min(all.length, lines.length) && all[head] === lines[head]) head++;
    let tail = 0;
    const most = Math.min(all.length, lines.length) - head;
    while (tail < most && all[all.length - 1 - tail] === lines[lines.length - 1 - tail]) tail++;
    const first = Math.max(
      0,
      starts.findLastIndex((start) => start - window.startLine <= head),
    );
    const last = starts.findIndex((start) => start - window.startLine >= all.length - tail);
    if (head === all.length && head === lines.length) return `<|marker_1|><|marker_1|>${endOfSentence}`;
    // What was added behind the last line belongs to the block before it.
    const from = Math.min(first, starts.length - 2);
    const to = Math.max(from + 1, last === -1 ? starts.length - 1 : last);
    const fresh = lines.slice(
      (starts[from] ?? 0) - window.startLine,
      lines.length - (window.endLine - (starts[to] ?? 0)),
    );
    return `<|marker_${from + 1}|>${asText(fresh.map(defuser.defuse))}<|marker_${to + 1}|>${endOfSentence}`;
  },
};

/** First lines of the blocks, and the line behind the last one. */
function blockStarts(text: Text, { startLine, endLine }: LineRange): readonly number[] {
  const isBlank = (line: number) => lineText(text, line).trim() === '';
  // Closing brackets and the like belong to what they close.
  const startsWell = (line: number) =>
    !isBlank(line) && !/^\s*(?:[)\]}]|end\b|return;?\s*$)/.test(lineText(text, line));
  /** Behind an empty line where one leaves enough on both sides, else as late as may be. */
  function next(from: number): number | undefined {
    const earliest = from + leastLines;
    const latest = Math.min(from + mostLines, endLine - leastLines);
    for (let line = earliest; line <= latest; line++) if (isBlank(line - 1) && startsWell(line)) return line;
    if (endLine - from <= mostLines) return undefined;
    for (let line = latest; line >= Math.max(earliest, latest - furthestNudge); line--)
      if (startsWell(line)) return line;
    return latest;
  }
  const starts = [startLine];
  for (let start = next(startLine); start !== undefined; start = next(start)) starts.push(start);
  return [...starts, endLine];
}

function tagged(starts: readonly number[], window: LineRange, lines: readonly string[]): string {
  return starts
    .map((start, i) => {
      const end = starts[i + 1] ?? start;
      return `<|marker_${i + 1}|>${asText(lines.slice(start - window.startLine, end - window.startLine))}`;
    })
    .join('');
}

interface Begins {
  readonly startLine?: number;
}

function taggedGrammar(text: Text, window: LineRange): WindowGrammar {
  const starts = blockStarts(text, window);
  /** The numbers of the first and the newest tag; something may have been written since that one. */
  let first: number | undefined;
  let last = 0;
  let isOpen = false;
  /** The newest tag ended its line: an empty line stands behind it, or nothing does. */
  let isLineOpen = false;

  function take(line: string): LineMeaning {
    const isOver = line.includes(endOfSentence);
    const pieces = line.replaceAll(userCursor, '').replace(endOfSentence, '').split(tag);
    const lines: string[] = [];
    let begins: Begins = {};
    for (const [i, piece] of pieces.entries()) {
      if (i % 2 === 1) {
        last = Number(piece);
        const start = starts[last - 1];
        if (start === undefined) return { kind: 'malformed' };
        if (first === undefined) begins = { startLine: start };
        first ??= last;
        isOpen = false;
        isLineOpen = false;
        if (last === starts.length && first < last) return end(lines, begins);
      } else if (first !== undefined && (piece !== '' || (pieces.length === 1 && !isOver))) {
        lines.push(...withOpenLine(piece).map(defuser.restore));
        isOpen = true;
      }
    }
    if (pieces.length > 1) isLineOpen = pieces.at(-1) === '';
    return isOver ? end(lines, begins) : { kind: 'lines', lines, ...begins };
  }

  /** The line, behind the empty one that the newest tag turned out to begin. */
  function withOpenLine(line: string): readonly string[] {
    if (!isLineOpen) return [line];
    isLineOpen = false;
    // Models that were shown tags on lines of their own write them so.
    const own = lineText(text, starts[last - 1] ?? 0);
    return own !== '' && own === defuser.restore(line) ? [line] : ['', line];
  }

  function end(lines: readonly string[] = [], begins: Begins = {}): LineMeaning {
    if (first === undefined) return { kind: 'no-change' };
    if (isOpen || last < first) return { kind: 'malformed' };
    if (last === first) return { kind: 'no-change' };
    return { kind: 'end', lines, endLine: starts[last - 1] ?? window.endLine, ...begins };
  }

  return { mean: take, end: () => end() };
}
