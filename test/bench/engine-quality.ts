/** What the embedded engine shows at random cursors of files it has never seen, and how much of it is kept. */

import type { CompleteAsk } from '../../server/core/ask.ts';
import { createEngine } from '../../server/engine/create.ts';
import type { Corpus, Engine } from '../../server/engine/engine.ts';
import { type CodeBase, drawSamples, type Sample, type SourceFile, type View } from './engine-samples.ts';

export interface Shown {
  readonly text: string;
  readonly confidence: number;
  readonly kept: boolean;
}

export interface Outcome {
  readonly sample: Sample;
  readonly shown: Shown | undefined;
  readonly milliseconds: number;
}

export interface Quality {
  readonly cursors: number;
  readonly shown: number;
  readonly kept: number;
  /** Of the shown ones: the mean of their confidence. */
  readonly confidence: number;
  /** Characters of kept suggestions per cursor. */
  readonly keptCharacters: number;
}

export function engineOf(files: readonly SourceFile[]): Engine {
  const corpus: Corpus = {
    async *files() {
      for (const { path, text } of files) yield { path, stamp: '', read: async () => text };
    },
  };
  return createEngine({
    corpus,
    store: { read: async () => undefined, write: async () => {} },
    pause: async () => {},
  });
}

export async function indexed(engine: Engine): Promise<Engine> {
  engine.folders(['/'], []);
  while (engine.status().indexing) await new Promise((resolve) => setImmediate(resolve));
  return engine;
}

/** `alone`: nothing is known but two neighbouring documents that are open. */
export async function measure(
  base: CodeBase,
  cursors: number,
  options: { view: View; alone: boolean },
): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  const samples = drawSamples(base, cursors, options.view);
  let engine = options.alone ? undefined : await indexed(engineOf(base.known));
  let folder = '';
  for (const sample of samples.sort((a, b) =>
    a.file.path < b.file.path ? -1 : a.file.path > b.file.path ? 1 : a.cursor - b.cursor,
  )) {
    const own = sample.file.path.slice(0, sample.file.path.lastIndexOf('/'));
    if (options.alone && (!engine || own !== folder)) {
      folder = own;
      await engine?.dispose();
      engine = engineOf([]);
      const neighbours = base.known
        .filter(({ path }) => path.slice(0, path.lastIndexOf('/')) === own)
        .slice(0, 2);
      for (const { path, text } of neighbours)
        engine.open({ uri: `file://${path}`, path, languageId: '', version: 1, text });
    }
    if (!engine) break;
    const start = performance.now();
    const answer = engine.answer(completeAsk(sample));
    const milliseconds = performance.now() - start;
    const item = answer.kind === 'suggestions' ? answer.items[0] : undefined;
    const shown = item && { ...item, kept: sample.truth.startsWith(item.text) };
    outcomes.push({ sample, shown, milliseconds });
  }
  await engine?.dispose();
  return outcomes;
}

export function summed(outcomes: readonly Outcome[]): Quality {
  const shown = outcomes.flatMap(({ shown }) => (shown ? [shown] : []));
  const kept = shown.filter((item) => item.kept);
  return {
    cursors: outcomes.length,
    shown: shown.length,
    kept: kept.length,
    confidence: shown.reduce((sum, item) => sum + item.confidence, 0) / Math.max(1, shown.length),
    keptCharacters: kept.reduce((sum, item) => sum + item.text.length, 0) / Math.max(1, outcomes.length),
  };
}

export function completeAsk({ file, cursor, text }: Sample): CompleteAsk {
  return {
    task: 'complete',
    document: { uri: `file://${file.path}`, path: file.path, languageId: '', version: cursor, text },
    cursor,
    maxLines: 20,
    candidates: 1,
    history: [],
    snippets: [],
    diagnostics: [],
    contextTokens: 4096,
    maxOutputTokens: 256,
  };
}
