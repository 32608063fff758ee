/** Edits and a user who goes on typing, in editors that refuse, skip or hold back. */

import { describe, expect, test } from 'vitest';
import { block, editScene, uri } from '../support/edits.ts';

const text = 'let a = 1;\nlet b = 2;\nlet c = 3;\n';
const rename = block('let b = 2;', 'let second = 2;');
const renamed = 'let a = 1;\nlet second = 2;\nlet c = 3;\n';

/** What was typed is taken into the history in a pause. */
const pauseMs = 1_000;

describe('typed while the model answers', () => {
  test('elsewhere: both are there', async () => {
    const { edit, client, model, text: now, settled } = await editScene(text);
    const outcome = edit('x');
    const ask = await model.asked(0);
    client.type(uri, 0, '// top\n');
    client.type(uri, client.text(uri).length, 'end');
    await settled();
    ask.end(rename);
    expect(await outcome).toMatchObject({ ok: true });
    expect(now()).toBe(`// top\n${renamed}end`);
  });

  test('at the same place: a conflict, the user’s words stay', async () => {
    const { edit, client, model, text: now, settled } = await editScene(text);
    const outcome = edit('x');
    const ask = await model.asked(0);
    client.change(uri, { start: 15, end: 16, text: 'mine' });
    await settled();
    ask.end(rename);
    expect(await outcome).toMatchObject({ ok: false, reason: 'conflict' });
    expect(now()).toBe('let a = 1;\nlet mine = 2;\nlet c = 3;\n');
  });

  test('more than is remembered: a conflict rather than a guess', async () => {
    const { edit, client, model } = await editScene(text);
    const outcome = edit('x');
    const ask = await model.asked(0);
    for (let i = 0; i < 300; i++) client.type(uri, 0, 'x');
    ask.end(rename);
    expect(await outcome).toMatchObject({ ok: false, reason: 'conflict' });
  });

  test.each([
    ['closed', false],
    ['closed and opened again', true],
  ])('%s', async (_, again) => {
    const { edit, client, model, clock, settled } = await editScene(text);
    const outcome = edit('x');
    const ask = await model.asked(0);
    client.close(uri);
    if (again) client.open(uri, text);
    await settled();
    ask.end(rename);
    expect(await outcome).toMatchObject({ ok: false, reason: 'conflict' });
    if (again) expect(client.text(uri)).toBe(text);
    expect(clock.pending()).toBe(0);
  });
});

test('what is typed once an edit has landed is the user’s again: ghost text is begun before it is asked for', async () => {
  const { edit, client, model, settled } = await editScene(text);
  const type = (words: string) => client.type(uri, client.text(uri).length, words);
  // An editor that asks right after a key.
  const first = client.inlineCompletions(uri, type('let d = '));
  (await model.asked(0)).end('4;');
  await first;
  const outcome = edit('x');
  (await model.asked(1)).end(rename);
  expect(await outcome).toMatchObject({ ok: true });
  type('5;\nlet e = ');
  await settled();
  expect(model.asks.slice(2).map(({ ask }) => ask.task)).toEqual(['complete']);
  model.asks[2]?.end('6;');
});

test('a client that tells of its edits by whole texts is understood: once, and landed', async () => {
  const two = 'let a = 1;\nlet b = 2;\nlet c = 3;\n';
  const { edit, client, model, text: now } = await editScene(two);
  client.buffers.incremental = false;
  const outcome = edit('x');
  const ask = await model.asked(0);
  ask.end(`${block('let a = 1;', 'let a = 1;\nlet z = 0;')}\n${block('let c = 3;', 'let c = 4;')}`);
  expect(await outcome).toMatchObject({ ok: true });
  expect(now()).toBe('let a = 1;\nlet z = 0;\nlet b = 2;\nlet c = 4;\n');
});

