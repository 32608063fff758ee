/** A file given on the command line, read as a user means it, or the sentence why not. */

import { readFileSync, statSync } from 'node:fs';
import { resolve } from 'node:path';

export type ReadFile =
  | { readonly kind: 'text'; readonly path: string; readonly text: string; readonly byteOrderMark: boolean }
  | { readonly kind: 'unreadable'; readonly message: string };

/** No model reads more than this, and a terminal shows none of it. Bytes. */
const largest = 16 * 1024 * 1024;

export function readTextFile(file: string, folder: string): ReadFile {
  const path = resolve(folder, file);
  try {
    const stat = statSync(path);
    if (stat.isDirectory()) return unreadable(folderSentence(file));
    // A pipe or a device may never end.
    if (!stat.isFile()) return unreadable(`${file} is not a file on disk; name a source file.`);
    const { size } = stat;
    if (size > largest)
      return unreadable(`${file} has ${Math.round(size / 1024 / 1024)} MB; files up to 16 MB can be used.`);
    const bytes = readFileSync(path);
    if (bytes.includes(0)) return unreadable(`${file} is not a text file; name a source file.`);
    const decoded = decode(bytes);
    if (decoded === undefined)
      return unreadable(`${file} is not UTF-8; convert it first, so that nothing of it is lost.`);
    // A byte order mark is the file's, not the text's.
    const byteOrderMark = decoded.startsWith('\ufeff');
    return { kind: 'text', path, text: byteOrderMark ? decoded.slice(1) : decoded, byteOrderMark };
  } catch (error) {
    return unreadable(unreadableBecause(file, error));
  }
}

function decode(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined; // bytes that would not come back as they were
  }
}

function unreadable(message: string): ReadFile {
  return { kind: 'unreadable', message };
}

/** Why a file cannot be read. */
export function unreadableBecause(file: string, error: unknown): string {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  if (code === 'ENOENT' || code === 'ENOTDIR') return `There is no file ${file}; check the path.`;
  if (code === 'EISDIR') return folderSentence(file);
  if (code === 'EACCES') return `${file} may not be read; check its permissions.`;
  return `${file} cannot be read (${String(code ?? error)}).`;
}

function folderSentence(file: string): string {
  return `${file} is a folder; name a file in it.`;
}
