/** What becomes of a suggestion that was shown, and how it looks in a completion menu. */

import { describe, expect, test } from 'vitest';
import { ghostScene, idOf, uri } from '../support/ghost.ts';

describe('accepted and rejected', () => {
  test('accepting is counted once, and the accepted text is not offered again', async () => {
    const { client, model, status } = await ghostScene('let █', { replies: ['x = 1;', ''] });
    const [item] = await client.inlineCompletions(uri, 4);
    if (!item) throw new Error('nothing came');
    await client.accept(uri, 4, item);
    expect(client.text(uri)).toBe('let x = 1;');
    expect(await status()).toMatchObject({ shown: 1, accepted: 1 });
    expect(await client.runCommand(item.command as never)).toMatchObject({ ok: false, reason: 'not-found' });
    expect(await client.inlineCompletions(uri, 10)).toEqual([]);
    expect(model.asks).toHaveLength(2);
  });

  test('the command may come after the next request', async () => {
    const { client } = await ghostScene('let █', { replies: ['x = 1;', ''] });
    const [item] = await client.inlineCompletions(uri, 4);
    client.change(uri, { start: 4, end: 4, text: 'x = 1;' });
    await client.inlineCompletions(uri, 10);
    expect(await client.runCommand(item?.command as never)).toEqual({ ok: true });
  });

  test('what was rejected is not shown again at its place, but elsewhere', async () => {
    const { ask, type, client, moveTo, silence, status } = await ghostScene('let █\n', {
      replies: Array(8).fill('x;'),
    });
    const [item] = await client.inlineCompletions(uri, 4);
    const id = idOf(item);
    expect(await client.execute('whittle.reject', { id })).toEqual({ ok: true });
    expect(await ask()).toEqual([]);
    expect(await silence()).toBe('rejected');
    expect(await ask('invoked')).toEqual(['x;']);
    moveTo(5);
    type('var ');
    expect(await ask()).toEqual(['x;']);
    expect(await status()).toMatchObject({ rejected: 1 });
    expect(await client.execute('whittle.reject', { id })).toMatchObject({ ok: false, reason: 'not-found' });
  });

  test('rejected after typing along: the rest is what was rejected', async () => {
    const { ask, type, client, silence } = await ghostScene('con█', { replies: ['st x;', 't x;'] });
    await ask();
    type('s');
    const [item] = await client.inlineCompletions(uri, 4);
    expect(item?.insertText).toBe('t x;');
    const id = idOf(item);
    await client.execute('whittle.reject', { id });
    expect(await ask()).toEqual([]);
    expect(await silence()).toBe('rejected');
  });

  test('accepted and then undone: not shown again there, unless it is asked for', async () => {
    const { ask, client, moveTo } = await ghostScene('let █', { replies: Array(8).fill('x = 1;') });
    const [item] = await client.inlineCompletions(uri, 4);
    if (!item) throw new Error('nothing came');
    await client.accept(uri, 4, item);
    client.change(uri, { start: 4, end: 10, text: '' });
    moveTo(4);
    expect(await ask()).toEqual([]);
    expect(await ask('invoked')).toEqual(['x = 1;']);
  });

  test('accepted, and the document opened anew without it: shown again', async () => {
    const { ask, client } = await ghostScene('let █', { replies: Array(8).fill('x = 1;') });
    const [item] = await client.inlineCompletions(uri, 4);
    if (!item) throw new Error('nothing came');
    await client.accept(uri, 4, item);
    client.close(uri);
    client.open(uri, 'let ');
    expect(await ask()).toEqual(['x = 1;']);
  });

  test('rejected while more of it streams: not shown again with more lines', async () => {
    const { client, model, ask, settled, silence } = await ghostScene('let █');
    const first = client.inlineCompletions(uri, 4);
    const answer = await model.asked(0);
    answer.text('a = 1;\nlet b');
    const [item] = await first;
    expect(item?.insertText).toBe('a = 1;');
    await client.execute('whittle.reject', { id: idOf(item) });
    answer.text(' = 2;\nlet c');
    answer.end(' = 3;');
    await settled();
    expect([await ask(), await silence()]).toEqual([[], 'rejected']);
  });

  test('rejected: not asked about again before something is done elsewhere', async () => {
    const { client, model, ask, moveTo, settled, silence } = await ghostScene('\nlet █', {
      replies: ['a;', ''],
    });
    const [item] = await client.inlineCompletions(uri, 5);
    await settled();
    await client.execute('whittle.reject', { id: idOf(item) });
    const { length } = model.asks;
    expect([await ask(), await silence(), model.asks.length]).toEqual([[], 'rejected', length]);
    client.change(uri, { start: 0, end: 0, text: 'import a;' });
    moveTo(14);
    model.script = () => 'a.b;';
    expect(await ask()).toEqual(['a.b;']);
  });

  test('accepted and then undone where what comes after it is known: neither is shown', async () => {
    const { client, model, clock, ask, moveTo, settled } = await ghostScene('let █\n');
    const first = client.inlineCompletions(uri, 4);
    const answer = await model.asked(0);
    clock.advance(150);
    answer.end('a = 1;');
    const [item] = await first;
    if (!item) throw new Error('nothing came');
    await settled();
    clock.advance(1);
    (await model.asked(1)).end('\nlet b = 2;');
    await settled();
    moveTo(await client.accept(uri, 4, item));
    expect(await ask()).toEqual(['\nlet b = 2;']);
    client.change(uri, { start: 4, end: 10, text: '' });
    moveTo(4);
    expect(await ask()).toEqual([]);
  });

  test('several lines in a document with CRLF', async () => {
    const { client } = await ghostScene('f() {█\r\n', { editor: 'neovim', replies: ['\n  a();\n}', ''] });
    const [item] = await client.inlineCompletions(uri, 5);
    if (!item) throw new Error('nothing came');
    expect(item.insertText).toBe('\n  a();\n}');
    await client.accept(uri, 5, item);
    expect(client.text(uri)).toBe('f() {\r\n  a();\r\n}\r\n');
  });

  test('several lines in a document with CRLF, for a client that leaves line terminators as they come', async () => {
    const workspace = { workspaceEdit: { normalizesLineEndings: false } };
    const { ask } = await ghostScene('f() {█\r\n', {
      capabilities: { workspace },
      replies: ['\n  a();\n}'],
    });
    expect(await ask()).toEqual(['\r\n  a();\r\n}']);
  });

  test('an id that was never shown', async () => {
    const { client } = await ghostScene('let █');
    for (const command of ['whittle.accept', 'whittle.reject']) {
      expect(await client.execute(command, { id: 'none' })).toMatchObject({ ok: false, reason: 'not-found' });
    }
  });
});

