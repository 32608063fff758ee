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

const fence = /^(\s*)(`{3,}|~{3,})(.*)$/;
/** Tags that models put around a text, on lines of their own. */
const tag =
  /^<(file|edit|answer|result|response|(?:updated|new|edited|fixed|rewritten)[_-]?(?:code|file)?|replacement|snippet|region|selection|rewrite|window)(?:\s[^<>]*)?>$/i;
/** Those that may be the document's own, where that has tags. */
const codeTag = /^<(code|pre|content|output|solution|function)(?:\s[^<>]*)?>$/i;

/**
 * The ways to read an answer, longest first: all of it; from the first fence to the last (a document that holds
 * fences); what stands in the first fence. The last one is what it most likely means.
 */
export function readingsOf(
  answer: string,
  own: readonly string[] = [],
  document: readonly string[] = own,
): readonly Rewritten[] {
  const lines = answer.split(/\r\n|\n|\r/);
  if (lines.at(-1) === '') lines.pop();
  const all: Rewritten = { lines, fenced: false, closed: true };
  const start = lines.findIndex((line) => fence.test(line));
  if (start === -1) return [all, ...untagged(lines, own, document)];
  const [, indent = '', marks = ''] = fence.exec(lines[start] ?? '') ?? [];
  const closes = (line: string, i: number) => i > start && closesFence(line, marks);
  const first = lines.findIndex(closes);
  const upTo = (end: number) => indentedOut(lines.slice(start + 1, end), indent);
  if (first === -1) {
    const last = lines.findLastIndex((line) => line.trim() !== '');
    const end = (lines[last] ?? '').trimEnd();
    // Its end stands behind the last line.
    const glued = last > start && end.endsWith(marks) ? end.slice(0, -marks.length) : undefined;
    const inside =
      glued === undefined ? upTo(lines.length) : [...upTo(last), ...indentedOut([glued], indent)];
    return [all, { lines: inside, fenced: true, closed: glued !== undefined }];
  }
  const last = lines.findLastIndex(closes);
  const inside = (end: number): Rewritten => ({ lines: upTo(end), fenced: true, closed: true });
  return last === first ? [all, inside(first)] : [all, inside(last), inside(first)];
}

function closesFence(line: string, marks: string): boolean {
  const [, , own = '', rest = ''] = fence.exec(line) ?? [];
  return own.startsWith(marks) && rest.trim() === '';
}

/** What stands in each of several fences, one behind the other: of all, or of those that open so. */
export function fencedIn(
  answer: string,
  isOne: (opening: string) => boolean = () => true,
): readonly (readonly string[])[] {
  const found: (readonly string[])[] = [];
  let open:
    | { readonly indent: string; readonly marks: string; readonly is: boolean; readonly lines: string[] }
    | undefined;
  for (const line of answer.split(/\r\n|\n|\r/)) {
    if (open && closesFence(line, open.marks)) {
      if (open.is) found.push(indentedOut(open.lines, open.indent));
      open = undefined;
    } else if (open) open.lines.push(line);
    else {
      const [, indent = '', marks] = fence.exec(line) ?? [];
      if (marks !== undefined) open = { indent, marks, is: isOne(line), lines: [] };
    }
  }
  return found;
}

/** What a model of a chat ends with, where its server does not take it away. */
const endMark =
  /\s*(?:<\|(?:im_end|endoftext|eot_id|end|return|end_of_text|eom_id)\|>|<\/s>|<end_of_turn>|<｜end▁of▁sentence｜>)\s*$/;

/** The answer without such a mark at its end, unless the text holds it. */
export function withoutEndMark(answer: string, text: string): string {
  const [found] = endMark.exec(answer.slice(-100)) ?? [];
  if (found === undefined || text.includes(found.trim())) return answer;
  // It closes what is struck out.
  if (found.trim() === '</s>' && answer.includes('<s>')) return answer;
  return answer.slice(0, answer.length - found.length);
}

/** Whether a line opens a fence around what is to be run, or was meant for a tool. */
export function opensCommandFence(line: string): boolean {
  return /^(?:bash|sh|shell|console|zsh|terminal|powershell|cmd|tool_code|tool_call|tool)\b/i.test(
    (fence.exec(line)?.[3] ?? '').trim(),
  );
}

/** Whether a line opens a fence around a diff. */
export function opensDiffFence(line: string): boolean {
  return /^(?:diff|patch|udiff)\b/i.test((fence.exec(line)?.[3] ?? '').trim());
}

/** Lines of a fence that stands in a list are indented as it is. */
function indentedOut(lines: readonly string[], indent: string): readonly string[] {
  const isShared = indent !== '' && lines.every((line) => line.trim() === '' || line.startsWith(indent));
  return isShared ? lines.map((line) => line.slice(indent.length)) : lines;
}

/** What stands in a tag that is around all of it, or in the signs that a chat puts around code. */
function untagged(
  lines: readonly string[],
  own: readonly string[],
  document: readonly string[],
): readonly Rewritten[] {
  const start = lines.findIndex((line) => line.trim() !== '');
  const end = lines.findLastIndex((line) => line.trim() !== '');
  const inside = (all: readonly string[]): readonly Rewritten[] => [
    { lines: all, fenced: true, closed: true },
  ];
  const [, quoted] =
    /^`([^`]+)`$/.exec(
      lines
        .slice(start, end + 1)
        .join('\n')
        .trim(),
    ) ?? [];
  const isOwn = quoted !== undefined && own.join('\n').trim() === quoted;
  if (quoted !== undefined && !isOwn && !quoted.includes('${') && !own.some((line) => line.includes('`')))
    return inside(quoted.split('\n'));
  const opening = (lines[start] ?? '').trim();
  const hasTags = () => document.some((line) => line.trimStart().startsWith('<'));
  const name = (tag.exec(opening) ?? (hasTags() ? undefined : codeTag.exec(opening)))?.[1];
  if (name === undefined || (lines[end] ?? '').trim() !== `</${name}>`) return [];
  return inside(lines.slice(start + 1, end));
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
  const filled = (all: readonly string[]) => key(all).filter((line) => line !== '');
  const [ours, begin, end] = [filled(own), filled(lines)[0], filled(lines).at(-1)];
  const head = overlap(key(before), wanted);
  // What begins the window itself is no echo, unless the window begins behind it.
  const isOwnHead = begin === ours[0] && filled(lines.slice(head))[0] !== ours[0];
  const from = !isOwnHead && isEcho(before.slice(before.length - head)) ? head : 0;
  const tail = overlap(wanted.slice(from), key(behind));
  const rest = filled(lines.slice(from, lines.length - tail));
  const isOwnTail = end === ours.at(-1) && rest.at(-1) !== end;
  const to = lines.length - (!isOwnTail && isEcho(behind.slice(0, tail)) ? tail : 0);
  return { lines: lines.slice(from, to), framed: from > 0 && to < lines.length };
}

export function writeRewrite(lines: readonly string[], languageId = ''): string {
  let marks = '```';
  while (lines.some((line) => line.trimStart().startsWith(marks))) marks += '`';
  return `${marks}${languageId}\n${lines.map((line) => `${line}\n`).join('')}${marks}\n`;
}
