/** Edits under way: stopped, redirected, asked for twice. */

import { describe, expect, test } from 'vitest';
import { block, editScene, uri } from '../support/edits.ts';

const text = 'let a = 1;\nlet b = 2;\nlet c = 3;\n';
const rename = block('let b = 2;', 'let second = 2;');
const renamed = 'let a = 1;\nlet second = 2;\nlet c = 3;\n';

const onLines = (first: number, last: number) => ({
  range: { start: { line: first, character: 0 }, end: { line: last, character: 10 } },
});
const onLine = (line: number) => onLines(line, line);

describe('cancel', () => {
  test('ends it now, whatever the model does', async () => {
    const { edit, client, model, text: now, settled } = await editScene(text);
    const outcome = edit('x', { token: 't' });
    const ask = await model.asked(0);
    expect(await client.execute('whittle.cancel', { token: 't' })).toEqual({ ok: true });
    expect(await outcome).toMatchObject({ ok: false, reason: 'cancelled' });
    expect(ask.isOpen).toBe(false);
    ask.end(rename);
    await settled();
    expect(now()).toBe(text);
    expect(client.progress('t').at(-1)).toMatchObject({ kind: 'end' });
  });

  test('without a token the newest, one after the other', async () => {
    const { edit, client, model } = await editScene(text);
    const [one, two] = [edit('one', onLine(0)), edit('two', onLine(2))];
    await model.asked(1);
    await client.execute('whittle.cancel', {});
    expect(await two).toMatchObject({ reason: 'cancelled' });
    await client.execute('whittle.cancel', {});
    expect(await one).toMatchObject({ reason: 'cancelled' });
    expect(await client.execute('whittle.cancel', {})).toMatchObject({ ok: false, reason: 'not-found' });
  });

  test('by the editor’s own button', async () => {
    const { begin, client, model, settled } = await editScene(text);
    const begun = await begin('whittle.edit', { instruction: 'x' });
    await model.asked(0);
    await settled();
    client.notify('window/workDoneProgress/cancel', { token: begun.ok ? begun.token : '' });
    client.notify('window/workDoneProgress/cancel', {});
    await settled();
    expect(model.asks[0]?.isOpen).toBe(false);
    expect(client.messages).toEqual([]);
  });

  test('of another token leaves it alone', async () => {
    const { edit, client, model } = await editScene(text);
    const outcome = edit('x', { token: 1 });
    const ask = await model.asked(0);
    expect(await client.execute('whittle.cancel', { token: '1' })).toMatchObject({
      ok: false,
      reason: 'not-found',
    });
    ask.end(rename);
    expect(await outcome).toMatchObject({ ok: true });
  });

  test('of the request that waits ends the edit with it', async () => {
    const { client, model, text: now, settled } = await editScene(text);
    const started = client.start('workspace/executeCommand', {
      command: 'whittle.edit',
      arguments: [{ uri, instruction: 'x', wait: true }],
    });
    const ask = await model.asked(0);
    started.cancel();
    await expect(started.result).rejects.toMatchObject({ code: -32800 });
    await settled();
    expect(ask.isOpen).toBe(false);
    ask.end(rename);
    await settled();
    expect(now()).toBe(text);
  });

  test('of a request that was answered at once leaves the edit alone', async () => {
    const { client, model, text: now, settled } = await editScene(text);
    const started = client.start('workspace/executeCommand', {
      command: 'whittle.edit',
      arguments: [{ uri, instruction: 'x' }],
    });
    const ask = await model.asked(0);
    started.cancel();
    await started.result.catch(() => {});
    ask.end(rename);
    await settled();
    expect(now()).toBe(renamed);
  });

  test('while the editor applies: cancelled, and nothing is left waiting', async () => {
    const { edit, client, model, settled, clock } = await editScene(text);
    const outcome = edit('x');
    const ask = await model.asked(0);
    await settled();
    const replies = client.holdReplies();
    ask.end(rename);
    await settled();
    await client.execute('whittle.cancel', {});
    expect(await outcome).toMatchObject({ reason: 'cancelled' });
    expect(clock.pending()).toBe(0);
    replies.release();
  });

  test('after the editor said yes: it has landed', async () => {
    const { edit, client, settled, text: now } = await editScene(text, { replies: [rename] });
    client.afterReply('workspace/applyEdit', () => void client.execute('whittle.cancel', {}));
    expect(await edit('x')).toMatchObject({ ok: true });
    await settled();
    expect(now()).toBe(renamed);
  });
});