describe('in JetBrains’ editors, which put ghost text behind what it replaces', () => {
  test.each([
    ['plain', 'f(█)', 'x)', 'x)', 1],
    ['jetbrains', 'f(█)', 'x)', 'x', 0],
    ['jetbrains', 'f(█)', 'x, g(y))', 'x, g(y)', 0],
    ['jetbrains', 'f(█', 'x)', 'x)', 0],
  ] as const)('in %s %j with %j', async (editor, source, reply, insertText, replaced) => {
    const { client } = await ghostScene(source, { editor, replies: [reply] });
    const cursor = source.indexOf('█');
    const [item] = await client.inlineCompletions(uri, cursor);
    const range = { start: { line: 0, character: cursor }, end: { line: 0, character: cursor + replaced } };
    expect(item).toMatchObject({ insertText, range });
  });
});

describe('as an entry of textDocument/completion', () => {
  test('covers the word before the cursor, sorts last, is never complete', async () => {
    const { client } = await ghostScene('  con█', { editor: 'helix', replies: ['st x = 1;\n  let y;'] });
    const list = await client.completions(uri, 5);
    expect(list).toMatchObject({
      isIncomplete: true,
      items: [
        {
          label: 'const x = 1; …',
          detail: 'Whittle',
          sortText: '\u{10ffff}',
          filterText: 'const x = 1;\n  let y;',
          textEdit: {
            newText: 'const x = 1;\n  let y;',
            range: { start: { line: 0, character: 2 }, end: { line: 0, character: 5 } },
          },
          command: { command: 'whittle.accept' },
        },
      ],
    });
    // Said even to clients that do not announce the mode: those that know it would indent again.
    expect(list.items[0]).toMatchObject({ insertTextMode: 1 });
  });

  test('as it is, where the client can be told so', async () => {
    const { client } = await ghostScene('con█', { editor: 'vscode', replies: ['st x;'] });
    expect((await client.completions(uri, 3)).items).toMatchObject([{ insertTextMode: 1 }]);
  });

  test('of a text with fences of its own', async () => {
    const { client } = await ghostScene('x█', { editor: 'helix', replies: [' = `````;'] });
    const [item] = (await client.completions(uri, 1)).items;
    expect(item?.documentation).toMatchObject({ value: '``````typescript\nx = `````;\n``````' });
  });

  test.each([
    ['helix', undefined, 'markdown'],
    ['kate', undefined, undefined],
    ['eglot', ['plaintext'], undefined],
    ['eglot', ['plaintext', 'markdown'], undefined],
    ['eglot', ['html', 'markdown', 'plaintext'], 'markdown'],
    ['eglot', 'markdown', undefined],
  ] as const)(
    'in %s that takes %j it is shown without marks that nobody reads',
    async (editor, kinds, kind) => {
      const completion = { completionItem: { documentationFormat: kinds } };
      const capabilities = kinds ? { textDocument: { completion } as object } : {};
      const { client } = await ghostScene('con█', { editor, capabilities, replies: ['st x;'] });
      const [item] = (await client.completions(uri, 3)).items;
      expect(item?.documentation).toEqual(
        kind ? { kind, value: '```typescript\nconst x;\n```' } : 'const x;',
      );
    },
  );

  test('nothing: the list is empty and not complete', async () => {
    const { client } = await ghostScene('con█', { editor: 'helix', replies: [''] });
    expect(await client.completions(uri, 3)).toEqual({ isIncomplete: true, items: [] });
  });
});

