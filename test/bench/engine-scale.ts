/** What the embedded engine costs on a big workspace: time to index, memory, and time to answer. */

import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { createEngine } from '../../server/engine/create.ts';
import type { Corpus, CorpusFile, Engine } from '../../server/engine/engine.ts';
import { completeAsk } from './engine-quality.ts';
import { generator, sampleAt } from './engine-samples.ts';

export interface Scale {
  readonly files: number;
  readonly tokens: number;
  readonly indexCpuMs: number;
  readonly restoreCpuMs: number;
  readonly heapBytes: number;
  readonly bufferBytes: number;
  readonly residentBytes: number;
  readonly answers: Latency;
  readonly typingOn5000Lines: Typing;
  readonly typingOn100000Lines: Typing;
  readonly snapshotBytes: number;
}

export interface Typing {
  readonly changes: Latency;
  readonly answers: Latency;
}

export interface Latency {
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

/** Indexes the files below the folders until `count` are seen; the same files come again under other names to fill up. */
export async function measureScale(folders: readonly string[], count: number): Promise<Scale> {
  const kept = new Map<string, Uint8Array>();
  const paths = [...new Set(folders.flatMap((folder) => [...filePaths(folder)]))].sort();
  const corpus: Corpus = {
    async *files(_folders, _exclude, signal) {
      for (let i = 0; i < count && !signal.aborted && paths.length > 0; i++) yield fileOf(paths, i);
    },
  };
  const create = () =>
    createEngine({
      corpus,
      store: { read: async (key) => kept.get(key), write: async (key, bytes) => void kept.set(key, bytes) },
      log: (message) => console.error(message),
      pause: () => new Promise((resolve) => setImmediate(resolve)),
    });
  const before = memory();
  const engine = create();
  const indexCpuMs = await indexTime(engine);
  const after = memory();
  const status = engine.status();
  const sources = paths
    .filter((path) => /\.(?:[cm]?[jt]s|py|rs|go|c|h)$/.test(path))
    .map((path) => readFileSync(path, 'utf8'));
  const typical = sources.filter((text) => text.length > 1000 && text.length < 60_000).slice(0, 200);
  const answers = answerTimes(engine, typical, 2000);
  const long = (lines: number): string => {
    const piece = typical.join('\n').split('\n').slice(0, lines);
    const all = Array.from({ length: lines }, (_, i) => piece[i % piece.length] ?? '');
    return all.join('\n');
  };
  const typingOn5000Lines = typingTimes(engine, long(5000), 500);
  const typingOn100000Lines = typingTimes(engine, long(100_000), 300);
  await engine.dispose();
  const again = create();
  const restoreCpuMs = await indexTime(again);
  await again.dispose();
  return {
    files: status.files,
    tokens: status.tokens,
    indexCpuMs,
    restoreCpuMs,
    heapBytes: after.heap - before.heap,
    bufferBytes: after.buffers - before.buffers,
    residentBytes: after.resident,
    answers,
    typingOn5000Lines,
    typingOn100000Lines,
    snapshotBytes: [...kept.values()].reduce((sum, bytes) => sum + bytes.length, 0),
  };
}

async function indexTime(engine: Engine): Promise<number> {
  const start = process.cpuUsage();
  engine.folders(['/'], []);
  while (engine.status().indexing) await new Promise((resolve) => setTimeout(resolve, 5));
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1000;
}

/** Each answer at a random place of a random document, as when jumping about. */
function answerTimes(engine: Engine, texts: readonly string[], count: number): Latency {
  const random = generator(1);
  const times: number[] = [];
  for (let i = 0; i < count && texts.length > 0; i++) {
    const index = Math.floor(random() * texts.length);
    const text = texts[index] as string;
    const path = `/held/${index}.ts`;
    const ask = completeAsk(sampleAt({ path, text }, Math.floor(random() * text.length), 'below'));
    engine.open(ask.document);
    const start = performance.now();
    engine.answer(ask);
    times.push(performance.now() - start);
    engine.close(ask.document.uri);
  }
  return latency(times);
}

/** One open document, typed into at one place after another: changes, and the answers behind them. */
function typingTimes(engine: Engine, text: string, count: number): Typing {
  const random = generator(2);
  const uri = 'file:///held/long.ts';
  let document = { uri, path: 'long.ts', languageId: '', version: 1, text };
  engine.open(document);
  const changes: number[] = [];
  const answers: number[] = [];
  let cursor = 0;
  for (let i = 0; i < count; i++) {
    if (i % 20 === 0) cursor = Math.floor(random() * document.text.length);
    const typed = 'const value = '.charAt(i % 14);
    const edit = [{ start: cursor, end: cursor, text: typed }];
    const after = document.text.slice(0, cursor) + typed + document.text.slice(cursor);
    document = { ...document, version: document.version + 1, text: after };
    cursor++;
    const ask = {
      ...completeAsk({ file: { path: '', text: '' }, cursor, text: '', truth: '' }),
      document,
      cursor,
    };
    const start = performance.now();
    engine.change(uri, document.version, edit);
    const changed = performance.now();
    engine.answer(ask);
    changes.push(changed - start);
    answers.push(performance.now() - changed);
  }
  engine.close(uri);
  return { changes: latency(changes), answers: latency(answers) };
}

function latency(times: number[]): Latency {
  const sorted = [...times].sort((a, b) => a - b);
  const at = (share: number): number =>
    sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
  return { p50: at(0.5), p99: at(0.99), max: at(1) };
}

function memory(): { heap: number; buffers: number; resident: number } {
  globalThis.gc?.();
  const { heapUsed, arrayBuffers, rss } = process.memoryUsage();
  return { heap: heapUsed, buffers: arrayBuffers, resident: rss };
}

function fileOf(paths: readonly string[], index: number): CorpusFile {
  const path = paths[index % paths.length] as string;
  const round = Math.floor(index / paths.length);
  return {
    path: round === 0 ? path : `${path}.${round}${path.slice(path.lastIndexOf('.'))}`,
    stamp: String(statSync(path).size),
    read: async () => readFileSync(path, 'utf8'),
  };
}

function* filePaths(folder: string): Generator<string> {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.name === '.git') continue;
    if (entry.isDirectory()) yield* filePaths(path);
    else if (entry.isFile() && statSync(path).size < 1_000_000) yield path;
  }
}
