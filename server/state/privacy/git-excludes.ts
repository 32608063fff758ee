/** What git ignores beside the `.gitignore` files: by the repository's own list, and by the user's for all of them. */

import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';

export interface Repository {
  readonly root: string;
  /** Its own list. */
  readonly exclude: string;
}

const mostBytes = 1 << 16;

/** The innermost one the folder is in. */
export function repositoryOf(folder: string): Repository | undefined {
  for (let root = folder; ; root = path.dirname(root)) {
    const exclude = excludeOf(root);
    if (exclude !== undefined) return { root, exclude };
    if (path.dirname(root) === root) return undefined;
  }
}

/** The path of `info/exclude` where the folder is the root of a repository, a work tree or a submodule. */
export function excludeOf(root: string): string | undefined {
  const git = path.join(root, '.git');
  const stat = safely(() => statSync(git, { throwIfNoEntry: false }));
  if (stat?.isDirectory()) return path.join(git, 'info', 'exclude');
  return stat?.isFile() ? path.join(commonFolder(git), 'info', 'exclude') : undefined;
}

/** The user's list for all repositories: `core.excludesFile` of his own configuration, else where git looks by itself. */
export function userExcludes(home: string): string {
  const usual = path.join(home, '.config', 'git', 'ignore');
  for (const file of [path.join(home, '.gitconfig'), path.join(home, '.config', 'git', 'config')]) {
    const chosen = excludesFileIn(shortText(file) ?? '');
    if (chosen) return path.resolve(home, chosen.replace(/^~(?=[\\/])/, home));
  }
  return usual;
}

/** The last one counts, as in git. */
function excludesFileIn(config: string): string | undefined {
  let isCore = false;
  let found: string | undefined;
  for (const line of config.split(/\r?\n/)) {
    const section = /^\s*\[\s*([^\]]*?)\s*\](.*)$/.exec(line);
    if (section) isCore = section[1]?.toLowerCase() === 'core';
    const value = /^\s*excludesfile\s*=\s*(.+?)\s*$/i.exec(section?.[2] ?? line)?.[1];
    if (isCore && value) found = value.replace(/^"(.*)"$/, '$1').replace(/\\(["\\])/g, '$1');
  }
  return found;
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
    return stat.isFile() && stat.size <= mostBytes ? readFileSync(file, 'utf8') : undefined;
  });
}

/** No permission is the same as nothing there. */
export function safely<T>(look: () => T): T | undefined {
  try {
    return look();
  } catch {
    return undefined;
  }
}