describe('typed while the edit is on its way', () => {
  test('a refused version is tried again on the newer one', async () => {
    const { edit, client, text: now } = await editScene(text, { replies: [rename] });
    client.beforeReply('workspace/applyEdit', () => client.type(uri, 0, 'x'));
    expect(await edit('x')).toMatchObject({ ok: true });
    expect(now()).toBe(`x${renamed}`);
    expect(client.transcript.filter((line) => line.includes('workspace/applyEdit'))).toHaveLength(2);
  });

  test('and again, while the user types on', async () => {
    const { edit, client, text: now } = await editScene(text, { replies: [rename] });
    let keys = 0;
    client.beforeReply(
      'workspace/applyEdit',
      () => {
        if (keys++ < 9) client.type(uri, 0, 'x');
      },
      'always',
    );
    expect(await edit('x')).toEqual({ ok: true, edits: 1, files: 1 });
    expect(now()).toBe(`${'x'.repeat(9)}${renamed}`);
  });

  test('but not for ever', async () => {
    const { edit, client, text: now } = await editScene(text, { replies: [rename] });
    client.beforeReply('workspace/applyEdit', () => client.type(uri, 0, 'x'), 'always');
    expect(await edit('x')).toMatchObject({
      ok: false,
      reason: 'not-applied',
      message: /document has changed/,
    });
    expect(now()).toBe(`${'x'.repeat(10)}${text}`);
  });

  test('at the same place: the second try is a conflict', async () => {
    const { edit, client, text: now } = await editScene(text, { replies: [rename] });
    client.beforeReply('workspace/applyEdit', () => client.change(uri, { start: 15, end: 16, text: 'q' }));
    expect(await edit('x')).toMatchObject({ ok: false, reason: 'conflict' });
    expect(now()).toBe(text.replace('b', 'q'));
  });

  test('Neovim says yes to what it left out: seen by the document, tried again', async () => {
    const { edit, client, text: now, clock } = await editScene(text, { editor: 'neovim', replies: [rename] });
    client.beforeReply('workspace/applyEdit', () => client.type(uri, 0, 'x'));
    expect(await edit('x')).toMatchObject({ ok: true });
    expect(now()).toBe(`x${renamed}`);
    clock.advance(pauseMs);
    expect(clock.pending()).toBe(0);
  });

  test('Neovim sends the edit together with what was typed after it', async () => {
    const {
      edit,
      run,
      client,
      text: now,
      clock,
    } = await editScene(text, { editor: 'neovim', replies: [rename] });
    client.afterReply('workspace/applyEdit', () => client.type(uri, 0, 'x'));
    expect(await edit('x')).toMatchObject({ ok: true });
    expect(now()).toBe(`x${renamed}`);
    clock.advance(pauseMs);
    expect(clock.pending()).toBe(0);
    // The hunk stands where the edit stands.
    const actions = await client.codeActions(uri, { start: 17, end: 17 });
    const revert = actions.find(({ title }) => title === 'Revert this hunk');
    expect(await run('whittle.hunk', (revert?.command?.arguments?.[0] ?? {}) as object)).toMatchObject({
      ok: true,
    });
    expect(now()).toBe(`x${text}`);
  });

  test('an editor that says yes and does nothing', async () => {
    const { edit, client, clock, settled, text: now } = await editScene(text, { replies: [rename] });
    client.pretend('workspace/applyEdit', { applied: true });
    const outcome = edit('x');
    await client.replied('workspace/applyEdit');
    await settled();
    clock.advance(4_999);
    await settled();
    expect(clock.pending()).toBe(1);
    clock.advance(1);
    expect(await outcome).toMatchObject({
      ok: false,
      reason: 'not-applied',
      message: /document does not show it/,
    });
    expect(now()).toBe(text);
  });

  test('Neovim stands still for three seconds before it tells of the change: it has landed', async () => {
    const scene = await editScene(text, { editor: 'neovim', replies: [rename] });
    const { edit, client, clock, settled, text: now } = scene;
    client.pretend('workspace/applyEdit', { applied: true });
    const outcome = edit('x');
    await client.replied('workspace/applyEdit');
    await settled();
    clock.advance(3_020);
    await settled();
    client.change(uri, { start: 15, end: 16, text: 'second' });
    client.buffers.flush();
    expect(await outcome).toEqual({ ok: true, edits: 1, files: 1 });
    expect(now()).toBe(renamed);
    expect(await scene.titles('second')).toContain('Revert this hunk');
  });

  test.each([
    ['neovim', false],
    ['vscode', true],
  ] as const)('what the edit is called goes along where it is not printed: %s', async (editor, isCalled) => {
    const { edit, client } = await editScene(text, { editor, replies: [rename] });
    expect(await edit('x')).toMatchObject({ ok: true });
    const sent = client.transcript.find((line) => line.includes('workspace/applyEdit')) ?? '';
    expect(sent).toContain('second');
    expect(sent.includes('"label"')).toBe(isCalled);
  });

  test('an editor that says yes and changes something else', async () => {
    const { edit, client, clock, settled } = await editScene(text, { replies: [rename, rename] });
    client.pretend('workspace/applyEdit', { applied: true });
    client.afterReply('workspace/applyEdit', () => client.type(uri, 0, 'x'), 'always');
    const outcome = edit('x');
    await client.replied('workspace/applyEdit');
    await client.replied('workspace/applyEdit');
    await settled();
    clock.advance(5_000);
    expect(await outcome).toMatchObject({ ok: false, reason: 'not-applied' });
  });

  test.each([
    [
      { applied: false, failureReason: 'The file is read-only.' },
      'The editor did not apply the edit: The file is read-only.',
    ],
    [{ applied: false }, 'The editor did not apply the edit: it gave no reason.'],
    [null, 'The editor did not apply the edit: it did not answer.'],
    ['yes', 'The editor did not apply the edit: it did not answer.'],
  ])('an editor that answers %j', async (answer, message) => {
    const { edit, client, text: now } = await editScene(text, { replies: [rename] });
    client.pretend('workspace/applyEdit', answer);
    expect(await edit('x')).toEqual({
      ok: false,
      reason: 'not-applied',
      message: `${message} Its code action “Apply: x” tries again.`,
    });
    expect(now()).toBe(text);
  });

  test('an editor that refuses with an error', async () => {
    const { edit, client, clock } = await editScene(text, { replies: [rename] });
    client.refuse('workspace/applyEdit');
    expect(await edit('x')).toEqual({
      ok: false,
      reason: 'not-applied',
      message:
        'The editor did not apply the edit: The user does not want workspace/applyEdit. Its code action “Apply: x” tries again.',
    });
    expect(clock.pending()).toBe(0);
  });

  test.each([
    ['plain', 30],
    ['eglot', 600],
  ] as const)(
    'an editor that never answers (%s) is waited for so many seconds: %i',
    async (editor, seconds) => {
      const {
        edit,
        client,
        clock,
        settled,
        text: now,
      } = await editScene(text, { editor, replies: [rename] });
      client.holdReplies();
      let ended = false;
      const outcome = edit('x').finally(() => {
        ended = true;
      });
      await settled();
      clock.advance(seconds * 1_000 - 1);
      await settled();
      expect(ended).toBe(false);
      clock.advance(1);
      expect(await outcome).toEqual({
        ok: false,
        reason: 'not-applied',
        message: `The editor did not apply the edit: it did not answer within ${seconds} seconds.`,
      });
      expect([now(), clock.pending()]).toEqual([text, 0]);
    },
  );

  test('one that was typed into before it did not answer is not asked again', async () => {
    const { edit, client, clock, settled } = await editScene(text, { replies: [rename] });
    client.holdReplies();
    const outcome = edit('x');
    await settled();
    client.type(uri, 0, 'x');
    await settled();
    clock.advance(30_000);
    expect(await outcome).toMatchObject({ ok: false, reason: 'not-applied' });
    expect(client.transcript.filter((line) => line.includes('workspace/applyEdit'))).toHaveLength(1);
    clock.advance(pauseMs);
  });

  test('an editor that applies the edit and never answers: landed at once', async () => {
    const { edit, client, clock, settled, text: now } = await editScene(text, { replies: [rename] });
    client.holdReplies();
    const outcome = edit('x');
    await settled();
    client.change(uri, { start: 15, end: 16, text: 'second' });
    expect(await outcome).toEqual({ ok: true, edits: 1, files: 1 });
    expect(now()).toBe(renamed);
    clock.advance(pauseMs);
    expect(clock.pending()).toBe(0);
  });

  test('each replacement told for itself', async () => {
    const both = rename + block('let c = 3;', 'let third = 3;');
    const { edit, client, text: now, clock } = await editScene(text, { replies: [both] });
    client.buffers.tellsEachChange = true;
    expect(await edit('x')).toEqual({ ok: true, edits: 2, files: 1 });
    expect(now()).toBe(renamed.replace('let c', 'let third'));
    clock.advance(pauseMs);
    expect(clock.pending()).toBe(0);
  });

  test('the document is closed before it is seen in it', async () => {
    const { edit, client, clock } = await editScene(text, { replies: [rename] });
    client.pretend('workspace/applyEdit', { applied: true });
    client.afterReply('workspace/applyEdit', () => client.close(uri));
    expect(await edit('x')).toMatchObject({ ok: false, reason: 'conflict' });
    expect(clock.pending()).toBe(0);
  });
});

