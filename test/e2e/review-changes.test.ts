/** What is new since the last commit, by the real git, in a repository that tries to have its own programs run. */

import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { toText } from '../../server/core/text.ts';
import { changesSinceHead } from '../../server/features/review/changes.ts';
import { createTextAtHead } from '../../server/state/workspace/git.ts';
import { toUri } from '../../server/state/workspace/uri.ts';

let root = '';
const git = (...args: readonly string[]) =>
  execFileSync('git', ['-C', root, '-c', 'user.name=a', '-c', 'user.email=a@example.com', ...args]);

beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), 'whittle-git-'));
  git('init', '-q');
  writeFileSync(path.join(root, 'a.ts'), 'one\ntwo\nthree\n');
  git('add', '.');
  git('commit', '-qm', 'first');
});
afterEach(() => rmSync(root, { recursive: true }));

async function changed(
  text: string,
  name = 'a.ts',
  environment = process.env,
): Promise<readonly string[] | undefined> {
  const uri = toUri(path.join(root, name));
  const snapshot = { uri, languageId: 'typescript', version: 1, text: toText(text) };
  const regions = await changesSinceHead(
    snapshot,
    createTextAtHead(environment),
    new AbortController().signal,
  );
  return regions?.map(({ start, end }) => text.slice(start, end));
}

test('whole lines that are new, also where lines end otherwise', async () => {
  expect(await changed('one\nTWO\nthree\nfour\n')).toEqual(['TWO', 'four']);
  expect(await changed('one\r\nTWO\r\nthree\r\n')).toEqual(['TWO']);
  expect(await changed('one\ntwo\nthree\n')).toEqual([]);
});

test('nothing to compare with: a new file, no repository', async () => {
  expect(await changed('x\n', 'new.ts')).toBeUndefined();
  rmSync(path.join(root, '.git'), { recursive: true });
  expect(await changed('x\n')).toBeUndefined();
});

test('no program that the repository names is run', async () => {
  const proof = path.join(root, 'proof');
  const run = `touch ${proof}`;
  for (const key of [
    'core.fsmonitor',
    'core.pager',
    'core.sshCommand',
    'core.editor',
    'diff.evil.textconv',
    'filter.evil.smudge',
  ])
    git('config', key, run);
  git('config', 'core.hooksPath', root);
  writeFileSync(path.join(root, '.gitattributes'), '* filter=evil diff=evil\n');
  expect(await changed('one\n')).toEqual(['one']);
  expect(existsSync(proof)).toBe(false);
});

test('nor one that would fetch what a partial clone has not, by a git that cannot be told not to', async () => {
  const proof = path.join(root, 'proof');
  const blob = String(git('rev-parse', 'HEAD:a.ts')).trim();
  rmSync(path.join(root, '.git', 'objects', blob.slice(0, 2), blob.slice(2)));
  for (const [key, value] of [
    ['core.repositoryFormatVersion', '1'],
    ['extensions.partialClone', 'origin'],
    ['remote.origin.url', root],
    ['remote.origin.promisor', 'true'],
    ['remote.origin.uploadpack', `touch ${proof}; false`],
  ] as const)
    git('config', key, value);
  const programs = path.join(root, 'programs');
  mkdirSync(programs);
  const old = `#!/bin/sh\nunset GIT_NO_LAZY_FETCH\nPATH='${process.env.PATH}' exec git "$@"\n`;
  writeFileSync(path.join(programs, 'git'), old, { mode: 0o755 });
  const environment = { ...process.env, PATH: `${programs}:${process.env.PATH}` };
  expect(await changed('one\n', 'a.ts', environment)).toBeUndefined();
  expect(existsSync(proof)).toBe(false);
});
