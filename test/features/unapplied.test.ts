/** An edit that the editor refused, as Kate does two seconds after it was asked for: it is not asked for again. */

import { describe, expect, test } from 'vitest';
import { block, editScene, uri } from '../support/edits.ts';

const text = 'let a = 1;\nlet b = 2;\nlet c = 3;\n';
const rename = block('let b = 2;', 'let second = 2;');
const renamed = 'let a = 1;\nlet second = 2;\nlet c = 3;\n';

async function refused(options: Parameters<typeof editScene>[1] = {}) {
  const scene = await editScene(text, { replies: [rename], ...options });
  scene.client.pretend('workspace/applyEdit', { applied: false, failureReason: '' });
  expect(await scene.edit('name it')).toMatchObject({ ok: false, reason: 'not-applied' });
  scene.client.relent('workspace/applyEdit');
  const apply = async () => {
    const actions = await scene.client.codeActions(uri, { start: 0, end: 0 });
    return actions.find(({ title }) => title.startsWith('Apply: '));
  };
  return { ...scene, apply };
}

describe('an edit that the editor refused', () => {
  test('is the first action anywhere in its document, and lands without the model', async () => {
    const { client, model, apply, titles, settled, text: now } = await refused({ editor: 'kate' });
    expect((await titles())[0]).toBe('Apply: name it');
    const action = await apply();
    if (action) await client.run(action);
    await settled();
    expect(now()).toBe(renamed);
    expect(model.asks).toHaveLength(1);
    expect(await apply()).toBeUndefined();
    expect(await titles('second')).toContain('Undo: name it');
  });

  test('goes where its place is by then', async () => {
    const { client, apply, settled, text: now } = await refused();
    client.type(uri, 0, '// top\n');
    const action = await apply();
    if (action) await client.run(action);
    await settled();
    expect(now()).toBe(`// top\n${renamed}`);
  });

  test('refused once more, it is offered once more', async () => {
    const { client, apply, settled } = await refused();
    const first = await apply();
    client.pretend('workspace/applyEdit', { applied: false, failureReason: '' });
    if (first) await client.run(first);
    await settled();
    expect((await apply())?.title).toBe('Apply: name it');
  });

  test('is gone once its place was typed over, or its document closed', async () => {
    const typed = await refused();
    typed.client.change(uri, { start: 15, end: 16, text: 'mine' });
    expect(await typed.apply()).toBeUndefined();
    const closed = await refused();
    closed.client.close(uri);
    closed.client.open(uri, text);
    expect(await closed.apply()).toBeUndefined();
  });

  test('is not offered again where the user was asked, and may have said no', async () => {
    const { apply } = await refused({ editor: 'eglot' });
    expect(await apply()).toBeUndefined();
  });
});