describe('an editor that counts no versions', () => {
  const capabilities = { workspace: { applyEdit: true, configuration: true } };
  const moved = [
    ['a line above', 0, '\n'],
    ['in the same line', 11, 'export '],
    ['right before what is replaced', 15, 'q'],
  ] as const;

  test.each(moved)('typed while the edit is on its way (%s): taken back, and said', async (_, at, typed) => {
    const { edit, client, text: now, clock } = await editScene(text, { capabilities, replies: [rename] });
    client.beforeReply('workspace/applyEdit', () => client.change(uri, { start: at, end: at, text: typed }));
    expect(await edit('x')).toEqual({
      ok: false,
      reason: 'conflict',
      message:
        'You typed while the edit was applied, and your editor put it beside its place; it was taken back: ask again.',
    });
    expect(now()).toBe(text.slice(0, at) + typed + text.slice(at));
    clock.advance(pauseMs);
    expect(clock.pending()).toBe(0);
  });

  test('typed again while it is taken back: said, and no third time', async () => {
    const { edit, client, clock } = await editScene(text, { capabilities, replies: [rename] });
    const line = { start: 0, end: 0, text: 'let zero = 0;\n' };
    client.beforeReply('workspace/applyEdit', () => client.change(uri, line), 'always');
    expect(await edit('x')).toMatchObject({ ok: false, reason: 'conflict', message: /undo it there/ });
    expect(client.transcript.filter((line) => line.includes('workspace/applyEdit'))).toHaveLength(2);
    clock.advance(pauseMs);
  });

  test.each([
    ['behind its place', text.length],
    ['in the next line', text.indexOf('c')],
  ])('typed %s, which moves nothing: landed', async (_, at) => {
    const { edit, client, text: now, clock } = await editScene(text, { capabilities, replies: [rename] });
    client.beforeReply('workspace/applyEdit', () => client.type(uri, at, 'x'));
    expect(await edit('x')).toMatchObject({ ok: true });
    expect(now()).toBe(`${text.slice(0, at)}x${text.slice(at)}`.replace('let b', 'let second'));
    clock.advance(pauseMs);
  });
});

