/** Lines of a text, as VS Code counts them: ended by CR, LF or both. */

export interface Line {
  /** Offset of its first character. */
  readonly start: number;
  /** Without what ends it. */
  readonly text: string;
}

/** One at least. */
export function splitLines(text: string): readonly Line[] {
  const lines: Line[] = [];
  let start = 0;
  for (const { index, 0: ending } of text.matchAll(/\r\n|\r|\n/g)) {
    lines.push({ start, text: text.slice(start, index) });
    start = index + ending.length;
  }
  return [...lines, { start, text: text.slice(start) }];
}

/** Zero-based. */
export function lineAt(text: string, offset: number): number {
  return splitLines(text.slice(0, offset)).length - 1;
}

/** Offset behind the last character of the line that `offset` is in. */
export function lineEnd(text: string, offset: number): number {
  const ending = /[\r\n]/g;
  ending.lastIndex = offset;
  return ending.exec(text)?.index ?? text.length;
}
