/** What is offered for a selection or a function, the whole menu behind *More from Whittle…*, and when nothing is. */

import { describe, expect, test } from 'vitest';
import { toText } from '../../server/core/text.ts';
import { rewritesAt } from '../../server/features/actions/rewrites.ts';
import { block, editScene, uri } from '../support/edits.ts';

/** `«»` is the selection, `█` the cursor; the titles, the likely ones with a `!`. */
function check(name: string, languageId: string, [marked, ...titles]: readonly [string, ...string[]]): void {
  test(name, () => {
    const start = marked.search(/[«█]/);
    const value = marked.replace(/[«»█]/g, '');
    const end = marked.includes('»') ? marked.indexOf('»') - 1 : start;
    const snapshot = { uri, languageId, version: 1, text: toText(value) };
    const offered = rewritesAt(snapshot, { start, end });
    expect(offered.map(({ title, isLikely }) => title + (isLikely ? '!' : ''))).toEqual(titles);
    // A selection up to the start of a line does not mean that line.
    for (const { region } of offered) expect(region.start <= start && end - 1 <= region.end).toBe(true);
  });
}

describe('rewrites', () => {
  check('of a function', 'typescript', [
    'function add(a, b) {\n  return █a + b;\n}\n',
    'Add error handling to add',
    'Simplify add',
    'Document add',
    'Add types to add',
    'Rename for clarity in add',
    'Make async add',
  ]);
  check('of one that is documented and async', 'rust', [
    '/// Adds.\npub async fn add(a: u8) -> u8 {\n    █a\n}\n',
    'Add error handling to add',
    'Simplify add',
    'Rename for clarity in add',
  ]);
  check('of one that is to be written', 'python', ['def add(a, b):\n    █pass\n', 'Write the body of add!']);
  check('of a selection', 'go', [
    'func add() {\n\t«x := 1\n\ty := 2\n»}\n',
    'Add error handling',
    'Simplify',
    'Document',
    'Extract into a function',
    'Rename for clarity',
  ]);
  check('of a selected function', 'javascript', [
    '«const add = (a) => {\n  return a;\n};»\n',
    'Add error handling to add',
    'Simplify add',
    'Document add',
    'Add types to add',
    'Rename for clarity in add',
    'Make async add',
  ]);
  check('none of data', 'json', ['{«"a": 1»}\n']);
  check('none outside of functions without a selection', 'typescript', ['let a = █1;\n']);
});

const text = 'function add(a, b) {\n  return a + b;\n}\n';
const remote = {
  whittle: { model: { url: 'wss://example.com/v1/responses' }, completion: { enabled: false } },
};

describe('the menu', () => {
  test('holds the first and the way to the rest, which runs what is chosen', async () => {
    const questions: string[][] = [];
    const {
      client,
      model,
      settled,
      text: now,
    } = await editScene(text, {
      settings: remote,
      answer({ actions }) {
        questions.push((actions ?? []).map(({ title }) => title));
        return 'Simplify add';
      },
    });
    const menu = await client.codeActions(uri, { start: 25, end: 25 });
    expect(menu.map(({ title }) => title)).toEqual([
      'Add error handling to add',
      'Simplify add',
      'Document add',
      'More from Whittle…',
    ]);
    const more = menu.at(-1);
    if (more) await client.run(more);
    await settled();
    expect(questions).toEqual([
      [
        'Add error handling to add',
        'Simplify add',
        'Document add',
        'Add types to add',
        'Rename for clarity in add',
        'Make async add',
        'Review what changed since the last commit',
        'Review this file',
      ],
    ]);
    const { ask, end } = await model.asked(0);
    expect(ask).toMatchObject({ task: 'edit', region: { start: 0, end: text.length - 1 } });
    end(block('  return a + b;', '  return b + a;'));
    await settled();
    expect(now()).toBe(text.replace('a + b;', 'b + a;'));
  });

  test('chosen nothing, nothing happens', async () => {
    const { client, model, settled } = await editScene(text, { settings: remote, answer: () => null });
    const more = (await client.codeActions(uri, { start: 25, end: 25 })).at(-1);
    if (more) await client.run(more);
    await settled();
    expect(model.asks).toEqual([]);
  });

  test('has none of them while the cursor only moves, nor for the embedded engine', async () => {
    const moving = await editScene(text, { settings: remote });
    const context = { diagnostics: [], triggerKind: 2 };
    const range = moving.client.range(uri, 25, 25);
    const params = { textDocument: { uri }, range, context };
    expect(await moving.client.request('textDocument/codeAction', params)).toEqual([]);
    expect(await (await editScene(text)).titles('return')).toEqual([]);
  });

  test('is whole in an editor that could not be asked for the rest', async () => {
    const old = await editScene(text, { editor: 'kate', settings: remote });
    const titles = await old.titles('return');
    expect(titles.length).toBeGreaterThan(4);
    expect(titles).not.toContain('More from Whittle…');
    const window = { showMessage: { messageActionItem: {} } };
    const newer = await editScene(text, { editor: 'kate', capabilities: { window }, settings: remote });
    expect((await newer.titles('return')).at(-1)).toBe('More from Whittle…');
  });

  test('Kate, which does not say that it applies edits, is offered them; a client that says it does not is not', async () => {
    const kate = await editScene(text, { editor: 'kate', settings: remote });
    expect(await kate.titles('return')).toContain('Add error handling');
    const workspace = { applyEdit: false };
    const other = await editScene(text, { editor: 'kate', capabilities: { workspace }, settings: remote });
    expect(await other.titles('return')).toEqual(['Review the selection']);
  });

  test('says why there is nothing for an excluded file, where the editor can show it', async () => {
    const excluded = 'file:///w/.env';
    const { client } = await editScene(text, { editor: 'vscode', settings: remote });
    client.open(excluded, 'KEY=1\n');
    expect(await client.codeActions(excluded, { start: 0, end: 0 })).toMatchObject([
      { disabled: { reason: expect.stringContaining('.env') } },
    ]);
    const plain = await editScene(text, {
      editor: 'minimal',
      capabilities: { workspace: { applyEdit: true } },
      settings: remote,
    });
    plain.client.open(excluded, 'KEY=1\n');
    expect(await plain.client.codeActions(excluded, { start: 0, end: 0 })).toEqual([]);
  });
});
