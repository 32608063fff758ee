/**
 * Related: pieces of other files that help to go on here. They come from what is imported, from the files beside this
 * one and from what is or was open; which of them, the likeness to the lines around the cursor decides, and whether
 * they are imported, open or lately edited.
 *
 * Laws
 * - An ask never waits: it gets what is known by then. Files are read when a document is opened, focused or its
 *   imports change, one after the other; what was typed in open ones when typing rests. Only who goes on in another
 *   document before that finds it read at once.
 * - While the cursor stays about where it is, the same pieces are given in the same order, so that a provider's prompt
 *   cache stays warm.
 * - Nothing is read and kept where no model wants it. What is kept is bounded by the ranking.
 */

import path from 'node:path';
import type { Snippet } from '../core/ask.ts';
import type { Clock } from '../core/clock.ts';
import { importedPaths } from '../core/related/imports.ts';
import { createRanking } from '../core/related/ranking.ts';
import { wantedTerms } from '../core/related/wanted.ts';
import { lineAt, sliceOf, type Text } from '../core/text.ts';
import type { Documents, Snapshot } from '../state/documents.ts';
import type { Sources } from '../state/workspace/sources.ts';
import { type FolderPath, folderOf, pathOf, toPath, toUri } from '../state/workspace/uri.ts';

export interface Related {
  opened(uri: string): void;
  changed(uri: string): void;
  closed(uri: string): void;
  /** The editor shows it now. */
  focused(uri: string): void;
  /** Most helpful first; `focus` is an offset, `characters` the most of them in all. */
  of(snapshot: Snapshot, focus: number, characters: number): readonly Snippet[];
  /** Rules or folders are others now. */
  forget(): void;
  /** Settles when what was begun to be read is read. */
  settled(): Promise<void>;
  dispose(): void;
}

export interface RelatedParts {
  readonly documents: Documents;
  readonly sources: Sources;
  readonly folders: () => readonly FolderPath[];
  readonly excludes: (uri: string) => boolean;
  /** Takes secrets out of the text of an open document. */
  readonly redact: (text: string) => string;
  /** Whether the models in use take snippets at all. */
  readonly wanted: () => boolean;
  readonly clock: Clock;
}

/** Further from where the pieces were chosen, they are chosen anew. */
const sameLines = 10;
/** Files that were read or edited since let pieces be chosen anew at most so often. */
const restMs = 5_000;
/** Opening many files at once (a session restored) reads for the last one first. */
const lookAfterMs = 30;
/** An open document that was changed is read again when nobody has typed for so long: 1,000 lines take about 4 ms. */
const readAfterMs = 1_000;
const mostBeside = 20;
const mostSnippets = 12;
/** Pieces far less alike than the best one are noise. */
const leastShare = 0.2;
const favours = { imported: 1.6, open: 1.3, edited: 1.3 } as const;
const mostRecent = 10;

interface Chosen {
  readonly line: number;
  readonly generation: number;
  readonly at: number;
  readonly characters: number;
  readonly snippets: readonly Snippet[];
}

