/**
 * Files: where a path that a model wrote leads, and the text that stands there.
 *
 * Laws
 * - Only files inside the workspace's folders are found, by name and by where links lead; an excluded one is not read.
 * - The path is data: it is resolved against the folders and the folder of the document asked about, and nowhere else.
 * - The text is as an editor would have it: UTF-8 without its byte order mark.
 */

import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { type FolderPath, folderOf, toPath, toUri } from './uri.ts';

export type FoundFile =
  | { readonly kind: 'file'; readonly uri: string; readonly text: string }
  /** Nothing stands there yet; it is where a new file of this path would be. */
  | { readonly kind: 'missing'; readonly uri: string }
  /** `why` is a sentence. */
  | { readonly kind: 'refused'; readonly why: string };

export interface Files {
  /** `written` as a model wrote it, in an answer about the document `near`. */
  find(written: string, near: string): Promise<FoundFile>;
  /** The text on disk, of a file that was found before. */
  read(uri: string): Promise<FoundFile>;
}

export interface FilesOptions {
  readonly folders: () => readonly FolderPath[];
  /** One sentence why nothing of the document may leave, or nothing. */
  readonly excludes: (uri: string) => string | undefined;
}

/** Larger files are data, not source. Bytes. */
const mostBytes = 4 * 1024 * 1024;

export function createFiles({ folders, excludes }: FilesOptions): Files {
  async function read(uri: string): Promise<FoundFile> {
    const file = toPath(uri);
    if (file === undefined || !folderOf(file, folders())) return outside(uri);
    // Where links lead is part of what privacy judges.
    const why = excludes(uri);
    if (why !== undefined) return refused(`The model wants to change a file it may not see: ${why}`);
    const name = path.basename(file);
    try {
      const found = await stat(file);
      if (!found.isFile()) return refused(`The model wants to change ${name}, which is no file.`);
      if (found.size > mostBytes) return refused(`The model wants to change ${name}, which is too large.`);
      const text = decoded(await readFile(file));
      return text === undefined
        ? refused(`The model wants to change ${name}, which is not a text file.`)
        : { kind: 'file', uri, text };
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? error.code : undefined;
      if (code === 'ENOENT' || code === 'ENOTDIR') return { kind: 'missing', uri };
      return refused(`The model wants to change ${name}, which cannot be read (${String(code)}).`);
    }
  }

  return {
    async find(written, near) {
      const own = toPath(near);
      const roots = folders();
      const home = own === undefined ? undefined : folderOf(own, roots);
      const bases = [
        ...(home ? [home.path] : []),
        ...(own !== undefined && home ? [path.dirname(own)] : []),
        ...roots.map((root) => root.path),
      ];
      const normal = written.replaceAll('\\', '/');
      const candidates = path.isAbsolute(normal)
        ? [path.normalize(normal)]
        : bases.map((base) => path.resolve(base, normal));
      let missing: FoundFile | undefined;
      for (const file of candidates.filter((each) => folderOf(each, roots))) {
        const found = await read(toUri(file));
        if (found.kind !== 'missing') return found;
        missing ??= found;
      }
      return missing ?? outside(written);
    },
    read,
  };
}

function outside(named: string): FoundFile {
  const shown = named.length > 80 ? `…${named.slice(-79)}` : named;
  return refused(`The model wants to change ${shown}, which is outside of the workspace.`);
}

function refused(why: string): FoundFile {
  return { kind: 'refused', why };
}

function decoded(bytes: Uint8Array): string | undefined {
  if (bytes.includes(0)) return undefined;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined; // bytes that would not come back as they were
  }
}
