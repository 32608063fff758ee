/**
 * The new text of every change, written as a model that makes no mistake would write it in each format, streamed in
 * random chunks, and read back: exact, dropped with a reason, or wrong.
 *
 * A format can express a change where lines say all of it: the file has one kind of line terminator before and after,
 * and still or still not ends with one; a byte order mark is none of a model's. A window is the changed lines and some around them; where a format has a
 * window of its own size, the change must lie inside of it.
 */

import { createAnswer } from '../../../server/core/answer.ts';
import { diff } from '../../../server/core/diff/diff.ts';
import { hunks } from '../../../server/core/diff/hunks.ts';
import { apply, type Edit, type Replacement } from '../../../server/core/edit.ts';
import { writeApplyPatch } from '../../../server/core/formats/apply-patch.ts';
import { blocksOf } from '../../../server/core/formats/block.ts';
import type { AnswerReader } from '../../../server/core/formats/reader.ts';
import { writeRewrite } from '../../../server/core/formats/rewrite.ts';
import { writeSearchReplace } from '../../../server/core/formats/search-replace.ts';
import { writeUnifiedDiff } from '../../../server/core/formats/unified-diff.ts';
import { windowFormats } from '../../../server/core/formats/windows/formats.ts';
import { contentEnd, linesIn, windowFormatNames } from '../../../server/core/formats/windows/window.ts';
import type { LineRange } from '../../../server/core/place.ts';
import { lineStart, type Text, toText } from '../../../server/core/text.ts';
import type { Pair } from './pairs.ts';

export interface WrittenAnswer {
  readonly format: string;
  readonly answer: string;
  readonly reader: AnswerReader;
}

export type Verdict = 'exact' | 'dropped' | 'wrong';

export interface Judged {
  readonly verdict: Verdict;
  readonly reason?: string;
  readonly edit: Edit;
  /** What was certain before the end, and after how much of the stream. */
  readonly streamed: readonly { readonly replacement: Replacement; readonly share: number }[];
}

/** Lines shown around the changed ones in a window. */
const windowContext = 4;

/** Every format in which the change can be said. */
export function answersTo({ before, after }: Pair, random: () => number): readonly WrittenAnswer[] {
  if (!isExpressible(before, after)) return [];
  const text = toText(before);
  const path = 'src/file.ts';
  const blocks = blocksOf(text, diff(before, after));
  const plain = () => createAnswer({ text, path });
  const fresh = linesOf(after);
  const written: WrittenAnswer[] = [
    { format: 'search-replace', answer: writeSearchReplace(blocks), reader: plain() },
    { format: 'apply-patch', answer: writeApplyPatch(blocks, path), reader: plain() },
    { format: 'unified-diff', answer: misnumbered(writeUnifiedDiff(blocks, path), random), reader: plain() },
    { format: 'whole-file', answer: writeRewrite(fresh), reader: plain() },
  ];
  const changed = changedLines(text, after);
  if (!changed) return written;
  const end = contentEnd(text);
  const window = {
    startLine: Math.max(0, changed.startLine - windowContext),
    endLine: Math.min(end, changed.endLine + windowContext),
  };
  const lines = fresh.slice(window.startLine, fresh.length - (end - window.endLine));
  const region = { start: lineStart(text, window.startLine), end: lineStart(text, window.endLine) };
  const asked = () => createAnswer({ text, path, region });
  written.push(
    { format: 'window, fenced', answer: writeRewrite(lines), reader: asked() },
    { format: 'window, bare', answer: lines.map((line) => `${line}\n`).join(''), reader: asked() },
  );
  for (const name of windowFormatNames) {
    const format = windowFormats[name];
    const middle = (changed.startLine + changed.endLine) >> 1;
    const prompt = format.write({
      document: { uri: 'file:///a', path, languageId: 'text', version: 1, text: before },
      cursor: lineStart(text, Math.min(middle, end - 1)),
      history: [],
      snippets: [],
      contextTokens: 8000,
    });
    if (!prompt || !holds(prompt.window, changed)) continue;
    const { startLine, endLine } = prompt.window;
    const inside = fresh.slice(startLine, fresh.length - (end - endLine));
    const answer = format.answer(text, prompt.window, inside);
    written.push({ format: name, answer, reader: format.read(text, prompt.window) });
  }
  return written;
}

export interface Streaming {
  readonly random: () => number;
  /** Characters of a chunk, at most. */
  readonly most: number;
}

export function judge({ answer, reader }: WrittenAnswer, pair: Pair, { random, most }: Streaming): Judged {
  const streamed: { replacement: Replacement; share: number }[] = [];
  for (let at = 0; at < answer.length; ) {
    const size = 1 + Math.floor(random() * most);
    const chunk = answer.slice(at, at + size);
    at += size;
    for (const replacement of reader.push(chunk))
      streamed.push({ replacement, share: Math.min(1, at / answer.length) });
  }
  const result = reader.finish();
  if (result.kind === 'failed') return { verdict: 'dropped', reason: result.message, edit: [], streamed };
  const verdict = apply(pair.before, result.edit) === pair.after ? 'exact' : 'wrong';
  return { verdict, edit: result.edit, streamed };
}

export function isExpressible(before: string, after: string): boolean {
  if (before.startsWith('\ufeff') !== after.startsWith('\ufeff')) return false;
  const [one, other] = [terminators(before), terminators(after)];
  return (
    one.size <= 1 && other.size <= 1 && [...other].every((each) => one.has(each)) && endsAlike(before, after)
  );
}

function endsAlike(before: string, after: string): boolean {
  return /[\r\n]$/.test(before) === /[\r\n]$/.test(after);
}

function terminators(value: string): ReadonlySet<string> {
  return new Set(value.match(/\r\n|\n|\r/g) ?? []);
}

function linesOf(value: string): readonly string[] {
  const lines = value.split(/\r\n|\n|\r/);
  return lines.length > 1 && lines.at(-1) === '' ? lines.slice(0, -1) : lines;
}

/** Lines of the text that change; none for a change of a line terminator alone. */
function changedLines(text: Text, after: string): LineRange | undefined {
  const all = linesIn(text, { startLine: 0, endLine: contentEnd(text) });
  const fresh = linesOf(after);
  let head = 0;
  while (head < Math.min(all.length, fresh.length) && all[head] === fresh[head]) head++;
  let tail = 0;
  const most = Math.min(all.length, fresh.length) - head;
  while (tail < most && all[all.length - 1 - tail] === fresh[fresh.length - 1 - tail]) tail++;
  return hunks(text, diff(text.value, after)).length === 0
    ? undefined
    : { startLine: head, endLine: all.length - tail };
}

function holds(window: LineRange, lines: LineRange): boolean {
  return lines.startLine >= window.startLine && lines.endLine <= window.endLine;
}

/** Numbers and counts as models give them: near, and wrong. */
function misnumbered(patch: string, random: () => number): string {
  const off = () => Math.floor(random() * 9) - 4;
  return patch.replace(/^@@ -(\d+),(\d+) \+(\d+),(\d+) @@$/gm, (_, a, b, c, d) => {
    const wrong = (value: string) => Math.max(1, Number(value) + off());
    return `@@ -${wrong(a)},${wrong(b)} +${wrong(c)},${wrong(d)} @@`;
  });
}
