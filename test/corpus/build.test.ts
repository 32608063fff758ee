import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';

const folder = mkdtempSync(join(tmpdir(), 'whittle-corpus-'));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function write(path: string, text: string): void {
  mkdirSync(join(folder, path, '..'), { recursive: true });
  writeFileSync(join(folder, path), text);
}

test('changes come from histories and from pairs of package versions, each once', () => {
  const git = (...args: readonly string[]) =>
    execFileSync('git', [
      '-C',
      join(folder, 'project'),
      '-c',
      'user.name=a',
      '-c',
      'user.email=a@b',
      ...args,
    ]);
  write('project/a.ts', 'one();\n');
  write('project/notes.txt', 'no code\n');
  git('init', '-q');
  git('add', '.');
  git('commit', '-qm', 'first');
  write('project/a.ts', 'two();\n');
  write('project/notes.txt', 'nor this\n');
  git('commit', '-qam', 'second');
  for (const [version, value] of [
    ['old', '1'],
    ['new', '2'],
  ] as const) {
    write(`${version}/src/b.js`, `export const b = ${value};\n`);
    write(`${version}/same.js`, 'same();\n');
    write(`${version}/dist/b.js`, `built ${value}\n`);
    write(`${version}/one.ts`, value === '1' ? 'one();\n' : 'two();\n');
    write(`${version}/only-${version}.js`, 'alone();\n');
  }
  const out = join(folder, 'corpus.jsonl');
  const build = (...args: readonly string[]) =>
    spawnSync(process.execPath, ['test/corpus/build.mjs', ...args], { encoding: 'utf8' });
  const [project, older, newer] = [join(folder, 'project'), join(folder, 'old'), join(folder, 'new')];
  const { status, stdout } = build('--git', project, '--packages', older, newer, '--out', out);
  expect([status, stdout.trim().split('\n').at(-1)]).toEqual([0, '2 changes in 2 languages']);
  const changes = readFileSync(out, 'utf8').trimEnd().split('\n');
  expect(changes.map((line): unknown => JSON.parse(line))).toEqual([
    {
      source: 'project',
      path: 'a.ts',
      language: 'typescript',
      before: 'one();\n',
      after: 'two();\n',
    },
    {
      source: 'new',
      path: 'src/b.js',
      language: 'javascript',
      before: 'export const b = 1;\n',
      after: 'export const b = 2;\n',
    },
  ]);
  expect(build('--packages', 'old', '--out', out)).toMatchObject({
    status: 2,
    stderr: '--packages takes pairs: the older version, then the newer one.\n',
  });
  expect(build('--git', project, '--out', 'corpus.jsonl').stderr).toContain('outside');
});
