/**
 * Successive replacements as one edit: each is told in lines and characters of the text that those before it made, as
 * an editor tells of a format or a rename in thousands of places. No text in between is made.
 *
 * Laws
 * - The edit is that of composing all of them, one after the other.
 * - A replacement costs about the same whatever the text's length and however many there were, as long as it stands
 *   near the one before it; far ones pay a step for each replacement in between, and one on the line of the one before
 *   it copies the line, however many stand there (a rename in a minified file).
 * - No text may hold a `\r` without `\n` (`linesAddUp`): where one could meet a `\n` lines do not add up.
 */

import type { Edit, Replacement } from './edit.ts';
import {
  lengthOf,
  lineAt,
  lineCount,
  lineFeedFrom,
  lineStart,
  type Position,
  sliceOf,
  type Text,
} from './text.ts';

/** Whether every `\r` of the text is part of a `\r\n` in it. */
export function linesAddUp(text: string): boolean {
  return !text.includes('\r') || !/\r(?!\n)/.test(text);
}

/** One that was made, in offsets of the text before all. */
interface Made {
  readonly start: number;
  readonly end: number;
  readonly text: string;
  /** The line that `start` is on. */
  readonly line: number;
  /** Line feeds in `text`. */
  readonly feeds: number;
  /** How many code units and lines the text has more by it. */
  readonly units: number;
  readonly lines: number;
}

interface Line {
  /** In offsets of the text as it is by now. */
  readonly start: number;
  /** Without its terminator. */
  readonly content: string;
}

export class Successive {
  readonly #text: Text;
  /** In order; those behind the last place are kept the other way round, so that the next one is the last. */
  readonly #before: Made[] = [];
  readonly #behind: Made[] = [];
  /** What those before the place have added, and what all have. */
  #units = 0;
  #lines = 0;
  #allUnits = 0;
  #allLines = 0;
  /** The line that was looked for last, as it is by now. */
  #known: (Line & { readonly line: number }) | undefined;

  constructor(text: Text) {
    this.#text = text;
  }

