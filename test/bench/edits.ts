/**
 * Edits: how small they are, and how fast they are found, on pairs of files before and after a change.
 *
 * The smallest possible edit is defined as: hunks aligned by lines (longest common subsequence), inside each the
 * heaviest common subsequence of code tokens (words, runs of blanks, single signs), and of every changed run the
 * common beginning and end left out. Smaller would be unreadable. Changed characters are those taken out and those
 * put in. jsdiff is measured beside at the same granularity, with the same trimming.
 */

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { diffLines, diffWordsWithSpace } from 'diff';
import { createAnswer } from '../../server/core/answer.ts';
import { diff } from '../../server/core/diff/diff.ts';
import { lines as linesOf, tokens as tokensOf } from '../../server/core/diff/tokens.ts';
import { apply, type Edit } from '../../server/core/edit.ts';
import { writeApplyPatch } from '../../server/core/formats/apply-patch.ts';
import { blocksOf } from '../../server/core/formats/block.ts';
import { writeRewrite } from '../../server/core/formats/rewrite.ts';
import { writeSearchReplace } from '../../server/core/formats/search-replace.ts';
import { streamDiff } from '../../server/core/stream.ts';
import { toText } from '../../server/core/text.ts';

export interface EditsBenchOptions {
  /** A folder with `NAME.before` and `NAME.after` files; without, changes made from the project's own sources. */
  readonly data?: string;
  readonly log: (line: string) => void;
}

export interface EditsBenchResult {
  readonly pairs: number;
  /** Changed characters over the smallest possible, summed; and by pair at the 99th percentile. */
  readonly ratio: number;
  readonly ratio99: number;
  readonly streamRatio: number;
  readonly jsdiffRatio: number;
  readonly megabytesPerSecond: number;
  readonly jsdiffMegabytesPerSecond: number;
  /** Wrong results, which must be none, and answers dropped with a reason, by format. */
  readonly wrong: number;
  readonly dropped: Readonly<Record<string, number>>;
}

interface Pair {
  readonly before: string;
  readonly after: string;
}

/** Exact tables above this many cells would take minutes: such pairs are left out of the comparison, and counted. */
const maxCells = 30_000_000;

export function benchEdits({ data, log }: EditsBenchOptions): EditsBenchResult {
  const pairs = data === undefined ? ownPairs() : readPairs(data);
  let ours = 0;
  let streamed = 0;
  let theirs = 0;
  let smallest = 0;
  let wrong = 0;
  let left = 0;
  const ratios: number[] = [];
  for (const pair of pairs) {
    const least = smallestPossible(pair);
    if (least === undefined || least === 0) {
      left++;
      continue;
    }
    const edit = diff(pair.before, pair.after);
    if (apply(pair.before, edit) !== pair.after) wrong++;
    const size = changed(edit);
    ours += size;
    smallest += least;
    ratios.push(size / least);
    streamed += changed(byStream(pair));
    theirs += jsdiffSize(pair);
  }
  ratios.sort((a, b) => a - b);
  const speed = megabytesPerSecond(pairs, ({ before, after }) => diff(before, after));
  const theirSpeed = megabytesPerSecond(pairs, jsdiffSize);
  const { dropped, wrong: wrongAnswers } = answers(pairs);
  const result: EditsBenchResult = {
    pairs: pairs.length - left,
    ratio: ours / smallest,
    ratio99: ratios[Math.floor(ratios.length * 0.99)] ?? 1,
    streamRatio: streamed / smallest,
    jsdiffRatio: theirs / smallest,
    megabytesPerSecond: speed,
    jsdiffMegabytesPerSecond: theirSpeed,
    wrong: wrong + wrongAnswers,
    dropped,
  };
  log(`edits: ${result.pairs} changes of files (${left} too large to know the smallest edit of)`);
  log(
    `  changed characters / smallest possible: ${result.ratio.toFixed(3)} in sum (budget 1.05), ${result.ratio99.toFixed(3)} at the 99th percentile (1.25)`,
  );
  log(
    `  line by line while streaming ${result.streamRatio.toFixed(3)}, jsdiff ${result.jsdiffRatio.toFixed(3)}`,
  );
  log(`  ${speed.toFixed(1)} MB/s, jsdiff ${theirSpeed.toFixed(1)} MB/s`);
  log(
    `  wrong texts: ${result.wrong} (budget 0); dropped with a reason: ${Object.entries(dropped)
      .map(([format, count]) => `${format} ${count}`)
      .join(', ')}`,
  );
  return result;
}

