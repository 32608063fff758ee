/** Replacements grouped by the lines they change: what is kept or reverted, counted and shown as one. */

import type { Edit, Replacement } from '../edit.ts';
import { lineStartsIn } from '../line-starts.ts';
import { lineAt, lineFullEnd, lineStart, type Text, toText } from '../text.ts';

/** Lines are zero-based; ranges of lines are half open. */
export interface Hunk {
  readonly startLine: number;
  readonly endLine: number;
  /** The same lines in the text after the whole edit. */
  readonly newStartLine: number;
  readonly newEndLine: number;
  /** Those lines with their terminators, and what becomes of them. */
  readonly before: string;
  readonly after: string;
  /** The part of the edit that is this hunk, in offsets of the text before. */
  readonly edit: Edit;
}

/** Hunks in order; replacements on the same or on neighbouring lines are one hunk. */
export function hunks(before: string | Text, edit: Edit): readonly Hunk[] {
  const text = typeof before === 'string' ? toText(before) : before;
  const groups: { startLine: number; endLine: number; replacements: Replacement[] }[] = [];
  for (const replacement of edit) {
    const { startLine, endLine } = changedLines(text, replacement);
    const last = groups.at(-1);
    if (last && startLine <= last.endLine) {
      last.endLine = Math.max(last.endLine, endLine);
      last.replacements.push(replacement);
    } else groups.push({ startLine, endLine, replacements: [replacement] });
  }
  let linesAdded = 0;
  return groups.map(({ startLine, endLine, replacements }) => {
    const from = lineStart(text, startLine);
    const to = endLine === startLine ? from : lineFullEnd(text, endLine - 1);
    const old = text.value.slice(from, to);
    const now = applied(text.value, from, to, replacements);
    const newStartLine = startLine + linesAdded;
    const added = terminators(now) - terminators(old);
    linesAdded += added;
    const newEndLine = newStartLine + endLine - startLine + added;
    return { startLine, endLine, newStartLine, newEndLine, before: old, after: now, edit: replacements };
  });
}

interface Lines {
  readonly startLine: number;
  readonly endLine: number;
}

function changedLines(text: Text, { start, end, text: inserted }: Replacement): Lines {
  const startLine = lineAt(text, start);
  const lastLine = lineAt(text, end);
  const whole =
    start === lineStart(text, startLine) && end === lineStart(text, lastLine) && /(^|[\r\n])$/.test(inserted);
  return { startLine, endLine: whole ? lastLine : lastLine + 1 };
}

function applied(value: string, from: number, to: number, replacements: Edit): string {
  let result = '';
  let at = from;
  for (const { start, end, text } of replacements) {
    result += value.slice(at, start) + text;
    at = end;
  }
  return result + value.slice(at, to);
}

function terminators(value: string): number {
  return lineStartsIn(value, 0).length;
}
