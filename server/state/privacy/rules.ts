/**
 * Which documents and paths may leave. Decided by name, by ignore files, and by where a path really leads: a link out
 * of the workspace's folder is refused, and a link's target is judged like the link. What is no file itself but goes by
 * the path of one in the workspace (a notebook's cell, a document not saved yet) is judged like that file.
 *
 * A decision is kept for `staleMs`, so that asking at every key costs nothing and a changed ignore file is noticed
 * without watching for it.
 */

import { realpathSync } from 'node:fs';
import path from 'node:path';
import { folderOf, nameOf, pathBehind, slashed, toPath } from '../workspace/uri.ts';
import { createExclusion } from './exclude.ts';
import { createIgnored } from './ignored.ts';

export interface PrivacyRules {
  /** One sentence why the document must not leave, or nothing. */
  excludes(uri: string): string | undefined;
  /** The same for a path relative to one of the folders, as snippets and changes carry it. */
  excludesPath(relativePath: string): boolean;
}

export interface PrivacyOptions {
  /** Absolute. */
  readonly folders: readonly string[];
  /** `privacy.exclude` of the settings. */
  readonly exclude: readonly string[];
  /** Milliseconds of a clock that only grows. */
  readonly now: () => number;
}

/** What editors show beside files: output and consoles, old versions, chats, settings. None of it is edited as a file is. */
const unwritten: ReadonlySet<string> = new Set(
  `output debug comment search-editor git git-graph gitlens gitlens-git gitfs scm review pr githubpr conflict-resolution
  vscode vscode-settings vscode-userdata vscode-chat-code-block vscode-copilot-chat vscode-terminal vscode-scm
  vscode-interactive vscode-interactive-input vscode-notebook-cell-output vscode-notebook-cell-output-diff
  vscode-notebook-cell-metadata vscode-custom-data vscode-extension walkThrough walkThroughSnippet welcome
  chat-editing-text-model chat-editing-snapshot-text-model local-history timeline extension-output fugitive term
  oil netrw diffview gitsigns neogit`
    .toLowerCase()
    .split(/\s+/),
);

const staleMs = 2000;
const mostKept = 2000;

export function createPrivacyRules({ folders, exclude, now }: PrivacyOptions): PrivacyRules {
  const exclusion = createExclusion(exclude);
  const roots = folders.map((given) => {
    const real = realPath(given) ?? given;
    return { given, real, ignored: createIgnored(real, now) };
  });
  const asGiven = roots.map((root) => ({ ...root, path: root.given }));
  const asReal = roots.map((root) => ({ ...root, path: root.real }));
  const decisions = new Map<string, { readonly at: number; readonly reason: string | undefined }>();

  /** The path as it stands, then the path it leads to. */
  function judge(file: string): string | undefined {
    const folder = folderOf(file, asGiven) ?? folderOf(file, asReal);
    const within = folder && path.relative(folder.path, file);
    const byName = exclusion.excluding(within === undefined ? outside(file) : slashed(within));
    if (byName !== undefined) return sentence(file, `the pattern \`${byName}\` of \`privacy.exclude\``);
    const target = realPath(file) ?? file;
    const home = folderOf(target, asReal);
    if (folder && !home)
      return sentence(file, 'the rule that links must not lead out of the workspace folder');
    const byTarget = exclusion.excluding(home ? slashed(path.relative(home.path, target)) : outside(target));
    if (byTarget !== undefined)
      return sentence(
        file,
        `the pattern \`${byTarget}\` of \`privacy.exclude\`, which the file it leads to matches`,
      );
    const byFile =
      home?.ignored.excluding(target, 'file') ??
      (folder && within !== undefined
        ? folder.ignored.excluding(path.join(folder.real, within), 'file')
        : undefined);
    return byFile === undefined ? undefined : sentence(file, `\`${byFile}\``);
  }

  function decide(uri: string): string | undefined {
    if (/^file:/i.test(uri)) {
      const file = toPath(uri);
      return file === undefined
        ? 'The document has no path that could be checked, so it is never sent.'
        : judge(file);
    }
    const [, scheme = ''] = /^([a-z][a-z0-9+.-]*):/i.exec(uri) ?? [];
    if (unwritten.has(scheme.toLowerCase()))
      return `Documents of the kind \`${scheme}:\` are shown by the editor and are no files, so they are never sent.`;
    const behind = pathBehind(uri);
    const byPath =
      behind !== undefined && folderOf(behind, [...asGiven, ...asReal]) ? judge(behind) : undefined;
    if (byPath !== undefined) return byPath;
    const name = nameOf(uri);
    const pattern = exclusion.excluding(name);
    return pattern === undefined
      ? undefined
      : sentence(name, `the pattern \`${pattern}\` of \`privacy.exclude\``);
  }

  function remembered(key: string, decideAnew: () => string | undefined): string | undefined {
    const known = decisions.get(key);
    if (known && now() - known.at < staleMs) return known.reason;
    const reason = decideAnew();
    if (decisions.size >= mostKept) decisions.clear();
    decisions.set(key, { at: now(), reason });
    return reason;
  }

  return {
    excludes: (uri) => remembered(uri, () => decide(uri)),
    excludesPath(relativePath) {
      if (exclusion.excluding(relativePath) !== undefined) return true;
      if (path.isAbsolute(relativePath) || relativePath.split('/').includes('..')) return true;
      return roots.some(({ given }) => {
        const file = path.join(given, relativePath);
        return remembered(file, () => judge(file)) !== undefined;
      });
    },
  };
}

/** Outside every folder, names of folders count from the home or root on: `.ssh/config` is what it is anywhere. */
function outside(file: string): string {
  return slashed(path.relative(path.parse(file).root, file));
}

function sentence(file: string, rule: string): string {
  return `${path.basename(file)} is excluded by ${rule}, so nothing of it is sent.`;
}

/** Where the path leads. A file that does not exist yet leads where its folder does. */
function realPath(file: string): string | undefined {
  try {
    return realpathSync.native(file);
  } catch {
    const folder = path.dirname(file);
    if (folder === file) return undefined;
    const real = realPath(folder);
    return real === undefined ? undefined : path.join(real, path.basename(file));
  }
}
