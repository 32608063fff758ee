/** Recent changes and related code as next-edit models are shown them, within a budget of characters. */

import type { RecentChange } from '../../ask.ts';

/** The body of a unified diff of one change, without file names. */
export function diffOf({ before, after, line }: RecentChange): string {
  const out = linesOf(before);
  const into = linesOf(after);
  const header = `@@ -${line + 1},${out.length} +${line + 1},${into.length} @@\n`;
  return header + out.map((each) => `-${each}\n`).join('') + into.map((each) => `+${each}\n`).join('');
}

/** The first of `items` that fit into so many characters, each as `render` writes it. */
export function fitting<Item>(
  items: readonly Item[],
  characters: number,
  render: (item: Item) => string,
): readonly string[] {
  const result: string[] = [];
  let left = characters;
  for (const item of items) {
    const text = render(item);
    left -= text.length;
    if (left < 0) break;
    result.push(text);
  }
  return result;
}

/** Lines of a piece of text, without terminators. */
export function linesOf(piece: string): readonly string[] {
  if (piece === '') return [];
  const lines = piece.split(/\r\n|\n|\r/);
  if (lines.at(-1) === '') lines.pop();
  return lines;
}

/** A piece of text as prompts have it: every line with `\n`. */
export function whole(piece: string): string {
  return linesOf(piece)
    .map((line) => `${line}\n`)
    .join('');
}

/** A path as one line of a prompt. */
export function oneLine(path: string): string {
  return path.replace(/[\r\n]/g, ' ');
}
