import type { AskDocument, CompleteAsk } from '../../server/core/ask.ts';
import { createEngine, type EngineOptions } from '../../server/engine/create.ts';
import type { Corpus, Engine, Store } from '../../server/engine/engine.ts';
import { atCursor } from '../support/markers.ts';

export function documentOf(text: string, path = 'a.ts', version = 1): AskDocument {
  return { uri: `file:///w/${path}`, path, languageId: '', version, text };
}

export function completeAsk(marked: string, more: Partial<CompleteAsk> = {}): CompleteAsk {
  const { text, cursor } = atCursor(marked);
  return {
    task: 'complete',
    document: documentOf(text),
    cursor,
    maxLines: 5,
    candidates: 1,
    history: [],
    snippets: [],
    diagnostics: [],
    contextTokens: 1000,
    maxOutputTokens: 100,
    ...more,
  };
}

/** A corpus in memory that counts what was read. */
export function corpusOf(files: Readonly<Record<string, string>>): Corpus & { readonly reads: string[] } {
  const reads: string[] = [];
  return {
    reads,
    async *files(_folders, _exclude, signal) {
      for (const [path, text] of Object.entries(files)) {
        if (signal.aborted) return;
        const read = async (): Promise<string> => {
          reads.push(path);
          return text;
        };
        yield { path: `/w/${path}`, stamp: `${text.length}:${text.slice(0, 8)}`, read };
      }
    },
  };
}

export function storeOf(kept: Map<string, Uint8Array> = new Map()): Store {
  return {
    read: async (key) => kept.get(key),
    write: async (key, bytes) => void kept.set(key, bytes),
  };
}

/** Small, as a test makes hundreds of engines. */
const limits = { symbols: 100_000, openSymbols: 50_000 };

export function engineWith(options: Partial<EngineOptions> = {}): Engine {
  return createEngine({ corpus: corpusOf({}), store: storeOf(), pause: async () => {}, limits, ...options });
}

export async function indexed(engine: Engine): Promise<Engine> {
  engine.folders(['/w'], []);
  while (engine.status().indexing) await new Promise((resolve) => setImmediate(resolve));
  return engine;
}

export function textsOf(engine: Engine, ask: CompleteAsk): string[] {
  const answer = engine.answer(ask);
  return answer.kind === 'suggestions' ? answer.items.map(({ text }) => text) : [];
}
