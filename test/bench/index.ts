/** Reading a workspace of 10,000 files through the whole server: processor time, memory of the process tree, and answers meanwhile. */

import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, extname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type BenchClient, cpuMs, initializeParams, pause, startProcess, treeMemoryMb } from './process.ts';
import { ms, type Print, quantile, row } from './statistics.ts';

const wanted = 10_000;
const sources: ReadonlySet<string> = new Set([
  '.ts',
  '.js',
  '.mjs',
  '.cjs',
  '.py',
  '.rs',
  '.go',
  '.c',
  '.h',
  '.lua',
]);

export async function benchIndex(root: string, print: Print, data: string | undefined): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'whittle-index-'));
  const cache = mkdtempSync(join(tmpdir(), 'whittle-cache-'));
  try {
    const bytes = fill(folder, data ?? join(root, 'node_modules'));
    print(
      `index of ${wanted} files, ${(bytes / 1e6).toFixed(0)} MB, from ${data ?? 'node_modules (repeated until there are enough)'}`,
    );
    for (const start of ['first start', 'start with what was kept'] as const)
      await measure({ root, folder, cache, start, print });
  } finally {
    rmSync(folder, { recursive: true, force: true });
    rmSync(cache, { recursive: true, force: true });
  }
}

interface Measured {
  readonly root: string;
  readonly folder: string;
  readonly cache: string;
  readonly start: string;
  readonly print: Print;
}

async function measure({ root, folder, cache, start, print }: Measured): Promise<void> {
  const client = startProcess([`${root}dist/whittle.js`, '--stdio'], {
    XDG_CACHE_HOME: cache,
    WHITTLE_URL: '',
  });
  const pid = client.child.pid ?? 0;
  await client.request('initialize', initializeParams(folder));
  client.notify('initialized', {});
  const uri = pathToFileURL(join(folder, 'fresh.ts')).href;
  const lines = Array.from(
    { length: 200 },
    (_, i) => `export function step${i}(value: number): number {\n  return value + ${i};\n}\n`,
  );
  client.notify('textDocument/didOpen', {
    textDocument: { uri, languageId: 'typescript', version: 1, text: `${lines.join('\n')}\n` },
  });
  const took: number[] = [];
  let peak = 0;
  let calm = 0;
  let before = -1;
  // Until a second and a half brought no work but our own questions.
  for (let version = 2; calm < 6; version++) {
    await pause(250);
    const line = lines.length * 4 - 2;
    const at = { line, character: 0 };
    const typed = '  return value';
    client.notify('textDocument/didChange', {
      textDocument: { uri, version },
      contentChanges: [
        { range: { start: at, end: { line, character: 99 } }, text: typed.slice(0, 3 + (version % 10)) },
      ],
    });
    const asked = performance.now();
    await client.request('textDocument/inlineCompletion', {
      textDocument: { uri },
      position: { line, character: 3 + (version % 10) },
      context: { triggerKind: 1 },
    });
    took.push(performance.now() - asked);
    const now = cpuMs(pid);
    calm = now - before <= 30 ? calm + 1 : 0;
    before = now;
    peak = Math.max(peak, treeMemoryMb(pid) ?? Number.NaN);
  }
  row(print, `${start}: processor time until it is calm`, ms(before), '≤ 10 s');
  row(print, `${start}: memory of the process tree, highest seen`, `${peak.toFixed(0)} MB`, '≤ 200 MB');
  row(
    print,
    `${start}: an invoked answer meanwhile, p50 / p99`,
    `${ms(quantile(took, 0.5))} / ${ms(quantile(took, 0.99))}`,
  );
  row(
    print,
    `${start}: the same when all is read, while typing, p50 / p99`,
    await typing(client, uri, lines.length * 4 - 2),
    'p50 ≤ 5 ms, p99 ≤ 20 ms',
  );
  await client.stop();
}

/** didChange and an automatic request, key by key, as an editor without a debounce sends them. */
async function typing(client: BenchClient, uri: string, line: number): Promise<string> {
  const took: number[] = [];
  const typed = '  const sum = value + step1(value) + step2(value) + step3(value);';
  for (let round = 0; round < 5; round++) {
    const clear = { range: { start: { line, character: 0 }, end: { line, character: 99 } }, text: '' };
    client.notify('textDocument/didChange', {
      textDocument: { uri, version: 10_000 + round * 100 },
      contentChanges: [clear],
    });
    for (const [character, key] of [...typed].entries()) {
      const at = { line, character };
      const asked = performance.now();
      client.notify('textDocument/didChange', {
        textDocument: { uri, version: 10_001 + round * 100 + character },
        contentChanges: [{ range: { start: at, end: at }, text: key }],
      });
      await client.request('textDocument/inlineCompletion', {
        textDocument: { uri },
        position: { line, character: character + 1 },
        context: { triggerKind: 2 },
      });
      took.push(performance.now() - asked);
    }
  }
  return `${ms(quantile(took, 0.5))} / ${ms(quantile(took, 0.99))}`;
}

/** Copies source files, over and over under new names, until there are enough; the bytes copied. */
function fill(folder: string, from: string): number {
  const files = readdirSync(from, { recursive: true, encoding: 'utf8' })
    .filter((name) => sources.has(extname(name)) && statSync(join(from, name)).isFile())
    .sort();
  let bytes = 0;
  for (let count = 0; count < wanted; count++) {
    const name = files[count % files.length] ?? '';
    const target = join(
      folder,
      `copy${Math.floor(count / files.length)}`,
      name.replaceAll('node_modules', 'packages').replaceAll('dist', 'src'),
    );
    mkdirSync(dirname(target), { recursive: true });
    copyFileSync(join(from, name), target);
    bytes += statSync(target).size;
  }
  return bytes;
}
