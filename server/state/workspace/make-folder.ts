/** Makes the user's own folder of a path, and those above it that are missing: all for the user alone. */

import { mkdir } from 'node:fs/promises';
import path from 'node:path';

/**
 * Not by `mkdir`'s own `recursive`: where the system says of a folder in one that is there that it is not (`/proc`, a home
 * below an automounter), that one tries again for ever, with a processor to itself.
 */
export async function makeFolder(folder: string): Promise<void> {
  try {
    await make(folder);
  } catch (error) {
    if (!hasCode(error, 'ENOENT') || path.dirname(folder) === folder) throw error;
    await makeFolder(path.dirname(folder));
    await make(folder);
  }
}

/** What is there already and is no folder shows when something is put into it. */
async function make(folder: string): Promise<void> {
  try {
    await mkdir(folder, { mode: 0o700 });
  } catch (error) {
    if (!hasCode(error, 'EEXIST')) throw error;
  }
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
