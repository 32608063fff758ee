/**
 * Text: an immutable document with a line index.
 *
 * Laws
 * - Offsets are UTF-16 code units into `value`, as JavaScript strings count.
 * - Lines end at `\n`, `\r\n` or a lone `\r`, as LSP counts them. A final line without terminator is a line;
 *   the empty text has one line.
 * - A position past the end of its line is the end of that line before its terminator; a line past the end is
 *   the end of the text. So every position has an offset, and no function here fails.
 * - Nobody changes a Text: `replaced` makes the next one. Typing at one place of a large text costs the same whatever
 *   its length: the string and the line index are made when somebody reads them whole (`value`, `lineStarts`), and
 *   all functions here read pieces.
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

/** The text in `[start, end)`: unlike a slice of `value`, it does not make the whole string of a text just typed in. */
export function sliceOf(text: Text, start: number, end: number): string {
  return text instanceof TypedText ? text.slice(start, end) : text.value.slice(start, end);
}

/** Engines cut shorter pieces out as strings of their own. */
const leastCut = 13;

/**
 * The same characters in memory of their own. A piece cut out of a string keeps the whole of it alive: whoever keeps
 * pieces for long, a line of each version of a large text, would keep every version.
 */
export function detached(piece: string): string {
  return piece.length < leastCut ? piece : ` ${piece}`.slice(1);
}

export function lineCount(text: Text): number {
  return startsOf(text).length;
}

/** The line that holds `offset`; an offset past the end is on the last line. */
export function lineAt(text: Text, offset: number): number {
  let low = 0;
  let high = startsOf(text).length - 1;
  while (low < high) {
    const middle = (low + high + 1) >>> 1;
    if (lineStart(text, middle) <= offset) low = middle;
    else high = middle - 1;
  }
  return low;
}

export function lineStart(text: Text, line: number): number {
  if (line <= 0) return 0;
  const start = startsOf(text)[line];
  if (start === undefined) return lengthOf(text);
  return text instanceof TypedText ? start + text.shiftOf(line) : start;
}

/** Offset of the end of the line's content, before its terminator. */
export function lineEnd(text: Text, line: number): number {
  const start = lineStart(text, line);
  let end = lineFullEnd(text, line);
  if (end > start && unitAt(text, end - 1) === LF) end--;
  if (end > start && unitAt(text, end - 1) === CR) end--;
  return end;
}

/** Offset just after the line's terminator: the start of the next line, or the end of the text. */
export function lineFullEnd(text: Text, line: number): number {
  return lineStart(text, line + 1);
}

/** The line's content without its terminator. */
export function lineText(text: Text, line: number): string {
  return sliceOf(text, lineStart(text, line), lineEnd(text, line));
}

export function offsetAt(text: Text, position: Position): number {
  if (position.line < 0) return 0;
  if (position.line >= lineCount(text)) return lengthOf(text);
  const start = lineStart(text, position.line);
  return Math.min(start + Math.max(0, position.character), lineEnd(text, position.line));
}

/** An offset inside a line terminator is given as the end of its line: LSP has no position between `\r` and `\n`. */
export function positionAt(text: Text, offset: number): Position {
  const clamped = Math.max(0, Math.min(offset, lengthOf(text)));
  const line = lineAt(text, clamped);
  return { line, character: Math.min(clamped, lineEnd(text, line)) - lineStart(text, line) };
}

/** The text with `[start, end)` replaced; the line index is spliced, only the inserted text is scanned. */
export function replaced(text: Text, start: number, end: number, inserted: string): Text {
  if (lengthOf(text) < largeText) return spliced(text, { start, end, inserted });
  return (
    (text instanceof TypedText && text.typedOn(start, end, inserted)) ||
    new TypedText(text, { start, end, inserted })
  );
}

interface Typed {
  readonly start: number;
  readonly end: number;
  readonly inserted: string;
}

/** From this length on, in UTF-16 code units, what one key copies is worth saving. */
const largeText = 16_384;

/** A large text with one replacement that is not yet part of the string and of the line index. */
class TypedText implements Text {
  readonly #base: Text;
  readonly #typed: Typed;
  /** Lines behind the typed one, moved by `#delta`; nothing where lines were made or joined. */
  readonly #line: number | undefined;
  readonly #delta: number;
  #value: string | undefined;
  #whole: Text | undefined;

  constructor(text: Text, typed: Typed) {
    const { start, end, inserted } = typed;
    // Texts of earlier places are not kept alive by this one.
    const base = text instanceof TypedText ? { value: text.value, lineStarts: text.lineStarts } : text;
    this.#base = base;
    this.#typed = typed;
    this.#delta = inserted.length - (end - start);
    const line = lineAt(base, start);
    const lineStop = lineEnd(base, line);
    const isInLine = start <= lineStop && end <= lineStop && !/[\r\n]/.test(inserted);
    // Nothing is left between `\r` and `\n`: they become one terminator.
    const isSeam = inserted === '' && unitAt(base, start - 1) === CR && unitAt(base, end) === LF;
    this.#line = isInLine && !isSeam ? line : undefined;
  }

  get value(): string {
    const { start, end, inserted } = this.#typed;
    this.#value ??= this.#base.value.slice(0, start) + inserted + this.#base.value.slice(end);
    return this.#value;
  }

  get lineStarts(): Uint32Array {
    this.#whole ??= spliced(this.#base, this.#typed);
    return this.#whole.lineStarts;
  }

  get length(): number {
    return this.#base.value.length + this.#delta;
  }

  /** Those of the base where no line was made or joined: to be read with `shiftOf`. */
  get starts(): Uint32Array {
    return this.#line === undefined ? this.lineStarts : this.#base.lineStarts;
  }

  shiftOf(line: number): number {
    return this.#line !== undefined && line > this.#line ? this.#delta : 0;
  }

  slice(from: number, to: number): string {
    const { start, end, inserted } = this.#typed;
    const behind = start + inserted.length;
    const { value } = this.#base;
    if (to <= start) return value.slice(from, to);
    if (from >= behind) return value.slice(from - behind + end, to - behind + end);
    const head = from < start ? value.slice(from, start) : '';
    const tail = to > behind ? value.slice(end, to - behind + end) : '';
    return head + inserted.slice(Math.max(0, from - start), to - start) + tail;
  }

  /** The same base with more typed, where the place is the same. */
  typedOn(start: number, end: number, text: string): TypedText | undefined {
    // Where lines were made the index is made anew, once: what is typed behind that stands on the new one.
    if (this.#line === undefined) return undefined;
    const typed = this.#typed;
    const behind = typed.start + typed.inserted.length;
    if (start < typed.start || end > behind) return undefined;
    const inserted =
      typed.inserted.slice(0, start - typed.start) + text + typed.inserted.slice(end - typed.start);
    return new TypedText(this.#base, { start: typed.start, end: typed.end, inserted });
  }
}

function lengthOf(text: Text): number {
  return text instanceof TypedText ? text.length : text.value.length;
}

function startsOf(text: Text): Uint32Array {
  return text instanceof TypedText ? text.starts : text.lineStarts;
}

function unitAt(text: Text, offset: number): number {
  return text instanceof TypedText
    ? text.slice(offset, offset + 1).charCodeAt(0)
    : text.value.charCodeAt(offset);
}

function spliced(text: Text, { start, end, inserted }: Typed): Text {
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
    const eol = sliceOf(text, lineEnd(text, line), lineFullEnd(text, line));
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
