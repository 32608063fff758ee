/**
 * The ends of a changed run inside lines: moved to the end of a line where that says the same, and trimmed to the
 * signs that differ. Neither parts a surrogate pair, a CRLF or a grapheme cluster.
 */

import { isBoundary } from './boundary.ts';
import type { ChangedRun } from './changed.ts';

export interface Texts {
  readonly before: string;
  readonly after: string;
}

/** Where the next change starts, or the end of the changed lines. */
export interface Next {
  readonly kind: 'change' | 'end';
  readonly start: number;
}

/**
 * `x⟶y)⏎foo(` before a kept `)⏎` says the same as `x⟶y`, `)⏎` kept, and `foo()⏎` inserted: a whole line, which is
 * what happened. Likewise for deletions, and for insertions that begin with a line's end.
 */
export function atLineEnds({ before, after }: Texts, run: ChangedRun, next: Next): readonly ChangedRun[] {
  const { start, end, newStart, newEnd } = run;
  const restOfLine = /^[^\r\n]*(?:\r\n|\n|\r)/.exec(before.slice(end, next.start))?.[0];
  if (restOfLine === undefined) return [run];
  const n = restOfLine.length;
  // Changes that touch would be one.
  if (next.kind === 'change' && end + n >= next.start) return [run];
  if (start === end || newStart === newEnd) {
    const [value, from, to] = start === end ? [after, newStart, newEnd] : [before, start, end];
    const moves = to - from >= n && value.startsWith(restOfLine, from) && isBoundary(value, from + n);
    return moves ? [{ start: start + n, end: end + n, newStart: newStart + n, newEnd: newEnd + n }] : [run];
  }
  const inserted = splitAt(after, newStart, newEnd, restOfLine);
  const deleted = splitAt(before, start, end, restOfLine);
  if (inserted !== undefined && deleted === undefined) {
    return [
      { ...run, newEnd: inserted - n },
      { start: end + n, end: end + n, newStart: inserted, newEnd: newEnd + n },
    ];
  }
  if (deleted !== undefined && inserted === undefined) {
    return [
      { ...run, end: deleted - n },
      { start: deleted, end: end + n, newStart: newEnd + n, newEnd: newEnd + n },
    ];
  }
  return [run];
}

/** Without what both sides have in common at their ends; cut only at boundaries of both texts. */
export function trimmed({ before, after }: Texts, run: ChangedRun): ChangedRun {
  let { start, end, newStart, newEnd } = run;
  const most = Math.min(end - start, newEnd - newStart);
  let head = 0;
  while (head < most && before.charCodeAt(start + head) === after.charCodeAt(newStart + head)) head++;
  while (head > 0 && !(isBoundary(before, start + head) && isBoundary(after, newStart + head))) head--;
  start += head;
  newStart += head;
  let tail = 0;
  const left = most - head;
  while (tail < left && before.charCodeAt(end - 1 - tail) === after.charCodeAt(newEnd - 1 - tail)) tail++;
  while (tail > 0 && !(isBoundary(before, end - tail) && isBoundary(after, newEnd - tail))) tail--;
  return { start, end: end - tail, newStart, newEnd: newEnd - tail };
}

/** Where the first `line` inside `[start, end)` ends, if something else of the span is left on both sides. */
function splitAt(value: string, start: number, end: number, line: string): number | undefined {
  const found = value.indexOf(line, start);
  const lineEnd = found + line.length;
  if (found <= start || lineEnd >= end) return undefined;
  return isBoundary(value, found) && isBoundary(value, lineEnd) ? lineEnd : undefined;
}