function changed(edit: Edit): number {
  return edit.reduce((sum, { start, end, text }) => sum + end - start + text.length, 0);
}

function byStream({ before, after }: Pair): Edit {
  const text = toText(before);
  const stream = streamDiff(text, { startLine: 0, endLine: text.lineStarts.length });
  const lines = after.split(/\r\n|\n|\r/);
  return [...lines.flatMap((line) => stream.push(line)), ...stream.finish()];
}

function answers(pairs: readonly Pair[]): {
  readonly dropped: Record<string, number>;
  readonly wrong: number;
} {
  const dropped: Record<string, number> = { 'search-replace': 0, 'apply-patch': 0, rewrite: 0 };
  let wrong = 0;
  for (const { before, after } of pairs) {
    const blocks = blocksOf(before, diff(before, after));
    const written: Record<string, string> = {
      'search-replace': writeSearchReplace(blocks),
      'apply-patch': writeApplyPatch(blocks, 'a'),
      rewrite: writeRewrite(after.replace(/(?:\r\n|\n)$/, '').split(/\r\n|\n|\r/)),
    };
    for (const [format, answer] of Object.entries(written)) {
      // What is rewritten is known to who asked.
      const region = format === 'rewrite' ? { region: { start: 0, end: before.length } } : {};
      const reader = createAnswer({ text: toText(before), ...region });
      for (let at = 0; at < answer.length; at += 40) reader.push(answer.slice(at, at + 40));
      const result = reader.finish();
      if (result.kind === 'failed') dropped[format] = (dropped[format] ?? 0) + 1;
      // Lines cannot say how they end, and a rewritten file ends as it did.
      else if (normal(apply(before, result.edit)) !== normal(after)) wrong++;
    }
  }
  return { dropped, wrong };
}

function normal(value: string): string {
  return value.replace(/\r\n?/g, '\n').replace(/\n$/, '');
}

function megabytesPerSecond(pairs: readonly Pair[], work: (pair: Pair) => unknown): number {
  const bytes = pairs.reduce((sum, { before, after }) => sum + before.length + after.length, 0);
  const started = performance.now();
  for (const pair of pairs) work(pair);
  return bytes / 1000 / (performance.now() - started);
}

function jsdiffSize({ before, after }: Pair): number {
  let size = 0;
  let removed = '';
  let added = '';
  const flush = () => {
    if (removed !== '' && added !== '') {
      let out = '';
      let into = '';
      const close = () => {
        size += trimmedSize(out, into);
        out = '';
        into = '';
      };
      for (const part of diffWordsWithSpace(removed, added)) {
        if (part.removed) out += part.value;
        else if (part.added) into += part.value;
        else close();
      }
      close();
    } else size += removed.length + added.length;
    removed = '';
    added = '';
  };
  for (const part of diffLines(before, after)) {
    if (part.removed) removed += part.value;
    else if (part.added) added += part.value;
    else flush();
  }
  flush();
  return size;
}

/** Without what both have in common at their ends. */
function trimmedSize(a: string, b: string): number {
  const most = Math.min(a.length, b.length);
  let head = 0;
  while (head < most && a[head] === b[head]) head++;
  let tail = 0;
  while (tail < most - head && a[a.length - 1 - tail] === b[b.length - 1 - tail]) tail++;
  return a.length + b.length - 2 * (head + tail);
}

