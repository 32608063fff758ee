/** After an edit: undone whole, asked for again, or in a smaller way. */

import { describe, expect, test } from 'vitest';
import { block, type EditScene, editScene, uri } from '../support/edits.ts';

const text = 'let a = 1;\nlet b = 2;\nlet c = 3;\n';
const settings = {
  whittle: { model: { url: 'wss://example.com/v1/responses' }, completion: { enabled: false } },
};
const both = block('let a = 1;', 'let a = 10;') + block('let c = 3;', 'let c = 3000;');

async function edited(): Promise<EditScene> {
  const scene = await editScene(text, { settings, replies: [both] });
  expect(await scene.edit('times ten')).toMatchObject({ ok: true, edits: 2 });
  return scene;
}

async function choose({ client }: EditScene, title: string): Promise<void> {
  const start = client.text(uri).indexOf('let a') + 8;
  const actions = await client.codeActions(uri, { start, end: start + 1 }, { only: ['refactor'] });
  const action = actions.find((each) => each.title === title);
  if (!action) throw new Error(`no ${title} among ${actions.map((each) => each.title).join(', ')}`);
  await client.run(action);
}

describe('after an edit', () => {
  test('the menu holds what can be done with it', async () => {
    const { client } = await edited();
    const titles = (await client.codeActions(uri, { start: 9, end: 9 }, { only: ['refactor'] })).map(
      (each) => each.title,
    );
    expect(titles.slice(0, 5)).toEqual([
      'Keep this hunk',
      'Revert this hunk',
      'Undo: times ten',
      'Retry in another way',
      'Retry with a smaller change',
    ]);
  });

  test('undo takes all of it back in one step, and leaves what was typed since', async () => {
    const scene = await edited();
    scene.client.type(uri, scene.text().indexOf('let b'), '// mine\n');
    await choose(scene, 'Undo: times ten');
    await scene.settled();
    expect(scene.text()).toBe('let a = 1;\n// mine\nlet b = 2;\nlet c = 3;\n');
    expect(await scene.titles('let a')).not.toContain('Undo: times ten');
  });

  test('undo leaves a hunk that the user has changed himself', async () => {
    const scene = await edited();
    scene.client.type(uri, scene.text().indexOf('3000') + 2, '1');
    await choose(scene, 'Undo: times ten');
    await scene.settled();
    expect(scene.text()).toBe('let a = 1;\nlet b = 2;\nlet c = 30100;\n');
  });

  test.each([
    ['Retry in another way', /another way/],
    ['Retry with a smaller change', /changed too much/],
  ])('%s: taken back, then asked with the first words and these', async (title, words) => {
    const scene = await edited();
    await choose(scene, title);
    const again = await scene.model.asked(1);
    expect(scene.text()).toBe(text);
    expect(again.ask).toMatchObject({
      task: 'edit',
      document: { text },
      region: { start: 0, end: text.length },
    });
    expect(again.ask).toMatchObject({ instruction: expect.stringMatching(/^times ten\n/) });
    expect(again.ask).toMatchObject({ instruction: expect.stringMatching(words) });
    again.end(block('let a = 1;', 'let a = 11;'));
    await scene.settled();
    expect(scene.text()).toBe(text.replace('1;', '11;'));
  });

  test('a hunk that is gone is said to be', async () => {
    const { run } = await editScene(text, { settings });
    expect(await run('whittle.undo', { id: 'x' })).toMatchObject({ ok: false, reason: 'not-found' });
    expect(await run('whittle.retry', { id: 'x' })).toMatchObject({ ok: false, reason: 'not-found' });
  });
});
