/** What is switched off: nothing of it reaches a model, nothing is done in it, and it is all back when it is on again. */

import { expect, test } from 'vitest';
import { editScene, uri } from '../support/edits.ts';
import { fakeModel } from '../support/fake-model.ts';
import { openServer } from '../support/server.ts';

const canary = 'const canary = 1;\n';

type Switched = readonly [how: string, settings: object, command?: readonly [name: string, argument: object]];
const off: readonly Switched[] = [
  ['`enabled`', { enabled: false }],
  ['by hand', {}, ['whittle.toggle', { on: false }]],
  ['by hand for the document', {}, ['whittle.toggle', { on: false, uri }]],
  ['by hand for the language', {}, ['whittle.toggle', { on: false, language: 'typescript' }]],
];
const unasked: readonly Switched[] = [
  ['snoozed', {}, ['whittle.snooze', { minutes: 5 }]],
  ['`completion.enabled`', { completion: { enabled: false } }],
  ['`completion.languages`', { completion: { languages: ['lua'] } }],
];

async function opened([, settings, command]: Switched) {
  const server = await openServer({
    model: fakeModel(() => ''),
    settings: { whittle: { review: { onSave: true }, actions: { onComment: 'save' }, ...settings } },
  });
  const { client, model } = server;
  if (command) await client.execute(...command);
  client.open(uri, `${canary}// whittle: rename canary\n`);
  client.type(uri, 0, '\n');
  const reached = () => JSON.stringify([model.asks, model.told]);
  return { ...server, reached };
}

for (const switched of [...off, ...unasked]) {
  test(`${switched[0]}: typing, ghost text and menus send nothing`, async () => {
    const { client, clock, settled, reached } = await opened(switched);
    await client.inlineCompletions(uri, 0, 'automatic');
    await client.inlineCompletions(uri, 0, 'invoked');
    await client.codeActions(uri, { start: 1, end: 6 });
    clock.advance(5_000);
    await settled();
    expect(reached()).not.toContain('canary');
  });
}

for (const switched of off) {
  test(`${switched[0]}: every command is refused with one sentence, and saving does nothing`, async () => {
    const { client, settled, reached } = await opened(switched);
    const range = { start: { line: 0, character: 0 }, end: { line: 1, character: 0 } };
    const diagnostics = [{ range, message: 'Wrong.' }];
    const refused = { ok: false, reason: 'refused', message: expect.stringMatching(/switched off/) };
    for (const [name, more] of [
      ['whittle.edit', { instruction: 'x' }],
      ['whittle.fix', { range, diagnostics }],
      ['whittle.review', {}],
      ['whittle.repeatEdit', {}],
    ] as const) {
      expect(await client.execute(name, { uri, wait: true, ...more })).toEqual(refused);
    }
    client.notify('textDocument/didSave', { textDocument: { uri } });
    await settled();
    expect(reached()).not.toContain('canary');
    const disabled = { reason: refused.message };
    expect(await client.codeActions(uri, { start: 1, end: 6 })).toEqual([
      { title: 'Whittle is off', kind: 'refactor', disabled },
    ]);
  });
}

for (const switched of unasked) {
  test(`${switched[0]}: an edit that is asked for tells the document, as it is by then`, async () => {
    const { client, model } = await opened(switched);
    await client.execute('whittle.edit', { uri, wait: true, instruction: 'x' });
    const text = `\n${canary}// whittle: rename canary\n`;
    expect(model.told.filter(({ kind }) => kind !== 'folders')).toMatchObject([
      { kind: 'opened', document: { uri, version: 2, text } },
    ]);
    expect(model.asks).toMatchObject([{ ask: { task: 'edit', document: { text } } }]);
  });
}

test('switched off while it is open: told closed; on again: told opened, and then what is typed', async () => {
  const { client, model, settled } = await editScene(canary);
  const told = () => model.told.map(({ kind }) => kind).filter((kind) => kind !== 'folders');
  await client.execute('whittle.toggle', { on: false });
  client.type(uri, 0, '\n');
  await settled();
  expect(told()).toEqual(['opened', 'closed']);
  await client.execute('whittle.toggle', { on: true });
  expect(told()).toEqual(['opened', 'closed', 'opened']);
});

test('a document that is off is no context of others', async () => {
  const { client, model } = await openServer({ model: fakeModel(() => '') });
  client.open(uri, canary);
  client.type(uri, 0, 'const typed = canary;\n');
  await client.execute('whittle.toggle', { on: false, uri });
  client.open('file:///b.ts', 'let b = 2;\n');
  await client.execute('whittle.edit', { uri: 'file:///b.ts', wait: true, instruction: 'x' });
  expect(model.asks).toHaveLength(1);
  expect(JSON.stringify(model.asks)).not.toContain('canary');
});
