/** Instruction comments done at saving, only where the user wants it. */

import { describe, expect, test } from 'vitest';
import { block, editScene, uri } from '../support/edits.ts';
import { fakeModel } from '../support/fake-model.ts';
import { startTestServer } from '../support/server.ts';

const text = '// whittle: rename a\nlet a = 1;\n\n// whittle: rename b\nlet b = 2;\n';
const on = { whittle: { actions: { onComment: 'save' } } };

describe('at saving', () => {
  test('every comment is done, from the top, and taken away', async () => {
    const { client, model, settled, text: now } = await editScene(text, { settings: on });
    client.save(uri);
    const first = await model.asked(0);
    expect(first.ask).toMatchObject({ task: 'edit', instruction: 'rename a' });
    first.end(block('let a = 1;', 'let x = 1;'));
    const second = await model.asked(1);
    expect(second.ask).toMatchObject({ task: 'edit', instruction: 'rename b' });
    second.end(block('let b = 2;', 'let y = 2;'));
    await settled();
    expect(now()).toBe('let x = 1;\n\nlet y = 2;\n');
    expect(model.asks.length).toBe(2);
  });

  test('also where the settings are not known yet', async () => {
    const model = fakeModel((ask) => (ask.task === 'edit' ? block('let a = 1;', 'let x = 1;') : ''));
    const { client, settled, status } = startTestServer({ settings: on, model });
    await client.initialize();
    client.open(uri, text.slice(0, text.indexOf('\n\n') + 1));
    client.save(uri);
    await status();
    await settled();
    await settled();
    expect(client.text(uri)).toBe('let x = 1;\n');
  });

  test('one that cannot be done is said once, and not tried at the next saving', async () => {
    const {
      client,
      model,
      settled,
      text: now,
    } = await editScene(text.slice(0, text.indexOf('\n\n') + 1), {
      settings: on,
      replies: [{ refusal: 'There is no a here.' }],
    });
    client.save(uri);
    await model.asked(0);
    await settled();
    client.save(uri);
    await settled();
    expect(model.asks.length).toBe(1);
    expect(client.messages).toEqual(['Whittle: There is no a here.']);
    expect(now()).toContain('whittle: rename a');
  });

  test('nothing is done by default', async () => {
    const { client, model, settled } = await editScene(text);
    client.save(uri);
    await settled();
    expect(model.asks).toEqual([]);
  });
});
