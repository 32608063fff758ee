// What is switched off never leaves: canaries through the built server, with every socket and frame counted.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { reply, startModelServer } from '../support/model-server.ts';
import { startServerProcess } from '../support/server-process.ts';

const cases = [
  { name: 'the settings', settings: { enabled: false }, own: '{}', command: undefined },
  { name: "a workspace's own file", settings: {}, own: '{"enabled": false}', command: undefined },
  { name: 'hand', settings: {}, own: '{}', command: ['whittle.toggle', { on: false }] as const },
  { name: 'a snooze', settings: {}, own: '{}', command: ['whittle.snooze', { minutes: 5 }] as const },
];

test.each(cases)('off by $name: not one connection, not one frame', async ({ settings, own, command }) => {
  const model = await startModelServer({ answer: () => reply('done();') });
  const folder = mkdtempSync(join(tmpdir(), 'whittle-off-'));
  onTestFinished(async () => {
    await model.close();
    rmSync(folder, { recursive: true, force: true });
  });
  writeFileSync(join(folder, '.whittle.json'), own);
  const server = startServerProcess({
    folder,
    folders: [folder],
    env: { XDG_CACHE_HOME: join(folder, 'cache') },
    settings: {
      whittle: { model: { url: model.url, name: 'scripted' }, privacy: { prewarm: 'open' }, ...settings },
    },
  });
  const { client } = server;
  await client.initialize();
  const execute = (name: string, argument: object) =>
    client.request('workspace/executeCommand', { command: name, arguments: [argument] });
  if (command) await execute(command[0], command[1]);
  const uri = pathToFileURL(join(folder, 'main.ts')).href;
  client.open(uri, 'const canary = 1;\n');
  client.change(uri, { start: 0, end: 0, text: '\n' });
  for (const triggerKind of [1, 2])
    await client.request('textDocument/inlineCompletion', {
      textDocument: { uri },
      position: { line: 0, character: 0 },
      context: { triggerKind },
    });
  if (command?.[0] !== 'whittle.snooze')
    expect(await execute('whittle.edit', { uri, instruction: 'x', wait: true })).toMatchObject({
      ok: false,
      reason: 'refused',
    });
  await client.shutdown();
  await server.exit;
  expect(model.received).toEqual([]);
  expect(model.upgrades).toEqual([]);
});
