/**
 * The ignore files of a folder: `.gitignore` with those of the folders above it up to the repository's root and
 * `.git/info/exclude`, and the files that keep things from AI tools. One kind never takes back what another ignores.
 *
 * Law: a path is ignored where git would ignore it (nested files later and stronger, nothing inside an ignored folder
 * taken back), case disregarded, since some file systems do.
 *
 * A folder that git ignores and the user opened as his workspace is meant to be worked in: there the `.gitignore` files
 * above it do not count. Those of AI tools do.
 *
 * One that is too large to be one, or that AI tools are kept out by and cannot be read, ignores all of its folder: what
 * it says may not be overlooked.
 *
 * Files are read when first needed, and again when their time or size changed and `staleMs` have passed.
 */

import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import ignore, { type Ignore } from 'ignore';
import { isInside, slashed } from '../workspace/uri.ts';
import { isUsable } from './exclude.ts';

export interface Ignored {
  /** The name of the ignore file that excludes the absolute path, which lies inside the folder. */
  excluding(absolutePath: string, kind: 'file' | 'folder'): string | undefined;
}

const aiFiles = ['.aiignore', '.aiexclude', '.cursorignore', '.copilotignore', '.codeiumignore'] as const;
const staleMs = 2000;
const mostBytes = 1 << 20;
const mostPathBytes = 1 << 16;

interface Candidate {
  /** From the top on. */
  readonly segments: readonly string[];
  readonly isFolder: boolean;
  /** How many segments down the first ignore file that counts is. */
  readonly own: number;
}

type Matcher = Pick<Ignore, 'test' | 'ignores'>;

interface Rules {
  readonly stamp: string;
  readonly checked: number;
  readonly matcher: Matcher | undefined;
}

/** Of a file that nobody can follow. */
const everything: Matcher = { test: () => ({ ignored: true, unignored: false }), ignores: () => true };

export function createIgnored(folder: string, now: () => number): Ignored {
  const files = new Map<string, Rules>();
  const repository = repositoryOf(folder);
  const top = repository?.root ?? folder;

  function matcherOf(file: string): Matcher | undefined {
    const known = files.get(file);
    if (known && now() - known.checked < staleMs) return known.matcher;
    const stat = safely(() => statSync(file, { throwIfNoEntry: false }));
    const found = stat?.isFile() ? stat : undefined;
    const stamp = found ? `${found.size} ${found.mtimeMs}` : '';
    const matcher = known?.stamp === stamp ? known.matcher : found && read(file, found);
    files.set(file, { stamp, checked: now(), matcher });
    return matcher;
  }

  /** Whether the rules named `name` ignore the path: decided from the top down, folder by folder. */
  function ignoredBy(name: string, absolutePath: string, kind: 'file' | 'folder'): boolean {
    const above =
      name === '.gitignore' && absolutePath !== folder && folder !== top && ignoredBy(name, folder, 'folder');
    const segments = slashed(path.relative(top, absolutePath)).split('/');
    const own = above ? slashed(path.relative(top, folder)).split('/').length : 0;
    for (let depth = own + 1; depth <= segments.length; depth++) {
      const isFolder = depth < segments.length || kind === 'folder';
      if (decided(name, { segments: segments.slice(0, depth), isFolder, own })) return true;
    }
    return false;
  }

  /** The strongest rule about this one path, not about the folders it is in. */
  function decided(name: string, { segments, isFolder, own }: Candidate): boolean {
    for (let level = segments.length - 1; level >= own; level--) {
      const matcher = matcherOf(path.join(top, ...segments.slice(0, level), name));
      const result = matcher?.test(segments.slice(level).join('/') + (isFolder ? '/' : ''));
      if (result?.ignored) return true;
      if (result?.unignored) return false;
    }
    if (name !== '.gitignore' || !repository || own > 0) return false;
    return matcherOf(repository.exclude)?.ignores(segments.join('/') + (isFolder ? '/' : '')) ?? false;
  }

  return {
    excluding(absolutePath, kind) {
      if (!isInside(absolutePath, folder) || absolutePath === folder) return undefined;
      return ['.gitignore', ...aiFiles].find((name) => ignoredBy(name, absolutePath, kind));
    },
  };
}

function read(file: string, { size }: { readonly size: number }): Matcher | undefined {
  if (size > mostBytes) return everything;
  try {
    const text = readFileSync(file, 'utf8').replace(/^\uFEFF/, '');
    return ignore({ ignorecase: true }).add(text.split(/\r?\n/).filter(isUsable));
  } catch {
    // Gone, or unreadable: git ignores nothing by its own either.
    const keeps = aiFiles.some((name) => name === path.basename(file));
    return keeps && safely(() => statSync(file)) ? everything : undefined;
  }
}

interface Repository {
  readonly root: string;
  readonly exclude: string;
}

function repositoryOf(folder: string): Repository | undefined {
  for (let root = folder; ; root = path.dirname(root)) {
    const git = path.join(root, '.git');
    const stat = safely(() => statSync(git, { throwIfNoEntry: false }));
    if (stat?.isDirectory()) return { root, exclude: path.join(git, 'info', 'exclude') };
    if (stat?.isFile()) return { root, exclude: path.join(commonFolder(git), 'info', 'exclude') };
    if (path.dirname(root) === root) return undefined;
  }
}

/** A work tree's `.git` file names its own folder, and that one names the repository's. */
function commonFolder(gitFile: string): string {
  const named = shortText(gitFile)
    ?.match(/^gitdir: (.+)$/m)?.[1]
    ?.trim();
  if (!named) return path.dirname(gitFile);
  const own = path.resolve(path.dirname(gitFile), named);
  const common = shortText(path.join(own, 'commondir'))?.trim();
  return common ? path.resolve(own, common) : own;
}

/** A path and little else. Nothing for what is no file: reading from a pipe would never end. */
function shortText(file: string): string | undefined {
  return safely(() => {
    const stat = statSync(file);
    return stat.isFile() && stat.size <= mostPathBytes ? readFileSync(file, 'utf8') : undefined;
  });
}

function safely<T>(look: () => T): T | undefined {
  try {
    return look();
  } catch {
    // No permission is the same as nothing there.
    return undefined;
  }
}
