/** What a client may get wrong: each answer names the field, and the server goes on. */

import { describe, expect, test } from 'vitest';
import { openServer } from '../support/server.ts';

const uri = 'file:///a.ts';
const textDocument = { uri };
const position = { line: 0, character: 0 };
const range = { start: position, end: position };
const command = (name: string, argument: unknown) => ({ command: name, arguments: [argument] });

describe('requests', () => {
  const cases: readonly (readonly [method: string, params: unknown, said: string])[] = [
    ['textDocument/inlineCompletion', {}, "'textDocument' must be an object, but it is missing"],
    [
      'textDocument/inlineCompletion',
      { textDocument: { uri: 1 }, position },
      "'textDocument.uri' must be a string",
    ],
    ['textDocument/inlineCompletion', { textDocument }, "'position' must be an object"],
    [
      'textDocument/inlineCompletion',
      { textDocument, position: { line: -1, character: 0 } },
      "'position.line' must be a non-negative integer, but is -1",
    ],
    [
      'textDocument/inlineCompletion',
      { textDocument, position: { line: 0, character: 1.5 } },
      "'position.character' must be a non-negative integer",
    ],
    ['textDocument/inlineCompletion', { textDocument, position, context: 1 }, "'context' must be an object"],
    [
      'textDocument/inlineCompletion',
      { textDocument, position, context: { selectedCompletionInfo: { range, text: null } } },
      "'context.selectedCompletionInfo.text' must be a string, but is null",
    ],
    [
      'textDocument/completion',
      { textDocument, position: [0, 0] },
      "'position' must be an object, but is an array",
    ],
    ['textDocument/codeAction', { textDocument, context: {} }, "'range' must be an object"],
    ['textDocument/codeAction', { textDocument, range }, "'context' must be an object"],
    [
      'textDocument/codeAction',
      { textDocument, range, context: { diagnostics: [{ message: 'x' }] } },
      "'context.diagnostics[0].range' must be an object",
    ],
    [
      'textDocument/codeAction',
      { textDocument, range, context: { only: ['quickfix', 1] } },
      "'context.only[1]' must be a string",
    ],
    ['whittle/nextEdit', { textDocument }, "'position' must be an object"],
    ['textDocument/copilotInlineEdit', {}, "'textDocument' must be an object"],
    ['workspace/executeCommand', {}, "'command' must be a string"],
    ['workspace/executeCommand', command('whittle.none', {}), "'command' names 'whittle.none'"],
    ['workspace/executeCommand', command('toString', {}), "'command' names 'toString'"],
    [
      'workspace/executeCommand',
      { command: 'whittle.status', arguments: { a: 1 } },
      "'arguments' must be an array, but is an object",
    ],
    ['workspace/executeCommand', command('whittle.status', 'x'), "'arguments[0]' must be an object"],
    ['workspace/executeCommand', command('whittle.edit', { uri }), "'instruction' must be a string"],
    ['workspace/executeCommand', command('whittle.edit', { instruction: 'x' }), "'uri' must be a string"],
    [
      'workspace/executeCommand',
      command('whittle.edit', { uri, instruction: 'x', range: {} }),
      "'range.start' must be an object",
    ],
    [
      'workspace/executeCommand',
      command('whittle.edit', { uri, instruction: 'x', wait: 1 }),
      "'wait' must be a boolean",
    ],
    [
      'workspace/executeCommand',
      command('whittle.edit', { uri, instruction: 'x', token: {} }),
      "'token' must be a string or a number",
    ],
    [
      'workspace/executeCommand',
      command('whittle.edit', { uri, instruction: 'x', comment: { range } }),
      "'comment.text' must be a string",
    ],
    [
      'workspace/executeCommand',
      command('whittle.fix', { uri, range, diagnostics: 'x' }),
      "'diagnostics' must be an array",
    ],
    ['workspace/executeCommand', command('whittle.repeatEdit', {}), "'uri' must be a string"],
    ['workspace/executeCommand', command('whittle.nextEdit', { uri }), "'position' must be an object"],
    ['workspace/executeCommand', command('whittle.steer', {}), "'instruction' must be a string"],
    ['workspace/executeCommand', command('whittle.cancel', { token: true }), "'token' must be"],
    ['workspace/executeCommand', command('whittle.hunk', { id: 'x' }), "'keep' must be a boolean"],
    ['workspace/executeCommand', command('whittle.accept', {}), "'id' must be a string"],
    ['workspace/executeCommand', command('whittle.reject', { id: 3 }), "'id' must be a string"],
    ['workspace/executeCommand', command('whittle.toggle', { on: 'yes' }), "'on' must be a boolean"],
    ['workspace/executeCommand', command('whittle.snooze', {}), "'minutes' must be a number"],
  ];
  test.each(cases)('%s %j', async (method, params, said) => {
    const { client, model } = await openServer();
    client.open(uri, 'let a = 1;');
    const answer = client.request(method, params);
    await expect(answer).rejects.toMatchObject({ code: -32602, message: expect.stringContaining(said) });
    await expect(answer).rejects.toThrow(/\.$/);
    expect(model.asks).toEqual([]);
  });
});

