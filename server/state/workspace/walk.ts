/**
 * Walk: the workspace's files for whoever learns from them. Runs anywhere, a worker thread included.
 *
 * Laws
 * - No excluded or ignored file is given out, no link is followed, nothing outside the folders is read.
 * - Most recently changed files come first: what is worked on is most like what comes next.
 * - Aborting ends the walk at the next file; nothing is held open between files.
 */

import { constants } from 'node:fs';
import { lstat, open, readdir } from 'node:fs/promises';
import path from 'node:path';
import { createExclusion, type Exclusion } from '../privacy/exclude.ts';
import { createIgnored, type Ignored } from '../privacy/ignored.ts';
import { slashed } from './uri.ts';

export interface SourceFile {
  /** Absolute. */
  readonly path: string;
  /** Changes when the content does: size and time of the last change. */
  readonly stamp: string;
  /** Without secrets; nothing for what is no source text. */
  read(): Promise<string | undefined>;
}

export interface SourceFiles {
  /** Ends early when the signal aborts. */
  files(
    folders: readonly string[],
    exclude: readonly string[],
    signal: AbortSignal,
  ): AsyncIterable<SourceFile>;
}

export interface WalkOptions {
  readonly now: () => number;
  /** Takes the secrets out of a text before it is given out. */
  readonly redact: (text: string) => string;
}

/** Larger files are data, or written by programs. */
const mostBytes = 1 << 20;
const mostFiles = 50_000;
/** A folder tree beyond this is no source tree. */
const mostFolders = 20_000;
/** Lines longer than this on average were written by a program. */
const mostLineLength = 300;
const atOnce = 16;

/** Never walked into, ignored or not: installed, generated or the tools' own. */
const skippedFolders = new Set([
  'node_modules',
  'bower_components',
  '.git',
  '.hg',
  '.svn',
  '.jj',
  '__pycache__',
  '.venv',
  'venv',
  '.tox',
  '.mypy_cache',
  '.pytest_cache',
  '.ruff_cache',
  '.next',
  '.nuxt',
  '.svelte-kit',
  '.turbo',
  '.cache',
  '.parcel-cache',
  '.gradle',
  '.terraform',
  '.idea',
  '.vs',
  '.vscode-test',
  '.yarn',
  '.pnpm-store',
  'DerivedData',
]);
/** Build results where no ignore file says so. */
const builtFolders = new Set(['dist', 'build', 'out', 'target', 'coverage', 'bin', 'obj']);
const skippedNames =
  /(?:\.min\.(?:js|css|mjs)|\.map|-lock\.(?:json|yaml)|\.lock|\.snap|\.svg|\.csv|\.tsv|\.log|\.ipynb)$|^(?:package-lock\.json|npm-shrinkwrap\.json|go\.sum)$/i;
const binaryNames =
  /\.(?:png|jpe?g|gif|webp|avif|ico|icns|bmp|tiff?|psd|pdf|zip|gz|tgz|bz2|xz|zst|7z|rar|jar|war|class|o|a|so|dylib|dll|exe|lib|pdb|wasm|pyc|pyo|node|bin|dat|db|sqlite3?|mp[34]|m4a|wav|ogg|flac|webm|mov|avi|mkv|ttf|otf|woff2?|eot|docx?|xlsx?|pptx?|onnx|pt|safetensors|gguf|npy|npz|parquet|vsix|whl|dmg|iso)$/i;

export function createCorpus({ now, redact }: WalkOptions): SourceFiles {
  return {
    async *files(folders, exclude, signal) {
      const exclusion = createExclusion(exclude);
      const found: Found[] = [];
      for (const folder of folders)
        found.push(...(await walk(folder, { exclusion, ignored: createIgnored(folder, now), signal })));
      const seen = new Set<string>();
      for (const { file, size, changed } of found.sort(
        (a, b) => b.changed - a.changed || (a.file < b.file ? -1 : 1),
      )) {
        if (signal.aborted) return;
        if (seen.has(file)) continue;
        seen.add(file);
        yield {
          path: file,
          stamp: `${size}-${changed}`,
          read: () => readSource(file, redact),
        };
      }
    },
  };
}

