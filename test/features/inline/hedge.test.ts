/** The embedded engine beside a slower model: when its answer is shown, and when the model's takes its place. */

import { expect, test } from 'vitest';
import { fakeModel } from '../../support/fake-model.ts';
import { ghostScene, type Scene } from '../../support/ghost.ts';

const settings = {
  whittle: { model: { url: 'ws://127.0.0.1:9/v1/responses' }, completion: { hedge: true } },
};

/** The engine says `local();` with this confidence; the model waits for the test. */
async function hedged(confidence: number, more: object = settings): Promise<Scene> {
  const model = fakeModel((ask) =>
    ask.task === 'complete' && ask.local
      ? { text: 'local();', metadata: { confidence: String(confidence) } }
      : undefined,
  );
  return await ghostScene('a = █', { settings: more, model });
}

const remote = ({ model }: Scene) => model.asks.find(({ ask }) => ask.task === 'complete' && !ask.local);

test('where it is sure it is shown at once, and the model takes its place at the next request', async () => {
  const made = await hedged(0.9);
  expect(await made.ask()).toEqual(['local();']);
  remote(made)?.end('remote();');
  await made.settled();
  expect(await made.ask()).toEqual(['remote();']);
});

test('whoever types along it keeps it', async () => {
  const made = await hedged(0.9);
  await made.ask();
  made.type('l');
  expect(await made.ask()).toEqual(['ocal();']);
  remote(made)?.end('lower();');
  await made.settled();
  made.type('o');
  expect(await made.ask()).toEqual(['cal();']);
});

test('where it is unsure it is shown after a while, if the model is still silent', async () => {
  const made = await hedged(0.5);
  const asked = made.ask();
  await made.model.asked(1);
  await made.settled();
  made.clock.advance(299);
  await made.settled();
  made.clock.advance(1);
  expect(await asked).toEqual(['local();']);
});

test('the model is first: the engine’s answer is not used', async () => {
  const made = await hedged(0.5);
  const asked = made.ask();
  await made.model.asked(1);
  await made.settled();
  remote(made)?.end('remote();');
  expect(await asked).toEqual(['remote();']);
  made.clock.advance(1_000);
  expect(await made.ask()).toEqual(['remote();']);
});

test.each([
  ['off', { whittle: { model: { url: 'ws://127.0.0.1:9/v1/responses' } } }],
  ['the engine is the model', { whittle: { completion: { hedge: true } } }],
])('%s: one is asked', async (_, more) => {
  const made = await hedged(0.9, more);
  const asked = made.ask();
  (await made.model.asked(0)).end('remote();');
  expect(await asked).toEqual(['remote();']);
  expect(made.model.asks).toHaveLength(1);
});
