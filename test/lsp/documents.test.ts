/** Documents and positions: what the client types is what the model is asked about, in every encoding. */

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Encoding } from '../support/client/document.ts';
import type { EditorName } from '../support/client/editor.ts';
import { openServer, type TestServer } from '../support/server.ts';
import { awkwardText } from '../support/texts.ts';

const uri = 'file:///a.ts';
const encodings: readonly Encoding[] = ['utf-8', 'utf-16', 'utf-32'];

/** The text and cursor of the next ask. */
async function seen({ client, model }: TestServer, offset: number, of = uri) {
  const index = model.asks.length;
  void client.inlineCompletions(of, offset, 'invoked').catch(() => {});
  const { ask, end } = await model.asked(index);
  end();
  return { text: ask.document.text, cursor: ask.task === 'complete' ? ask.cursor : -1 };
}

describe('random edits give the server the client’s text', () => {
  // Pairs are typed whole: no editor sends half of one, and utf-8 cannot carry it.
  const text = awkwardText(12).map((value) => value.toWellFormed());
  const steps = fc.array(fc.tuple(fc.nat(), fc.nat(), text), { minLength: 1, maxLength: 6 });
  test.each(
    encodings.flatMap((encoding) => [[encoding, 'incremental'] as const, [encoding, 'full'] as const]),
  )('%s, %s', async (encoding, sync) => {
    // So that nothing is asked while it is typed.
    const settings = { whittle: { completion: { mode: 'manual' } } };
    const server = await openServer({ encodings: [encoding, 'utf-16'], settings });
    const { client } = server;
    expect(client.initialized?.capabilities.positionEncoding).toBe(encoding);
    client.buffers.incremental = sync === 'incremental';
    await fc.assert(
      fc.asyncProperty(text, steps, async (start, changes) => {
        client.open(uri, start);
        try {
          for (const [a, b, inserted] of changes) {
            const now = client.text(uri);
            const [from = 0, to = 0] = [a, b]
              .map((each) => aligned(now, each % (now.length + 1)))
              .sort((x, y) => x - y);
            client.change(uri, { start: from, end: to, text: inserted });
          }
          const cursor = aligned(client.text(uri), (changes[0]?.[0] ?? 0) % (client.text(uri).length + 1));
          expect(await seen(server, cursor)).toEqual({ text: client.text(uri), cursor });
        } finally {
          client.close(uri);
        }
      }),
      { numRuns: 40 },
    );
  });
});

/** The offset, or the next one before it that is no half of a pair or line break. */
function aligned(text: string, offset: number): number {
  if (text[offset - 1] === '\r' && text[offset] === '\n') return offset - 1;
  return /[\ud800-\udbff]/.test(text[offset - 1] ?? '') && /[\udc00-\udfff]/.test(text[offset] ?? '')
    ? offset - 1
    : offset;
}

describe('encodings', () => {
  test.each<[EditorName, string]>([
    ['plain', 'utf-16'],
    ['neovim', 'utf-8'],
    ['helix', 'utf-8'],
    ['vscode', 'utf-16'],
    ['eglot', 'utf-32'],
    ['minimal', 'utf-16'],
  ])('%s gets %s, its first choice', async (editor, encoding) => {
    const { client } = await openServer({ editor });
    expect(client.initialized?.capabilities.positionEncoding).toBe(encoding);
  });

  test('a client written for another copilot gets utf-16, which it speaks whatever was agreed on', async () => {
    const initializationOptions = { editorInfo: { name: 'neovim', version: '0.12' } };
    const { client } = await openServer({ editor: 'neovim', initializationOptions });
    expect(client.initialized?.capabilities.positionEncoding).toBe('utf-16');
  });

  test('one nobody knows is passed over', async () => {
    const { client } = await openServer({
      capabilities: { general: { positionEncodings: ['utf-7', 'utf-32'] } },
      encodings: ['utf-32'],
    });
    expect(client.initialized?.capabilities.positionEncoding).toBe('utf-32');
  });

  test.each(encodings)('%s: an answer behind an emoji and an umlaut', async (encoding) => {
    const { client, model } = await openServer({ encodings: [encoding] });
    const text = 'let größe = "😀";\r\nlet b = ';
    client.open(uri, text);
    model.script = () => '"😀";';
    const [item] = await client.inlineCompletions(uri, text.length);
    if (!item) throw new Error('nothing came');
    await client.accept(uri, text.length, item);
    expect(client.text(uri)).toBe(`${text}"😀";`);
    const at = client.after(uri, '"😀');
    const inside = await client.inlineCompletions(uri, at, 'invoked');
    for (const each of inside) expect(each.range?.start).toEqual(client.position(uri, at));
  });

  test('a lone surrogate counts as its replacement character', async () => {
    const server = await openServer({ encodings: ['utf-8'] });
    server.client.open(uri, 'a\ud83db');
    const asked = server.client.request('textDocument/inlineCompletion', {
      textDocument: { uri },
      position: { line: 0, character: 4 },
      context: { triggerKind: 1 },
    });
    const { ask, end } = await server.model.asked(0);
    end();
    await asked;
    expect(ask).toMatchObject({ cursor: 2 });
  });

  test.each([
    [{ line: 0, character: 99 }, 3],
    [{ line: 99, character: 0 }, 8],
    [{ line: 1, character: 2 ** 31 }, 8],
    // Inside the four bytes of the emoji.
    [{ line: 1, character: 3 }, 6],
  ])('a position that is not there: %j', async (position, cursor) => {
    const { client, model } = await openServer({ encodings: ['utf-8'] });
    client.open(uri, 'abc\r\nd😀');
    const asked = client.request('textDocument/inlineCompletion', {
      textDocument: { uri },
      position,
      context: { triggerKind: 1 },
    });
    const { ask, end } = await model.asked(0);
    end();
    await asked;
    expect(ask).toMatchObject({ cursor });
  });
});

