/** The completion menu of an editor beside its ghost text, and beside the language's own server. */

import { describe, expect, test } from 'vitest';
import { openServer } from '../support/server.ts';

const uri = 'file:///a.ts';

describe('beside ghost text', () => {
  test('an editor that asks for ghost text is offered no entry, and need not ask again for the next key', async () => {
    const { client, model } = await openServer({ editor: 'lsp-mode' });
    client.open(uri, 'con');
    model.script = () => 'st x;';
    expect(await client.inlineCompletions(uri, 3)).toMatchObject([{ insertText: 'st x;' }]);
    expect(await client.completions(uri, 3)).toEqual({ isIncomplete: false, items: [] });
  });

  test('asked for by hand, it leaves the menu as it is', async () => {
    const { client, model } = await openServer({ editor: 'lsp-mode' });
    client.open(uri, 'con');
    model.script = () => 'st x;';
    await client.inlineCompletions(uri, 3, 'invoked');
    expect((await client.completions(uri, 3)).items).toMatchObject([{ label: 'const x;' }]);
  });

  test('switched off in the editor, its place is the menu again', async () => {
    const { client, model } = await openServer({ editor: 'lsp-mode' });
    client.open(uri, 'con');
    model.script = () => 'st x;';
    await client.inlineCompletions(uri, 3);
    for (let menu = 0; menu < 50; menu++) await client.completions(uri, 3);
    expect((await client.completions(uri, 3)).items).toMatchObject([{ label: 'const x;' }]);
  });
});

describe('beside the language’s own server', () => {
  test('in lsp-mode the menu is held up a quarter of a second at most; what comes later is there at the next key', async () => {
    const { client, model, clock, settled } = await openServer({ editor: 'lsp-mode' });
    client.open(uri, 'co');
    const menu = client.completions(uri, 2);
    const asked = await model.asked(0);
    clock.advance(249);
    await settled();
    let answered = false;
    void menu.then(() => {
      answered = true;
    });
    await settled();
    expect(answered).toBe(false);
    clock.advance(1);
    expect(await menu).toEqual({ isIncomplete: true, items: [] });
    expect(asked.isOpen).toBe(true);
    client.change(uri, { start: 2, end: 2, text: 'n' });
    asked.end('nst x;');
    await settled();
    expect((await client.completions(uri, 3)).items).toMatchObject([{ label: 'const x;' }]);
    expect(model.asks).toHaveLength(1);
  });

  test('an answer in time is in the menu', async () => {
    const { client, model } = await openServer({ editor: 'lsp-mode' });
    client.open(uri, 'con');
    model.script = () => 'st x;';
    expect((await client.completions(uri, 3)).items).toMatchObject([{ label: 'const x;' }]);
  });

  test('an editor that shows each server’s entries as they come waits for the model', async () => {
    const { client, model, clock, settled } = await openServer({ editor: 'helix' });
    client.open(uri, 'con');
    const menu = client.completions(uri, 3);
    const asked = await model.asked(0);
    clock.advance(2000);
    await settled();
    asked.end('st x;');
    expect((await menu).items).toMatchObject([{ label: 'const x;' }]);
  });
});