describe('an editor that lets no server change documents', () => {
  test.each([
    ['whittle.edit', { instruction: 'x' }],
    [
      'whittle.fix',
      {
        diagnostics: [
          { range: { start: { line: 1, character: 0 }, end: { line: 1, character: 3 } }, message: 'Wrong.' },
        ],
      },
    ],
    ['whittle.repeatEdit', {}],
  ])('%s is refused before a model is asked', async (command, argument) => {
    const { run, client, model, clock } = await editScene(text, {
      capabilities: { workspace: {} },
      replies: [rename],
    });
    client.change(uri, { start: 0, end: 3, text: 'const' });
    clock.advance(pauseMs);
    const outcome = await run(command, argument);
    expect(outcome).toEqual({
      ok: false,
      reason: 'unsupported',
      message: expect.stringMatching(/^Your editor lets no server change/),
    });
    expect(model.asks).toEqual([]);
  });

  test('its menu has what needs no edit', async () => {
    const settings = { whittle: { model: { url: 'wss://example.com/v1/responses' } } };
    const finding = '<<<<<<< error: b is wrong.\nlet b = 2;\n=======\nlet b = 3;\n>>>>>>>\n';
    const options = { capabilities: { workspace: { configuration: true } }, settings, replies: [finding] };
    const { client, run } = await editScene(`// whittle: rename a\n${text}`, options);
    await run('whittle.review');
    const actions = await client.codeActions(uri, { start: 0, end: text.length + 15 }, { only: [''] });
    expect(actions.map(({ title }) => title)).toEqual(['Dismiss: b is wrong.', 'Review the selection']);
  });
});

describe('ended at each step', () => {
  test('while the model answers', async () => {
    const { edit, model, dispose, clock } = await editScene(text);
    const outcome = edit('x').catch(() => 'lost');
    await model.asked(0);
    await dispose();
    expect([clock.pending(), model.asks[0]?.isOpen]).toEqual([0, false]);
    void outcome;
  });

  test('while the editor applies', async () => {
    const { edit, client, model, dispose, clock, settled } = await editScene(text);
    const outcome = edit('x').catch(() => 'lost');
    const ask = await model.asked(0);
    await settled();
    client.holdReplies();
    ask.end(rename);
    await settled();
    await dispose();
    expect(clock.pending()).toBe(0);
    void outcome;
  });

  test('while the document is watched', async () => {
    const { edit, client, dispose, clock, settled } = await editScene(text, { replies: [rename] });
    client.pretend('workspace/applyEdit', { applied: true });
    const outcome = edit('x').catch(() => 'lost');
    await client.replied('workspace/applyEdit');
    await settled();
    expect(clock.pending()).toBe(1);
    await dispose();
    expect(clock.pending()).toBe(0);
    void outcome;
  });

  test('while a hunk is taken back', async () => {
    const { edit, client, dispose, clock, settled } = await editScene(text, { replies: [rename] });
    await edit('x');
    const [, revert] = await client.codeActions(uri, { start: 16, end: 16 });
    client.pretend('workspace/applyEdit', { applied: true });
    if (revert) await client.run(revert);
    await client.replied('workspace/applyEdit');
    await settled();
    await dispose();
    expect(clock.pending()).toBe(0);
  });
});
