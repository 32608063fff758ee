/** What lands can be done again elsewhere, and each hunk of it kept or taken back. */

import { describe, expect, test } from 'vitest';
import { block, editScene, uri } from '../support/edits.ts';

const text = 'let a = 1;\nlet b = 2;\nlet c = 3;\n';

const at = (line: number, from: number, to: number) => ({
  start: { line, character: from },
  end: { line, character: to },
});

describe('the last edit', () => {
  const calls = 'foo(1);\nfoo(2);\nfoo(3);\n';

  test('is repeated at the other places, each its own hunk, without a model', async () => {
    const { client, titles, model, text: now, settled } = await editScene(calls);
    client.change(uri, { start: 0, end: 3, text: 'bar' });
    expect(await titles('foo')).toEqual(['Repeat my last edit (2 places)']);
    const [action] = await client.codeActions(uri, { start: 8, end: 8 });
    if (action) await client.run(action);
    await settled();
    expect(now()).toBe(calls.replaceAll('foo', 'bar'));
    expect(client.buffers.applied).toBe(1);
    const revert = (await client.codeActions(uri, { start: 16, end: 16 })).find(({ title }) =>
      title.startsWith('Revert'),
    );
    if (revert) await client.run(revert);
    await settled();
    expect(now()).toBe('bar(1);\nbar(2);\nfoo(3);\n');
    expect(model.asks).toEqual([]);
  });

  test('nothing was edited, or nothing else is like it', async () => {
    const { run, client } = await editScene(calls);
    expect(await run('whittle.repeatEdit')).toMatchObject({ ok: false, reason: 'not-found' });
    client.change(uri, { start: 4, end: 5, text: '17' });
    client.close(uri);
    expect(await run('whittle.repeatEdit')).toMatchObject({ ok: false, reason: 'not-found' });
  });

  test('next edit: where, and done there', async () => {
    const { client, run, text: now } = await editScene(calls);
    client.change(uri, { start: 0, end: 3, text: 'bar' });
    const position = { line: 1, character: 2 };
    const next = await run('whittle.nextEdit', { position });
    expect(next).toMatchObject({ ok: true, next: { uri, version: 2, range: at(2, 0, 3), text: 'bar' } });
    const params = { textDocument: { uri }, position };
    const command = { command: 'whittle.accept', arguments: [{ id: expect.any(String) }] };
    const sent = { edits: [{ text: 'bar', range: at(2, 0, 3), textDocument: { uri, version: 2 }, command }] };
    expect(await client.request('whittle/nextEdit', params)).toMatchObject(sent);
    expect(await client.request('textDocument/copilotInlineEdit', params)).toMatchObject(sent);
    expect(await run('whittle.nextEdit', { position, apply: true })).toEqual({
      ok: true,
      edits: 1,
      files: 1,
    });
    expect(now()).toBe('bar(1);\nfoo(2);\nbar(3);\n');
    expect(
      await run('whittle.nextEdit', { position: { line: 9, character: 0 }, uri: 'file:///no' }),
    ).toMatchObject({
      ok: false,
      reason: 'not-found',
    });
  });
});

