// What a user installs: the packed tarball, globally, in an empty prefix. It must work without this checkout.

import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { machineEnvironment, startServerProcess } from '../support/server-process.ts';

const root = join(import.meta.dirname, '../..');
const source = `export function first(list: number[]): number {
  return compute(list, { deep: true });
}

export function second(list: number[]): number {
  return compute(list, { deep: true });
}

export function third(list: number[]): number {
`;

let folder: string;
let packed: { readonly filename: string; readonly files: readonly { readonly path: string }[] };

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'whittle-pack-'));
  const pack = npm(['pack', '--json', '--pack-destination', folder], root);
  packed = JSON.parse(pack.slice(pack.indexOf('[')))[0];
  npm(['install', '--global', '--prefix', join(folder, 'prefix'), join(folder, packed.filename)], folder);
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function npm(args: readonly string[], cwd: string): string {
  const quiet = ['--loglevel=error', '--no-audit', '--no-fund', '--no-update-notifier'];
  return execFileSync('npm', [...args, ...quiet], {
    cwd,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

function command(): string {
  return join(folder, 'prefix/bin/whittle');
}

test('the tarball holds the program and the clients, and no sources, tests or leftovers of builds', () => {
  const paths = packed.files.map(({ path }) => path);
  expect(paths).toContain('dist/whittle.js');
  expect(paths).toContain('README.md');
  expect(paths).toContain('LICENSE');
  expect(paths).toContain('clients/neovim/lsp/whittle.lua');
  expect(paths).toContain('clients/helix/languages.toml');
  expect(
    paths.filter((path) =>
      /^(server|test|\.ci|\.editors)\/|\.test\.|node_modules|^clients\/vscode\/dist\/|\.log$|\.tgz$/.test(
        path,
      ),
    ),
  ).toEqual([]);
});

test('whittle --version says the version of the package', () => {
  const { version } = JSON.parse(
    execFileSync('tar', ['-xOf', join(folder, packed.filename), 'package/package.json'], {
      encoding: 'utf8',
    }),
  );
  const { stdout, status } = spawnSync(command(), ['--version'], { encoding: 'utf8' });
  expect({ stdout: stdout.trim(), status }).toEqual({ stdout: version, status: 0 });
});

test('the installed server suggests', async () => {
  const project = join(folder, 'project');
  mkdirSync(project);
  const server = startServerProcess({
    program: realpathSync(command()),
    folder: project,
    folders: [project],
    env: { XDG_CACHE_HOME: join(folder, 'cache') },
  });
  const { client } = server;
  await client.initialize();
  const uri = pathToFileURL(join(project, 'file.ts')).href;
  client.open(uri, source);
  const at = client.type(uri, source.length, '  return compute(');
  const [item] = await client.inlineCompletions(uri, at, 'invoked');
  expect(item?.insertText).toContain('list');
  await client.shutdown();
  expect(await server.exit).toEqual({ code: 0, signal: null });
});

test('settings and help are printed, without a colour where there is no terminal', () => {
  const run = (...args: readonly string[]) =>
    spawnSync(command(), args, { encoding: 'utf8', env: machineEnvironment(), cwd: folder });
  expect(JSON.parse(run('settings').stdout)).toMatchObject({ type: 'object' });
  for (const [first, ...args] of [
    ['whittle --stdio', '--help'],
    ['whittle try', 'try', '--help'],
    ['whittle serve', 'serve', '--help'],
  ] as const) {
    const { stdout, status } = run(...args);
    expect(status).toBe(0);
    expect(stdout).toContain(first);
    expect(stdout).not.toContain('\u001b');
  }
});

test('the extension for VS Code is packed in a clone where nothing else was installed, without a question', () => {
  const clone = join(folder, 'clone');
  const isSource = (path: string) => !/node_modules|\.vsix$/.test(path);
  for (const part of ['server', 'clients/vscode', 'LICENSE', 'package.json', 'tsconfig.json'])
    cpSync(join(root, part), join(clone, part), { recursive: true, filter: isSource });
  const extension = join(clone, 'clients/vscode');
  npm(['install'], extension);
  const { status, stdout, stderr } = spawnSync('npm', ['run', 'package'], {
    cwd: extension,
    encoding: 'utf8',
  });
  expect(status).toBe(0);
  // What is warned of is asked about in a terminal.
  expect(stdout + stderr).not.toMatch(/ERROR|WARNING/);
  expect(stdout).toContain('LICENSE');
  expect(readdirSync(extension).filter((name) => name.endsWith('.vsix'))).toHaveLength(1);
});
