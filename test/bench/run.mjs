// Bundles the benchmarks and runs them: `npm run bench [-- NAME …] [-- --data DIR]`.
import { mkdirSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('../..', import.meta.url));
const outfile = `${root}node_modules/.cache/whittle-bench/main.mjs`;
mkdirSync(`${root}node_modules/.cache/whittle-bench`, { recursive: true });
await build({
  absWorkingDir: root,
  entryPoints: ['test/bench/main.ts'],
  outfile,
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'esm',
  packages: 'external',
  logLevel: 'warning',
});
const { bench } = await import(pathToFileURL(outfile).href);
await bench(process.argv.slice(2), root);
