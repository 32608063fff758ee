// Bundles the server into dist/whittle.js, one CommonJS file: it starts faster than ES modules do, and what is
// imported by `import()` is evaluated only when it is first needed.
import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const { version } = JSON.parse(readFileSync(new URL('package.json', import.meta.url), 'utf8'));
const dist = new URL('dist/', import.meta.url);

rmSync(dist, { recursive: true, force: true });
mkdirSync(dist);
await build({
  absWorkingDir: fileURLToPath(new URL('.', import.meta.url)),
  entryPoints: ['server/main.ts'],
  outfile: 'dist/whittle.js',
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  minifySyntax: true,
  minifyWhitespace: true,
  legalComments: 'none',
  // Optional native speed-ups of ws; its own code serves where they are missing.
  external: ['bufferutil', 'utf-8-validate'],
  define: { 'process.env.WHITTLE_VERSION': JSON.stringify(version) },
  logLevel: 'warning',
});

// The package is one of ES modules; its bundle is not.
writeFileSync(new URL('package.json', dist), '{ "type": "commonjs" }\n');
chmodSync(new URL('whittle.js', dist), 0o755);
