/** URIs and paths of this machine. Nothing here throws, whatever a client sends. */

import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

export interface FolderPath {
  readonly uri: string;
  readonly name: string;
  /** Absolute, without a trailing separator. */
  readonly path: string;
}

/** The absolute path of a `file:` URI, also as Java writes it (`file:/a`); nothing for other schemes and for what no path can be made of. */
export function toPath(uri: string): string | undefined {
  if (!/^file:\//i.test(uri)) return undefined;
  try {
    const made = path.normalize(fileURLToPath(uri));
    return made.includes('\0') ? undefined : made;
  } catch {
    // Another host, an encoded separator or a broken escape: not a path here, which is an answer.
    return undefined;
  }
}

/** The path that a URI of another scheme goes by: of the notebook that a cell is of, or of a document that is not saved yet. */
export function pathBehind(uri: string): string | undefined {
  const [, path] = /^[a-z][a-z0-9+.-]*:(?:\/\/[^/?#]*)?(\/[^?#]*)/i.exec(uri) ?? [];
  return path === undefined ? undefined : toPath(`file://${path}`);
}

export function toUri(absolutePath: string): string {
  return pathToFileURL(absolutePath).href;
}

/** Nothing where the folder is not on this machine's disk. */
export function toFolder(folder: { readonly uri: string; readonly name: string }): FolderPath | undefined {
  const found = toPath(folder.uri);
  if (found === undefined) return undefined;
  const root = withoutTrailingSeparator(found);
  return { uri: folder.uri, name: folder.name || path.basename(root) || root, path: root };
}

/** Relative to its innermost folder with `/`; the name alone where it lies in none, or is no file. */
export function pathOf(uri: string, folders: readonly FolderPath[]): string {
  const file = toPath(uri);
  if (file === undefined) return nameOf(uri);
  const folder = folderOf(file, folders);
  return folder ? slashed(path.relative(folder.path, file)) || path.basename(file) : path.basename(file);
}

/** The innermost folder that holds the path. */
export function folderOf<T extends Pick<FolderPath, 'path'>>(
  file: string,
  folders: readonly T[],
): T | undefined {
  let best: T | undefined;
  for (const folder of folders) {
    if (isInside(file, folder.path) && folder.path.length > (best?.path.length ?? -1)) best = folder;
  }
  return best;
}

export function isInside(file: string, folder: string): boolean {
  const relative = path.relative(folder, file);
  return relative !== '..' && !relative.startsWith(`..${path.sep}`) && !path.isAbsolute(relative);
}

export function slashed(value: string): string {
  return path.sep === '/' ? value : value.split(path.sep).join('/');
}

/** What a URI that is no path of this machine is called: its path, decoded as far as it can be. */
export function nameOf(uri: string): string {
  const rest = uri.replace(/^[a-z][a-z0-9+.-]*:(?:\/\/[^/?#]*)?/i, '').replace(/[?#].*$/, '');
  try {
    return decodeURIComponent(rest).replace(/^\/+/, '');
  } catch {
    return rest.replace(/^\/+/, '');
  }
}

function withoutTrailingSeparator(value: string): string {
  return value.length > path.parse(value).root.length ? value.replace(/[\\/]+$/, '') : value;
}
