/** An edit with `bounded`: nothing outside of its range's lines changes, unless the user says so. */

import { expect, test } from 'vitest';
import { block, editScene } from '../support/edits.ts';

const text = 'let a = 1;\nlet b = 2;\nlet c = 3;\n';
const range = { start: { line: 1, character: 0 }, end: { line: 1, character: 10 } };
const inside = block('let b = 2;', 'let b = 20;');
const beyond = `${inside}\n${block('let c = 3;', 'let c = 30;')}`;

async function scene(replies: readonly string[], answer = 'Discard') {
  const settings = { whittle: { edit: { model: { url: 'wss://example.com/v1/responses' } } } };
  const made = await editScene(text, { settings, replies, answer: () => answer });
  return { ...made, edit: () => made.run('whittle.edit', { instruction: 'more', range, bounded: true }) };
}

test('inside of it', async () => {
  const { edit, model, text: now } = await scene([inside]);
  expect(await edit()).toMatchObject({ ok: true, edits: 1 });
  expect(now()).toBe(text.replace('2', '20'));
  expect(model.asks.map(({ ask }) => ask)).toEqual([expect.objectContaining({ bounded: true })]);
});

test('beyond it: asked once more, with the bounds, and lands without it', async () => {
  const { edit, model, text: now } = await scene([beyond, inside]);
  expect(await edit()).toMatchObject({ ok: true, edits: 1 });
  expect(model.asks[1]?.ask).toMatchObject({ bounded: true, instruction: /line 3, which may not change/ });
  expect(now()).toBe(text.replace('2', '20'));
});

test('still beyond it, or in another file: the user decides', async () => {
  const question = /^The edit also changes line 3, which is outside of the lines named/;
  const refused = await scene([beyond, beyond]);
  expect(await refused.edit()).toMatchObject({ ok: false, reason: 'refused', message: question });
  expect(refused.text()).toBe(text);
  const agreed = await scene([beyond, beyond], 'Apply anyway');
  expect(await agreed.edit()).toMatchObject({ ok: true, edits: 2 });
  const elsewhere = `lib/b.ts\n${block('x', 'y')}`;
  const other = await scene([elsewhere, elsewhere]);
  expect(await other.edit()).toMatchObject({ ok: false, message: /also changes b\.ts/ });
});
