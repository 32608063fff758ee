/** `FILE`, `FILE:LINE`, `FILE:LINE:COLUMN` and `FILE:FROM-TO` as people type them; lines and columns count from 1. */

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
