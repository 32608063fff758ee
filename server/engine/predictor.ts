/**
 * Predictor: what may follow a context, gathered from the window around the cursor and from the archives.
 *
 * Cost is bounded: at most `windowWalk` occurrences in the window and `shortWalk + longWalk` in each archive are
 * looked at, newest first.
 */

import { type Archive, type ArchiveFile, chainEnd } from './archive.ts';
import { type Candidate, Evidence, inDocument, inProject, longestMatch, nearby } from './evidence.ts';
import { boundary, contextLexeme, isBreak, lexemeOf } from './symbol.ts';
import type { Vocabulary } from './vocabulary.ts';
import type { Window } from './window.ts';

const windowWalk = 3000;
const longWalk = 96;
const shortWalk = 192;
/** Words looked at when a word is completed without context. */
const wordWalk = 1500;
/** What an occurrence in a file of another language is worth. */
const foreignWeight = 0.15;

/** The lexemes before the place to predict, the last one at `length - 1`. */
export interface Context {
  readonly lexemes: Uint32Array;
  length: number;
}

/** Which symbols may follow: those that continue what was already typed. */
export interface Filter {
  readonly partial: string;
  readonly space: boolean | undefined;
}

export interface Place {
  readonly path: string;
  readonly language: string;
}

export interface Sources {
  readonly open: () => Archive;
  readonly workspace: Archive;
  /** Whether a file of the workspace is open, and so counts by its live text. */
  readonly isOpen: (path: string) => boolean;
}

/** Beside the scopes of other files: one that was not looked at yet, files that do not count, and files of another language. */
const unseen = 0;
const left = 3;
const foreign = 4;

export class Predictor {
  readonly evidence = new Evidence();
  readonly #vocabulary: Vocabulary;
  readonly #window: Window;
  readonly #sources: Sources;
  #place: Place = { path: '', language: '' };
  #folder = '';
  #archives: readonly Archive[] = [];
  #scopeOf: readonly Uint8Array[] = [];
  #fits = new Map<number, boolean>();
  #fitsFor = '';

  constructor(vocabulary: Vocabulary, window: Window, sources: Sources) {
    this.#vocabulary = vocabulary;
    this.#window = window;
    this.#sources = sources;
  }

  /** Sets whose document is being predicted: its own archived copy does not count, its neighbours count more. */
  begin(place: Place): void {
    this.#place = place;
    this.#folder = place.path.slice(0, Math.max(0, place.path.lastIndexOf('/')));
    this.#archives = [this.#sources.open(), this.#sources.workspace];
    this.#scopeOf = this.#archives.map(({ files }) => new Uint8Array(files.length));
  }

  predict(context: Context, most: number, filter?: Filter): Candidate[] {
    const { evidence } = this;
    evidence.clear();
    this.#readWindow(context, filter);
    for (let i = 0; i < this.#archives.length; i++) {
      this.#readArchive(this.#archives[i] as Archive, this.#scopeOf[i] as Uint8Array, context, filter);
    }
    if (filter && filter.partial.length > 0) this.#readWords(filter);
    evidence.settle();
    return evidence.best(most);
  }

