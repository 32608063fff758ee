/** The embedded gateway's thread as a file, built from the sources as the package's build does. */

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';

export interface BuiltWorker {
  readonly file: string;
  remove(): Promise<void>;
}

export async function buildWorker(): Promise<BuiltWorker> {
  const folder = await mkdtemp(join(tmpdir(), 'whittle-gateway-'));
  const file = join(folder, 'worker.mjs');
  await build({
    entryPoints: [join(import.meta.dirname, 'gateway-worker.ts')],
    outfile: file,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    banner: {
      js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
    },
    logLevel: 'silent',
  });
  return { file, remove: () => rm(folder, { recursive: true, force: true }) };
}
