/** The README against the code: what it names exists, and what exists it names. */

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { commandNames } from '../server/lsp/commands.ts';
import { settingsTable } from '../server/state/settings/table.ts';

const root = join(import.meta.dirname, '..');
const readme = readFileSync(join(root, 'README.md'), 'utf8');

test('every setting has its row', () => {
  const perTask = /^(?:completion|edit|nextEdit)\.model\./;
  const missing = [...settingsTable.keys()].filter(
    (key) => !perTask.test(key) && !readme.includes(`\`${key}\``),
  );
  expect(missing).toEqual([]);
});

test('every command is named', () => {
  expect(commandNames.filter((name) => !readme.includes(`\`${name}\``))).toEqual([]);
});

test('every file it links to is there', () => {
  const links = [...readme.matchAll(/\]\(([^)]+)\)/g)]
    .map(([, target]) => target ?? '')
    .filter((target) => !/^https?:/.test(target));
  expect(links.length).toBeGreaterThan(5);
  expect(links.filter((target) => !existsSync(join(root, target)))).toEqual([]);
});

test('the two set-up commands come first and are scripts of the package', () => {
  const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const blocks = [...readme.matchAll(/^```sh\n(.*?)\n```/gms)].map(([, block]) => block);
  expect(blocks.slice(0, 2)).toEqual(['npm install && npm run demo', 'npm install && npm test']);
  expect(Object.keys(scripts)).toEqual(
    expect.arrayContaining(['demo', 'test', 'check', 'test:e2e', 'bench', 'build', 'prepare']),
  );
});

test('every package it is built with has its sentence', () => {
  const { dependencies = {}, devDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const packages = Object.keys({ ...dependencies, ...devDependencies }).filter(
    (name) => !name.startsWith('@types/'),
  );
  expect(packages.filter((name) => !readme.includes(`\`${name}\``))).toEqual([]);
});
