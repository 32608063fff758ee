/** `.whittle.json` at a folder's root: JSON, comments and trailing commas allowed. What may be in it: `settings/narrow.ts`. */

import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import path from 'node:path';

export interface OwnFile {
  /** Parsed, undecoded; nothing where there is no file or it cannot be read. */
  readonly value: unknown;
  /** One sentence. Quotes nothing of the file: it may be a link to anything. */
  readonly problem?: string;
}

const mostBytes = 1 << 18;

const ownFileName = '.whittle.json';

export async function readOwnFile(folder: string): Promise<OwnFile> {
  const found = await read(folder);
  return 'wrong' in found
    ? { value: undefined, problem: `${path.join(folder, ownFileName)} ${found.wrong}; it is ignored.` }
    : found;
}

/**
 * Reads them again and again: one that was spoilt while it was written holds as it was before, since what it excluded
 * is not to leave meanwhile.
 */
export function createOwnFiles(): (folder: string) => Promise<OwnFile> {
  const last = new Map<string, unknown>();
  return async (folder) => {
    const found = await read(folder);
    if (!('wrong' in found)) {
      last.set(folder, found.value);
      return found;
    }
    const file = path.join(folder, ownFileName);
    const value = last.get(folder);
    return value === undefined
      ? { value, problem: `${file} ${found.wrong}; it is ignored.` }
      : { value, problem: `${file} ${found.wrong}; what it said before holds.` };
  };
}

/** `wrong` goes on behind the file's name. */
async function read(folder: string): Promise<{ readonly value: unknown } | { readonly wrong: string }> {
  const bytes = await readBytes(path.join(folder, ownFileName));
  if (bytes === undefined) return { value: undefined };
  if (typeof bytes === 'string') return { wrong: bytes };
  const text = new TextDecoder().decode(bytes);
  if (text.trim() === '') return { value: undefined };
  try {
    return { value: JSON.parse(withoutComments(text)) };
  } catch {
    return { wrong: 'is not valid JSON' };
  }
}

/** The bytes, or what is wrong; nothing where there is no file. */
async function readBytes(file: string): Promise<Uint8Array | string | undefined> {
  try {
    const handle = await open(
      file,
      constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0),
    );
    try {
      const stat = await handle.stat();
      if (!stat.isFile()) return 'is not a file';
      return stat.size > mostBytes ? 'is too large' : await handle.readFile();
    } finally {
      await handle.close();
    }
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    return code === 'ELOOP' ? 'is a link' : `cannot be read (${String(code)})`;
  }
}

/** Line and block comments become blanks, a comma before a closing bracket goes; strings stay as they are. */
function withoutComments(text: string): string {
  const plain = text.replace(/"(?:[^"\\\n]|\\.)*"?|\/\/[^\n]*|\/\*[\s\S]*?(?:\*\/|$)/g, (part) =>
    part.startsWith('"') ? part : ' ',
  );
  return plain.replace(/"(?:[^"\\\n]|\\.)*"?|,(?=\s*[}\]])/g, (part) => (part === ',' ? '' : part));
}
