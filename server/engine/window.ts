/**
 * Window: the document around the cursor as one run of symbols, linked by the lexeme before each.
 *
 * It is made for every answer from lines already read (0.1 ms for 12,000 symbols), which keeps the nearest scope,
 * the most telling one, always exact. Text below the cursor is evidence like the text above: a cursor is more
 * often inside a file than at its end. A `boundary` parts the two.
 */

import { lineCount } from '../core/text.ts';
import { isBlank, isWordUnit, lexemeEnd, lexLine } from './lexer.ts';
import { type Mirror, maxLineUnits } from './mirror.ts';
import { blanksBeforeText } from './sequence.ts';
import { boundary, breakLexeme, contextLexeme, toSymbol } from './symbol.ts';
import type { Vocabulary } from './vocabulary.ts';

const maxSymbolsBefore = 8_000;
const maxSymbolsAfter = 4_000;
const capacity = maxSymbolsBefore + maxSymbolsAfter + 4096;
const headBits = 14;

export interface Cursor {
  /** The unfinished lexeme right before the cursor, without the space before it. */
  readonly partial: string;
  /** Whether a space stands before the partial lexeme; undefined where either may still come. */
  readonly space: boolean | undefined;
  /** The indentation of the cursor's line. */
  readonly indent: string;
  /** What stands behind the cursor on its line. */
  readonly rest: string;
  /** Whether nothing but blanks stands before the cursor on its line. */
  readonly atLineStart: boolean;
}

export class Window {
  readonly symbols = new Uint32Array(capacity);
  readonly previous = new Int32Array(capacity);
  readonly #heads = new Int32Array(1 << headBits);
  readonly #vocabulary: Vocabulary;
  /** End of the symbols; those before the cursor end at `cursor`, where a boundary stands. */
  size = 0;
  cursor = 0;

  constructor(vocabulary: Vocabulary) {
    this.#vocabulary = vocabulary;
  }

  /** Newest position whose last lexeme shares a chain with this one; -1 ends. */
  head(lexeme: number): number {
    return this.#heads[slot(lexeme)] as number;
  }

