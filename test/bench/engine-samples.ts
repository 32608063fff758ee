/**
 * Samples for measuring the embedded engine: a code base split in known and held-out files, and random cursors
 * in the held-out ones. All choices come from hashes of names and a seeded generator, so two runs are the same.
 */

import { type Dirent, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';

export interface SourceFile {
  readonly path: string;
  readonly text: string;
}

export interface CodeBase {
  readonly name: string;
  readonly root: string;
  readonly known: readonly SourceFile[];
  readonly heldOut: readonly SourceFile[];
}

export interface Sample {
  readonly file: SourceFile;
  readonly cursor: number;
  /** The document as the engine sees it, and what the true file has at the cursor. */
  readonly text: string;
  readonly truth: string;
}

/** `below`: only the rest of the cursor's line is missing. `end`: everything behind the cursor is. */
export type View = 'below' | 'end';

const extensions =
  /\.(?:ts|tsx|mts|cts|js|jsx|mjs|cjs|py|pyi|rs|go|c|h|cc|cpp|hpp|java|kt|rb|lua|cs|swift|php|scala|sh|css|vue)$/;
const ignored = /^(?:\.git|node_modules|dist|build|vendor|third_party|__pycache__|\.venv)$/;

/** One in `share` files is held out, at most `most` of them. */
export function readCodeBase(
  root: string,
  options: { readonly share?: number; readonly most?: number; readonly files?: number } = {},
): CodeBase {
  const { share = 6, most = 60, files = 4000 } = options;
  const paths = [...sourcePaths(root)].sort();
  const known: SourceFile[] = [];
  const heldOut: SourceFile[] = [];
  const byHash = [...paths].sort((a, b) => hash(relative(root, a)) - hash(relative(root, b))).slice(0, files);
  for (const path of byHash) {
    const text = readFileSync(path, 'utf8');
    if (isGenerated(text)) continue;
    const file = { path, text };
    if (hash(`held ${relative(root, path)}`) % share === 0 && heldOut.length < most && text.length > 400)
      heldOut.push(file);
    else known.push(file);
  }
  known.sort((a, b) => (a.path < b.path ? -1 : 1));
  return { name: root.split('/').at(-1) ?? root, root, known, heldOut };
}

/** Cursors drawn uniformly over all characters of the held-out files. */
export function drawSamples(base: CodeBase, count: number, view: View): Sample[] {
  const random = generator(hash(base.name) ^ 0x5eed);
  const total = base.heldOut.reduce((sum, file) => sum + file.text.length, 0);
  const samples: Sample[] = [];
  for (let i = 0; i < count && total > 0; i++) {
    let at = Math.floor(random() * total);
    for (const file of base.heldOut) {
      if (at < file.text.length) {
        samples.push(sampleAt(file, at, view));
        break;
      }
      at -= file.text.length;
    }
  }
  return samples;
}

export function sampleAt(file: SourceFile, cursor: number, view: View): Sample {
  const { text } = file;
  let lineEnd = text.indexOf('\n', cursor);
  if (lineEnd === -1) lineEnd = text.length;
  if (lineEnd > cursor && text[lineEnd - 1] === '\r') lineEnd--;
  const seen = text.slice(0, cursor) + (view === 'below' ? text.slice(lineEnd) : '');
  return { file, cursor, text: seen, truth: text.slice(cursor) };
}

/** A number in [0, 1) at every call, from a seed (mulberry32). */
export function generator(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

export function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193);
  return (value ^ (value >>> 13)) >>> 0;
}

function* sourcePaths(folder: string): Generator<string> {
  let entries: Dirent[];
  try {
    entries = readdirSync(folder, { withFileTypes: true });
  } catch {
    return; // an unreadable folder holds no samples
  }
  for (const entry of entries) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      if (!ignored.test(entry.name)) yield* sourcePaths(path);
    } else if (entry.isFile() && extensions.test(entry.name) && statSync(path).size < 200_000) yield path;
  }
}

function isGenerated(text: string): boolean {
  const lines = text.split('\n').length;
  return text.length / lines > 120 || /@generated|DO NOT EDIT/.test(text.slice(0, 500));
}
