/** Ghost text between the ends of a pair that the editor closed by itself. */

import { expect, test } from 'vitest';
import { ghostScene, uri } from '../../support/ghost.ts';

test('several lines are asked for, whatever stands behind the pair', async () => {
  const source = 'useEffect(() => {█}, [a]);\n';
  const { client, model } = await ghostScene(source, { replies: ['\n  go();\n}, [a]);', ''] });
  const [item] = await client.inlineCompletions(uri, source.indexOf('█'));
  if (!item) throw new Error('nothing came');
  expect(model.asks[0]?.ask).toMatchObject({ maxLines: 20 });
  await client.accept(uri, source.indexOf('█'), item);
  expect(client.text(uri)).toBe('useEffect(() => {\n  go();\n}, [a]);\n');
});

test('elsewhere in the middle of a line one is', async () => {
  const { ask, model } = await ghostScene('f(█, [a]);', { replies: ['b'] });
  expect(await ask()).toEqual(['b']);
  expect(model.asks[0]?.ask).toMatchObject({ maxLines: 1 });
});

test('Enter, which opens two lines there, is typed along', async () => {
  const { ask, client, moveTo, model } = await ghostScene('f() {█}', { replies: ['\n  a();\n'] });
  expect(await ask()).toEqual(['\n  a();\n}']);
  client.change(uri, { start: 5, end: 5, text: '\n  \n' });
  moveTo(8);
  expect(await ask()).toEqual(['a();']);
  expect(model.asks).toHaveLength(1);
});

test.each([
  ['a bracket', 'f█', '()', 2],
  ['Enter between brackets', 'f() {█}', '\n  \n', 8],
  ['Enter between brackets, CRLF', 'f() {█}\r\n', '\r\n  \r\n', 9],
  ['a tag', '<p>█', '</p>', 3],
  ['a comment', '/**█', ' */', 3],
  ['a comment on one line', '/*█', '*/', 2],
  ['two empty lines are none', 'f();█ // a', '\n\ng', 7],
])(
  '%s that the editor closed by itself: the model is asked about the place in between',
  async (...[, source, inserted, cursor]) => {
    const { client, model, settled } = await ghostScene(source, { editor: 'neovim', replies: [''] });
    const at = source.indexOf('█');
    client.change(uri, { start: at, end: at, text: inserted });
    await settled();
    client.buffers.flush();
    await settled();
    expect(model.asks.map(({ ask }) => ask.task === 'complete' && ask.cursor)).toEqual([cursor]);
    expect(model.asks).toHaveLength(1);
  },
);

test('what was accepted while more was on its way is ended by the next', async () => {
  const { client, model, settled } = await ghostScene('f({█});');
  const first = client.inlineCompletions(uri, 3);
  const answer = await model.asked(0);
  answer.text('\n  a: 1,\n');
  const [item] = await first;
  if (!item) throw new Error('nothing came');
  const end = await client.accept(uri, 3, item);
  expect(client.text(uri)).toBe('f({\n  a: 1,\n});');
  answer.end('  b: 2,\n');
  await settled();
  const [next] = await client.inlineCompletions(uri, end);
  if (!next) throw new Error('nothing came');
  await client.accept(uri, end, next);
  expect(client.text(uri)).toBe('f({\n  a: 1,\n  b: 2,\n});');
});

test('a body that is indented is ended as deep as what opens it', async () => {
  const { client, model, settled } = await ghostScene('class A {\n  f() {█}\n}\n');
  const first = client.inlineCompletions(uri, 17);
  const answer = await model.asked(0);
  answer.text('\n    a();\n');
  const [item] = await first;
  if (!item) throw new Error('nothing came');
  const end = await client.accept(uri, 17, item);
  expect(client.text(uri)).toBe('class A {\n  f() {\n    a();\n  }\n}\n');
  answer.end('    b();\n  }\n');
  await settled();
  const [next] = await client.inlineCompletions(uri, end);
  if (!next) throw new Error('nothing came');
  await client.accept(uri, end, next);
  expect(client.text(uri)).toBe('class A {\n  f() {\n    a();\n    b();\n  }\n}\n');
});

test('what comes behind a suggestion replaces what the editor closed meanwhile, and no more', async () => {
  const source = 'a = █\n\nc\nd\n';
  const { ask, client, model, moveTo, settled, clock } = await ghostScene(source);
  const first = ask();
  (await model.asked(0)).end('"x');
  expect(await first).toEqual(['"x']);
  // Others that take their time, so that it pays to ask ahead.
  for (const at of [7, 9]) {
    moveTo(at);
    const number = model.asks.length;
    const other = ask();
    const answer = await model.asked(number);
    clock.advance(150);
    answer.end('e');
    await other;
  }
  await settled();
  client.change(uri, { start: 4, end: 4, text: '""' });
  moveTo(5);
  const number = model.asks.length;
  expect(await ask()).toEqual(['x']);
  clock.advance(600);
  const ahead = await model.asked(number);
  expect(ahead.ask.document.text).toContain('a = "x"');
  clock.advance(150);
  ahead.end(' y";');
  await settled();
  const at = client.type(uri, 5, 'x');
  const [item] = await client.inlineCompletions(uri, at);
  if (!item) throw new Error('nothing came');
  await client.accept(uri, at, item);
  expect(client.text(uri)).toBe('a = "x y";\n\nc\nd\n');
});

test('typed along up to what the editor closed by itself, however the model said it', async () => {
  const answer = '```ts\nf(g[x], y);\n```';
  const { ask, client, moveTo, type, model } = await ghostScene('█\nh();\n', { replies: [answer, ''] });
  expect(await ask()).toEqual(['f(g[x], y);']);
  type('f');
  client.change(uri, { start: 1, end: 1, text: '()' });
  moveTo(2);
  type('g');
  client.change(uri, { start: 3, end: 3, text: '[]' });
  moveTo(4);
  expect(await ask()).toEqual(['x], y);']);
  type('x');
  expect(await ask()).toEqual(['], y);']);
  moveTo(6);
  type(', y');
  const [item] = await client.inlineCompletions(uri, 9);
  if (!item) throw new Error('nothing came');
  await client.accept(uri, 9, item);
  expect(client.text(uri)).toBe('f(g[x], y);\nh();\n');
  const { length } = model.asks.filter(({ ask }) => !ask.document.text.startsWith('f(g[x], y);'));
  expect(length).toBe(1);
});
