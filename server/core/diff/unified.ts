/**
 * Unified diff as git writes and applies it. Lines end at `\n` here, as git counts them: a `\r` before it, or
 * alone, is content.
 */

import { apply, type Edit, noEdit } from '../edit.ts';

interface Change {
  /** Zero-based, half open, in lines of the text before. */
  readonly start: number;
  endLine: number;
  readonly newStart: number;
  newEnd: number;
}

/** The edit as a diff of one file, empty where nothing changes; `path` is relative with `/`. */
export function unifiedDiff(path: string, before: string, edit: Edit, contextLines = 3): string {
  const after = apply(before, edit);
  if (after === before || edit === noEdit) return '';
  const a = linesOf(before);
  const b = linesOf(after);
  const name = quoted(path);
  const header = `--- a/${name}\n+++ b/${name}\n`;
  const groups = grouped(changes(before, a, b, edit), contextLines);
  return header + groups.map((group) => rendered(group, a, b, contextLines)).join('');
}

/** Which lines each replacement changes, those on the same lines together, common lines at the ends left out. */
function changes(before: string, a: readonly string[], b: readonly string[], edit: Edit): readonly Change[] {
  const result: Change[] = [];
  let line = 0;
  let lineStart = 0;
  let grown = 0;
  const lineOf = (offset: number): number => {
    for (;;) {
      const current = a[line];
      // Behind a last line without terminator is still on that line.
      if (!current?.endsWith('\n') || lineStart + current.length > offset) return line;
      lineStart += current.length;
      line++;
    }
  };
  for (const { start, end, text } of edit) {
    const first = lineOf(start);
    const startsLine = start === lineStart;
    const last = lineOf(end);
    const whole = startsLine && end === lineStart && (text === '' || text.endsWith('\n'));
    const oldEnd = Math.min(a.length, whole ? last : last + 1);
    const added = count(text) - count(before.slice(start, end));
    const previous = result.at(-1);
    if (previous && first < previous.endLine) {
      previous.newEnd += added + oldEnd - previous.endLine;
      previous.endLine = oldEnd;
    } else {
      result.push({ start: first, endLine: oldEnd, newStart: first + grown, newEnd: oldEnd + grown + added });
    }
    grown += added;
  }
  // A final line that gains or loses its terminator is one line on both sides, whatever the count says.
  const final = result.at(-1);
  if (final && final.endLine === a.length) final.newEnd = b.length;
  return result
    .map((change) => narrowed(change, a, b))
    .filter((change) => change.endLine > change.start || change.newEnd > change.newStart);
}

function narrowed(change: Change, a: readonly string[], b: readonly string[]): Change {
  let { start, endLine, newStart, newEnd } = change;
  while (start < endLine && newStart < newEnd && a[start] === b[newStart]) {
    start++;
    newStart++;
  }
  while (start < endLine && newStart < newEnd && a[endLine - 1] === b[newEnd - 1]) {
    endLine--;
    newEnd--;
  }
  return { start, endLine, newStart, newEnd };
}

/** Changes whose contexts would touch share a hunk. */
function grouped(all: readonly Change[], contextLines: number): readonly (readonly Change[])[] {
  const groups: Change[][] = [];
  for (const change of all) {
    const previous = groups.at(-1);
    if (previous && change.start - (previous.at(-1)?.endLine ?? 0) <= 2 * contextLines) previous.push(change);
    else groups.push([change]);
  }
  return groups;
}

function rendered(
  group: readonly Change[],
  a: readonly string[],
  b: readonly string[],
  contextLines: number,
): string {
  const first = group[0];
  const last = group.at(-1);
  if (!first || !last) return '';
  const start = Math.max(0, first.start - contextLines);
  const end = Math.min(a.length, last.endLine + contextLines);
  const newStart = first.newStart - (first.start - start);
  const newEnd = last.newEnd + (end - last.endLine);
  let text = `@@ -${range(start, end)} +${range(newStart, newEnd)} @@\n`;
  let at = start;
  for (const change of group) {
    for (; at < change.start; at++) text += marked(' ', a[at]);
    for (; at < change.endLine; at++) text += marked('-', a[at]);
    for (let i = change.newStart; i < change.newEnd; i++) text += marked('+', b[i]);
  }
  for (; at < end; at++) text += marked(' ', a[at]);
  return text;
}

/** One-based; an empty range is given by the line before it. */
function range(start: number, end: number): string {
  const length = end - start;
  const from = length === 0 ? start : start + 1;
  return length === 1 ? `${from}` : `${from},${length}`;
}

function marked(sign: string, line = ''): string {
  return line.endsWith('\n') ? sign + line : `${sign}${line}\n\\ No newline at end of file\n`;
}

function linesOf(value: string): readonly string[] {
  return value === '' ? [] : value.split(/(?<=\n)/);
}

function count(value: string): number {
  let result = 0;
  for (let at = value.indexOf('\n'); at !== -1; at = value.indexOf('\n', at + 1)) result++;
  return result;
}

/** As git quotes names with signs that would end the name. */
function quoted(path: string): string {
  return path.replaceAll('\n', '\\n').replaceAll('\t', '\\t');
}