interface Found {
  readonly file: string;
  readonly size: number;
  /** Milliseconds since 1970. */
  readonly changed: number;
}

interface WalkRules {
  readonly exclusion: Exclusion;
  readonly ignored: Ignored;
  readonly signal: AbortSignal;
}

/** Folders nearest to the top first, so that a tree too large still gives its upper part. */
async function walk(root: string, { exclusion, ignored, signal }: WalkRules): Promise<readonly Found[]> {
  const found: Found[] = [];
  const queue = [root];
  for (
    let next = 0;
    next < queue.length && next < mostFolders && found.length < mostFiles && !signal.aborted;
    next++
  ) {
    const folder = queue[next] ?? root;
    const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
    const names = new Set(entries.map(({ name }) => name));
    const files: string[] = [];
    for (const entry of entries) {
      const full = path.join(folder, entry.name);
      // A link inside the folder leads to what is walked anyway; one that leads out is not ours.
      const kind = entry.isDirectory() ? 'folder' : entry.isFile() ? 'file' : undefined;
      if (
        !kind ||
        (kind === 'file'
          ? skippedNames.test(entry.name) || binaryNames.test(entry.name)
          : isSkipped(entry.name, names))
      )
        continue;
      const relative = slashed(path.relative(root, full));
      if (
        exclusion.excluding(kind === 'folder' ? `${relative}/` : relative) !== undefined ||
        ignored.excluding(full, kind) !== undefined
      )
        continue;
      if (kind === 'folder') queue.push(full);
      else files.push(full);
    }
    for (let at = 0; at < files.length; at += atOnce) {
      const stats = await Promise.all(files.slice(at, at + atOnce).map((file) => measured(file)));
      found.push(...stats.filter((each) => each !== undefined));
    }
  }
  return found;
}

function isSkipped(name: string, siblings: ReadonlySet<string>): boolean {
  return (
    skippedFolders.has(name) || (builtFolders.has(name) && !siblings.has('.gitignore') && isProject(siblings))
  );
}

/** `bin` or `build` beside a project's own file is most likely what it builds. */
function isProject(names: ReadonlySet<string>): boolean {
  return [
    'package.json',
    'Cargo.toml',
    'pom.xml',
    'build.gradle',
    'go.mod',
    'pyproject.toml',
    'CMakeLists.txt',
    'Makefile',
  ].some((name) => names.has(name));
}

async function measured(file: string): Promise<Found | undefined> {
  const stat = await lstat(file).catch(() => undefined);
  if (!stat?.isFile() || stat.size === 0 || stat.size > mostBytes) return undefined;
  return { file, size: stat.size, changed: Math.trunc(stat.mtimeMs) };
}

/** Nothing for what is gone, a link by now, too large, binary or made by a program. */
export async function readSource(
  file: string,
  redact: (text: string) => string,
): Promise<string | undefined> {
  // A pipe that took its place would be waited for without end, with one of the few threads that read files.
  const flags = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);
  const handle = await open(file, flags).catch(() => undefined);
  if (!handle) return undefined;
  try {
    const stat = await handle.stat();
    if (!stat.isFile() || stat.size > mostBytes) return undefined;
    const bytes = await handle.readFile();
    if (bytes.subarray(0, 8192).includes(0)) return undefined;
    const text = bytes.toString('utf8').replace(/^\uFEFF/, '');
    return isWritten(text) ? redact(text) : undefined;
  } catch {
    // Read errors are the same as no file: there is nothing to learn.
    return undefined;
  } finally {
    await handle.close();
  }
}

function isWritten(text: string): boolean {
  let lines = 1;
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) lines++;
  return (
    text.length / lines <= mostLineLength && !/^.{0,200}(?:@generated|DO NOT EDIT)/im.test(text.slice(0, 400))
  );
}