/** As defined above; nothing where the tables would be too large. */
function smallestPossible({ before, after }: Pair): number | undefined {
  const cut = (value: string, pieces: readonly number[]) =>
    pieces.slice(0, -1).map((start, i) => value.slice(start, pieces[i + 1]));
  const a = cut(before, linesOf(before));
  const b = cut(after, linesOf(after));
  let size = 0;
  const hunks = runs(a, b, () => 1);
  if (!hunks) return undefined;
  for (const [out, into] of hunks) {
    if (out === '' || into === '') {
      size += out.length + into.length;
      continue;
    }
    const inner = runs(cut(out, tokensOf(out)), cut(into, tokensOf(into)), (token) => token.length);
    if (!inner) return undefined;
    for (const [x, y] of inner) size += trimmedSize(x, y);
  }
  return size;
}

/** The changed runs between the items of a heaviest common subsequence, by the full table. */
function runs(
  a: readonly string[],
  b: readonly string[],
  weigh: (item: string) => number,
): readonly (readonly [string, string])[] | undefined {
  let head = 0;
  while (head < Math.min(a.length, b.length) && a[head] === b[head]) head++;
  let tail = 0;
  while (tail < Math.min(a.length, b.length) - head && a[a.length - 1 - tail] === b[b.length - 1 - tail])
    tail++;
  const x = a.slice(head, a.length - tail);
  const y = b.slice(head, b.length - tail);
  const width = y.length + 1;
  if ((x.length + 1) * width > maxCells) return undefined;
  const best = new Int32Array((x.length + 1) * width);
  for (let i = x.length - 1; i >= 0; i--) {
    for (let j = y.length - 1; j >= 0; j--) {
      const skip = Math.max(best[(i + 1) * width + j] as number, best[i * width + j + 1] as number);
      const keep = x[i] === y[j] ? (best[(i + 1) * width + j + 1] as number) + weigh(x[i] ?? '') : 0;
      best[i * width + j] = Math.max(skip, keep);
    }
  }
  const result: (readonly [string, string])[] = [];
  let out = '';
  let into = '';
  let i = 0;
  let j = 0;
  while (i < x.length || j < y.length) {
    const here = best[i * width + j];
    if (
      i < x.length &&
      j < y.length &&
      x[i] === y[j] &&
      here === (best[(i + 1) * width + j + 1] as number) + weigh(x[i] ?? '')
    ) {
      if (out !== '' || into !== '') result.push([out, into]);
      out = '';
      into = '';
      i++;
      j++;
    } else if (i < x.length && (j === y.length || here === best[(i + 1) * width + j])) out += x[i++];
    else into += y[j++];
  }
  if (out !== '' || into !== '') result.push([out, into]);
  return result;
}

function readPairs(folder: string): readonly Pair[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.before'))
    .map((name) => ({
      before: readFileSync(join(folder, name), 'utf8'),
      after: readFileSync(join(folder, name.replace(/before$/, 'after')), 'utf8'),
    }));
}

/** Without real changes at hand: each source file of the project and itself with names, lines and blocks changed. */
function ownPairs(): readonly Pair[] {
  const folder = join('server', 'core');
  return readdirSync(folder)
    .filter((name) => name.endsWith('.ts'))
    .flatMap((name) => {
      const before = readFileSync(join(folder, name), 'utf8');
      const lines = before.split('\n');
      const third = Math.floor(lines.length / 3);
      return [
        { before, after: before.replaceAll('text', 'source') },
        { before, after: [...lines.slice(0, third), ...lines.slice(third + 5)].join('\n') },
        {
          before,
          after: [
            ...lines.slice(0, third),
            'if (ready) {',
            ...lines.slice(third, third + 6).map((line) => `  ${line}`),
            '}',
            ...lines.slice(third + 6),
          ].join('\n'),
        },
        {
          before,
          after: lines.map((line, i) => (i % 17 === 3 ? line.replace(/\w+/, 'changed') : line)).join('\n'),
        },
      ].filter(({ after }) => after !== before);
    });
}
