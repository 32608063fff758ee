/**
 * Knowledge: everything the engine has learned, and the completer over it: the vocabulary, the open documents,
 * and the workspace's files.
 *
 * Laws
 * - Counts of lexemes are of what is archived and not removed.
 * - A file that is open counts by its live text alone: its copy from disk is passed over while it is open.
 */

import type { ExportSite } from '../core/fix/spelled.ts';
import { Archive, type ArchiveFile } from './archive.ts';
import { Completer } from './completer.ts';
import { exportedNames } from './exports.ts';
import { languageOf, pathOf } from './language.ts';
import type { Mirror } from './mirror.ts';
import { Predictor } from './predictor.ts';
import { lexText } from './sequence.ts';
import { codeVocabulary } from './symbol.ts';
import { Window } from './window.ts';

export interface Limits {
  /** Symbols of the workspace's files. Two million are about 8 MB of source and 30 MB of memory. */
  readonly symbols: number;
  /** Symbols of open documents. */
  readonly openSymbols: number;
  /** Symbols of one file, so that no single file fills the archive. */
  readonly fileSymbols: number;
}

export const defaultLimits: Limits = { symbols: 2_000_000, openSymbols: 400_000, fileSymbols: 16_000 };

/** A text is read up to here: more would not fit `fileSymbols` and costs time. In UTF-16 code units. */
const unitsPerSymbol = 6;

export class Knowledge {
  readonly vocabulary = codeVocabulary();
  readonly window = new Window(this.vocabulary);
  readonly workspace: Archive;
  readonly predictor: Predictor;
  readonly completer: Completer;
  readonly #limits: Limits;
  readonly #scratch: Uint32Array<ArrayBuffer>;
  readonly #opened = new Map<string, { readonly file: ArchiveFile | undefined; readonly version: number }>();
  #open: Archive;

  constructor(limits: Limits) {
    this.#limits = limits;
    this.#scratch = new Uint32Array(limits.fileSymbols);
    this.workspace = new Archive(limits.symbols);
    this.#open = new Archive(limits.openSymbols);
    this.predictor = new Predictor(this.vocabulary, this.window, {
      open: () => this.#open,
      workspace: this.workspace,
      isOpen: (path) => this.#opened.has(path),
    });
    this.completer = new Completer(this.vocabulary, this.window, this.predictor);
  }

  get symbols(): number {
    return this.workspace.size - this.workspace.waste + this.#open.size - this.#open.waste;
  }

  /** Reads an open document anew, so that its neighbours profit from what was typed in it. */
  learnOpen(mirror: Mirror): void {
    const path = pathOf(mirror);
    const known = this.#opened.get(path);
    if (known?.version === mirror.version) return;
    this.forgetOpen(mirror);
    const file = this.#append(() => this.#open, { path, stamp: '' }, mirror.text.value);
    this.#opened.set(path, { file, version: mirror.version });
  }

  forgetOpen(mirror: Mirror): void {
    const path = pathOf(mirror);
    const known = this.#opened.get(path);
    this.#opened.delete(path);
    if (known?.file) this.#remove(this.#open, known.file);
    if (this.#open.waste * 2 > this.#limits.openSymbols) this.#rebuildOpen();
  }

  /** Undefined when the archive is full; its names are known all the same. */
  learnFile(file: { readonly path: string; readonly stamp: string }, text: string): ArchiveFile | undefined {
    return this.#append(() => this.workspace, file, text);
  }

  /** A file whose symbols are known already, from a snapshot. */
  restore(
    file: Pick<ArchiveFile, 'path' | 'stamp' | 'names'>,
    symbols: Uint32Array,
  ): ArchiveFile | undefined {
    const added = this.workspace.append({ ...file, language: languageOf(file.path) }, symbols);
    if (added) this.#count(symbols, 1);
    return added;
  }

  exportsOf(name: string): ExportSite[] {
    const lexeme = this.vocabulary.find(name);
    if (lexeme === undefined) return [];
    const sites = new Map<string, ExportSite>();
    for (const archive of [this.#open, this.workspace]) {
      for (const { path, names, dead } of archive.files) {
        if (dead || sites.has(path) || (archive === this.workspace && this.#opened.has(path))) continue;
        for (const entry of names) {
          if (entry >>> 1 === lexeme)
            sites.set(path, { path, kind: (entry & 1) === 1 ? 'default' : 'named' });
        }
      }
    }
    return [...sites.values()];
  }

  #append(
    archive: () => Archive,
    file: { readonly path: string; readonly stamp: string },
    text: string,
  ): ArchiveFile | undefined {
    const { vocabulary } = this;
    const read = text.slice(0, this.#limits.fileSymbols * unitsPerSymbol);
    const names = Uint32Array.from(
      exportedNames(file.path, read).map(
        ({ name, kind }) => vocabulary.intern(name, 0, name.length) * 2 + (kind === 'default' ? 1 : 0),
      ),
    );
    const entry = { ...file, names, language: languageOf(file.path) };
    const symbols = this.#scratch.subarray(0, lexText(read, vocabulary, this.#scratch));
    const added = archive().append(entry, symbols);
    if (added) this.#count(symbols, 1);
    else archive().append(entry, new Uint32Array(0));
    return added;
  }

  #remove(archive: Archive, file: ArchiveFile): void {
    this.#count(archive.symbols.subarray(file.start, file.end), -1);
    archive.remove(file);
  }

  #count(symbols: Uint32Array, by: number): void {
    for (const symbol of symbols) this.vocabulary.addCount(symbol >>> 1, by);
  }

  /** Copies what is still open to a new archive: at most a tenth of a second in an hour of editing. */
  #rebuildOpen(): void {
    const old = this.#open;
    this.#open = new Archive(this.#limits.openSymbols);
    for (const [path, { file, version }] of this.#opened) {
      const kept = file && this.#open.append(file, old.symbols.subarray(file.start + 1, file.end));
      this.#opened.set(path, { file: kept, version });
    }
  }
}