describe('asked for twice', () => {
  test('the first is superseded, not cancelled', async () => {
    const { edit, model, text: now } = await editScene(text);
    const [one, two] = [edit('x'), edit('x')];
    expect(await one).toMatchObject({ ok: false, reason: 'superseded' });
    (await model.asked(1)).end(rename);
    expect(await two).toMatchObject({ ok: true });
    expect(now()).toBe(renamed);
  });

  test.each([
    ['other words for the same line', onLine(1), onLine(1)],
    ['lines of which some are the same', onLines(0, 1), onLines(1, 2)],
    ['other words for the whole document', {}, {}],
  ])('%s: one edit at a time for a place', async (_, first, second) => {
    const { edit, model, text: now } = await editScene(text);
    const one = edit('one', first);
    const asked = await model.asked(0);
    const two = edit('two', second);
    expect(await one).toMatchObject({ ok: false, reason: 'superseded' });
    expect(asked.isOpen).toBe(false);
    (await model.asked(1)).end(rename);
    expect(await two).toMatchObject({ ok: true });
    expect(now()).toBe(renamed);
  });

  test('the place is where it stands now', async () => {
    const { edit, client, model } = await editScene(text);
    const one = edit('one', onLine(0));
    await model.asked(0);
    client.type(uri, 0, '// top\n// of it\n');
    const two = edit('two', onLine(0));
    await model.asked(1);
    const three = edit('three', onLine(2));
    expect(await one).toMatchObject({ reason: 'superseded' });
    model.asks[1]?.end(block('// top', '// Top'));
    expect(await two).toMatchObject({ ok: true });
    (await model.asked(2)).end(block('let a = 1;', 'let first = 1;'));
    expect(await three).toMatchObject({ ok: true });
  });

  test('a line beside the whole document: what conflicts is said to be the other edit', async () => {
    const { edit, model, text: now } = await editScene(text);
    const whole = edit('whole');
    await model.asked(0);
    const line = edit('line', onLine(1));
    (await model.asked(1)).end(rename);
    expect(await line).toMatchObject({ ok: true });
    model.asks[0]?.end(block('let b = 2;', 'let two = 2;'));
    expect(await whole).toMatchObject({
      ok: false,
      reason: 'conflict',
      message: 'Another edit changed the same place meanwhile; ask again to redo this one.',
    });
    expect(now()).toBe(renamed);
  });

  test('what the user changed himself is said to be his, also after another edit elsewhere', async () => {
    const { edit, client, model } = await editScene(text);
    const whole = edit('whole');
    await model.asked(0);
    const line = edit('line', onLine(0));
    (await model.asked(1)).end(block('let a = 1;', 'let first = 1;'));
    await line;
    const at = client.text(uri).indexOf('b = 2');
    client.change(uri, { start: at, end: at + 1, text: 'beta' });
    model.asks[0]?.end(block('let b = 2;', 'let two = 2;'));
    expect(await whole).toMatchObject({ reason: 'conflict', message: expect.stringMatching(/^You changed/) });
  });

  test('the same words at another place are another edit', async () => {
    const { edit, model, text: now } = await editScene(text);
    const both = [edit('x', onLine(0)), edit('x', onLine(2))];
    (await model.asked(0)).end(block('let a = 1;', 'let first = 1;'));
    (await model.asked(1)).end(block('let c = 3;', 'let third = 3;'));
    expect(await Promise.all(both)).toMatchObject([{ ok: true }, { ok: true }]);
    expect(now()).toBe('let first = 1;\nlet b = 2;\nlet third = 3;\n');
  });

  test('two at a time land one after the other', async () => {
    const { edit, model, text: now, clock } = await editScene(text, { editor: 'neovim' });
    const both = [edit('one', onLine(0)), edit('two')];
    await model.asked(1);
    model.asks[0]?.end(block('let a = 1;', 'let first = 1;'));
    model.asks[1]?.end(block('let c = 3;', 'let third = 3;'));
    expect(await Promise.all(both)).toMatchObject([{ ok: true }, { ok: true }]);
    expect(now()).toBe('let first = 1;\nlet b = 2;\nlet third = 3;\n');
    // What was typed is taken into the history in a pause.
    clock.advance(1_000);
    expect(clock.pending()).toBe(0);
  });
});

