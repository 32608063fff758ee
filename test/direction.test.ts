/** The architecture as a program: which folder may import which, and that nothing starts work at import. */

import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));
const server = join(root, 'server');

/** Folder → what it may import of ours. `gateway` shares the wire protocol with `session` and nothing else of it. */
const allowed: Readonly<Record<string, readonly string[]>> = {
  core: ['core'],
  engine: ['engine', 'core'],
  session: ['session', 'core'],
  gateway: ['gateway', 'engine', 'session/protocol', 'core'],
  state: ['state', 'core'],
  features: ['features', 'state', 'core'],
  lsp: ['lsp', 'features', 'state', 'core'],
  cli: ['cli', 'lsp', 'features', 'state', 'session', 'gateway', 'engine', 'core'],
  'main.ts': ['cli', 'lsp', 'features', 'state', 'session', 'gateway', 'engine', 'core'],
};

/** Pure folders take no package but these, and no module of Node's. */
const packagesOfCore: readonly string[] = ['diff'];

interface Import {
  readonly from: string;
  readonly specifier: string;
  readonly target: string | undefined;
}

const files = readdirSync(server, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts'))
  .map((name) => name.split(sep).join('/'));

function importsOf(file: string): readonly Import[] {
  const source = readFileSync(join(server, file), 'utf8');
  return [
    ...source.matchAll(
      /^(?:import|export)\b[^'"]*?from\s+['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]\s*\)|^import\s+['"]([^'"]+)['"]/gm,
    ),
  ].map((match) => {
    const specifier = match[1] ?? match[2] ?? match[3] ?? '';
    const target = specifier.startsWith('.')
      ? relative(server, resolve(server, dirname(file), specifier))
          .split(sep)
          .join('/')
      : undefined;
    return { from: file, specifier, target };
  });
}

function rulesFor(file: string): readonly string[] {
  const folder = file.includes('/') ? (file.split('/')[0] ?? '') : file;
  return allowed[folder] ?? [];
}

test('imports follow the direction of the architecture', () => {
  const wrong = files
    .flatMap(importsOf)
    .filter(
      ({ from, target }) =>
        target !== undefined && !rulesFor(from).some((prefix) => target.startsWith(`${prefix}/`)),
    )
    .map(({ from, target }) => `${from} imports ${target}`);
  expect(wrong).toEqual([]);
});

test('the core and the engine take in no module with IO', () => {
  const wrong = files
    .filter((file) => file.startsWith('core/') || file.startsWith('engine/'))
    .flatMap(importsOf)
    .filter(({ target, specifier }) => target === undefined && !packagesOfCore.includes(specifier))
    .map(({ from, specifier }) => `${from} imports ${specifier}`);
  expect(wrong).toEqual([]);
});

test('the core reads no clock and throws no dice', () => {
  const wrong = files
    .filter((file) => file.startsWith('core/'))
    .filter((file) =>
      /\bDate\.now\b|\bnew Date\b|Math\.random|\bsetTimeout\b|\bconsole\./.test(
        readFileSync(join(server, file), 'utf8'),
      ),
    );
  expect(wrong).toEqual([]);
});

test('only the folder lsp and the command line know the protocol library', () => {
  const wrong = files
    .filter((file) => !/^(?:lsp|cli)\//.test(file) && file !== 'main.ts')
    .flatMap(importsOf)
    .filter(({ specifier }) => specifier.startsWith('vscode-'))
    .map(({ from, specifier }) => `${from} imports ${specifier}`);
  expect(wrong).toEqual([]);
});

test('only main reads the arguments and the environment of the process', () => {
  const wrong = files
    .filter((file) => file !== 'main.ts')
    .filter((file) => /\bprocess\.(?:argv|env)\b/.test(readFileSync(join(server, file), 'utf8')));
  expect(wrong).toEqual([]);
});

test('no file is longer than its concept', () => {
  const longest = 300;
  const wrong = files
    .map((file) => ({ file, lines: readFileSync(join(server, file), 'utf8').split('\n').length - 1 }))
    .filter(({ lines }) => lines > longest)
    .map(({ file, lines }) => `${file}: ${lines}`);
  expect(wrong).toEqual([]);
});
