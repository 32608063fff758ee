/**
 * Store: bytes kept on disk between starts, best effort. A full, read-only or foreign disk means no cache and one log
 * line; nothing else fails.
 *
 * Laws
 * - The folder is the user's alone (0700), files too (0600).
 * - A file is whole or not there: written beside and renamed.
 * - All files together stay below `mostBytes`; the ones not used for longest go first.
 */

import { createHash } from 'node:crypto';
import { chmod, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Log } from '../../core/log.ts';
import { makeFolder } from './make-folder.ts';

export interface ByteStore {
  read(key: string): Promise<Uint8Array | undefined>;
  write(key: string, bytes: Uint8Array): Promise<void>;
}

export interface StoreOptions {
  readonly folder: string;
  readonly log: Log;
  /** Makes the names of files in writing unlike any other process's. */
  readonly newId: () => string;
  /** Milliseconds since 1970. */
  readonly wallClock: () => number;
  readonly mostBytes?: number;
}

const defaultMostBytes = 200 * (1 << 20);
/** A file in writing that is older than this was left by a process that ended. */
const abandonedMs = 3_600_000;
const suffix = '.cache';
const writing = '.writing';

/** `$XDG_CACHE_HOME` where set to an absolute path, else what the platform uses. */
export function cacheFolder(of: {
  readonly platform: string;
  readonly home: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
}): string {
  const { XDG_CACHE_HOME: xdg, LOCALAPPDATA: local } = of.environment;
  if (xdg && path.isAbsolute(xdg)) return path.join(xdg, 'whittle');
  if (of.platform === 'darwin') return path.join(of.home, 'Library', 'Caches', 'whittle');
  if (of.platform === 'win32')
    return path.join(
      local && path.isAbsolute(local) ? local : path.join(of.home, 'AppData', 'Local'),
      'whittle',
      'Cache',
    );
  return path.join(of.home, '.cache', 'whittle');
}

export function createStore({
  folder,
  log,
  newId,
  wallClock,
  mostBytes = defaultMostBytes,
}: StoreOptions): ByteStore {
  let failed = false;
  const fail = (what: string, error: unknown) => {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    if (!failed) log('warn', `The cache in ${folder} cannot be ${what} (${code}); Whittle works without it.`);
    failed = true;
  };
  const fileOf = (key: string) =>
    path.join(folder, `${createHash('sha256').update(key).digest('hex').slice(0, 40)}${suffix}`);

  async function makeRoom(): Promise<void> {
    const files: { readonly file: string; readonly size: number; readonly used: number }[] = [];
    for (const name of await readdir(folder)) {
      const file = path.join(folder, name);
      const found = await stat(file).catch(() => undefined);
      if (!found?.isFile()) continue;
      if (name.endsWith(writing) && wallClock() - found.mtimeMs > abandonedMs)
        await rm(file, { force: true });
      if (name.endsWith(suffix)) files.push({ file, size: found.size, used: found.mtimeMs });
    }
    let total = files.reduce((sum, { size }) => sum + size, 0);
    for (const { file, size } of files.sort((a, b) => a.used - b.used)) {
      if (total <= mostBytes) return;
      await rm(file, { force: true });
      total -= size;
    }
  }

  return {
    async read(key) {
      const file = fileOf(key);
      try {
        const bytes = await readFile(file);
        const now = new Date(wallClock());
        // A read-only disk still gives what is on it.
        await utimes(file, now, now).catch(() => undefined);
        return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      } catch (error) {
        if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) fail('read', error);
        return undefined;
      }
    },
    async write(key, bytes) {
      if (bytes.byteLength > mostBytes) return;
      const file = fileOf(key);
      const beside = `${file}.${newId()}${writing}`;
      try {
        await makeFolder(folder);
        await chmod(folder, 0o700);
        await writeFile(beside, bytes, { mode: 0o600, flag: 'wx' });
        await rename(beside, file);
        await makeRoom();
      } catch (error) {
        fail('written', error);
        await rm(beside, { force: true }).catch(() => undefined);
      }
    },
  };
}
