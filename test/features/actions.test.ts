/** Code actions: what is offered where, and what choosing it does. Listing never asks a model. */

import { describe, expect, test } from 'vitest';
import type { Diagnostic } from 'vscode-languageserver';
import { block, editScene, uri } from '../support/edits.ts';

const text = 'let a = 1;\nlet b = 2;\nlet c = 3;\n';

const at = (line: number, from: number, to: number) => ({
  start: { line, character: from },
  end: { line, character: to },
});

const misspelt: Diagnostic = {
  range: at(1, 4, 5),
  severity: 1,
  code: 2552,
  source: 'ts',
  message: "Cannot find name 'b'. Did you mean 'a'?",
};

describe('fixes', () => {
  test('of what the client sends along: the diagnostic goes back as it came', async () => {
    const { client, model, text: now, settled } = await editScene(text);
    const actions = await client.codeActions(uri, { start: 15, end: 16 }, { diagnostics: [misspelt] });
    expect(actions).toMatchObject([
      {
        title: `Fix: ${misspelt.message}`,
        kind: 'quickfix',
        diagnostics: [misspelt],
        command: { command: 'whittle.fix' },
      },
    ]);
    expect(model.asks).toEqual([]);
    if (actions[0]) expect(await client.run(actions[0])).toMatchObject({ ok: true });
    const ask = await model.asked(0);
    expect(ask.ask).toMatchObject({
      task: 'fix',
      region: { start: 15, end: 16 },
      targets: [
        { start: 15, end: 16, message: misspelt.message, severity: 'error', code: '2552', source: 'ts' },
      ],
    });
    ask.end(block('let b = 2;', 'let a = 2;'));
    await settled();
    expect(now()).toBe(text.replace('b', 'a'));
  });

  test('of what other servers said, carried over what was typed since', async () => {
    const { client, titles, model } = await editScene(text);
    client.passDiagnostics(uri, [misspelt]);
    client.type(uri, 0, '\n');
    expect(await titles('let b')).toEqual([`Fix: ${misspelt.message}`]);
    expect(await titles('let c')).toEqual([]);
    const actions = await client.codeActions(uri, { start: 16, end: 17 });
    if (actions[0]) await client.run(actions[0]);
    expect((await model.asked(0)).ask).toMatchObject({ targets: [{ start: 16, end: 17 }] });
  });

  test('taken back by an empty list, and gone with the document', async () => {
    const { client, titles } = await editScene(text);
    client.passDiagnostics(uri, [misspelt]);
    client.passDiagnostics(uri, []);
    expect(await titles('let b')).toEqual([]);
    client.passDiagnostics(uri, [misspelt]);
    client.close(uri);
    client.open(uri, text);
    expect(await titles('let b')).toEqual([]);
  });

  test('only what the embedded engine could fix; of another model anything', async () => {
    const vague: Diagnostic = { range: at(1, 4, 5), message: 'Something is strange here.' };
    const local = await editScene(text);
    expect(await local.client.codeActions(uri, { start: 15, end: 15 }, { diagnostics: [vague] })).toEqual([]);
    const settings = { whittle: { edit: { model: { url: 'wss://example.com/v1/responses' } } } };
    const remote = await editScene(text, { settings });
    expect(
      await remote.client.codeActions(
        uri,
        { start: 15, end: 15 },
        { diagnostics: [vague], only: ['quickfix'] },
      ),
    ).toHaveLength(1);
  });

  test('a message of MarkupContent, a long one, one of several lines', async () => {
    const settings = { whittle: { model: { url: 'wss://example.com/v1/responses' } } };
    const { client } = await editScene(text, { settings });
    const titled = async (message: unknown) => {
      const diagnostics = [{ ...misspelt, message }] as unknown as Diagnostic[];
      return (await client.codeActions(uri, { start: 15, end: 15 }, { diagnostics }))[0]?.title;
    };
    expect(await titled({ kind: 'markdown', value: 'Use `x`.' })).toBe('Fix: Use `x`.');
    expect(await titled('one\n  two')).toBe('Fix: one two');
    expect(await titled('y'.repeat(500))).toBe(`Fix: ${'y'.repeat(71)}…`);
  });

  test('nothing given', async () => {
    const { run } = await editScene(text);
    const range = at(1, 0, 1);
    expect(await run('whittle.fix', { range, diagnostics: [] })).toMatchObject({
      ok: false,
      reason: 'not-found',
    });
  });
});

