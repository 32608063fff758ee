/** Requests that say which version of the document they are about. */

import { expect, test } from 'vitest';
import { ghostScene, type Scene, uri } from '../support/ghost.ts';

const scene = () => ghostScene('let █\n', { replies: Array(8).fill('x = 1;') });

async function ask({ client }: Scene, version: unknown, character = 4): Promise<readonly string[]> {
  const answer = await client.request('textDocument/inlineCompletion', {
    textDocument: { uri, version },
    position: { line: 0, character },
    context: { triggerKind: 2 },
  });
  return (answer as { items: { insertText: string }[] }).items.map(({ insertText }) => insertText);
}

/** The scripted client opens with version 1. */
test.each([[1], [undefined], [null], ['1']])('%j of version 1 is answered', async (version) => {
  expect(await ask(await scene(), version)).toEqual(['x = 1;']);
});

test('about an older text nothing is shown: its position is none of this one', async () => {
  const opened = await scene();
  opened.type('a');
  expect(await ask(opened, 1)).toEqual([]);
  expect(await opened.silence()).toBe('other-version');
  expect(await ask(opened, 2, 5)).toEqual(['x = 1;']);
});

test('about a newer text the answer waits for the change', async () => {
  const opened = await scene();
  const asked = ask(opened, 2, 5);
  await opened.settled();
  expect(opened.model.asks).toEqual([]);
  opened.type('a');
  expect(await asked).toEqual(['x = 1;']);
  // The wait has taken its timer with it; what is left is that of what a document's first key leaves behind.
  expect(opened.clock.due()).toEqual([30]);
});

test('a change that does not come is not waited for long', async () => {
  const opened = await scene();
  const asked = ask(opened, 7);
  await opened.settled();
  opened.clock.advance(100);
  expect(await asked).toEqual(['x = 1;']);
});

test.each(['textDocument/didClose', 'cancel'])('nobody waits beyond %s', async (how) => {
  const opened = await scene();
  const { client } = opened;
  const params = {
    textDocument: { uri, version: 7 },
    position: { line: 0, character: 4 },
    context: { triggerKind: 2 },
  };
  const pending = client.start('textDocument/inlineCompletion', params);
  await opened.settled();
  if (how === 'cancel') pending.cancel();
  else client.notify(how, { textDocument: { uri } });
  await pending.result.catch(() => {});
  expect(opened.clock.pending()).toBe(0);
});

test('a client whose versions do not grow is answered', async () => {
  const opened = await scene();
  const contentChanges = [
    { range: { start: { line: 0, character: 4 }, end: { line: 0, character: 4 } }, text: 'a' },
  ];
  opened.client.notify('textDocument/didChange', { textDocument: { uri, version: 1 }, contentChanges });
  expect(await ask(opened, 1, 5)).toEqual(['x = 1;']);
});
