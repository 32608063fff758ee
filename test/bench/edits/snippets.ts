/**
 * Answers of lazy models: not the whole window but a piece of it, and no word that something is left out. Made from
 * real changes, to see how often a piece is taken for the whole, which deletes what it does not repeat.
 */

import { createAnswer } from '../../../server/core/answer.ts';
import { diff } from '../../../server/core/diff/diff.ts';
import { hunks } from '../../../server/core/diff/hunks.ts';
import { apply } from '../../../server/core/edit.ts';
import { writeRewrite } from '../../../server/core/formats/rewrite.ts';
import { contentEnd, linesIn } from '../../../server/core/formats/windows/window.ts';
import { indentOf } from '../../../server/core/indent.ts';
import { toText } from '../../../server/core/text.ts';
import type { Print } from '../statistics.ts';
import type { Pair } from './pairs.ts';

interface Snippet {
  readonly style: 'hunk' | 'near' | 'block' | 'head and block' | 'frame and block';
  readonly lines: readonly string[];
}

/** Pieces of the new text around its first changed place; none where the whole file is hardly more. */
function snippetsOf({ before, after }: Pair): readonly Snippet[] {
  const text = toText(before);
  const [hunk] = hunks(text, diff(before, after));
  const fresh = toText(after);
  const lines = linesIn(fresh, { startLine: 0, endLine: contentEnd(fresh) });
  if (!hunk || lines.length < 30) return [];
  const added = hunk.after.split(/\r\n|\n|\r/).length - (/[\r\n]$/.test(hunk.after) ? 1 : 0);
  const start = Math.min(hunk.startLine, lines.length - 1);
  const end = Math.min(lines.length, Math.max(start + 1, hunk.startLine + added));
  if (end - start > lines.length / 4) return [];
  const block = blockAround(lines, start, end);
  const snippets: Snippet[] = [
    { style: 'hunk', lines: lines.slice(start, end) },
    { style: 'near', lines: lines.slice(Math.max(0, start - 3), end + 3) },
  ];
  if (!block || block.end - block.start > lines.length / 3) return snippets;
  const inside = lines.slice(block.start, block.end);
  const outer = blockAround(lines, block.start, block.end);
  return [
    ...snippets,
    { style: 'block', lines: inside },
    ...(block.start > 8
      ? [{ style: 'head and block' as const, lines: [...lines.slice(0, 4), ...inside] }]
      : []),
    ...(outer && outer.end - outer.start > 3 * inside.length
      ? [
          {
            style: 'frame and block' as const,
            lines: [
              ...lines.slice(outer.start, outer.start + 1),
              ...inside,
              ...lines.slice(outer.end - 1, outer.end),
            ],
          },
        ]
      : []),
  ];
}

/** How many pieces are put where they belong, refused, or taken for something else. */
export function benchSnippets(pairs: readonly Pair[], print: Print): void {
  const counts = new Map<string, { right: number; refused: number; wrong: number }>();
  for (const pair of pairs) {
    const wanted = changesOf(pair.before, pair.after);
    for (const { style, lines } of snippetsOf(pair)) {
      const count = counts.get(style) ?? { right: 0, refused: 0, wrong: 0 };
      counts.set(style, count);
      const reader = createAnswer({ text: toText(pair.before) });
      reader.push(writeRewrite(lines));
      const result = reader.finish();
      if (result.kind === 'failed') count.refused++;
      // A piece may hold some of the changes alone.
      else if ([...changesOf(pair.before, apply(pair.before, result.edit))].every((each) => wanted.has(each)))
        count.right++;
      else count.wrong++;
    }
  }
  print('  pieces of a file without a word of what is left out, and with no place: right, refused, wrong');
  for (const [style, { right, refused, wrong }] of counts)
    print(`    ${style.padEnd(15)} ${right}, ${refused}, ${wrong}`);
}

/** The changed lines, each hunk as one text, whatever the blanks. */
function changesOf(before: string, after: string): ReadonlySet<string> {
  const text = toText(before);
  return new Set(
    hunks(text, diff(before, after)).map(({ startLine, endLine, after: piece }) =>
      `${startLine} ${endLine} ${piece}`.replace(/\s+/g, ' '),
    ),
  );
}

interface Range {
  readonly start: number;
  readonly end: number;
}

/** The lines that stand deeper than the nearest less deep line above, with that line and the one that closes it. */
function blockAround(lines: readonly string[], start: number, end: number): Range | undefined {
  const depth = Math.min(
    ...lines
      .slice(start, end)
      .filter(isFilled)
      .map((line) => indentOf(line).length),
  );
  if (!Number.isFinite(depth)) return undefined;
  let from = start - 1;
  while (from >= 0 && (!isFilled(lines[from] ?? '') || indentOf(lines[from] ?? '').length >= depth)) from--;
  if (from < 0) return undefined;
  const outer = indentOf(lines[from] ?? '').length;
  let to = end;
  while (to < lines.length && (!isFilled(lines[to] ?? '') || indentOf(lines[to] ?? '').length > outer)) to++;
  if (/^\s*(?:[)\]}]|end\b)/.test(lines[to] ?? '')) to++;
  return { start: from, end: Math.min(to, lines.length) };
}

function isFilled(line: string): boolean {
  return line.trim() !== '';
}