describe('hunks', () => {
  const rename = block('let b = 2;', 'let second = 2;');

  test('are kept or reverted where they stand now', async () => {
    const { client, edit, titles, run, text: now } = await editScene(text, { replies: [rename] });
    await edit('x');
    expect(await titles('second')).toEqual(expect.arrayContaining(['Keep this hunk', 'Revert this hunk']));
    expect(await titles('let c')).not.toContain('Keep this hunk');
    client.type(uri, 0, '// top\n');
    const [keep, revert] = await client.codeActions(uri, { start: 23, end: 23 });
    const kept = keep?.command?.arguments?.[0] as object;
    expect(await run('whittle.hunk', revert?.command?.arguments?.[0] as object)).toEqual({
      ok: true,
      edits: 1,
      files: 1,
    });
    expect(now()).toBe(`// top\n${text}`);
    expect(await run('whittle.hunk', kept)).toMatchObject({ ok: false, reason: 'not-found' });
    expect(await run('whittle.hunk', { ...kept, keep: false })).toMatchObject({
      ok: false,
      reason: 'not-found',
    });
  });

  test.each([
    ['anywhere on its line', rename, 'let second', [0, 10, 15]],
    ['next to a line that is new', block('let b = 2;', 'let b = 2;\nlet d = 4;'), 'let b', [0, 12, 24]],
    ['next to where a line was', block('let b = 2;\n', ''), 'let a', [0, 12]],
  ])('is offered %s', async (_, answer, first, from) => {
    const { client, edit, text: now } = await editScene(text, { replies: [answer] });
    expect(await edit('x')).toMatchObject({ ok: true });
    for (const offset of from) {
      const at = now().indexOf(first) + offset;
      const actions = await client.codeActions(uri, { start: at, end: at });
      expect(actions.map(({ title }) => title)).toContain('Revert this hunk');
    }
  });

  test('undone whole by one that is reverted already', async () => {
    const two = block('let a = 1;', 'let first = 1;') + block('let c = 3;', 'let third = 3;');
    const { client, edit, run, text: now } = await editScene(text, { replies: [two] });
    await edit('x');
    const [, revert, undo] = await client.codeActions(uri, { start: 5, end: 5 });
    await run('whittle.hunk', revert?.command?.arguments?.[0] as object);
    expect(now()).toBe(text.replace('let c', 'let third'));
    const whole = undo?.command?.arguments?.[0] as object;
    expect(await run(undo?.command?.command ?? '', whole)).toEqual({ ok: true, edits: 1, files: 1 });
    expect(now()).toBe(text);
    expect(await run(undo?.command?.command ?? '', whole)).toMatchObject({ reason: 'not-found' });
  });

  test('kept, it is offered no more', async () => {
    const { client, edit, titles, text: now } = await editScene(text, { replies: [rename] });
    await edit('x');
    const [keep] = await client.codeActions(uri, { start: 16, end: 16 });
    if (keep) expect(await client.run(keep)).toEqual({ ok: true, edits: 0, files: 0 });
    expect((await titles('second')).filter((title) => title.includes('hunk'))).toEqual([]);
    expect(now()).toContain('second');
  });

  test('typed over, it is the user’s own', async () => {
    const { client, edit, titles } = await editScene(text, { replies: [rename] });
    await edit('x');
    client.type(uri, 17, 'Q');
    expect((await titles('seQcond')).filter((title) => title.includes('hunk'))).toEqual([]);
  });

  test.each(['plain', 'kate'] as const)(
    'taken back by the user’s own undo in %s, what only took text out is no hunk either',
    async (editor) => {
      const reply = block('let b = 2;\n', '');
      const { client, edit, titles } = await editScene(text, { editor, replies: [reply, reply] });
      expect(await edit('x')).toMatchObject({ ok: true });
      expect(await titles('let c')).toContain('Keep this hunk');
      client.undo(uri);
      expect(client.text(uri)).toBe(text);
      expect(await titles('let b')).not.toContain('Keep this hunk');
      expect(await titles('let c')).not.toContain('Undo: x');
    },
  );

  test('one that the editor refused to take back can be tried again', async () => {
    const { client, edit, titles, run } = await editScene(text, { replies: [rename] });
    await edit('x');
    const [, revert] = await client.codeActions(uri, { start: 16, end: 16 });
    client.pretend('workspace/applyEdit', { applied: false, failureReason: 'no' });
    expect(await run('whittle.hunk', revert?.command?.arguments?.[0] as object)).toMatchObject({
      reason: 'not-applied',
    });
    expect(await titles('second')).toContain('Revert this hunk');
  });

  test('without waiting the answer does not wait for the editor', async () => {
    const { client, edit, settled } = await editScene(text, { replies: [rename] });
    await edit('x');
    const [, revert] = await client.codeActions(uri, { start: 16, end: 16 });
    const replies = client.holdReplies();
    if (revert) expect(await client.run(revert)).toEqual({ ok: true });
    replies.release();
    await settled();
    expect(client.text(uri)).toBe(text);
  });
});

test.each([
  ['whittle.hunk', { keep: false }],
  ['whittle.hunk', { keep: true }],
  ['whittle.undo', {}],
])('%s %j of what is gone says so at once, also where nobody waits', async (command, argument) => {
  const { client } = await editScene('a\n');
  const gone = { ok: false, reason: 'not-found', message: expect.stringMatching(/gone/) };
  expect(await client.execute(command, { id: 'nope', ...argument })).toEqual(gone);
  expect(await client.execute(command, { id: 'nope', wait: true, ...argument })).toEqual(gone);
});