describe('instruction comments', () => {
  test('are done and go with the edit, in one step', async () => {
    const source = 'let a = 1;\n// whittle: rename b\nlet b = 2;\n';
    const { client, titles, model, text: now, settled } = await editScene(source);
    expect(await titles('whittle')).toEqual(['Do: rename b']);
    const [action] = await client.codeActions(uri, { start: 14, end: 14 });
    expect(action).toMatchObject({ kind: 'refactor.rewrite' });
    expect(model.asks).toEqual([]);
    if (action) await client.run(action);
    const ask = await model.asked(0);
    expect(ask.ask).toMatchObject({ instruction: 'rename b' });
    ask.end(block('let b = 2;', 'let second = 2;'));
    await settled();
    expect(now()).toBe('let a = 1;\nlet second = 2;\n');
    client.undo(uri);
    expect(now()).toBe(source);
  });

  test('stay where the edit fails', async () => {
    const source = '// whittle: rename b\nlet b = 2;\n';
    const { client, text: now, settled } = await editScene(source, { replies: [''] });
    const [action] = await client.codeActions(uri, { start: 0, end: 0 });
    if (action) await client.run(action);
    await settled();
    expect(now()).toBe(source);
    expect(client.messages).toHaveLength(1);
  });

  test('that were listed before a change: the comment is taken away where it is now, and nothing else', async () => {
    const source = '// whittle: rename b\nlet b = 2;\n';
    const reply = block('let b = 2;', 'let second = 2;');
    const moved = await editScene(source, { replies: [reply] });
    const [action] = await moved.client.codeActions(uri, { start: 0, end: 0 });
    moved.client.type(uri, 0, 'let keep;\n');
    if (action) await moved.client.run(action);
    await moved.settled();
    expect(moved.text()).toBe('let keep;\nlet second = 2;\n');

    const rewritten = await editScene(source, { replies: [reply] });
    const [other] = await rewritten.client.codeActions(uri, { start: 0, end: 0 });
    rewritten.client.change(uri, { start: 0, end: 20, text: 'let keep;' });
    if (other) await rewritten.client.run(other);
    await rewritten.settled();
    expect(rewritten.text()).toBe('let keep;\nlet second = 2;\n');
  });
});

describe('what is listed', () => {
  test('an edit under way can be stopped', async () => {
    const { client, begin, model, titles, settled } = await editScene(text);
    await begin('whittle.edit', { instruction: 'a very long story' });
    await model.asked(0);
    expect(await titles()).toEqual(['Stop: a very long story']);
    const [stop] = await client.codeActions(uri, { start: 0, end: 0 });
    if (stop) expect(await client.run(stop)).toEqual({ ok: true });
    await settled();
    expect(await titles()).toEqual([]);
    expect(model.asks[0]?.isOpen).toBe(false);
  });

  test('own actions, for their languages', async () => {
    const custom = [
      { title: 'Add types', instruction: 'add types', languages: ['typescript'] },
      { title: 'Lua only', instruction: 'x', languages: ['lua'] },
    ];
    const settings = { whittle: { actions: { custom } } };
    const { client, model } = await editScene(text, { settings });
    const actions = await client.codeActions(uri, { start: 0, end: 0 });
    expect(actions.map(({ title, kind }) => [title, kind])).toEqual([['Add types', 'refactor.rewrite']]);
    if (actions[0]) await client.run(actions[0]);
    expect((await model.asked(0)).ask).toMatchObject({
      instruction: 'add types',
      region: { start: 0, end: 33 },
    });
  });

  test.each([
    [['quickfix'], ['Fix']],
    [['refactor'], ['Do', 'Repeat']],
    [['refactor.rewrite'], ['Do', 'Repeat']],
    [['refactor.extract'], []],
    [['source'], []],
    [['quick'], []],
    [[''], ['Do', 'Fix', 'Repeat']],
    [[], ['Do', 'Fix', 'Repeat']],
  ])('only %j', async (only, expected) => {
    const { client, model } = await editScene('foo();\nfoo();\n// whittle: x\n');
    client.change(uri, { start: 0, end: 3, text: 'bar' });
    const diagnostics = [
      { ...misspelt, range: at(1, 0, 3), message: "Cannot find name 'foo'. Did you mean 'bar'?" },
    ];
    const actions = await client.codeActions(uri, { start: 14, end: 15 }, { diagnostics, only });
    expect(actions.map(({ title }) => title.split(/[: ]/)[0])).toEqual(expected);
    expect(model.asks).toEqual([]);
  });

  test('a menu is not filled: four entries, those with a filter all', async () => {
    const settings = { whittle: { model: { url: 'wss://example.com/v1/responses' } } };
    const { client } = await editScene(text, { settings });
    const diagnostics = Array.from({ length: 9 }, (_, i) => ({ ...misspelt, message: `m${i}` }));
    expect(await client.codeActions(uri, { start: 15, end: 15 }, { diagnostics })).toHaveLength(4);
    expect(
      await client.codeActions(uri, { start: 15, end: 15 }, { diagnostics, only: ['quickfix'] }),
    ).toHaveLength(10);
  });

  test('bare commands for a client without literals', async () => {
    const { client } = await editScene(text, {
      editor: 'minimal',
      capabilities: { workspace: { applyEdit: true } },
    });
    const answer = await client.request('textDocument/codeAction', {
      textDocument: { uri },
      range: misspelt.range,
      context: { diagnostics: [misspelt] },
    });
    expect(answer).toEqual([
      {
        title: `Fix: ${misspelt.message}`,
        command: 'whittle.fix',
        arguments: [{ uri, range: misspelt.range, diagnostics: [misspelt] }],
      },
    ]);
  });

  test('marked as a model’s work where the client knows the mark', async () => {
    const codeAction = {
      codeActionLiteralSupport: { codeActionKind: { valueSet: [] } },
      tagSupport: { valueSet: [1] },
    };
    const { client } = await editScene(text, {
      capabilities: { textDocument: { codeAction: codeAction as object } },
    });
    const actions = await client.codeActions(uri, { start: 15, end: 15 }, { diagnostics: [misspelt] });
    expect(actions).toMatchObject([{ tags: [1] }]);
  });

  test('resolve is not offered', async () => {
    const { client } = await editScene(text);
    expect(client.initialized?.capabilities.codeActionProvider).toMatchObject({ resolveProvider: false });
  });
});
