/**
 * Sources: single files of the workspace read as context for a model, by the same rules as the walk: nothing
 * excluded, no link, nothing outside the folders, no data.
 */

import { lstat, readdir } from 'node:fs/promises';
import path from 'node:path';
import { readSource } from './walk.ts';

export interface Source {
  /** Absolute. */
  readonly file: string;
  /** Changes when the content does. */
  readonly stamp: string;
  readonly text: string;
}

export interface Sources {
  /** The first of these absolute paths that is source text; `unchanged` where its stamp is the one known. */
  first(
    files: readonly string[],
    knownStamp: (file: string) => string | undefined,
  ): Promise<Source | { readonly unchanged: string } | undefined>;
  /** Absolute paths of the files beside this one that end as it does, last changed first. */
  beside(file: string, most: number): Promise<readonly string[]>;
}

export interface SourcesOptions {
  /** Whether privacy keeps the absolute path from leaving. */
  readonly excludes: (file: string) => boolean;
  readonly redact: (text: string) => string;
}

/** Larger files are no help in a prompt and long to read. */
const mostBytes = 256 * 1024;
/** A folder with more is data. */
const mostEntries = 500;

export function createSources({ excludes, redact }: SourcesOptions): Sources {
  const measured = async (file: string) => {
    const stat = await lstat(file).catch(() => undefined);
    if (!stat?.isFile() || stat.size === 0 || stat.size > mostBytes || excludes(file)) return undefined;
    return { file, stamp: `${stat.size}-${Math.trunc(stat.mtimeMs)}`, changed: stat.mtimeMs };
  };

  return {
    async first(files, knownStamp) {
      for (const file of files) {
        const found = await measured(file);
        if (!found) continue;
        const { stamp } = found;
        if (knownStamp(file) === stamp) return { unchanged: file };
        const text = await readSource(file, redact);
        return text === undefined ? undefined : { file, stamp, text };
      }
      return undefined;
    },
    async beside(file, most) {
      const folder = path.dirname(file);
      const ending = path.extname(file);
      const names = await readdir(folder).catch(() => []);
      if (names.length > mostEntries) return [];
      const same = names.filter((name) => path.extname(name) === ending && name !== path.basename(file));
      const found = await Promise.all(same.map((name) => measured(path.join(folder, name))));
      return found
        .filter((each) => each !== undefined)
        .sort((a, b) => b.changed - a.changed || (a.file < b.file ? -1 : 1))
        .slice(0, most)
        .map((each) => each.file);
    },
  };
}
