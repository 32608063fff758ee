/**
 * A rewritten window: the answer is the new text itself, most often in a fence, with words before and after. What
 * it rewrites is known to who asked; lines around the window that the model repeats are told by `withoutEcho`.
 */

import { lineReader } from './lines.ts';

export interface RewriteReader {
  push(chunk: string): void;
  finish(): Rewritten;
}

export interface Rewritten {
  readonly lines: readonly string[];
  /** Whether it stood in a fence: else words cannot be told from code. */
  readonly fenced: boolean;
  /** The fence was closed. */
  readonly closed: boolean;
}

const fence = /^\s*(`{3,}|~{3,})/;
/** Lines that stand for others: what they stand for is not in the answer. */
const elision =
  /^\s*(?:\/\/|#|--|;|%|<!--|\/\*|\{\/\*|"|')?\s*(?:\.{3}|…)\s*(?:.*(?:existing|rest|remaining|unchanged|same|other|previous|code)\b.*|(?:\*\/|-->)?)$/i;

export function rewriteReader(): RewriteReader {
  const reader = lineReader();
  const plain: string[] = [];
  const fenced: string[] = [];
  let open: string | undefined;
  let closed = false;
  let seen = false;

  function take(line: string): void {
    const marks = fence.exec(line)?.[1];
    if (open === undefined && !closed && marks !== undefined) {
      open = marks;
      seen = true;
    } else if (open && marks?.startsWith(open) && line.trim() === marks) {
      open = undefined;
      closed = true;
    } else if (open !== undefined) fenced.push(line);
    else plain.push(line);
  }

  return {
    push(chunk) {
      for (const line of reader.push(chunk)) take(line);
    },
    finish() {
      for (const line of reader.finish()) take(line);
      return { lines: seen ? fenced : plain, fenced: seen, closed };
    },
  };
}

export function leavesOut(lines: readonly string[]): boolean {
  return lines.some((line) => elision.test(line));
}

/** Without lines at either end that stand around the window already; `framed` where there were some at both. */
export function withoutEcho(
  lines: readonly string[],
  window: {
    readonly before: readonly string[];
    readonly own: readonly string[];
    readonly behind: readonly string[];
  },
): { readonly lines: readonly string[]; readonly framed: boolean } {
  const { before, own, behind } = window;
  let from = 0;
  for (let count = Math.min(lines.length, before.length); count > 0 && from === 0; count--) {
    const echo = before.slice(before.length - count);
    // What begins the window itself is no echo.
    if (echo.some((line) => /\w/.test(line)) && same(lines.slice(0, count), echo) && lines[0] !== own[0])
      from = count;
  }
  let to = lines.length;
  for (let count = Math.min(lines.length - from, behind.length); count > 0 && to === lines.length; count--) {
    const echo = behind.slice(0, count);
    const isEcho = same(lines.slice(lines.length - count), echo) && lines.at(-1) !== own.at(-1);
    if (echo.some((line) => /\w/.test(line)) && isEcho) to = lines.length - count;
  }
  return { lines: lines.slice(from, to), framed: from > 0 && to < lines.length };
}

function same(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((line, i) => line.trimEnd() === b[i]?.trimEnd());
}

export function writeRewrite(lines: readonly string[], languageId = ''): string {
  let marks = '```';
  while (lines.some((line) => line.trimStart().startsWith(marks))) marks += '`';
  return `${marks}${languageId}\n${lines.map((line) => `${line}\n`).join('')}${marks}\n`;
}
