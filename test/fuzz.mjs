// Feeds the core random and damaged input: `npm run fuzz [-- --cases N] [--seed S]`. Prints the seed; a failure prints
// the case that makes it again.
import { mkdirSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = `${root}node_modules/.cache/whittle-fuzz`;
mkdirSync(folder, { recursive: true });
await build({
  absWorkingDir: root,
  entryPoints: ['test/fuzz/fuzz.ts'],
  outfile: `${folder}/fuzz.mjs`,
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'esm',
  packages: 'external',
  logLevel: 'warning',
});
const option = (name, usual) => {
  const at = process.argv.indexOf(name);
  return at === -1 ? usual : Number(process.argv[at + 1]);
};
const { fuzz } = await import(pathToFileURL(`${folder}/fuzz.mjs`).href);
const failures = fuzz({
  cases: option('--cases', 1_000_000),
  seed: option('--seed', Math.floor(Math.random() * 2 ** 31)),
  print: (line) => console.log(line),
});
if (failures > 0) process.exitCode = 1;
