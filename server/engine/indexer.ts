/**
 * Indexer: brings the workspace into the knowledge, in the background and once.
 *
 *   snapshot of the last start ──► file unchanged? ──yes──► its symbols as they are
 *                                        └──no───► read, lexed, learned
 *                                  all files seen ──► snapshot written, if anything changed
 *
 * Laws
 * - Between any two files, and inside the work on snapshots, it waits for `pause`: others go first.
 * - After the signal has aborted nothing is learned and nothing is written.
 * - A snapshot that cannot be read is as none: everything is learned again.
 */

import type { ArchiveFile } from './archive.ts';
import type { Corpus, Store } from './engine.ts';
import type { Knowledge } from './knowledge.ts';
import { isLearnablePath, isLearnableText } from './learnable.ts';
import { decode, encode, type SnapshotFile } from './snapshot.ts';
import { firstText } from './symbol.ts';

export interface Surroundings {
  readonly corpus: Corpus;
  readonly store: Store;
  readonly pause: () => Promise<void>;
}

export async function indexWorkspace(
  knowledge: Knowledge,
  around: Surroundings,
  wanted: {
    readonly folders: readonly string[];
    readonly exclude: readonly string[];
    readonly signal: AbortSignal;
  },
): Promise<void> {
  const { folders, exclude, signal } = wanted;
  const key = keyOf(folders);
  const kept = await readSnapshot(knowledge, around, key, signal);
  const known = new Set(knowledge.workspace.files.map(({ path }) => path));
  let changed = 0;
  for await (const file of around.corpus.files(folders, exclude, signal)) {
    if (signal.aborted) return;
    if (knowledge.workspace.isFull) break;
    if (known.has(file.path) || !isLearnablePath(file.path)) continue;
    const old = kept.get(file.path);
    if (old?.stamp === file.stamp) {
      knowledge.restore(old, old.symbols);
      kept.delete(file.path);
    } else {
      const text = await file.read();
      if (signal.aborted) return;
      if (text !== undefined && isLearnableText(text)) {
        knowledge.learnFile({ path: file.path, stamp: file.stamp }, text);
        changed++;
      }
    }
    await around.pause();
  }
  if (signal.aborted || (changed === 0 && kept.size === 0)) return;
  const bytes = await unhurried(encode(snapshotOf(knowledge)), around.pause, signal);
  if (bytes) await around.store.write(key, bytes);
}

/** The files of the last start, their symbols already in numbers of this start's vocabulary. */
async function readSnapshot(
  knowledge: Knowledge,
  { store, pause }: Surroundings,
  key: string,
  signal: AbortSignal,
): Promise<Map<string, SnapshotFile>> {
  const files = new Map<string, SnapshotFile>();
  const bytes = await store.read(key);
  const snapshot = bytes && (await unhurried(decode(bytes), pause, signal));
  if (!snapshot) return files;
  const ids = new Uint32Array(snapshot.lexemes.length);
  for (let i = 0; i < ids.length; i++) {
    const lexeme = snapshot.lexemes[i] as string;
    // Lexemes below `firstText` are the same numbers at every start.
    ids[i] = i < firstText ? i : knowledge.vocabulary.intern(lexeme, 0, lexeme.length);
    if (i % 4096 === 0) await pause();
  }
  for (const file of snapshot.files) {
    // In place: a second copy of all symbols would be most of what the engine may hold.
    renumber(file.names, ids);
    renumber(file.symbols, ids);
    files.set(file.path, file);
    await pause();
  }
  return files;
}

/** What is archived and alive, in numbers of the lexemes it uses. */
function snapshotOf(knowledge: Knowledge): { lexemes: string[]; files: Iterable<SnapshotFile> } {
  const { vocabulary, workspace } = knowledge;
  const live = workspace.files.filter(({ dead }) => !dead);
  const ids = new Uint32Array(vocabulary.size);
  const lexemes: string[] = [];
  const use = (lexeme: number): void => {
    if (lexeme < firstText || ids[lexeme] !== 0) return;
    ids[lexeme] = lexemes.length;
    lexemes.push(vocabulary.text(lexeme));
  };
  for (let id = 0; id < firstText; id++) {
    ids[id] = id;
    lexemes.push('');
  }
  for (const file of live) {
    for (const name of file.names) use(name >>> 1);
    for (let i = file.start + 1; i < file.end; i++) use((workspace.symbols[i] as number) >>> 1);
  }
  return { lexemes, files: numbered(live, workspace.symbols, ids) };
}

function* numbered(
  files: readonly ArchiveFile[],
  symbols: Uint32Array,
  ids: Uint32Array,
): Generator<SnapshotFile> {
  for (const { path, stamp, names, start, end } of files) {
    yield {
      path,
      stamp,
      names: renumber(names.slice(), ids),
      symbols: renumber(symbols.slice(start + 1, end), ids),
    };
  }
}

function renumber(symbols: Uint32Array, ids: Uint32Array): Uint32Array {
  for (let i = 0; i < symbols.length; i++) {
    const symbol = symbols[i] as number;
    symbols[i] = (ids[symbol >>> 1] as number) * 2 + (symbol & 1);
  }
  return symbols;
}

async function unhurried<T>(
  work: Generator<void, T>,
  pause: () => Promise<void>,
  signal: AbortSignal,
): Promise<T | undefined> {
  for (;;) {
    const step = work.next();
    if (step.done) return step.value;
    await pause();
    if (signal.aborted) return undefined;
  }
}

/** One snapshot for one set of folders: two editors on two projects do not overwrite each other's. */
function keyOf(folders: readonly string[]): string {
  let high = 0x811c9dc5;
  let low = 0x9e3779b9;
  for (const unit of [...folders].sort().join('\n')) {
    const code = unit.codePointAt(0) ?? 0;
    high = Math.imul(high ^ code, 0x01000193);
    low = Math.imul(low ^ (code + 0x7f), 0x85ebca6b);
  }
  return `index-${(high >>> 0).toString(16).padStart(8, '0')}${(low >>> 0).toString(16).padStart(8, '0')}`;
}
