/**
 * The ignore files of a folder: `.gitignore` with those of the folders above it up to the repository's root, its
 * `info/exclude` and the user's own list, and the files that keep things from AI tools. One kind never takes back what
 * another ignores.
 *
 * Laws
 * - A path is ignored where git would ignore it (nested files later and stronger, nothing inside an ignored folder taken
 *   back), case disregarded, since some file systems do.
 * - What is known of a folder is kept with what is known of the one above it: a path costs one step for each folder
 *   in it, however deep a repository makes them.
 *
 * A folder that git ignores and the user opened as his workspace is meant to be worked in: there the `.gitignore` files
 * above it do not count. Those of AI tools do.
 *
 * One that is too large to be one, or that AI tools are kept out by and cannot be read, ignores all of its folder: what
 * it says may not be overlooked.
 *
 * Files are read when first needed, and again when their time or size changed and `staleMs` have passed.
 */

import { readFileSync, type Stats, statSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import ignore, { type Ignore } from 'ignore';
import { isInside, slashed } from '../workspace/uri.ts';
import { usablePatterns } from './exclude.ts';
import { excludeOf, repositoryOf, safely, userExcludes } from './git-excludes.ts';

export interface Ignored {
  /** The name of the ignore file that excludes the absolute path, which lies inside the folder. */
  excluding(absolutePath: string, kind: 'file' | 'folder'): string | undefined;
}

const git = '.gitignore';
const names = [
  git,
  '.aiignore',
  '.aiexclude',
  '.cursorignore',
  '.copilotignore',
  '.codeiumignore',
  '.geminiignore',
  '.clineignore',
  '.rooignore',
  '.aiderignore',
] as const;
/** Empty, and at a project's root: no AI tool is wanted there. */
const none = '.noai';
const staleMs = 2000;
const mostBytes = 1 << 20;

type Matcher = Pick<Ignore, 'test'>;

/** One ignore file that counts, and the weaker ones. */
interface Rules {
  readonly matcher: Matcher;
  /** What its patterns are relative to. */
  readonly folder: string;
  readonly weaker: Rules | undefined;
}

interface Folder {
  readonly checked: number;
  readonly above: Folder | undefined;
  readonly rules: ReadonlyMap<string, Rules | undefined>;
  /** The names of the files that ignore all of it. */
  readonly ignoredBy: ReadonlySet<string>;
  readonly isClosed: boolean;
}

interface Read {
  readonly stamp: string;
  readonly matcher: Matcher | undefined;
}

/** Of a file that nobody can follow. */
const everything: Matcher = { test: () => ({ ignored: true, unignored: false }) };

/** `home` is where the user's own configuration of git is. */
export function createIgnored(folder: string, now: () => number, home: string = homedir()): Ignored {
  const read = new Map<string, Read>();
  const known = new Map<string, Folder>();
  const repository = repositoryOf(folder);
  const top = repository?.root ?? folder;

  function matcherOf(file: string): Matcher | undefined {
    const stat = safely(() => statSync(file, { throwIfNoEntry: false }));
    const found = stat?.isFile() ? stat : undefined;
    const stamp = found ? `${found.size} ${found.mtimeMs}` : '';
    const before = read.get(file);
    if (before?.stamp === stamp) return before.matcher;
    const matcher = found && readRules(file, found);
    read.set(file, { stamp, matcher });
    return matcher;
  }

  function folderAt(at: string, above: Folder | undefined): Folder {
    const before = known.get(at);
    if (before && before.above === above && now() - before.checked < staleMs) return before;
    const ignoredBy = new Set(names.filter((name) => isIgnored(name, { at, kind: 'folder', above })));
    const isOwn = at === folder && at !== top && ignoredBy.delete(git);
    return remember(at, { above, ignoredBy, isOwn });
  }

  /** `isOwn`: nothing that git was told above it counts. */
  function remember(
    at: string,
    { above, ignoredBy, isOwn }: Pick<Folder, 'above' | 'ignoredBy'> & { readonly isOwn: boolean },
  ): Folder {
    const rules = new Map<string, Rules | undefined>();
    for (const name of names) {
      const given = isOwn && name === git ? undefined : above?.rules.get(name);
      const weaker = name === git && !isOwn ? withExcludes(at, given) : given;
      rules.set(name, ruled(path.join(at, name), at, weaker));
    }
    const isRoot = at === top || at === folder;
    const isClosed =
      above?.isClosed === true || (isRoot && safely(() => statSync(path.join(at, none))) !== undefined);
    const made = { checked: now(), above, rules, ignoredBy, isClosed };
    known.set(at, made);
    return made;
  }

  /** A repository's own list, that of a submodule or of one inside another included; weakest is the user's. */
  function withExcludes(at: string, given: Rules | undefined): Rules | undefined {
    const exclude = at === top ? repository?.exclude : excludeOf(at);
    if (exclude === undefined) return given;
    return ruled(exclude, at, at === top ? ruled(userExcludes(home), at, given) : given);
  }

  function ruled(file: string, at: string, weaker: Rules | undefined): Rules | undefined {
    const matcher = matcherOf(file);
    return matcher ? { matcher, folder: at, weaker } : weaker;
  }

  return {
    excluding(absolutePath, kind) {
      if (!isInside(absolutePath, folder) || absolutePath === folder) return undefined;
      const segments = path.relative(top, absolutePath).split(path.sep);
      let at = top;
      let above = folderAt(at, undefined);
      for (const segment of segments.slice(0, -1)) {
        at = path.join(at, segment);
        above = folderAt(at, above);
      }
      if (above.isClosed) return none;
      return names.find((name) => isIgnored(name, { at: absolutePath, kind, above }));
    },
  };
}

/** By the folder it is in, or by the strongest rule about the path itself. */
function isIgnored(
  name: string,
  {
    at,
    kind,
    above,
  }: { readonly at: string; readonly kind: 'file' | 'folder'; readonly above: Folder | undefined },
): boolean {
  if (above?.ignoredBy.has(name)) return true;
  for (let rules = above?.rules.get(name); rules; rules = rules.weaker) {
    const relative = slashed(path.relative(rules.folder, at));
    const result = rules.matcher.test(kind === 'folder' ? `${relative}/` : relative);
    if (result.ignored) return true;
    if (result.unignored) return false;
  }
  return false;
}

function readRules(file: string, { size }: Pick<Stats, 'size'>): Matcher | undefined {
  if (size > mostBytes) return everything;
  try {
    const text = readFileSync(file, 'utf8').replace(/^\uFEFF/, '');
    return ignore({ ignorecase: true }).add([...usablePatterns(text.split(/\r?\n/))]);
  } catch {
    // Gone, or unreadable: git ignores nothing by its own either.
    const keeps = path.basename(file) !== git && names.some((name) => name === path.basename(file));
    return keeps && safely(() => statSync(file)) ? everything : undefined;
  }
}
