/** An edit under way is told more by a comment in the document: *Redirect: …*, and both comments go with the edit. */

import { expect, test } from 'vitest';
import { block, editScene, uri } from '../support/edits.ts';

const settings = { whittle: { completion: { enabled: false } } };
const text = '// whittle: rename a\nlet a = 1;\nlet b = 2;\n';

test('a comment beside an edit under way redirects it, and goes with it as well', async () => {
  const { client, model, settled, titles, text: now } = await editScene(text, { settings });
  const [begin] = await client.codeActions(uri, { start: 5, end: 5 });
  expect(begin?.title).toBe('Do: rename a');
  if (begin) await client.run(begin);
  await model.asked(0);
  // Its own comment is no redirection of it.
  expect(await titles('whittle: rename')).toEqual(['Stop: rename a']);
  client.type(uri, now().indexOf('let b'), '// whittle: to alpha\n');
  const at = now().indexOf('to alpha');
  const actions = await client.codeActions(uri, { start: at, end: at });
  expect(actions.map(({ title }) => title)).toEqual(['Stop: rename a', 'Redirect: to alpha', 'Do: to alpha']);
  const redirect = actions[1];
  if (redirect) expect(await client.run(redirect)).toEqual({ ok: true });
  const second = await model.asked(1);
  expect(model.asks[0]?.isOpen).toBe(false);
  expect(second.ask).toMatchObject({ instruction: 'rename a\nto alpha' });
  second.end(block('let a = 1;', 'let alpha = 1;'));
  await settled();
  expect(now()).toBe('let alpha = 1;\nlet b = 2;\n');
});

test('a comment that was changed meanwhile stays, its words were heard', async () => {
  const {
    client,
    model,
    settled,
    text: now,
    begin,
  } = await editScene('let a = 1;\n// whittle: to alpha\n', { settings });
  await begin('whittle.edit', { instruction: 'rename a' });
  await model.asked(0);
  const at = now().indexOf('to alpha');
  const redirect = (await client.codeActions(uri, { start: at, end: at })).find(({ title }) =>
    /^Redirect/.test(title),
  );
  if (redirect) await client.run(redirect);
  const second = await model.asked(1);
  client.type(uri, at + 3, 'the letter ');
  second.end(block('let a = 1;', 'let alpha = 1;'));
  await settled();
  expect(now()).toBe('let alpha = 1;\n// whittle: to the letter alpha\n');
});

test('the next round is told what was written so far, and nothing of what has landed', async () => {
  const { client, model, settled, text: now, begin } = await editScene('let a = 1;\n', { settings });
  await begin('whittle.edit', { instruction: 'rename a' });
  const first = await model.asked(0);
  first.text('<<<<<<< SEARCH\nlet a');
  await new Promise(setImmediate);
  await client.execute('whittle.steer', { instruction: 'to alpha' });
  const second = await model.asked(1);
  expect(second.ask).toMatchObject({ instruction: 'rename a\nto alpha', streamed: '<<<<<<< SEARCH\nlet a' });
  await client.execute('whittle.steer', { instruction: 'no, to beta' });
  const third = await model.asked(2);
  expect(third.ask).not.toHaveProperty('streamed');
  third.end(block('let a = 1;', 'let beta = 1;'));
  await settled();
  expect(now()).toBe('let beta = 1;\n');
});

test('nothing said leaves the edit as it goes', async () => {
  const { client, model, begin } = await editScene('let a = 1;\n', { settings });
  await begin('whittle.edit', { instruction: 'rename a' });
  const first = await model.asked(0);
  expect(await client.execute('whittle.steer', { instruction: ' \n' })).toEqual({
    ok: false,
    reason: 'unsupported',
    message: 'The instruction is empty; say what to change.',
  });
  expect(first.isOpen).toBe(true);
  first.end(block('let a = 1;', 'let alpha = 1;'));
});