  /** Of the file that holds a position: of thousands an answer meets a few dozen. */
  #kindAt(position: number, archive: Archive, scopeOf: Uint8Array): number {
    const at = archive.fileAt(position);
    if (scopeOf[at] === unseen) scopeOf[at] = this.#kindOf(archive.files[at], archive);
    return scopeOf[at] as number;
  }

  #kindOf(file: ArchiveFile | undefined, archive: Archive): number {
    const isOpen = archive !== this.#sources.workspace;
    if (!file || file.dead || file.path === this.#place.path) return left;
    if (!isOpen && this.#sources.isOpen(file.path)) return left;
    if (file.language !== this.#place.language) return foreign;
    return isOpen || file.folder === this.#folder ? nearby : inProject;
  }

  #readWindow(context: Context, filter: Filter | undefined): void {
    const { symbols, previous, cursor } = this.#window;
    const { lexemes, length } = context;
    const last = lexemes[length - 1] as number;
    if (last <= boundary) return;
    let walked = 0;
    for (let i = this.#window.head(last); i >= 0 && walked < windowWalk; i = previous[i] as number) {
      if (contextLexeme(symbols[i - 1] as number) !== last) continue;
      walked++;
      const symbol = symbols[i] as number;
      if (symbol >>> 1 <= boundary || i === cursor) continue;
      if (filter && !this.#fit(symbol, filter)) continue;
      let match = 1;
      while (match < longestMatch) {
        const other = contextLexeme(symbols[i - 1 - match] as number);
        if (
          other <= boundary ||
          i - 1 - match < 0 ||
          length - 1 - match < 0 ||
          other !== lexemes[length - 1 - match]
        )
          break;
        match++;
      }
      const distance = Math.abs(i - cursor);
      this.evidence.add(symbol, inDocument, match, 0.5 + 0.5 / (1 + distance / 1000));
    }
  }

  #readArchive(archive: Archive, scopeOf: Uint8Array, context: Context, filter: Filter | undefined): void {
    const { lexemes, length } = context;
    if (length < 2) return;
    const last = lexemes[length - 1] as number;
    const second = lexemes[length - 2] as number;
    if (last <= boundary || second <= boundary) return;
    let longest = Number.POSITIVE_INFINITY;
    if (length >= 4) {
      const third = lexemes[length - 3] as number;
      const fourth = lexemes[length - 4] as number;
      if (third > boundary && fourth > boundary) {
        longest = 4;
        this.#walk(archive, scopeOf, context, filter, {
          next: archive.headLong(last, second, third, fourth),
          least: 4,
          most: Number.POSITIVE_INFINITY,
          steps: longWalk,
          long: true,
        });
      }
    }
    this.#walk(archive, scopeOf, context, filter, {
      next: archive.headShort(last, second),
      least: 2,
      most: longest,
      steps: shortWalk,
      long: false,
    });
  }

  #walk(
    archive: Archive,
    scopeOf: Uint8Array,
    context: Context,
    filter: Filter | undefined,
    chain: { next: number; least: number; most: number; steps: number; long: boolean },
  ): void {
    const { symbols } = archive;
    const previous = chain.long ? archive.previousLong : archive.previousShort;
    const { lexemes, length } = context;
    let i = chain.next;
    for (let walked = 0; i !== chainEnd && walked < chain.steps; walked++, i = previous[i] as number) {
      const symbol = symbols[i] as number;
      if (symbol >>> 1 <= boundary) continue;
      let match = 0;
      while (match < longestMatch && match < length) {
        const other = contextLexeme(symbols[i - 1 - match] as number);
        if (other <= boundary || other !== lexemes[length - 1 - match]) break;
        match++;
      }
      if (match < chain.least || match >= chain.most) continue;
      if (filter && !this.#fit(symbol, filter)) continue;
      const kind = this.#kindAt(i, archive, scopeOf);
      if (kind === left) continue;
      if (kind === foreign) this.evidence.add(symbol, inProject, match, foreignWeight);
      else this.evidence.add(symbol, kind === nearby ? nearby : inProject, match, 1);
    }
  }

  /** Words that begin as the one being typed, whatever stands before them. */
  #readWords(filter: Filter): void {
    const { symbols, size, cursor } = this.#window;
    const first = filter.partial.charCodeAt(0);
    for (let i = 1; i < size; i++) {
      const symbol = symbols[i] as number;
      if (
        this.#vocabulary.firstUnit(symbol >>> 1) !== first ||
        symbol >>> 1 <= boundary ||
        isBreak(symbol >>> 1)
      )
        continue;
      if (filter.space === undefined ? !this.#fit(symbol, filter) : !this.#fitsText(symbol >>> 1, filter))
        continue;
      const spaced = filter.space === undefined ? symbol : (symbol & ~1) | (filter.space ? 1 : 0);
      this.evidence.add(spaced, inDocument, 0, 0.5 + 0.5 / (1 + Math.abs(i - cursor) / 1000));
    }
    for (const lexeme of this.#vocabulary.completions(filter.partial, wordWalk)) {
      const count = this.#vocabulary.count(lexeme);
      if (count > 0) this.evidence.add(lexeme * 2 + (filter.space ? 1 : 0), inProject, 0, Math.sqrt(count));
    }
  }

  #fit(symbol: number, filter: Filter): boolean {
    if (filter.space !== undefined && ((symbol & 1) === 1) !== filter.space) {
      // A line break has no space before it, and a space typed before it would be trailing: that is no match.
      return false;
    }
    if (filter.partial === '') return true;
    return this.#fitsText(lexemeOf(symbol), filter);
  }

  #fitsText(lexeme: number, filter: Filter): boolean {
    if (this.#fitsFor !== filter.partial) {
      this.#fits.clear();
      this.#fitsFor = filter.partial;
    }
    const known = this.#fits.get(lexeme);
    if (known !== undefined) return known;
    const fits = !isBreak(lexeme) && lexeme > boundary && this.#vocabulary.startsWith(lexeme, filter.partial);
    this.#fits.set(lexeme, fits);
    return fits;
  }
}
