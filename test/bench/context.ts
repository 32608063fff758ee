/**
 * `npm run bench -- context [FOLDER]`: what the pieces of other files are good for. A line is taken out of a file; of
 * the names on it that stand nowhere else in that file, how many are in the pieces a model would be told?
 */

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { importedPaths } from '../../server/core/related/imports.ts';
import { createRelated } from '../../server/features/related.ts';
import { createDocuments } from '../../server/state/documents.ts';
import { createSources } from '../../server/state/workspace/sources.ts';
import { toUri } from '../../server/state/workspace/uri.ts';
import { ms, type Print, quantile, row } from './statistics.ts';

const samplesPerFile = 6;
const mostFiles = 120;
/** As ghost text and edits have by default. */
const budgets = [2_400, 9_800] as const;

export async function benchContext(folder: string, print: Print): Promise<void> {
  const root = path.resolve(folder);
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter(
      (name) => /\.(?:ts|js|py|go|rs|java|c|rb)$/.test(name) && !/(?:^|\/)(?:node_modules|dist)\//.test(name),
    )
    .sort();
  const step = Math.max(1, Math.floor(files.length / mostFiles));
  const chosen = files.filter((_, at) => at % step === 0);
  print(
    `context: names of a line taken out that its file does not hold elsewhere (${chosen.length} files of ${root})`,
  );
  for (const characters of budgets) {
    const counts = { names: 0, found: 0, plain: 0, asks: 0, given: 0 };
    const times: number[] = [];
    for (const name of chosen) await sampleFile({ root, name, characters }, counts, times);
    const share = (found: number) => `${((100 * found) / Math.max(1, counts.names)).toFixed(1)} %`;
    row(
      print,
      `of ${counts.names} names, in pieces of at most ${characters} characters`,
      share(counts.found),
      `baseline, tops of imported files: ${share(counts.plain)}`,
    );
    row(
      print,
      `characters given, ${counts.asks} places`,
      (counts.given / Math.max(1, counts.asks)).toFixed(0),
    );
    row(print, 'choosing them, p50 and p99', `${ms(quantile(times, 0.5))} ${ms(quantile(times, 0.99))}`);
  }
}

interface Sampled {
  readonly root: string;
  readonly name: string;
  readonly characters: number;
}

/** At once: nobody types here. */
function after(_ms: number, callback: () => void): () => void {
  setImmediate(callback);
  return () => {};
}

async function sampleFile(
  { root, name, characters }: Sampled,
  counts: { names: number; found: number; plain: number; asks: number; given: number },
  times: number[],
): Promise<void> {
  const text = readFileSync(path.join(root, name), 'utf8');
  const lines = text.split('\n');
  const documents = createDocuments();
  const folders = [{ uri: toUri(root), name: 'root', path: root }];
  const related = createRelated({
    documents,
    sources: createSources({ excludes: () => false, redact: (each) => each }),
    folders: () => folders,
    excludes: () => false,
    redact: (each) => each,
    wanted: () => true,
    clock: { now: () => performance.now(), after },
  });
  const uri = toUri(path.join(root, name));
  documents.open({ uri, languageId: 'typescript', version: 1, text });
  related.opened(uri);
  await new Promise((resolve) => setImmediate(resolve));
  await new Promise((resolve) => setImmediate(resolve));
  await related.settled();
  const gap = Math.max(1, Math.floor(lines.length / samplesPerFile));
  for (let at = gap; at < lines.length; at += gap) {
    const line = lines[at] ?? '';
    const rest = [...lines.slice(0, at), '', ...lines.slice(at + 1)].join('\n');
    const needed = [...new Set(line.match(/[A-Za-z_$][\w$]{3,}/g) ?? [])].filter(
      (word) => !new RegExp(`\\b${word.replaceAll('$', '\\$')}\\b`).test(rest),
    );
    const isText = /^\s*(?:\/\/|\*|#|\/\*)/.test(line) || /["'`]/.test(line);
    if (needed.length === 0 || isText) continue;
    const snapshot = documents.replace(uri, undefined, rest)?.after;
    if (!snapshot) continue;
    const focus = lines.slice(0, at).join('\n').length + 1;
    const started = performance.now();
    const snippets = related.of(snapshot, focus, characters);
    times.push(performance.now() - started);
    const told = snippets.map((each) => each.text).join('\n');
    counts.asks++;
    counts.given += told.length;
    counts.names += needed.length;
    counts.found += heldBy(told, needed);
    counts.plain += heldBy(topsOfImported({ root, name, characters }, rest), needed);
  }
  related.dispose();
}

function heldBy(text: string, names: readonly string[]): number {
  return names.filter((word) => new RegExp(`\\b${word.replaceAll('$', '\\$')}\\b`).test(text)).length;
}

/** What one would send without ranking: an equal part from the top of each imported file. */
function topsOfImported({ root, name, characters }: Sampled, text: string): string {
  const files = importedPaths(name, text).flatMap((candidates) => {
    const found = candidates.find((each) => existsSync(path.join(root, each)));
    return found === undefined ? [] : [readFileSync(path.join(root, found), 'utf8')];
  });
  const each = Math.floor(characters / Math.max(1, files.length));
  return files.map((file) => file.slice(0, each)).join('\n');
}
