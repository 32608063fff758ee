/**
 * New lines beside the text: an extension cannot draw lines between two lines, but behind each. Whole lines go struck
 * out, and what comes in their place stands to their right, one below the other, as deep in each other as it will be.
 * All of it shows on hovering too.
 */

import type { Replacement } from '../../../../server/core/edit.ts';
import { lineAt, lineCount, lineEnd, lineStart, lineText, toText } from '../../../../server/core/text.ts';
import type { Drawing } from './display.ts';
import { drawable, shortened } from './label.ts';

export interface BesideLine {
  /** Offset of the end of the line of the text it stands behind. */
  readonly at: number;
  /** Columns between the two. */
  readonly gap: number;
  readonly label: string;
}

/** More would cover what is worked at. */
const mostRows = 20;
/** What stands further to the right is out of sight in most windows. */
const mostColumns = 100;
const leastGap = 3;

/** Nothing where there is no room: the lines there are too long. */
export function besideText(value: string, hunk: Replacement, tabSize: number): Drawing | undefined {
  const text = toText(value);
  const [first, last] = [lineAt(text, hunk.start), lineAt(text, hunk.end)];
  const after =
    value.slice(lineStart(text, first), hunk.start) + hunk.text + value.slice(hunk.end, lineEnd(text, last));
  const old = Array.from({ length: last - first + 1 }, (_, index) => lineText(text, first + index));
  const now = after.split(/\r\n|\r|\n/);
  const same = commonPrefix(old, now);
  const behind = commonPrefix(old.slice(same).reverse(), now.slice(same).reverse());
  const gone = old.length - same - behind;
  const come = now.slice(same, now.length - behind);
  const row = first + same;

  const struck = Array.from({ length: gone }, (_, index) => {
    const start = lineStart(text, row + index);
    const indentation = /^[ \t]*/.exec(lineText(text, row + index))?.[0].length ?? 0;
    return { start: start + indentation, end: lineEnd(text, row + index) };
  }).filter(({ start, end }) => end > start);
  const rows = Math.min(come.length, mostRows, lineCount(text));
  if (rows === 0) return { struck, inserted: [] };

  // Where lines come between two, a mark tells so: nothing is struck there.
  const mark = gone > 0 ? undefined : { at: row > 0 ? lineEnd(text, row - 1) : 0, label: '⏎' };
  const top = Math.min(row, lineCount(text) - rows);
  const widths = Array.from({ length: rows }, (_, index) => {
    const isMarked = mark && lineAt(text, mark.at) === top + index;
    return columns(lineText(text, top + index), tabSize) + (isMarked ? 1 : 0);
  });
  const column = Math.max(...widths) + leastGap;
  if (column > mostColumns) return undefined;

  const left = come.length - rows;
  const whole = withoutCommonIndentation(come, tabSize);
  const cut = whole.slice(0, rows).map(shortened);
  const labels = left > 0 ? [...cut.slice(0, -1), `… +${left + 1} lines`] : cut;
  const widest = Math.max(...labels.map((label) => label.length));
  return {
    struck,
    inserted: mark ? [mark] : [],
    beside: labels.map((label, index) => ({
      at: lineEnd(text, top + index),
      gap: column - (widths[index] ?? 0),
      label: drawable(label.padEnd(widest)),
    })),
    // Windows end where they end.
    hover: whole.join('\n'),
  };
}

function commonPrefix(a: readonly string[], b: readonly string[]): number {
  const end = a.findIndex((line, index) => line !== b[index]);
  return end === -1 ? Math.min(a.length, b.length) : end;
}

function columns(line: string, tabSize: number): number {
  let width = 0;
  for (const character of line) width += character === '\t' ? tabSize - (width % tabSize) : 1;
  return width;
}

function withoutCommonIndentation(lines: readonly string[], tabSize: number): readonly string[] {
  const spaced = lines.map((line) =>
    line.replace(/^[ \t]+/, (blanks) => ' '.repeat(columns(blanks, tabSize))),
  );
  const depths = spaced.filter((line) => line.trim() !== '').map((line) => line.search(/\S/));
  const depth = depths.length === 0 ? 0 : Math.min(...depths);
  return spaced.map((line) => line.slice(depth));
}