  /**
   * In the text as it is by now. `unitsIn` says how many UTF-16 code units of a line stand before a character of it, as
   * the positions count them; places that are not there are taken as `offsetAt` of `text.ts` takes them.
   */
  replace(
    range: { readonly start: Position; readonly end: Position },
    inserted: string,
    unitsIn: (line: string, character: number) => number,
  ): void {
    const [a, b] = [this.#offsetAt(range.start, unitsIn), this.#offsetAt(range.end, unitsIn)];
    this.#put(Math.min(a, b), Math.max(a, b), inserted);
  }

  edit(): Edit {
    const edit: Replacement[] = [];
    for (const { start, end, text } of [...this.#before, ...this.#behind.toReversed()]) {
      const last = edit.at(-1);
      if (last?.end !== start) edit.push({ start, end, text });
      else edit[edit.length - 1] = { start: last.start, end, text: last.text + text };
    }
    return edit;
  }

  #offsetAt(position: Position, unitsIn: (line: string, character: number) => number): number {
    if (position.line < 0) return 0;
    if (position.line >= lineCount(this.#text) + this.#allLines) return lengthOf(this.#text) + this.#allUnits;
    if (this.#known?.line !== position.line)
      this.#known = { line: position.line, ...this.#line(position.line) };
    const { start, content } = this.#known;
    return start + Math.min(content.length, Math.max(0, unitsIn(content, position.character)));
  }

  #line(line: number): Line {
    for (let last = this.#before.at(-1); last && this.#lineOf(last) >= line; last = this.#before.at(-1))
      this.#back();
    for (let next = this.#behind.at(-1); next && next.line + this.#lines < line; next = this.#behind.at(-1))
      this.#forward();
    const last = this.#before.at(-1);
    if (!last || this.#lineOf(last) + last.feeds < line) {
      const from = lineStart(this.#text, line - this.#lines);
      return { start: from + this.#units, content: this.#contentFrom(from, '') };
    }
    let at = 0;
    for (let i = this.#lineOf(last); i < line; i++) at = last.text.indexOf('\n', at) + 1;
    const start = last.start + this.#units - last.units + at;
    const end = last.text.indexOf('\n', at);
    const content =
      end === -1 ? this.#contentFrom(last.end, last.text.slice(at)) : withoutReturn(last.text.slice(at, end));
    return { start, content };
  }

  /** The rest of a line that goes on at this offset of the text before all, with what stands in it by now. */
  #contentFrom(offset: number, begun: string): string {
    let content = begun;
    let from = offset;
    for (let i = this.#behind.length - 1; ; i--) {
      const next = this.#behind[i];
      const feed = lineFeedFrom(this.#text, from);
      const end = feed === -1 ? lengthOf(this.#text) : feed;
      if (!next || (feed !== -1 && feed < next.start))
        return withoutReturn(content + sliceOf(this.#text, from, end));
      content += sliceOf(this.#text, from, next.start);
      const inside = next.text.indexOf('\n');
      if (inside !== -1) return withoutReturn(content + next.text.slice(0, inside));
      content += next.text;
      from = next.end;
    }
  }

  /** The line it begins on by now; of one before the place. */
  #lineOf(last: Made): number {
    return last.line + this.#lines - last.lines;
  }

  /** What it cuts into of those made before becomes part of it; those that only touch are joined in the end. */
  #put(from: number, to: number, inserted: string): void {
    this.#known = this.#knownAfter(from, to, inserted);
    for (
      let last = this.#before.at(-1);
      last && last.start + this.#units - last.units + last.text.length > from;
      last = this.#before.at(-1)
    )
      this.#back();
    for (
      let next = this.#behind.at(-1);
      next && next.start + this.#units + next.text.length <= from;
      next = this.#behind.at(-1)
    )
      this.#forward();
    let units = this.#units;
    let start = from - units;
    let head = '';
    let end: number | undefined;
    let tail = '';
    for (let next = this.#behind.at(-1); next && next.start + units < to; next = this.#behind.at(-1)) {
      const at = next.start + units;
      if (at <= from) {
        start = next.start;
        head = next.text.slice(0, from - at);
      }
      if (at + next.text.length >= to) {
        end = next.end;
        tail = next.text.slice(to - at);
      }
      units += next.units;
      this.#allUnits -= next.units;
      this.#allLines -= next.lines;
      this.#behind.pop();
    }
    this.#behind.push(this.#made(start, end ?? to - units, head + inserted + tail));
    this.#forward();
  }

  #knownAfter(from: number, to: number, inserted: string): (Line & { readonly line: number }) | undefined {
    if (!this.#known) return undefined;
    const { line, start, content } = this.#known;
    const [a, b] = [from - start, to - start];
    if (a < 0 || b > content.length || inserted.includes('\n')) return undefined;
    return { line, start, content: content.slice(0, a) + inserted + content.slice(b) };
  }

  #made(start: number, end: number, text: string): Made {
    const line = lineAt(this.#text, start);
    const feeds = feedsIn(text);
    const units = text.length - (end - start);
    const lines = feeds - (lineAt(this.#text, end) - line);
    this.#allUnits += units;
    this.#allLines += lines;
    return { start, end, text, line, feeds, units, lines };
  }

  #forward(): void {
    const next = this.#behind.pop();
    if (!next) return;
    this.#before.push(next);
    this.#units += next.units;
    this.#lines += next.lines;
  }

  #back(): void {
    const last = this.#before.pop();
    if (!last) return;
    this.#behind.push(last);
    this.#units -= last.units;
    this.#lines -= last.lines;
  }
}

function feedsIn(text: string): number {
  let count = 0;
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) count++;
  return count;
}

function withoutReturn(content: string): string {
  return content.endsWith('\r') ? content.slice(0, -1) : content;
}
