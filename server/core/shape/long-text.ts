/**
 * A text of several lines that the cursor is in and the lines below end: a comment, a fence of Markdown, a docstring, a
 * heredoc. What a model writes ends with it, so that it is not ended twice.
 *
 *   <!-- ⏎ █ ⏎ -->      `a ⏎ --> ⏎ <p>` becomes `a`
 */

import type { Around } from './around.ts';
import { isProse } from './words.ts';

interface LongText {
  /** Whether a line ends it. */
  readonly ends: (line: string) => boolean;
  /** Whether a line begins another one of its kind. */
  readonly begins: (line: string) => boolean;
}

/** The piece up to the line that ends the text it is in, where a line below ends that as well. */
export function withoutSecondEnd(piece: string, around: Around): string {
  const text = piece.includes('\n') || around.linePrefix.trim() === '' ? textAround(around) : undefined;
  if (!text) return piece;
  const next = around.below.find((line) => text.ends(line) || text.begins(line));
  if (next === undefined || !text.ends(next)) return piece;
  const lines = piece.split('\n');
  const first = around.linePrefix.trim() === '' ? 0 : 1;
  for (let i = first; i < lines.length; i++) {
    const line = lines[i] ?? '';
    if (text.ends(line)) return lines.slice(0, i).join('\n').trimEnd();
    if (text.begins(line)) return piece;
  }
  return piece;
}

function textAround(around: Around): LongText | undefined {
  const { above, before, languageId } = around;
  if (isProse(languageId)) {
    // Whoever reads only some of the lines above may take a fence for the other end of its text.
    const fences = above.filter((line) => /^\s*(?:`{3}|~{3})/.test(line));
    const fence = fences.length % 2 === 1 ? /^\s*(`{3,}|~{3,})/.exec(fences.at(-1) ?? '')?.[1] : undefined;
    if (fence === undefined) return undefined;
    const ends = (line: string) => line.trim() === fence;
    return { ends, begins: (line) => line.trim().startsWith(fence) && !ends(line) };
  }
  const heredoc = languageId === undefined ? undefined : heredocs.get(languageId);
  const name = heredoc && heredocIn(above, heredoc);
  if (heredoc && name !== undefined)
    return { ends: (line) => line.trim() === name, begins: (line) => heredoc.exec(line)?.[2] === name };
  for (const [opening, closing] of comments) {
    if (before.lastIndexOf(opening) <= before.lastIndexOf(closing)) continue;
    const ends = (line: string) => line.trim().startsWith(closing);
    return { ends, begins: (line) => line.includes(opening) };
  }
  const { quotes } = around;
  if (quotes === undefined) return undefined;
  const ends = (line: string) => line.trim() === quotes;
  return { ends, begins: (line) => line.includes(quotes) && !ends(line) };
}

const spaced = /<<[-~]?\s*(["']?)([A-Za-z_]\w*)\1/;
/** Behind a blank, and in `class <<self`, it is something else: `list << item`. */
const joined = /(?<!\bclass\s*)<<[-~]?(["']?)([A-Za-z_]\w*)\1/;

/** How they begin, by language. */
const heredocs: ReadonlyMap<string, RegExp> = new Map([
  ['dockerfile', spaced],
  ['hcl', spaced],
  ['perl', joined],
  ['php', spaced],
  ['ruby', joined],
  ['shellscript', spaced],
  ['terraform', spaced],
]);

/** The word that ends the heredoc which is open behind these lines. */
function heredocIn(lines: readonly string[], heredoc: RegExp): string | undefined {
  const at = lines.findLastIndex((line) => heredoc.test(line));
  const name = heredoc.exec(lines[at] ?? '')?.[2];
  return lines.slice(at + 1).some((line) => line.trim() === name) ? undefined : name;
}

const comments = [
  ['/*', '*/'],
  ['<!--', '-->'],
] as const;