  /**
   * Makes the window for a cursor behind `prefix`, what stands before it on its line, with `rest` behind it. The
   * prefix is given apart because it may be another than the document's: with a menu's entry taken, for one.
   */
  fill(mirror: Mirror, line: number, prefix: string, rest: string): Cursor {
    const offset = prefix.length;
    let content = 0;
    while (content < offset && isBlank(prefix.charCodeAt(content))) content++;
    const atLineStart = content === offset;
    const partialAt = atLineStart
      ? offset
      : partialStart(prefix, Math.max(content, offset - maxLineUnits), offset);
    const indent = this.#writeBefore(mirror, line);
    this.#writeBreak(indent, content, this.size === 0 ? blanksBeforeText : blanksAbove(mirror, line));
    const from = Math.max(content, partialAt - maxLineUnits);
    this.size = lexLine(
      prefix,
      { start: from, end: partialAt },
      { vocabulary: this.#vocabulary, out: this.symbols, at: this.size },
    );
    const blanks = partialAt > content ? blanksBefore(prefix, content, partialAt) : 0;
    if (blanks > 1) {
      this.symbols[this.size++] = toSymbol(
        this.#vocabulary.intern(prefix, partialAt - blanks, partialAt),
        false,
      );
    }
    this.cursor = this.size;
    this.symbols[this.size++] = toSymbol(boundary, false);
    this.#writeAfter(mirror, line, content);
    this.#link();
    const space =
      atLineStart || blanks > 1 ? false : blanks === 1 ? true : partialAt < offset ? false : undefined;
    return { partial: prefix.slice(partialAt), space, indent: prefix.slice(0, content), rest, atLineStart };
  }

  /** Makes the window of symbols already read, with the cursor behind them: for measuring the model token by token. */
  fillWith(symbols: Uint32Array): void {
    const kept = symbols.subarray(Math.max(0, symbols.length - maxSymbolsBefore));
    this.symbols.set(kept);
    this.cursor = kept.length;
    this.symbols[kept.length] = toSymbol(boundary, false);
    this.size = kept.length + 1;
    this.#link();
  }

  /** Writes the lines above, returns the indentation of the last one with content. */
  #writeBefore(mirror: Mirror, line: number): number {
    let first = line;
    for (let size = 0; first > 0 && size < maxSymbolsBefore; first--)
      size += mirror.line(first - 1).symbols.length + 1;
    this.size = 0;
    return this.#writeLines(mirror, first, line, {
      indent: 0,
      blanks: blanksBeforeText,
      limit: maxSymbolsBefore + 1024,
    });
  }

  #writeAfter(mirror: Mirror, line: number, indent: number): void {
    const limit = Math.min(this.size + maxSymbolsAfter, capacity - 1024);
    let last = line + 1;
    for (let size = this.size; last < lineCount(mirror.text) && size < limit; last++)
      size += mirror.line(last).symbols.length + 1;
    this.#writeLines(mirror, line + 1, last, { indent, blanks: 0, limit: capacity - 1024 });
  }

  #writeLines(
    mirror: Mirror,
    from: number,
    to: number,
    state: { indent: number; blanks: number; limit: number },
  ): number {
    let { indent, blanks } = state;
    for (let i = from; i < to && this.size < state.limit; i++) {
      const { indent: depth, symbols } = mirror.line(i);
      if (depth < 0) {
        blanks++;
        continue;
      }
      this.#writeBreak(indent, depth, blanks);
      this.symbols.set(symbols.subarray(0, capacity - 1024 - this.size), this.size);
      this.size = Math.min(this.size + symbols.length, capacity - 1024);
      indent = depth;
      blanks = 0;
    }
    return indent;
  }

  #writeBreak(before: number, after: number, blanks: number): void {
    this.symbols[this.size++] = toSymbol(breakLexeme(blanks, after - before), false);
  }

  #link(): void {
    const heads = this.#heads.fill(-1);
    const { symbols, previous, size } = this;
    for (let i = 1; i < size; i++) {
      const at = slot(contextLexeme(symbols[i - 1] as number));
      previous[i] = heads[at] as number;
      heads[at] = i;
    }
  }
}

function blanksAbove(mirror: Mirror, line: number): number {
  let blanks = 0;
  while (line - 1 - blanks >= 0 && blanks < 8 && mirror.line(line - 1 - blanks).indent < 0) blanks++;
  return blanks;
}

function blanksBefore(value: string, start: number, end: number): number {
  let at = end;
  while (at > start && isBlank(value.charCodeAt(at - 1))) at--;
  return end - at === 1 && value.charCodeAt(at) !== 32 ? 2 : end - at;
}

/** Where the lexeme begins that ends at the cursor and could still grow; the cursor itself where none does. */
function partialStart(value: string, start: number, offset: number): number {
  const last = value.charCodeAt(offset - 1);
  if (isBlank(last)) return offset;
  if (isWordUnit(last)) {
    let at = offset;
    while (at > start && isWordUnit(value.charCodeAt(at - 1))) at--;
    return at;
  }
  // Marks: the lexer decides where the last one begins, from the start of the run of marks.
  let at = offset;
  while (
    at > start &&
    !isWordUnit(value.charCodeAt(at - 1)) &&
    !isBlank(value.charCodeAt(at - 1)) &&
    offset - at < 16
  )
    at--;
  while (lexemeEnd(value, at, offset) < offset) at = lexemeEnd(value, at, offset);
  return canGrow(value.slice(at, offset)) ? at : offset;
}

/** Whether a longer operator begins with this one, so that a cursor behind it may stand inside a lexeme. */
function canGrow(lexeme: string): boolean {
  return /^(?:[=!<>&|?*+\-/.:]|==|!=|\*\*|<<|>>|&&|\|\||\?\?|\.\.|""|''|``|\/\*|<!|<!-|--|\/\/|\\)$/.test(
    lexeme,
  );
}

function slot(lexeme: number): number {
  return (Math.imul(lexeme, 0x9e3779b1) >>> (32 - headBits)) as number;
}
