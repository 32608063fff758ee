/**
 * Archive: the symbols of many files, found again by what stands before them.
 *
 * Every position is linked to the one before it with the same two, and to the one with the same four, lexemes in
 * front (hash chains, as the match finder of an LZ compressor has them). Learning a symbol is two writes; counts
 * of any order are taken when asked, by walking the chains, newest first.
 *
 * Laws
 * - Arrays have room for `maxSymbols`, then `append` answers undefined. Memory that was never written to is not
 *   taken from the machine, so room that is not needed costs nothing, and growing copies nothing.
 * - A removed file stays in the arrays, marked dead, until the archive is made anew: `waste` says how much.
 * - A file begins with `boundary`, so that no match reaches into its neighbour.
 */

import { boundary, contextLexeme, toSymbol } from './symbol.ts';

export interface ArchiveFile {
  readonly path: string;
  readonly start: number;
  readonly end: number;
  readonly folder: string;
  readonly language: string;
  /** What the file offers to others: lexeme times two, plus one for a default export. */
  readonly names: Uint32Array;
  readonly stamp: string;
  dead: boolean;
}

/** No position: `0` is the boundary of the first file, which nothing follows. */
export const chainEnd = 0;

export class Archive {
  readonly maxSymbols: number;
  readonly symbols: Uint32Array<ArrayBuffer>;
  /** Previous position with the same two lexemes before it; `chainEnd` ends the chain. */
  readonly previousShort: Uint32Array<ArrayBuffer>;
  /** The same with four. */
  readonly previousLong: Uint32Array<ArrayBuffer>;
  readonly files: ArchiveFile[] = [];
  readonly #headsShort: Uint32Array<ArrayBuffer>;
  readonly #headsLong: Uint32Array<ArrayBuffer>;
  readonly #shift: number;
  #size = 0;
  #waste = 0;

  constructor(maxSymbols: number) {
    this.maxSymbols = maxSymbols;
    this.symbols = new Uint32Array(maxSymbols);
    this.previousShort = new Uint32Array(maxSymbols);
    this.previousLong = new Uint32Array(maxSymbols);
    const bits = Math.max(fewestHeadBits, Math.ceil(Math.log2(maxSymbols)) - 1);
    this.#shift = 32 - bits;
    this.#headsShort = new Uint32Array(1 << bits);
    this.#headsLong = new Uint32Array(1 << bits);
  }

  get size(): number {
    return this.#size;
  }

  get waste(): number {
    return this.#waste;
  }

  /** Learns `symbols`; undefined when there is no room. */
  append(
    file: Pick<ArchiveFile, 'path' | 'language' | 'names' | 'stamp'>,
    symbols: Uint32Array,
  ): ArchiveFile | undefined {
    const { length } = symbols;
    const start = this.#size;
    const end = start + length + 1;
    if (end > this.maxSymbols) return undefined;
    this.symbols[start] = toSymbol(boundary, false);
    this.symbols.set(symbols, start + 1);
    this.#size = end;
    this.#link(start + 1, end);
    const folder = file.path.slice(0, Math.max(0, file.path.lastIndexOf('/')));
    const entry: ArchiveFile = { ...file, start, end, folder, dead: false };
    this.files.push(entry);
    return entry;
  }

  /** No room for more than a fragment of a file: what comes further back in the order is not worth reading. */
  get isFull(): boolean {
    return this.maxSymbols - this.#size < smallestRoom;
  }

  remove(file: ArchiveFile): void {
    if (file.dead) return;
    file.dead = true;
    this.#waste += file.end - file.start;
  }

  /** Index into `files` of the file that holds a position. */
  fileAt(position: number): number {
    let low = 0;
    let high = this.files.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if ((this.files[middle] as ArchiveFile).start <= position) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  /** Newest position behind these two lexemes (the last one first), or `chainEnd`. */
  headShort(last: number, second: number): number {
    return this.#headsShort[hash(last, second) >>> this.#shift] as number;
  }

  headLong(last: number, second: number, third: number, fourth: number): number {
    return this.#headsLong[hash(hash(last, second), hash(third, fourth)) >>> this.#shift] as number;
  }

  #link(from: number, to: number): void {
    const { symbols, previousShort, previousLong } = this;
    const headsShort = this.#headsShort;
    const headsLong = this.#headsLong;
    const shift = this.#shift;
    for (let i = from; i < to; i++) {
      const pair =
        i >= 2 ? hash(contextLexeme(symbols[i - 1] as number), contextLexeme(symbols[i - 2] as number)) : 0;
      const before =
        i >= 4 ? hash(contextLexeme(symbols[i - 3] as number), contextLexeme(symbols[i - 4] as number)) : 0;
      const short = pair >>> shift;
      previousShort[i] = headsShort[short] as number;
      headsShort[short] = i;
      const long = hash(pair, before) >>> shift;
      previousLong[i] = headsLong[long] as number;
      headsLong[long] = i;
    }
  }
}

const fewestHeadBits = 10;

/** Symbols; a short file has as many. */
const smallestRoom = 2_000;

function hash(a: number, b: number): number {
  let h = Math.imul(a, 0x9e3779b1) ^ Math.imul(b + 0x7f4a7c15, 0x85ebca6b);
  h ^= h >>> 15;
  return Math.imul(h, 0xc2b2ae35) >>> 0;
}