describe('what becomes of an accepted one', () => {
  const fates: readonly (readonly [
    string,
    (made: Awaited<ReturnType<typeof ghostScene>>) => void,
    object,
  ])[] = [
    ['left as it is', () => {}, { kept: 1, changed: 0 }],
    [
      'added to',
      ({ client }) => client.change(uri, { start: 5, end: 5, text: 'yz' }),
      { kept: 1, changed: 0 },
    ],
    [
      'moved',
      ({ client }) => client.change(uri, { start: 0, end: 0, text: '\n\n' }),
      { kept: 1, changed: 0 },
    ],
    ['deleted', ({ client }) => client.change(uri, { start: 4, end: 10, text: '' }), { kept: 0, changed: 1 }],
  ];
  test.each(fates)('%s, half a minute later', async (_, act, expected) => {
    const made = await ghostScene('let █', { replies: Array(6).fill('x = 1;') });
    const [item] = await made.client.inlineCompletions(uri, 4);
    if (!item) throw new Error('nothing came');
    await made.client.accept(uri, 4, item);
    act(made);
    await made.settled();
    made.clock.advance(29_999);
    expect(await made.status()).toMatchObject({ accepted: 1, kept: 0, changed: 0 });
    made.clock.advance(1);
    expect(await made.status()).toMatchObject(expected);
  });

  test.each([
    ['each of many', false, 40],
    ['of the last of many documents, the others of which were closed before', true, 1],
  ])('%s', async (_, closes, kept) => {
    const { client, status, clock, settled } = await ghostScene('█', { replies: Array(200).fill('x = 1;') });
    for (let count = 1; count <= 40; count++) {
      const at = client.text(uri).length;
      const [item] = await client.inlineCompletions(uri, at, 'invoked');
      if (!item) throw new Error(`nothing came the ${count}th time`);
      const end = await client.accept(uri, at, item);
      client.change(uri, { start: end, end, text: '\n' });
      await settled();
      if (closes && count < 40) {
        client.close(uri);
        client.open(uri, '');
      } else clock.advance(30_000);
    }
    expect(await status()).toMatchObject({ accepted: 40, kept });
  });

  test('words of it were taken', async () => {
    const { client, status } = await ghostScene('let █', { replies: ['x = 1;'] });
    const [item] = await client.inlineCompletions(uri, 4);
    client.notify('textDocument/didPartiallyAcceptCompletion', { item, acceptedLength: 3 });
    client.notify('textDocument/didPartiallyAcceptCompletion', {
      item: { command: { arguments: ['none'] } },
    });
    expect(await status()).toMatchObject({ accepted: 0, partlyAccepted: 1 });
  });
});
