/**
 * A rewritten window: the answer is the new text itself, most often in a fence, with words before and after. What
 * it rewrites is known to who asked; lines around the window that the model repeats are told by `withoutEcho`.
 */

import { overlap } from '../line-runs.ts';

/** One way to read an answer as code. */
export interface Rewritten {
  readonly lines: readonly string[];
  /** Whether it stood in a fence: else words cannot be told from code. */
  readonly fenced: boolean;
  /** Its fence was closed: else more may have been to come. */
  readonly closed: boolean;
}

const fence = /^\s*(`{3,}|~{3,})(.*)$/;
/** Tags that models put around a text, on lines of their own. */
const tag =
  /^<(file|edit|answer|result|response|(?:updated|new|edited|fixed|rewritten)[_-]?(?:code|file)?|replacement|snippet|region|selection|rewrite|window)(?:\s[^<>]*)?>$/i;
/**
 * The ways to read an answer, longest first: all of it; from the first fence to the last (a document that holds
 * fences); what stands in the first fence. The last one is what it most likely means.
 */
export function readingsOf(answer: string): readonly Rewritten[] {
  const lines = answer.split(/\r\n|\n|\r/);
  if (lines.at(-1) === '') lines.pop();
  const all: Rewritten = { lines, fenced: false, closed: true };
  const start = lines.findIndex((line) => fence.test(line));
  if (start === -1) return [all, ...untagged(lines)];
  const marks = fence.exec(lines[start] ?? '')?.[1] ?? '';
  const closes = (line: string, i: number) => {
    const [, own = '', rest = ''] = fence.exec(line) ?? [];
    return i > start && own.startsWith(marks) && rest.trim() === '';
  };
  const first = lines.findIndex(closes);
  if (first === -1) return [all, { lines: lines.slice(start + 1), fenced: true, closed: false }];
  const last = lines.findLastIndex(closes);
  const inside = (end: number): Rewritten => ({
    lines: lines.slice(start + 1, end),
    fenced: true,
    closed: true,
  });
  return last === first ? [all, inside(first)] : [all, inside(last), inside(first)];
}

/** What stands in a tag that is around all of it. */
function untagged(lines: readonly string[]): readonly Rewritten[] {
  const start = lines.findIndex((line) => line.trim() !== '');
  const end = lines.findLastIndex((line) => line.trim() !== '');
  const name = tag.exec((lines[start] ?? '').trim())?.[1];
  if (name === undefined || (lines[end] ?? '').trim() !== `</${name}>`) return [];
  return [{ lines: lines.slice(start + 1, end), fenced: true, closed: true }];
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
  const key = (all: readonly string[]) => all.map((line) => line.trimEnd());
  const wanted = key(lines);
  const isEcho = (echo: readonly string[]) => echo.some((line) => /\w/.test(line));
  // What begins the window itself is no echo.
  const head = lines[0] === own[0] ? 0 : overlap(key(before), wanted);
  const from = isEcho(before.slice(before.length - head)) ? head : 0;
  const tail = lines.at(-1) === own.at(-1) ? 0 : overlap(wanted.slice(from), key(behind));
  const to = lines.length - (isEcho(behind.slice(0, tail)) ? tail : 0);
  return { lines: lines.slice(from, to), framed: from > 0 && to < lines.length };
}

export function writeRewrite(lines: readonly string[], languageId = ''): string {
  let marks = '```';
  while (lines.some((line) => line.trimStart().startsWith(marks))) marks += '`';
  return `${marks}${languageId}\n${lines.map((line) => `${line}\n`).join('')}${marks}\n`;
}
