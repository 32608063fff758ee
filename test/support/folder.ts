/** Temporary folders with files, removed after the test. */

import { mkdirSync, mkdtempSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { onTestFinished } from 'vitest';

/** A value is a text, or `{ link }` for a symbolic link; a name that ends in `/` is an empty folder. */
export function temporaryFolder(
  files: Readonly<Record<string, string | { readonly link: string }>> = {},
): string {
  const root = realpathSync(mkdtempSync(path.join(tmpdir(), 'whittle-')));
  // A server that was told to end may still be writing what it learnt: each try looks anew at what is there, which
  // those of `rmSync` do not.
  onTestFinished(() => rm(root, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 }));
  for (const [name, content] of Object.entries(files)) {
    const file = path.join(root, name);
    if (name.endsWith('/')) {
      mkdirSync(file, { recursive: true });
      continue;
    }
    mkdirSync(path.dirname(file), { recursive: true });
    if (typeof content === 'string') writeFileSync(file, content);
    else symlinkSync(path.resolve(path.dirname(file), content.link), file);
  }
  return root;
}
