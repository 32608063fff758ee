/** Work that is put off until the editor asks, for a model that costs something. */

import { expect, test } from 'vitest';
import { fakeModel } from '../../support/fake-model.ts';
import { ghostScene } from '../../support/ghost.ts';

/** An editor that asks in pauses, and an answer that two keys in a row contradict: the next work is put off. */
async function contradictedTwice() {
  const model = fakeModel();
  const hosted = { ...model, session: { ...model.session, takesAsks: () => false } };
  const made = await ghostScene('let █', { model: hosted });
  const { clock, settled, type } = made;
  const endAll = async (said: string) => {
    for (const each of model.asks) if (each.isOpen) each.end(said);
    await settled();
  };
  for (const key of 'abc') {
    type(key);
    await settled();
    clock.advance(60);
    await endAll('zz = 1;');
    clock.advance(240);
    await settled();
    const asked = made.ask();
    await settled();
    await endAll('zz = 1;');
    await asked;
    clock.advance(700);
    await settled();
    await endAll('');
  }
  type('d');
  await settled();
  clock.advance(200);
  await settled();
  const last = model.asks.at(-1);
  last?.text('zz = 1;');
  await settled();
  type('e');
  await settled();
  clock.advance(50);
  type('f');
  await settled();
  expect(last?.isOpen).toBe(false);
  return made;
}

test('what is put off is asked once: not again when the editor asked itself', async () => {
  const made = await contradictedTwice();
  const { model, clock, settled } = made;
  const before = model.asks.length;
  const asked = made.ask();
  const only = await model.asked(before);
  clock.advance(20);
  only.end('');
  expect(await asked).toEqual([]);
  clock.advance(400);
  await settled();
  expect(model.asks).toHaveLength(before + 1);
});

test('what is put off goes with the server', async () => {
  const { clock, dispose } = await contradictedTwice();
  await dispose();
  expect(clock.pending()).toBe(0);
});