describe('which documents there are', () => {
  test('one that is not open, and one that was closed', async () => {
    const { client, model, status } = await openServer();
    client.open(uri, 'let ');
    const params = client.inlineCompletionParams(uri, 4);
    client.close(uri);
    expect(await client.request('textDocument/inlineCompletion', params)).toEqual({ items: [] });
    expect(await status()).toMatchObject({ lastSilence: 'unknown-document' });
    expect(await client.request('textDocument/completion', params)).toMatchObject({ items: [] });
    expect(await client.request('whittle/nextEdit', params)).toEqual({ edits: [] });
    expect(model.asks).toEqual([]);
  });

  test('closed while the model answers, and opened again with another text under the same version', async () => {
    const { client, model } = await openServer();
    client.open(uri, 'let ');
    const asked = client.inlineCompletions(uri, 4);
    const first = await model.asked(0);
    client.close(uri);
    client.open(uri, 'for ');
    expect(await asked).toEqual([]);
    expect(first.isOpen).toBe(false);
    model.script = () => 'other';
    expect(await client.inlineCompletions(uri, 4)).toMatchObject([{ insertText: 'other' }]);
  });

  test('opened twice without being closed: nothing of the first is shown', async () => {
    const { client, model, settled } = await openServer();
    client.open(uri, 'let ');
    model.script = () => 'old';
    await client.inlineCompletions(uri, 4);
    client.notify('textDocument/didOpen', {
      textDocument: { uri, languageId: 'x', version: 1, text: 'for ' },
    });
    await settled();
    model.script = () => 'new';
    expect(await client.inlineCompletions(uri, 4)).toMatchObject([{ insertText: 'new' }]);
    expect(model.asks.at(-1)?.ask.document.text).toBe('for ');
  });

  test.each(['untitled:Untitled-1', 'vscode-notebook-cell:/a.ipynb#1', 'not a uri at all'])(
    '%s',
    async (of) => {
      const server = await openServer();
      server.client.open(of, 'let ');
      expect(await seen(server, 4, of)).toEqual({ text: 'let ', cursor: 4 });
    },
  );

  test('a change without a version counts on', async () => {
    const server = await openServer();
    server.client.open(uri, 'a');
    server.client.notify('textDocument/didChange', {
      textDocument: { uri },
      contentChanges: [{ text: 'ab' }, { text: 'abc' }],
    });
    await server.settled();
    server.model.script = (ask) => `// ${ask.document.version} ${ask.document.text}`;
    const params = {
      textDocument: { uri },
      position: { line: 0, character: 3 },
      context: { triggerKind: 1 },
    };
    expect(await server.client.request('textDocument/inlineCompletion', params)).toMatchObject({
      items: [{ insertText: '// 2 abc' }],
    });
  });

  test('what is open before the settings are known is told then', async () => {
    const { client, model, settled } = await openServer();
    client.open(uri, 'let ');
    client.type(uri, 4, 'a');
    client.close(uri);
    await settled();
    expect(model.told.map(({ kind }) => kind)).toEqual(['folders', 'opened', 'changed', 'closed']);
  });
});

test.each([
  ['cs', 'file:///a.cs', 'csharp'],
  ['', 'file:///a.py', 'python'],
  [null, 'file:///a.py#x', 'python'],
  ['', 'untitled:Untitled-1', 'plaintext'],
])('the language %j of %s is %s, and switched by either name', async (languageId, of, language) => {
  const settings = { whittle: { completion: { languages: [languageId || language, 'go'] } } };
  const { client, model } = await openServer({ settings });
  const textDocument = { uri: of, languageId, version: 1, text: 'x ' };
  client.notify('textDocument/didOpen', { textDocument });
  model.script = () => 'y';
  const asked = () =>
    client.request('textDocument/inlineCompletion', {
      textDocument: { uri: of },
      position: { line: 0, character: 2 },
      context: { triggerKind: 1 },
    });
  expect(await asked()).toMatchObject({ items: [{ insertText: 'y' }] });
  expect(model.asks[0]?.ask.document.languageId).toBe(language);
  for (const name of [languageId || language, language]) {
    await client.execute('whittle.toggle', { language: name, on: false });
    expect(await asked()).toEqual({ items: [] });
    await client.execute('whittle.toggle', { language, on: true });
  }
});
