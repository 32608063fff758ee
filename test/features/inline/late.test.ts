/** A hosted model that is usually quick and says nothing for once. */

import { expect, test } from 'vitest';
import { fakeModel } from '../../support/fake-model.ts';
import { ghostScene } from '../../support/ghost.ts';

/** Behind `answered` lines that the model had its answer to at once, one line that it is silent about. */
async function silentAfter(answered: number, { takesAsks = false, changes = false } = {}) {
  const model = fakeModel((ask) => {
    const { text } = ask.document;
    if (/^c/m.test(text)) return undefined;
    return text.endsWith('= ') ? 'quick();' : '';
  });
  const hosted = { ...model, session: { ...model.session, takesAsks: () => takesAsks } };
  const settings = { whittle: { model: { name: 'quick' } } };
  const scene = await ghostScene('█', { model: hosted, settings });
  for (let i = 0; i < answered; i++) {
    scene.type(`a${i} = `);
    expect(await scene.ask()).toEqual(['quick();']);
    scene.type('b;\n');
    await scene.settled();
  }
  if (changes) {
    settings.whittle.model.name = 'another';
    scene.client.notify('workspace/didChangeConfiguration', { settings: null });
    for (let turns = 0; turns < 2; turns++) await scene.settled();
  }
  scene.type('c = ');
  const first = scene.ask();
  await scene.settled();
  const open = () => model.asks.filter(({ isOpen }) => isOpen);
  expect(open()).toHaveLength(1);
  return { ...scene, first, open, late: open()[0] };
}

test('the next key asks once more, and what comes first is shown', async () => {
  const { ask, type, clock, settled, first, open, late } = await silentAfter(3);
  clock.advance(1500);
  type('t');
  const second = ask();
  await settled();
  expect(open()).toEqual([late]);
  clock.advance(1000);
  type('o');
  const third = ask();
  await settled();
  expect(open()).toHaveLength(2);
  const again = open()[1];
  clock.advance(5000);
  type('t');
  const fourth = ask();
  await settled();
  expect(open()).toEqual([late, again]);
  again?.end('tal;');
  expect(await Promise.all([third, fourth])).toEqual([['al;'], ['al;']]);
  late?.end('');
  await Promise.all([first, second]);
  expect(await ask()).toEqual(['al;']);
});

test.each([
  ['nobody knows how quick the model is', 2, {}],
  ['it was another model that is quick', 3, { changes: true }],
  ['it runs on this machine', 3, { takesAsks: true }],
])('not where %s', async (_, answered, how) => {
  const { ask, type, clock, settled, first, open, late } = await silentAfter(answered, how);
  clock.advance(7000);
  type('t');
  const second = ask();
  await settled();
  expect(open()).toEqual([late]);
  late?.end(' = total;');
  expect(await second).toEqual(['otal;']);
  await first;
});
