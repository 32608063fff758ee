/** `FILE`, `FILE:LINE`, `FILE:LINE:COLUMN` and `FILE:FROM-TO` as people type them; lines and columns count from 1. */

import { lineCount, type Text } from '../core/text.ts';

export interface Place {
  readonly file: string;
  readonly line?: number;
  /** In UTF-16 code units, as editors count. */
  readonly column?: number;
}

export interface LineRange {
  readonly file: string;
  readonly from?: number;
  readonly to?: number;
}

export function readPlace(argument: string): Place {
  const match = /^(.+?):(\d+)(?::(\d+))?$/.exec(argument);
  if (!match?.[1]) return { file: argument };
  const [, file, line, column] = match;
  return { file, line: Number(line), ...(column === undefined ? {} : { column: Number(column) }) };
}

export function readLineRange(argument: string): LineRange {
  const match = /^(.+?):(\d+)(?:-(\d+))?$/.exec(argument);
  if (!match?.[1]) return { file: argument };
  const [, file, from, to] = match;
  return { file, from: Number(from), to: Number(to ?? from) };
}

/** One sentence where the file has no such lines. What follows the last line's end is no line, save where it is all. */
export function wrongLines(
  text: Text,
  { file, from, to }: { readonly file: string; readonly from: number; readonly to: number },
): string | undefined {
  const ends = text.value.endsWith('\n') || text.value.endsWith('\r');
  const count = Math.max(1, lineCount(text) - (ends ? 1 : 0));
  const has = `${file} has ${count === 1 ? '1 line' : `${count} lines`}`;
  if (from < 1 || to < 1) return `${has}, counted from 1: there is no line 0.`;
  if (from > count || to > count) return `${has}: there is no line ${Math.max(from, to)}.`;
  if (from > to) return `${has}, and ${from}-${to} is the wrong way round: write ${to}-${from}.`;
  return undefined;
}