describe('notifications', () => {
  const cases: readonly (readonly [method: string, params: unknown, said: string])[] = [
    ['textDocument/didOpen', {}, "'textDocument' must be an object"],
    ['textDocument/didOpen', { textDocument: { uri } }, "'textDocument.text' must be a string"],
    ['textDocument/didChange', { textDocument }, "'contentChanges' must be an array"],
    [
      'textDocument/didChange',
      { textDocument, contentChanges: [{ text: '', range: { start: position } }] },
      "'contentChanges[0].range.end' must be an object",
    ],
    [
      'textDocument/didChange',
      { textDocument: { uri: 'file:///none' }, contentChanges: [] },
      'which was not opened',
    ],
    ['textDocument/didClose', { textDocument: {} }, "'textDocument.uri' must be a string"],
    ['workspace/didChangeWorkspaceFolders', {}, "'event' must be an object"],
    ['whittle/diagnostics', { uri, diagnostics: [1] }, "'diagnostics[0]' must be an object"],
  ];
  test.each(cases)('%s %j: is logged, the document stays as it was', async (method, params, said) => {
    const { client, model, settled, logFile } = await openServer();
    client.open(uri, 'let a = 1;');
    client.notify(method, params);
    await settled();
    expect(logFile.lines.filter((line) => line.startsWith('warn') && line.includes(said))).toHaveLength(1);
    model.script = (ask) => `// ${ask.document.text.length}`;
    expect(await client.inlineCompletions(uri, 10)).toMatchObject([{ insertText: '// 10' }]);
  });
});

test('what Lua and Lisp send for nothing is nothing', async () => {
  const { client, model } = await openServer();
  client.open(uri, 'let ');
  model.script = () => 'x';
  const answer = client.request('textDocument/inlineCompletion', {
    textDocument,
    position: { line: 0, character: 4 },
    context: null,
  });
  expect(await answer).toMatchObject({ items: [{ insertText: 'x' }] });
  const listed = await client.request('textDocument/codeAction', {
    textDocument,
    range,
    context: { diagnostics: null, only: null },
  });
  expect(listed).toEqual([]);
  expect(await client.request('workspace/executeCommand', { command: 'whittle.status' })).toMatchObject({
    ok: true,
  });
});

test('what Lua sends for an empty object is one, and for an empty list too', async () => {
  const { client, model } = await openServer();
  client.open(uri, 'let ');
  model.script = () => 'x';
  const answer = client.request('textDocument/inlineCompletion', {
    textDocument,
    position: { line: 0, character: 4 },
    context: [],
  });
  expect(await answer).toMatchObject({ items: [{ insertText: 'x' }] });
  const context = { diagnostics: {}, only: {} };
  expect(await client.request('textDocument/codeAction', { textDocument, range, context })).toEqual([]);
  for (const given of [{}, [[]]])
    expect(
      await client.request('workspace/executeCommand', { command: 'whittle.status', arguments: given }),
    ).toMatchObject({ ok: true });
  expect(await client.request('checkStatus', [])).toMatchObject({ status: 'OK' });
});

test('`false` that came back as `null` (lsp-mode) takes a hunk back', async () => {
  const { client } = await openServer();
  const argument = { id: 'none', keep: null };
  expect(await client.execute('whittle.hunk', argument)).toMatchObject({ ok: false, reason: 'not-found' });
});