describe('steer', () => {
  test('asks again with both instructions, about the text as it is now; the caller is answered once', async () => {
    const { edit, client, model, text: now } = await editScene(text);
    const range = { start: { line: 1, character: 0 }, end: { line: 1, character: 10 } };
    const outcome = edit('rename', { range, token: 't' });
    const first = await model.asked(0);
    client.type(uri, 0, '// top\n');
    expect(await client.execute('whittle.steer', { instruction: 'to second' })).toEqual({ ok: true });
    expect(first.isOpen).toBe(false);
    const second = await model.asked(1);
    expect(second.ask).toMatchObject({
      task: 'edit',
      instruction: 'rename\nto second',
      document: { text: `// top\n${text}` },
      region: { start: 18, end: 28 },
    });
    second.end(rename);
    expect(await outcome).toEqual({ ok: true, edits: 1, files: 1 });
    expect(now()).toBe(`// top\n${renamed}`);
    expect(client.progress('t').map((value) => (value as { kind: string }).kind)).toEqual([
      'begin',
      'report',
      'report',
      'end',
    ]);
  });

  test('a fix that is steered becomes an edit that says what was to be fixed', async () => {
    const { run, client, model } = await editScene(text);
    const range = { start: { line: 1, character: 4 }, end: { line: 1, character: 5 } };
    const outcome = run('whittle.fix', { range, diagnostics: [{ range, message: 'Bad name.' }] });
    await model.asked(0);
    await client.execute('whittle.steer', { instruction: 'call it second' });
    const second = await model.asked(1);
    expect(second.ask).toMatchObject({ task: 'edit', instruction: 'Fix: Bad name.\ncall it second' });
    expect(second.ask).not.toHaveProperty('targets');
    second.end(rename);
    expect(await outcome).toMatchObject({ ok: true });
  });

  test('while it lands: it lands, and goes on from there', async () => {
    const { edit, client, model, text: now, settled } = await editScene(text);
    const outcome = edit('rename');
    const first = await model.asked(0);
    await settled();
    const replies = client.holdReplies();
    first.end(rename);
    await settled();
    expect(await client.execute('whittle.steer', { instruction: 'and c' })).toEqual({ ok: true });
    replies.release();
    const second = await model.asked(1);
    expect(second.ask.document.text).toBe(renamed);
    second.end(block('let c = 3;', 'let third = 3;'));
    expect(await outcome).toEqual({ ok: true, edits: 2, files: 1 });
    expect(now()).toBe(renamed.replace('let c', 'let third'));
  });

  test('while it lands, and nothing is left to do: the edit that landed is the outcome', async () => {
    const { edit, client, model, settled } = await editScene(text);
    const outcome = edit('rename');
    const first = await model.asked(0);
    await settled();
    const replies = client.holdReplies();
    first.end(rename);
    await settled();
    await client.execute('whittle.steer', { instruction: 'enough' });
    replies.release();
    (await model.asked(1)).end('');
    expect(await outcome).toEqual({ ok: true, edits: 1, files: 1 });
  });

  test('twice in a row: both are meant', async () => {
    const { edit, client, model } = await editScene(text);
    const outcome = edit('rename');
    await model.asked(0);
    const said = [
      client.execute('whittle.steer', { instruction: 'one' }),
      client.execute('whittle.steer', { instruction: 'two' }),
    ];
    await Promise.all(said);
    const last = await model.asked(2);
    expect(last.ask).toMatchObject({ instruction: 'rename\none\ntwo' });
    last.end(rename);
    expect(await outcome).toMatchObject({ ok: true });
  });

  test('then cancelled: it is cancelled', async () => {
    const { edit, client, model } = await editScene(text);
    const outcome = edit('rename');
    await model.asked(0);
    const said = [
      client.execute('whittle.steer', { instruction: 'one' }),
      client.execute('whittle.cancel', {}),
    ];
    await Promise.all(said);
    expect(await outcome).toMatchObject({ reason: 'cancelled' });
  });

  test('nothing is under way, or nothing that a model does', async () => {
    const { client, settled, run } = await editScene(text);
    const steer = () => client.execute('whittle.steer', { instruction: 'x' });
    expect(await steer()).toMatchObject({ ok: false, reason: 'not-found' });
    client.change(uri, { start: 4, end: 5, text: 'total' });
    client.change(uri, { start: client.text(uri).length, end: client.text(uri).length, text: 'a = a;\n' });
    await settled();
    const replies = client.holdReplies();
    const repeated = run('whittle.repeatEdit');
    await settled();
    expect(await steer()).toMatchObject({ ok: false, reason: 'not-found' });
    replies.release();
    await repeated;
  });

  test('the instruction comment still goes with the edit', async () => {
    const source = '// whittle: rename b\nlet b = 2;\n';
    const { client, model, text: now, settled } = await editScene(source);
    const [action] = await client.codeActions(uri, { start: 5, end: 5 });
    if (action) await client.run(action);
    await model.asked(0);
    client.type(uri, 0, '// top\n\n');
    await client.execute('whittle.steer', { instruction: 'to second' });
    (await model.asked(1)).end(rename);
    await settled();
    expect(now()).toBe('// top\n\nlet second = 2;\n');
  });
});
