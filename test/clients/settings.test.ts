// Settings of editors are data that no compiler reads: here they are checked against the server's own table.

import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { contributions } from '../../clients/vscode/contributions.ts';
import { ownValue } from '../../clients/vscode/src/own-value.ts';
import { commandNames } from '../../server/lsp/commands.ts';
import { settingsJsonSchema } from '../../server/state/settings/schema.ts';
import { settingsTable } from '../../server/state/settings/table.ts';

const clients = join(import.meta.dirname, '../../clients');

describe('VS Code', () => {
  const manifest = JSON.parse(read('vscode/package.json'));

  test('the manifest holds the settings of the server: run `npm run manifest` in clients/vscode', () => {
    expect(manifest.contributes).toEqual(contributions(settingsJsonSchema()));
  });

  test('every setting is there, and a workspace can set none of them', () => {
    const { properties } = manifest.contributes.configuration;
    const names = Object.keys(properties).filter((name) => name.startsWith('whittle.'));
    expect(names.map((name) => name.slice('whittle.'.length)).toSorted()).toEqual(
      [...settingsTable.keys()].toSorted(),
    );
    for (const name of Object.keys(properties))
      expect([name, properties[name].scope]).toEqual([name, 'machine']);
  });

  test('nothing but the user’s own settings is read, in whatever form a workspace sets others', () => {
    const files = readdirSync(join(clients, 'vscode/src'), { recursive: true }).map(String);
    const reading = files.filter(
      (file) => file.endsWith('.ts') && read(`vscode/src/${file}`).includes('getConfiguration('),
    );
    expect(reading).toEqual(['settings.ts']);
    expect(read('vscode/src/settings.ts').match(/getConfiguration\(\)\.(?!inspect)/g)).toBeNull();
    const asked = ownValue({
      defaultValue: { enabled: true, model: { url: 'local', name: null, headers: {} } },
      globalValue: { model: { url: 'wss://mine', headers: { a: 'b' } } },
      workspaceValue: { enabled: false, model: { url: 'wss://other' } },
    } as Parameters<typeof ownValue>[0]);
    expect(asked).toEqual({ enabled: true, model: { url: 'wss://mine', name: null, headers: { a: 'b' } } });
    expect(ownValue({ defaultValue: ['whittle'] })).toEqual(['whittle']);
  });

  test('no command of the extension has an id that the server announces, and so the client registers', () => {
    const ids: string[] = manifest.contributes.commands.map(({ command }: { command: string }) => command);
    expect(ids.filter((id) => commandNames.includes(id))).toEqual([]);
  });

  test('every command is done by a function of its name, and no function is without a command', () => {
    const ids: string[] = manifest.contributes.commands.map(({ command }: { command: string }) => command);
    const [, table = ''] = read('vscode/src/commands.ts').split('export const editorCommands');
    const done = [...(table.split('\n};')[0] ?? '').matchAll(/^ {2}(?:async )?(\w+)(?:: |\()/gm)];
    expect(done.map(([, name]) => `whittle.editor.${name}`).toSorted()).toEqual(ids.toSorted());
  });

  test('titles of commands are written in one style', () => {
    const titles: string[] = manifest.contributes.commands.map(({ title }: { title: string }) => title);
    expect(new Set(titles).size).toBe(titles.length);
    const small = /^(?:or|for|the|to|it)$/;
    for (const title of titles)
      for (const word of title.replace(/…$/, '').split(/,? /).slice(1))
        expect([title, small.test(word) || /^[A-Z][a-z]+$/.test(word)]).toEqual([title, true]);
  });

  test('the extension stays thin', () => {
    expect(read('vscode/src/extension.ts').split('\n').length).toBeLessThan(100);
  });
});

test('Neovim sends no command that the server does not have', () => {
  const sent = [...read('neovim/lua/whittle/command.lua').matchAll(/'(whittle\.\w+)'/g)].map(
    ([, name]) => name,
  );
  const modules = ['whittle.diagnostics', 'whittle.next_edit'];
  expect(sent.length).toBeGreaterThan(5);
  expect(sent.filter((name) => !commandNames.includes(name ?? '') && !modules.includes(name ?? ''))).toEqual(
    [],
  );
});

test.each([
  'zed/settings.jsonc',
  'others/coc-settings.jsonc',
  'others/LSP.sublime-settings',
  'others/kate.json',
])('%s is JSON with comments', (name) => {
  const value = JSON.parse(read(name).replaceAll(/^\s*\/\/.*$/gm, ''));
  expect(JSON.stringify(value)).toContain('whittle');
});

test('every client starts the server by its fixed command line', () => {
  const files = list(clients).filter((name) => /\.(toml|jsonc|el|kak|lua|sublime-settings)$/.test(name));
  const starting = files.filter((name) => /--stdio/.test(read(name)));
  expect(starting.length).toBeGreaterThanOrEqual(8);
  for (const name of starting)
    expect(read(name), name).toMatch(
      /whittle['"`]?,? ?.*--stdio|command = "whittle"\s+args = \["--stdio"\]/s,
    );
});

function read(name: string): string {
  return readFileSync(join(clients, name), 'utf8');
}

/** Relative paths of all files but what a build leaves. */
function list(folder: string, prefix = ''): string[] {
  return readdirSync(folder).flatMap((name) => {
    if (name === 'node_modules' || name === 'dist') return [];
    const path = join(folder, name);
    return statSync(path).isDirectory() ? list(path, `${prefix}${name}/`) : [`${prefix}${name}`];
  });
}
