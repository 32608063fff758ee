/**
 * Text: an immutable document with a line index.
 *
 * Laws
 * - Offsets are UTF-16 code units into `value`, as JavaScript strings count.
 * - Lines end at `\n`, `\r\n` or a lone `\r`, as LSP counts them. A final line without terminator is a line;
 *   the empty text has one line.
 * - A position past the end of its line is the end of that line before its terminator; a line past the end is
 *   the end of the text. So every position has an offset, and no function here fails.
 * - Nobody changes a Text: `replaced` makes the next one, and costs a copy of the line index, not a new scan.
 */

export interface Position {
  /** Zero-based. */
  readonly line: number;
  /** UTF-16 code units from the start of the line. */
  readonly character: number;
}

export interface Text {
  readonly value: string;
  /** Offset of the first code unit of every line; `lineStarts[0]` is 0. */
  readonly lineStarts: Uint32Array;
}

const LF = 10;
const CR = 13;

export function toText(value: string): Text {
  return { value, lineStarts: Uint32Array.from([0, ...lineStartsIn(value, 0)]) };
}

export function lineCount(text: Text): number {
  return text.lineStarts.length;
}

/** The line that holds `offset`; an offset past the end is on the last line. */
export function lineAt(text: Text, offset: number): number {
  const starts = text.lineStarts;
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >>> 1;
    if ((starts[middle] as number) <= offset) low = middle;
    else high = middle - 1;
  }
  return low;
}

export function lineStart(text: Text, line: number): number {
  if (line <= 0) return 0;
  return text.lineStarts[line] ?? text.value.length;
}

/** Offset of the end of the line's content, before its terminator. */
export function lineEnd(text: Text, line: number): number {
  const start = lineStart(text, line);
  let end = text.lineStarts[line + 1] ?? text.value.length;
  if (end > start && text.value.charCodeAt(end - 1) === LF) end--;
  if (end > start && text.value.charCodeAt(end - 1) === CR) end--;
  return end;
}

/** Offset just after the line's terminator: the start of the next line, or the end of the text. */
export function lineFullEnd(text: Text, line: number): number {
  return text.lineStarts[line + 1] ?? text.value.length;
}

/** The line's content without its terminator. */
export function lineText(text: Text, line: number): string {
  return text.value.slice(lineStart(text, line), lineEnd(text, line));
}

export function offsetAt(text: Text, position: Position): number {
  if (position.line < 0) return 0;
  if (position.line >= text.lineStarts.length) return text.value.length;
  const start = lineStart(text, position.line);
  return Math.min(start + Math.max(0, position.character), lineEnd(text, position.line));
}

/** An offset inside a line terminator is given as the end of its line: LSP has no position between `\r` and `\n`. */
export function positionAt(text: Text, offset: number): Position {
  const clamped = Math.max(0, Math.min(offset, text.value.length));
  const line = lineAt(text, clamped);
  return { line, character: Math.min(clamped, lineEnd(text, line)) - lineStart(text, line) };
}

/** The text with `[start, end)` replaced; the line index is spliced, only the inserted text is scanned. */
export function replaced(text: Text, start: number, end: number, inserted: string): Text {
  const value = text.value.slice(0, start) + inserted + text.value.slice(end);
  // A terminator can be made or broken at both seams (`\r` meets `\n`), so one code unit on each side is rescanned.
  const from = Math.max(0, start - 1);
  const to = Math.min(text.value.length, end + 1);
  const delta = inserted.length - (end - start);
  const firstLine = lineAt(text, from);
  const lastLine = lineAt(text, to);
  const middle = lineStartsIn(value.slice(from, to + delta + 1), from, to + delta);
  const old = text.lineStarts;
  const tailFrom = lastLine + 1;
  // Starts up to the first touched line stay; starts in (from, to] are found anew; later ones shift.
  const starts = new Uint32Array(firstLine + 1 + middle.length + (old.length - tailFrom));
  starts.set(old.subarray(0, firstLine + 1));
  starts.set(middle, firstLine + 1);
  const at = firstLine + 1 + middle.length;
  if (delta === 0) starts.set(old.subarray(tailFrom), at);
  else for (let i = tailFrom; i < old.length; i++) starts[at + i - tailFrom] = (old[i] as number) + delta;
  return { value, lineStarts: starts };
}

/** The terminator most lines use, `\n` where there is none. */
export function dominantEol(text: Text): '\n' | '\r\n' | '\r' {
  // A sample is enough: files mix terminators by accident, near the place of the accident.
  const lines = Math.min(lineCount(text) - 1, 200);
  const counts = { '\n': 0, '\r\n': 0, '\r': 0 };
  for (let line = 0; line < lines; line++) {
    const eol = text.value.slice(lineEnd(text, line), lineFullEnd(text, line));
    if (eol === '\n' || eol === '\r\n' || eol === '\r') counts[eol]++;
  }
  if (counts['\r\n'] > counts['\n'] && counts['\r\n'] >= counts['\r']) return '\r\n';
  return counts['\r'] > counts['\n'] ? '\r' : '\n';
}

/** Starts of lines inside `(base, base + value.length]`, no later than `limit`, as offsets of the whole text. */
function lineStartsIn(value: string, base: number, limit = Number.POSITIVE_INFINITY): number[] {
  const starts: number[] = [];
  // `indexOf` scans at native speed; a lone `\r` is rare enough to be looked for apart.
  const hasCr = value.includes('\r');
  if (!hasCr) {
    for (let i = value.indexOf('\n'); i !== -1; i = value.indexOf('\n', i + 1)) {
      if (base + i + 1 <= limit) starts.push(base + i + 1);
    }
    return starts;
  }
  for (let i = 0; i < value.length; i++) {
    const unit = value.charCodeAt(i);
    if (unit !== LF && unit !== CR) continue;
    if (unit === CR && value.charCodeAt(i + 1) === LF) i++;
    if (base + i + 1 <= limit) starts.push(base + i + 1);
  }
  return starts;
}
