/**
 * The embedded engine through the whole server, as an editor meets it: a code base that is not ours is the workspace,
 * less the files held out; these are opened, and at random cursors the rest of the line is taken away.
 */

import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type BenchClient, initializeParams, pause, startProcess } from './process.ts';
import { type Print, row } from './statistics.ts';

const cursors = 600;
/** Of all files, one in so many is held out. */
const heldOutShare = 10;
const mostHeldOut = 40;

export async function benchQuality(root: string, print: Print, data: string | undefined): Promise<void> {
  const source = data ?? join(root, 'node_modules/zod/src');
  const folder = mkdtempSync(join(tmpdir(), 'whittle-quality-'));
  try {
    cpSync(source, folder, {
      recursive: true,
      filter: (name) => !/node_modules|\.git$/.test(name.slice(source.length)),
    });
    const heldOut = files(folder)
      .filter((_, index) => index % heldOutShare === 3)
      .slice(0, mostHeldOut);
    const held = heldOut.map((path) => ({ path, text: readFileSync(path, 'utf8') }));
    for (const { path } of held) rmSync(path);
    print(
      `engine through the server: ${files(folder).length} files of ${data ?? 'zod/src'}, ${held.length} held out`,
    );
    for (const below of ['kept', 'removed'] as const) await measure({ root, folder, held, below, print });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Measured {
  readonly root: string;
  readonly folder: string;
  readonly held: readonly { readonly path: string; readonly text: string }[];
  readonly below: 'kept' | 'removed';
  readonly print: Print;
}

async function measure({ root, folder, held, below, print }: Measured): Promise<void> {
  const cache = mkdtempSync(join(tmpdir(), 'whittle-cache-'));
  const client = startProcess([`${root}dist/whittle.js`, '--stdio'], {
    XDG_CACHE_HOME: cache,
    WHITTLE_URL: '',
  });
  await client.request('initialize', initializeParams(folder));
  client.notify('initialized', {});
  await learned(client);
  const random = generator(20_261_121);
  let shown = 0;
  let kept = 0;
  let characters = 0;
  for (let i = 0; i < cursors; i++) {
    const { path, text } = held[Math.floor(random() * held.length)] ?? { path: '', text: '' };
    const cursor = Math.floor(random() * (text.length + 1));
    const end = text.indexOf('\n', cursor) === -1 ? text.length : text.indexOf('\n', cursor);
    const prefix = text.slice(0, cursor);
    const uri = pathToFileURL(path).href;
    const visible = prefix + (below === 'kept' ? text.slice(end) : '');
    client.notify('textDocument/didOpen', {
      textDocument: { uri, languageId: languageOf(path), version: 1, text: visible },
    });
    const lines = prefix.split('\n');
    const position = { line: lines.length - 1, character: lines.at(-1)?.length ?? 0 };
    const answer = await client.request('textDocument/inlineCompletion', {
      textDocument: { uri },
      position,
      context: { triggerKind: 2 },
    });
    client.notify('textDocument/didClose', { textDocument: { uri } });
    const suggestion = firstText(answer);
    if (suggestion === undefined) continue;
    shown++;
    if (text.startsWith(suggestion, cursor)) {
      kept++;
      characters += suggestion.length;
    }
  }
  row(
    print,
    `text below the line ${below}: shown at / kept whole`,
    `${((100 * shown) / cursors).toFixed(1)} % / ${((100 * kept) / shown).toFixed(1)} %`,
    '≥ 15 % / ≥ 80 %',
  );
  row(print, `text below the line ${below}: characters of a kept one`, (characters / kept).toFixed(1));
  await client.stop();
  rmSync(cache, { recursive: true, force: true });
}

const mostLearningMs = 120_000;
const lookEveryMs = 100;

/** What is measured is the engine that has read the code base: it says with each answer whether it still reads. */
async function learned(client: BenchClient): Promise<void> {
  const uri = 'untitled:learning.ts';
  client.notify('textDocument/didOpen', {
    textDocument: { uri, languageId: 'typescript', version: 1, text: 'const a = ' },
  });
  const began = performance.now();
  for (let isLearning = true; isLearning; ) {
    await pause(lookEveryMs);
    await client.request('textDocument/inlineCompletion', {
      textDocument: { uri },
      position: { line: 0, character: 10 },
      // Asked for, so that no cache answers.
      context: { triggerKind: 1 },
    });
    const status = await client.request('workspace/executeCommand', { command: 'whittle.status' });
    isLearning = (status as { readonly learning?: boolean }).learning !== false;
    if (performance.now() - began > mostLearningMs)
      throw new Error(`The engine has not read the code base in ${mostLearningMs / 1000} s.`);
  }
  client.notify('textDocument/didClose', { textDocument: { uri } });
}

const sources: ReadonlySet<string> = new Set([
  '.ts',
  '.js',
  '.mjs',
  '.cjs',
  '.tsx',
  '.jsx',
  '.py',
  '.rs',
  '.go',
  '.c',
  '.h',
  '.cc',
  '.cpp',
  '.java',
  '.rb',
  '.php',
  '.lua',
  '.swift',
  '.kt',
  '.cs',
]);

function files(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter(
      (path) =>
        sources.has(extname(path)) &&
        !path.endsWith('.d.ts') &&
        statSync(path).isFile() &&
        statSync(path).size < 200_000,
    )
    .sort();
}

function languageOf(path: string): string {
  const names: Readonly<Record<string, string>> = {
    '.py': 'python',
    '.rs': 'rust',
    '.go': 'go',
    '.js': 'javascript',
    '.c': 'c',
    '.h': 'c',
  };
  return names[extname(path)] ?? 'typescript';
}

function firstText(answer: unknown): string | undefined {
  const items =
    typeof answer === 'object' && answer !== null && 'items' in answer && Array.isArray(answer.items)
      ? answer.items
      : [];
  const [item] = items;
  return typeof item?.insertText === 'string' ? item.insertText : undefined;
}

/** Mulberry32: small, seeded, good enough to choose cursors. */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}
