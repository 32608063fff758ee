/** Two documents that are alike to the letter, and one document under other settings: nothing of the one is shown in the other. */

import { expect, test } from 'vitest';
import { fakeModel } from '../../support/fake-model.ts';
import { ghostScene, idOf, uri } from '../../support/ghost.ts';

const other = 'file:///b.ts';

/** The same text in both, the cursor at the same place, and what is shown in the second. */
async function twins(options: Parameters<typeof ghostScene>[1] = {}) {
  const scene = await ghostScene('let a = █', options);
  scene.client.open(other, 'let a = ');
  const askOther = async (trigger: 'invoked' | 'automatic' = 'automatic') => {
    const items = await scene.client.inlineCompletions(other, 8, trigger);
    await scene.settled();
    return items.map(({ insertText }) => String(insertText));
  };
  return { ...scene, askOther };
}

test('what is shown in one document is not in another', async () => {
  const { ask, askOther } = await twins({ replies: ['first;', 'second;'] });
  expect([await ask(), await askOther()]).toEqual([['first;'], ['second;']]);
  expect([await ask(), await askOther()]).toEqual([['first;'], ['second;']]);
});

test('who asks by hand does not wait for what was asked about another', async () => {
  const { ask, askOther, model, settled } = await twins();
  const asked = ask('invoked');
  await settled();
  const askedOther = askOther('invoked');
  await settled();
  expect(model.asks.map(({ ask }) => ask.document.uri)).toEqual([uri, other]);
  model.asks[0]?.end('first;');
  model.asks[1]?.end('second;');
  expect([await asked, await askedOther]).toEqual([['first;'], ['second;']]);
});

test('what was rejected in one is shown in another', async () => {
  const { askOther, client } = await twins({ replies: ['same;', 'same;'] });
  const [item] = await client.inlineCompletions(uri, 8);
  await client.execute('whittle.reject', { id: idOf(item) });
  expect(await askOther()).toEqual(['same;']);
});

test('what was accepted in one and undone is shown in another', async () => {
  const model = fakeModel(({ document }) => (document.text.endsWith('= ') ? 'same;' : ''));
  const { ask, askOther, client, moveTo } = await twins({ model });
  const [item] = await client.inlineCompletions(uri, 8);
  if (!item) throw new Error('nothing came');
  await client.accept(uri, 8, item);
  client.change(uri, { start: 8, end: 13, text: '' });
  moveTo(8);
  expect([await ask(), await askOther()]).toEqual([[], ['same;']]);
});

test('what another model said is not gone on with', async () => {
  const settings = { whittle: { model: { name: 'one' } } };
  let says = 'one;\nlet b = one;';
  const model = fakeModel(() => says);
  const { ask, type, client, settled } = await ghostScene('let a = █', { settings, model });
  expect(await ask()).toEqual(['one;\nlet b = one;']);
  says = 'two;';
  settings.whittle.model.name = 'two';
  client.notify('workspace/didChangeConfiguration', { settings: null });
  for (let turns = 0; turns < 2; turns++) await settled();
  type('one;\nlet b = ');
  expect(await ask()).toEqual(['two;']);
});
