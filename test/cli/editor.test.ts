/** The client without a screen, against processes that are no good servers. */

import { expect, test } from 'vitest';
import { ServerEnded, startEditor } from '../../server/cli/editor.ts';
import { serverWith } from '../support/console.ts';
import { temporaryFolder } from '../support/folder.ts';

test.each([
  ['ends at once', ['-e', 'process.exit(3)', '--'], 'exit code 3'],
  ['ends after a word', ['-e', 'process.stdin.once("data", () => process.exit(5))', '--'], 'exit code 5'],
])('a server that %s', async (_, args, said) => {
  const started = startEditor({ command: [process.execPath, ...args], folder: temporaryFolder() });
  await expect(started).rejects.toThrow(ServerEnded);
  await expect(started).rejects.toThrow(said);
});

test('a program that is not there', async () => {
  const started = startEditor({ command: ['/no/such/program'], folder: temporaryFolder() });
  await expect(started).rejects.toThrow(ServerEnded);
});

test('closing gives the server’s exit code', async () => {
  const editor = await serverWith()({ command: [''], folder: temporaryFolder() });
  expect(await editor.close()).toBe(0);
  await expect(editor.request('whittle/nextEdit', {})).rejects.toThrow(ServerEnded);
  expect(await editor.close()).toBe(0);
});
