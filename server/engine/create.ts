/**
 * The embedded engine, put together: open documents, what the workspace holds, and answers to asks.
 *
 * Laws
 * - `answer` is synchronous and depends only on the document, the open documents and what is indexed so far.
 * - An open document counts once: its archived copy is left out while it is the one being asked about.
 * - After `dispose` nothing runs and nothing is held.
 */

import type { Ask, AskDocument, CompleteAsk } from '../core/ask.ts';
import type { Edit } from '../core/edit.ts';
import { dominantEol, lineAt, lineFullEnd } from '../core/text.ts';
import { Archive, type ArchiveFile } from './archive.ts';
import { Completer } from './completer.ts';
import type { Corpus, Engine, EngineAnswer, EngineStatus, Store } from './engine.ts';
import { languageOf, pathOf } from './language.ts';
import { Mirror } from './mirror.ts';
import { Predictor } from './predictor.ts';
import { choose } from './suggest.ts';
import { codeVocabulary } from './symbol.ts';
import { lexText, Window } from './window.ts';

export interface EngineOptions {
  readonly corpus: Corpus;
  readonly store: Store;
  readonly log?: (message: string) => void;
  /** Lets other work go first; settles when the engine may go on. */
  readonly pause: () => Promise<void>;
}

const maxSymbols = 3_000_000;
const maxOpenSymbols = 400_000;
/** Of one file, so that no single file fills the archive. */
const maxFileSymbols = 16_000;

export function createEngine(options: EngineOptions): Engine {
  const vocabulary = codeVocabulary();
  const window = new Window(vocabulary);
  const mirrors = new Map<string, Mirror>();
  const scratch = new Uint32Array(maxFileSymbols);
  let opened = new Archive(maxOpenSymbols);
  const openedFiles = new Map<string, { file: ArchiveFile; version: number }>();
  const indexed = new Archive(maxSymbols);
  let indexing: AbortController | undefined;
  let running: Promise<void> = Promise.resolve();
  let active = '';

  /** Learns an open document anew, so that the others profit from what was typed in it. */
  function learn(mirror: Mirror): void {
    const known = openedFiles.get(mirror.uri);
    if (known?.version === mirror.version) return;
    if (known) opened.remove(known.file);
    if (opened.waste * 2 > opened.size && opened.size > maxOpenSymbols / 2) {
      opened = new Archive(maxOpenSymbols);
      openedFiles.clear();
    }
    const length = lexText(mirror, scratch);
    const file = opened.append({ path: pathOf(mirror), language: languageOf(mirror.path) }, scratch, length);
    if (file) openedFiles.set(mirror.uri, { file, version: mirror.version });
  }

  function mirrorOf(document: AskDocument): Mirror {
    const known = mirrors.get(document.uri);
    if (known) {
      if (known.version !== document.version || known.text.value.length !== document.text.length) {
        known.become(document.version, document.text);
      }
      return known;
    }
    const mirror = new Mirror(document, vocabulary);
    return mirror;
  }

  function complete(ask: CompleteAsk): EngineAnswer {
    const mirror = mirrorOf(ask.document);
    if (active !== mirror.uri) {
      const left = mirrors.get(active);
      if (left) learn(left);
      active = mirror.uri;
    }
    const offset = Math.max(0, Math.min(ask.cursor, mirror.text.value.length));
    const line = lineAt(mirror.text, offset);
    const cursor = window.fill(mirror, line, offset);
    const predictor = new Predictor(vocabulary, window, [opened, indexed]);
    predictor.begin({ path: pathOf(mirror), language: languageOf(mirror.path) });
    const completer = new Completer(vocabulary, window, predictor);
    const below = mirror.text.value.slice(
      lineFullEnd(mirror.text, line),
      lineFullEnd(mirror.text, line) + 2000,
    );
    const wish = { maxLines: ask.maxLines, eol: dominantEol(mirror.text), below };
    const chosen = choose(completer.grow(cursor, wish));
    if (!chosen) return { kind: 'silent', reason: 'low-confidence' };
    return { kind: 'suggestions', items: [chosen] };
  }

  async function index(
    folders: readonly string[],
    exclude: readonly string[],
    signal: AbortSignal,
  ): Promise<void> {
    for await (const file of options.corpus.files(folders, exclude, signal)) {
      if (signal.aborted) return;
      const text = await file.read();
      await options.pause();
      if (signal.aborted) return;
      if (text === undefined) continue;
      const document = {
        uri: file.path,
        path: file.path,
        languageId: '',
        version: 0,
        text: text.slice(0, 65536),
      };
      const length = lexText(new Mirror(document, vocabulary), scratch);
      if (!indexed.append({ path: file.path, language: languageOf(file.path) }, scratch, length)) return;
    }
  }

  return {
    open(document: AskDocument) {
      const mirror = new Mirror(document, vocabulary);
      mirrors.set(document.uri, mirror);
      learn(mirror);
    },
    change(uri: string, version: number, edit: Edit) {
      mirrors.get(uri)?.change(version, edit);
    },
    close(uri: string) {
      mirrors.delete(uri);
      const known = openedFiles.get(uri);
      if (known) opened.remove(known.file);
      openedFiles.delete(uri);
    },
    folders(folders, exclude) {
      indexing?.abort();
      const controller = new AbortController();
      indexing = controller;
      running = running
        .then(() => index(folders, exclude, controller.signal))
        .catch((error: unknown) => options.log?.(`The workspace could not be indexed: ${String(error)}`))
        .then(() => {
          if (indexing === controller) indexing = undefined;
        });
    },
    answer(ask: Ask): EngineAnswer {
      switch (ask.task) {
        case 'complete':
          return complete(ask);
        case 'edit':
        case 'fix':
          return {
            kind: 'cannot',
            message: 'The embedded engine cannot do this; set model.url to a model that can.',
          };
        default:
          return ask satisfies never;
      }
    },
    status(): EngineStatus {
      return {
        indexing: indexing !== undefined,
        files: indexed.files.length,
        tokens: indexed.size + opened.size,
      };
    },
    async dispose() {
      indexing?.abort();
      await running;
      mirrors.clear();
    },
  };
}
