/** What of a stream is shown first: whole lines, not the beginning of a block where something is complete before it. */

import { expect, test } from 'vitest';
import { certainLength, firstLines, opensMore, unitLength } from '../../../server/features/inline/unit.ts';
import { ghostScene } from '../../support/ghost.ts';

test.each([
  ['a();\nb', 'a();'],
  ['a();\n\nb', 'a();'],
  ['a();\nb();\nc', 'a();\nb();'],
  ['\n  a();\nb', '\n  a();'],
  ['a', ''],
  ['\n\n', ''],
])('certain of %j is %j', (said, certain) => {
  expect(said.slice(0, certainLength(said))).toBe(certain);
});

test.each([
  ['a();\nif (b) {\n  c();', 'a();'],
  ['a();\nif (b) {\n  c();\n}', 'a();\nif (b) {\n  c();\n}'],
  ['if (b) {\n  c();', 'if (b) {'],
  ['\n  if (b) {\n    c();', '\n  if (b) {'],
  ['if b:\n  c()', 'if b:'],
  ['if b:\n  c()\nd()', 'if b:\n  c()\nd()'],
  ['a()\nif b:\n  c()', 'a()'],
  ['if b:\n  c()\nwhile d:', 'if b:\n  c()'],
  ['if b:\n  c()\nelse:', 'if b:'],
  ['if b:\n  if c:\n    d()\n  e()\nwhile f:', 'if b:\n  if c:\n    d()\n  e()'],
  ['for i in b do\n  c()', 'for i in b do'],
  ['for i in b do\n  c()\nend', 'for i in b do\n  c()\nend'],
  ['for i in b do\n  c()\nend\nd(', 'for i in b do\n  c()\nend'],
  ['a = b\n  .c()\n  .d()\ne()', 'a = b\n  .c()\n  .d()\ne()'],
  ['f(\n  a,\n);\ng([', 'f(\n  a,\n);'],
])('complete of %j is %j', (said, complete) => {
  expect(said.slice(0, unitLength(said))).toBe(complete);
});

test.each([
  ['if b:', true],
  ['for i in b do', true],
  ['f(', true],
  ['if b:\n  c()', false],
  ['f();', false],
])('%j opens more: %s', (text, opens) => {
  expect(opensMore(text)).toBe(opens);
});

test.each([
  ['a\nb\nc', 1, 'a'],
  ['a\nb\nc', 2, 'a\nb'],
  ['\n\n  a\nb', 1, '\n\n  a'],
  ['a', 3, 'a'],
])('of %j the first %i', (text, most, first) => {
  expect(firstLines(text, most)).toBe(first);
});

test('what is complete is shown first, and the block behind it when that was typed', async () => {
  const { ask, type, model, settled } = await ghostScene('  █');
  const asked = ask();
  const answer = await model.asked(0);
  answer.text('a();\n  if (b) {\n    c();\n');
  expect(await asked).toEqual(['a();']);
  type('a();');
  answer.text('  }\n');
  answer.end('');
  await settled();
  expect(await ask()).toEqual(['\n  if (b) {\n    c();\n  }']);
  expect(model.asks).toHaveLength(1);
});

test('a model that stalls inside a block does not keep what it said from being shown', async () => {
  const { ask, model } = await ghostScene('  █');
  const asked = ask();
  (await model.asked(0)).text('if (b) {\n    c();\n');
  expect(await asked).toEqual(['if (b) {']);
});

test('a file that tells nothing is indented as the editor says', async () => {
  const { client } = await ghostScene('if (a) {█', { replies: ['\n  b();\n}'] });
  const answer = await client.request('textDocument/inlineCompletion', {
    textDocument: { uri: 'file:///a.ts' },
    position: { line: 0, character: 8 },
    context: { triggerKind: 2 },
    formattingOptions: { tabSize: 4, insertSpaces: false },
  });
  expect(answer).toMatchObject({ items: [{ insertText: '\n\tb();\n}' }] });
});

test('also in what was begun, or has come, before the editor says it', async () => {
  const said = '\n  b();\n}';
  for (const comes of ['before', 'after'] as const) {
    const { client, type, model, settled } = await ghostScene('if (a) █', {
      capabilities: { textDocument: { inlineCompletion: {} } },
    });
    type('{');
    const answer = await model.asked(0);
    if (comes === 'before') {
      answer.end(said);
      await settled();
    }
    const asked = client.request('textDocument/inlineCompletion', {
      textDocument: { uri: 'file:///a.ts' },
      position: { line: 0, character: 8 },
      context: { triggerKind: 2 },
      formattingOptions: { tabSize: 4, insertSpaces: false },
    });
    if (comes === 'after') answer.end(said);
    expect(await asked, comes).toMatchObject({ items: [{ insertText: '\n\tb();\n}' }] });
    expect(model.asks.filter(({ ask }) => ask.task === 'complete' && ask.cursor === 8)).toHaveLength(1);
  }
});