export function createRelated(parts: RelatedParts): Related {
  const { documents, sources, folders, clock } = parts;
  const stamps = new Map<string, string>();
  const imported = new Map<string, ReadonlySet<string>>();
  const importsSeen = new Map<string, string>();
  const chosen = new Map<string, Chosen>();
  /** Open documents whose text the ranking does not have. */
  const unread = new Set<string>();
  let recent: readonly string[] = [];
  let ranking = createRanking();
  let generation = 0;
  let toLook: readonly string[] = [];
  let takeBack = () => {};
  let looking: Promise<void> = Promise.resolve();
  let isDisposed = false;
  /** The one opened last, until something is typed in it or nothing is for a while: it is read last. */
  let newest: string | undefined;
  /** When open documents may be read. */
  let readAt = 0;
  let stopWaiting: (() => void) | undefined;

  function look(uri: string): void {
    if (isDisposed || !parts.wanted()) return;
    toLook = [uri, ...toLook.filter((other) => other !== uri)];
    takeBack();
    takeBack = clock.after(lookAfterMs, () => {
      looking = looking.then(readAll);
    });
  }

  function readIn(ms: number): void {
    const at = clock.now() + ms;
    // Who opens another document has stopped typing in this one.
    if (at < readAt) waitNoMore();
    readAt = at;
    wait();
  }

  function waitNoMore(): void {
    stopWaiting?.();
    stopWaiting = undefined;
  }

  /** One timer, whatever is typed meanwhile; one document at a time, so that no key waits for all of them. */
  function wait(): void {
    if (stopWaiting || isDisposed || !parts.wanted()) return;
    stopWaiting = clock.after(Math.max(0, readAt - clock.now()), () => {
      stopWaiting = undefined;
      if (clock.now() < readAt) return wait();
      // Where nothing else is open nobody wants its pieces yet.
      if (unread.size === 0 || documents.all().length <= 1 || !parts.wanted()) return;
      const next = [...unread].find((uri) => uri !== newest);
      if (next === undefined) {
        // Who only looked something up there goes on in another one.
        newest = undefined;
        return readIn(readAfterMs);
      }
      readText(next);
      wait();
    });
  }

  async function readAll(): Promise<void> {
    for (;;) {
      const [uri, ...rest] = toLook;
      if (uri === undefined || isDisposed) return;
      toLook = rest;
      await readFor(uri);
    }
  }

  async function readFor(uri: string): Promise<void> {
    const file = toPath(uri);
    const folder = file === undefined ? undefined : folderOf(file, folders());
    const snapshot = documents.get(uri);
    if (file === undefined || !folder || !snapshot) return;
    const name = pathOf(uri, folders());
    const known = new Set<string>();
    for (const candidates of importedPaths(name, snapshot.text.value)) {
      const read = await take(candidates.map((each) => path.join(folder.path, each)));
      if (read !== undefined) known.add(read);
      if (isDisposed) return;
    }
    imported.set(uri, known);
    for (const other of await sources.beside(file, mostBeside)) {
      if (isDisposed) return;
      await take([other]);
    }
  }

  /** The path, as asks name it, of the first that is there. */
  async function take(files: readonly string[]): Promise<string | undefined> {
    // What had to make room is read anew.
    const found = await sources.first(files, (file) =>
      ranking.has(pathOf(toUri(file), folders())) ? stamps.get(file) : undefined,
    );
    if (!found || isDisposed) return undefined;
    if ('unchanged' in found) return pathOf(toUri(found.unchanged), folders());
    const name = pathOf(toUri(found.file), folders());
    stamps.set(found.file, found.stamp);
    // What is open is read from the editor.
    if (!documents.all().some(({ uri }) => pathOf(uri, folders()) === name)) {
      ranking.put(name, found.text);
      generation++;
    }
    return name;
  }

  function readText(uri: string): void {
    unread.delete(uri);
    const snapshot = documents.get(uri);
    if (!snapshot || parts.excludes(uri)) return;
    ranking.put(pathOf(uri, folders()), parts.redact(snapshot.text.value));
    // To itself it is no news.
    const own = chosen.get(uri);
    if (own?.generation === generation) chosen.set(uri, { ...own, generation: generation + 1 });
    generation++;
  }

  function choose(snapshot: Snapshot, focus: number, characters: number): readonly Snippet[] {
    const own = pathOf(snapshot.uri, folders());
    if (!ranking.knowsBeside(own)) return [];
    const named = imported.get(snapshot.uri);
    const open = new Set(documents.all().map(({ uri }) => pathOf(uri, folders())));
    const edited = new Set(recent.map((uri) => pathOf(uri, folders())));
    const found = ranking.find(wantedTerms(snapshot.text, focus), {
      most: mostSnippets * 2,
      favour: (name) =>
        name === own
          ? 0
          : (named?.has(name) ? favours.imported : 1) *
            (open.has(name) ? favours.open : 1) *
            (edited.has(name) ? favours.edited : 1),
    });
    const best = found[0]?.score ?? 0;
    const snippets: Snippet[] = [];
    let left = characters;
    for (const { path: name, text, score } of found) {
      if (score < best * leastShare || snippets.length >= mostSnippets) break;
      if (text.length + name.length > left) continue;
      left -= text.length + name.length;
      snippets.push({ path: name, text });
    }
    return snippets;
  }

  return {
    opened(uri) {
      unread.add(uri);
      newest = uri;
      readIn(lookAfterMs);
      look(uri);
    },
    changed(uri) {
      unread.add(uri);
      if (newest === uri) newest = undefined;
      readIn(readAfterMs);
      if (recent[0] !== uri) recent = [uri, ...recent.filter((other) => other !== uri)].slice(0, mostRecent);
    },
    closed(uri) {
      unread.delete(uri);
      chosen.delete(uri);
      imported.delete(uri);
      importsSeen.delete(uri);
    },
    focused(uri) {
      readIn(lookAfterMs);
      look(uri);
    },
    of(snapshot, focus, characters) {
      if (!parts.wanted() || characters <= 0) return [];
      const { uri, text } = snapshot;
      const line = lineAt(text, focus);
      const before = chosen.get(uri);
      const isNear =
        before !== undefined && before.characters === characters && Math.abs(before.line - line) <= sameLines;
      const at = clock.now();
      if (isNear && at - before.at < restMs) return before.snippets;
      const head = importsOf(text);
      if (importsSeen.get(uri) !== head) {
        if (importsSeen.has(uri)) look(uri);
        importsSeen.set(uri, head);
      }
      for (const other of unread) if (other !== uri) readText(other);
      if (isNear && before.generation === generation) {
        chosen.set(uri, { ...before, at });
        return before.snippets;
      }
      const snippets = choose(snapshot, focus, characters);
      chosen.set(uri, { line, generation, at, characters, snippets });
      return snippets;
    },
    forget() {
      ranking = createRanking();
      stamps.clear();
      imported.clear();
      importsSeen.clear();
      chosen.clear();
      generation++;
      for (const { uri } of documents.all()) {
        unread.add(uri);
        look(uri);
      }
      readIn(lookAfterMs);
    },
    settled: () => looking,
    dispose() {
      isDisposed = true;
      takeBack();
      waitNoMore();
    },
  };
}

/** What an import would change: the lines at the top that may hold some. */
function importsOf(text: Text): string {
  return (
    sliceOf(text, 0, 4_000)
      .match(/^.*\b(?:import|require|use|include|from|mod|source)\b.*$/gm)
      ?.join('\n') ?? ''
  );
}
