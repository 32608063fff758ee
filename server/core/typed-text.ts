/**
 * Typed text: a large text with one replacement that is not yet part of the string and of the line index.
 *
 * Laws
 * - Its base is a plain text: typing on makes another on the same base, until as much was typed as is worth a whole.
 * - What is read in pieces is what the whole would hold there.
 */

import { lastStart, lineStartsIn } from './line-starts.ts';
import type { Text } from './text.ts';

interface Typed {
  readonly start: number;
  readonly end: number;
  readonly inserted: string;
}

/** From this length on, in UTF-16 code units, what one key copies is worth saving. */
export const largeText = 16_384;
/** Code units typed at one place before the whole is made: each key copies them. */
const mostTyped = 4096;

export class TypedText implements Text {
  readonly #base: Text;
  readonly #typed: Typed;
  readonly #delta: number;
  /** The lines of the base up to this one begin where they did. */
  readonly #line: number;
  /** Where the lines behind it begin that were made or moved apart. */
  readonly #made: readonly number[];
  /** How many lines more than the base has there are behind these: all begin later by `#delta`. */
  readonly #more: number;
  #value: string | undefined;
  #starts: Uint32Array | undefined;

  constructor(base: Text, typed: Typed) {
    const { start, end, inserted } = typed;
    this.#base = base;
    this.#typed = typed;
    this.#delta = inserted.length - (end - start);
    // A terminator can be made or broken at both seams (`\r` meets `\n`), so one code unit on each side is rescanned.
    const from = Math.max(0, start - 1);
    const to = Math.min(base.value.length, end + 1);
    this.#line = lastStart(base.lineStarts, from);
    this.#made = lineStartsIn(this.slice(from, to + this.#delta + 1), from, to + this.#delta);
    this.#more = this.#line + this.#made.length - lastStart(base.lineStarts, to);
  }

  get value(): string {
    const { start, end, inserted } = this.#typed;
    this.#value ??= this.#base.value.slice(0, start) + inserted + this.#base.value.slice(end);
    return this.#value;
  }

  get lineStarts(): Uint32Array {
    this.#starts ??= this.#allStarts();
    return this.#starts;
  }

  get length(): number {
    return this.#base.value.length + this.#delta;
  }

  get lineCount(): number {
    return this.#base.lineStarts.length + this.#more;
  }

  /** Of a line there is. */
  lineStart(line: number): number {
    if (line <= this.#line) return this.#base.lineStarts[line] as number;
    const made = this.#made[line - this.#line - 1];
    return made ?? (this.#base.lineStarts[line - this.#more] as number) + this.#delta;
  }

  /** The line that holds `offset`; the first or the last one for an offset outside the text. */
  lineAt(offset: number): number {
    const starts = this.#base.lineStarts;
    const made = this.#made;
    const behind = this.#line + made.length + 1;
    if (behind < this.lineCount && this.lineStart(behind) <= offset)
      return lastStart(starts, offset - this.#delta) + this.#more;
    for (let i = made.length - 1; i >= 0; i--) if ((made[i] as number) <= offset) return this.#line + i + 1;
    return Math.min(this.#line, lastStart(starts, offset));
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

  lineFeedFrom(from: number): number {
    const { start, end, inserted } = this.#typed;
    const behind = start + inserted.length;
    const { value } = this.#base;
    if (from < start) {
      const at = value.indexOf('\n', from);
      if (at !== -1 && at < start) return at;
    }
    const typed = inserted.indexOf('\n', Math.max(0, from - start));
    if (from < behind && typed !== -1) return start + typed;
    const at = value.indexOf('\n', Math.max(end, from - behind + end));
    return at === -1 ? -1 : at - end + behind;
  }

  lineFeedBefore(from: number): number {
    const { start, end, inserted } = this.#typed;
    const behind = start + inserted.length;
    const { value } = this.#base;
    if (from >= behind) {
      const at = value.lastIndexOf('\n', from - behind + end);
      if (at >= end) return at - end + behind;
    }
    const typed = inserted.lastIndexOf('\n', from - start);
    if (from >= start && typed !== -1) return start + typed;
    return start === 0 ? -1 : value.lastIndexOf('\n', Math.min(from, start - 1));
  }

  #allStarts(): Uint32Array {
    const old = this.#base.lineStarts;
    const starts = new Uint32Array(this.lineCount);
    starts.set(old.subarray(0, this.#line + 1));
    starts.set(this.#made, this.#line + 1);
    const from = this.#line + 1 + this.#made.length;
    for (let i = from; i < starts.length; i++) starts[i] = (old[i - this.#more] as number) + this.#delta;
    return starts;
  }

  /** The same base with more typed, where the place is the same. */
  typedOn(start: number, end: number, text: string): TypedText | undefined {
    const typed = this.#typed;
    const behind = typed.start + typed.inserted.length;
    if (end < typed.start || start > behind) return undefined;
    const inserted =
      typed.inserted.slice(0, Math.max(0, start - typed.start)) +
      text +
      typed.inserted.slice(Math.max(0, end - typed.start));
    if (inserted.length > mostTyped) return undefined;
    return new TypedText(this.#base, {
      start: Math.min(start, typed.start),
      end: typed.end + Math.max(0, end - behind),
      inserted,
    });
  }
}
