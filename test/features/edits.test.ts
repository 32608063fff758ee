/** Edits that were asked for: what the editor has in the end, and what the caller is told. */

import { describe, expect, test } from 'vitest';
import { offsetsFormat, writeOffsets } from '../../server/core/formats/offsets.ts';
import { block, editScene, uri } from '../support/edits.ts';
import { fakeModel, type Reply } from '../support/fake-model.ts';

const text = 'let a = 1;\nlet b = 2;\nlet c = 3;\n';
const rename = block('let b = 2;', 'let second = 2;');
const renamed = 'let a = 1;\nlet second = 2;\nlet c = 3;\n';

describe('an edit lands', () => {
  test('as the characters that change, in one undo step', async () => {
    const { edit, client, text: now, model } = await editScene(text, { replies: [rename] });
    expect(await edit('rename b')).toEqual({ ok: true, edits: 1, files: 1 });
    expect(now()).toBe(renamed);
    expect(client.transcript.filter((line) => line.includes('workspace/applyEdit'))).toEqual([
      expect.stringContaining('"newText":"second"'),
    ]);
    expect(model.asks[0]?.ask).toMatchObject({
      task: 'edit',
      instruction: 'rename b',
      region: { start: 0, end: 33 },
    });
    client.undo(uri);
    expect(now()).toBe(text);
  });

  test('several places are one request', async () => {
    const both = rename + block('let c = 3;', 'let third = 3;');
    const { edit, client, text: now } = await editScene(text, { replies: [both] });
    expect(await edit('rename')).toEqual({ ok: true, edits: 2, files: 1 });
    expect(client.buffers.applied).toBe(1);
    client.undo(uri);
    expect(now()).toBe(text);
  });

  test('as offsets, from a model that knows the document', async () => {
    const answer = writeOffsets([{ start: 4, end: 5, text: 'first' }]);
    const reply = { metadata: { format: offsetsFormat }, text: answer };
    const { edit, text: now } = await editScene(text, { replies: [reply] });
    expect(await edit('rename a')).toMatchObject({ ok: true });
    expect(now()).toBe(text.replace('a', 'first'));
  });

  // A model is shown U+FFFD for half a surrogate pair, and writes that again.
  test.each([
    ['as many', "let a = '\ufffd';\nlet second = '\ufffdx';\n"],
    ['fewer', "let a = '\ufffd';\nlet second = 2;\n"],
  ])('where half a surrogate pair stands, of which the answer holds %s', async (_, answer) => {
    const { edit, text: now } = await editScene("let a = '\ud83d';\nlet b = '\udc00x';\n", {
      replies: [`\`\`\`\n${answer}\`\`\``],
    });
    expect(await edit('rename b')).toMatchObject({ ok: true });
    expect(now()).toBe(answer.replace('\ufffd', '\ud83d').replace('\ufffd', '\udc00'));
  });

  test('with a range past the end: it is clamped', async () => {
    const { edit, model } = await editScene(text, { replies: [rename] });
    const range = { start: { line: 1, character: 0 }, end: { line: 999, character: 0 } };
    expect(await edit('x', { range })).toMatchObject({ ok: true });
    expect(model.asks[0]?.ask).toMatchObject({ region: { start: 11, end: 33 } });
  });

  test('without documentChanges it goes as plain changes', async () => {
    const capabilities = { workspace: { applyEdit: true, workspaceEdit: {} } };
    const { edit, client, text: now } = await editScene(text, { replies: [rename], capabilities });
    expect(await edit('x')).toMatchObject({ ok: true });
    expect(now()).toBe(renamed);
    expect(client.transcript.join('\n')).not.toContain('documentChanges');
  });

  test.each(['neovim', 'helix', 'vscode', 'eglot', 'lsp-mode', 'kate'] as const)('in %s', async (editor) => {
    const windows = text.replaceAll('\n', '\r\n');
    const { edit, text: now } = await editScene(`// 😀\r\n${windows}`, { editor, replies: [rename] });
    expect(await edit('x')).toMatchObject({ ok: true });
    expect(now()).toBe(`// 😀\r\n${renamed.replaceAll('\n', '\r\n')}`);
  });
});

describe('an edit ends with a reason', () => {
  const cases: readonly (readonly [reason: string, reply: Reply])[] = [
    ['nothing-to-change', ''],
    ['nothing-to-change', 'There is nothing to change.'],
    ['nothing-to-change', block('let b = 2;', 'let b = 2;')],
    ['nothing-to-change', { metadata: { format: offsetsFormat }, text: '' }],
    ['not-found', block('let z = 26;', 'let y = 25;')],
    ['model', 'I would rather talk. At length. And not of code.'],
    ['refused', 'This cannot be done because nothing here is called so.'],
    ['model', { metadata: { format: offsetsFormat }, text: 'no offsets' }],
    ['model', { metadata: { format: offsetsFormat }, text: '{"start":0,"end":999,"text":""}\n' }],
    ['model', { incomplete: rename, reason: 'max_output_tokens' }],
    ['model', { failed: 'offline' }],
    ['model', { failed: 'unauthorized' }],
    ['model', { failed: 'limit' }],
    ['refused', { refusal: 'I will not do that.' }],
    ['unsupported', { failed: 'unsupported' }],
    ['excluded', { failed: 'excluded' }],
    ['cancelled', { failed: 'cancelled' }],
  ];
  test.each(cases)('%s: %j', async (reason, reply) => {
    const { edit, text: now, client } = await editScene(text, { replies: [reply] });
    const outcome = await edit('x');
    expect(outcome).toMatchObject({ ok: false, reason, message: expect.stringMatching(/\.$/) });
    expect(now()).toBe(text);
    expect(client.buffers.applied).toBe(0);
  });

  test('a reason in the words of a model is shown without what acts on a screen', async () => {
    const refusal = '\u001b[2JI will \u202enot\u202c do that.\u0007';
    const { edit } = await editScene(text, { replies: [{ refusal }] });
    expect(await edit('x')).toMatchObject({ reason: 'refused', message: '[2JI will not do that.' });
  });

  test('ambiguous', async () => {
    const { edit } = await editScene('x();\nx();\nx();\n', { replies: [block('x();', 'y();')] });
    expect(await edit('x')).toMatchObject({ ok: false, reason: 'ambiguous' });
  });

  test('not-found: no such document', async () => {
    const { edit, model } = await editScene(text);
    expect(await edit('x', { uri: 'file:///none' })).toMatchObject({ ok: false, reason: 'not-found' });
    expect(model.asks).toEqual([]);
  });

  test('unsupported: an empty instruction', async () => {
    const { edit, model } = await editScene(text);
    expect(await edit('  \n')).toMatchObject({ ok: false, reason: 'unsupported' });
    expect(model.asks).toEqual([]);
  });

  test('refused: it would alter a secret', async () => {
    const secret = 'AKIAIOSFODNN7EXAMPLF';
    const source = `const key = "${secret}";\nlet b = 2;\n`;
    const script = fakeModel((ask) => {
      expect(ask.document.text).not.toContain(secret);
      const [line = ''] = ask.document.text.split('\n');
      return block(line, 'const key = "changed";');
    });
    const { edit, text: now } = await editScene(source, { model: script });
    expect(await edit('x')).toMatchObject({ ok: false, reason: 'refused' });
    expect(now()).toBe(source);
  });

  test('refused: it writes a placeholder nobody gave out', async () => {
    const reply = block('let b = 2;', 'let b = "WHITTLE_SECRET_k3f____";');
    const { edit, text: now } = await editScene(text, { replies: [reply] });
    expect(await edit('x')).toMatchObject({ ok: false, reason: 'refused' });
    expect(now()).toBe(text);
  });

  test('a secret beside the change comes back as it was', async () => {
    const secret = 'AKIAIOSFODNN7EXAMPLF';
    const model = fakeModel((ask) => {
      const [line = ''] = ask.document.text.split('\n');
      return block(line, line.replace('key', 'token'));
    });
    const { edit, text: now } = await editScene(`const key = "${secret}";\n`, { model });
    expect(await edit('x')).toMatchObject({ ok: true });
    expect(now()).toBe(`const token = "${secret}";\n`);
  });

  test('a model that goes because its settings changed is a failure, and shown where nobody waits', async () => {
    const message = 'It went; run it again.';
    const { edit, begin, client, settled } = await editScene(text, {
      replies: [
        { failed: 'disposed', message },
        { failed: 'disposed', message },
      ],
    });
    expect(await edit('x')).toEqual({ ok: false, reason: 'model', message });
    await begin('whittle.edit', { instruction: 'x' });
    await settled();
    expect(client.messages).toEqual([`Whittle: ${message}`]);
  });

  test('a session that throws: the request fails, the log says how, the next one works', async () => {
    const model = fakeModel(() => {
      throw new Error('a bug');
    });
    const { edit, begin, client, logFile, settled, text: now } = await editScene(text, { model });
    await expect(edit('x')).rejects.toThrow('failed inside Whittle');
    expect(logFile.lines.join('\n')).toContain('a bug');
    expect(await begin('whittle.edit', { instruction: 'x' })).toMatchObject({ ok: true });
    await settled();
    expect(client.messages.join('\n')).toContain('a bug');
    model.script = () => rename;
    expect(await edit('x')).toMatchObject({ ok: true });
    expect(now()).toBe(renamed);
  });
});

describe('without waiting', () => {
  test('the answer is there before the model’s, with a token', async () => {
    const { begin, model, text: now, client, settled } = await editScene(text);
    const begun = await begin('whittle.edit', { instruction: 'x' });
    expect(begun).toEqual({ ok: true, token: expect.any(String) });
    (await model.asked(0)).end(rename);
    await settled();
    expect(now()).toBe(renamed);
    expect(client.messages).toEqual([]);
  });

  test('what goes wrong unseen is said, what the user did himself is not', async () => {
    const { begin, client, settled, model } = await editScene(text, { replies: [{ failed: 'model' }] });
    await begin('whittle.edit', { instruction: 'x' });
    await settled();
    expect(client.messages).toEqual(['Whittle: The model says model.']);
    await begin('whittle.edit', { instruction: 'x' });
    await model.asked(1);
    await client.execute('whittle.cancel', {});
    await settled();
    expect(client.messages).toHaveLength(1);
  });
});

describe('progress', () => {
  const kinds = (values: readonly unknown[]) =>
    values.map((value) => {
      const { kind, message, title } = value as { kind: string; message?: string; title?: string };
      return `${kind}: ${message ?? title}`;
    });

  test('of a token of our own: made known, begun, reported, ended', async () => {
    const { begin, client, model, settled } = await editScene(text);
    const begun = await begin('whittle.edit', { instruction: 'rename b' });
    const ask = await model.asked(0);
    ask.text(rename);
    await settled();
    ask.end();
    await settled();
    const token = begun.ok ? (begun.token ?? '') : '';
    expect(kinds(client.progress(token))).toEqual([
      'begin: rename b',
      'report: let second = 2; (5 lines)',
      'end: 1 change',
    ]);
  });

  test.each([
    ['given in the argument', { token: 'mine' }, {}, 'mine'],
    ['the request’s own', {}, { workDoneToken: 7 }, 7],
    ['both: the argument’s', { token: 'mine' }, { workDoneToken: 7 }, 'mine'],
  ])('a token %s', async (_, argument, request, token) => {
    const { client } = await editScene(text, { replies: [rename] });
    const outcome = await client.request('workspace/executeCommand', {
      command: 'whittle.edit',
      arguments: [{ uri, instruction: 'x', wait: true, ...argument }],
      ...request,
    });
    expect(outcome).toMatchObject({ ok: true });
    expect(kinds(client.progress(token)).at(0)).toBe('begin: x');
    expect(kinds(client.progress(token)).at(-1)).toBe('end: 1 change');
  });

  test('none for a client that shows none, save of its own token', async () => {
    const capabilities = { workspace: { applyEdit: true }, window: {} };
    const { client, run, text: now } = await editScene(text, { capabilities, replies: [rename, rename] });
    expect(await run('whittle.edit', { instruction: 'x' })).toMatchObject({ ok: true });
    expect(now()).toBe(renamed);
    expect(client.transcript.join('\n')).not.toContain('$/progress');
    await client.request('workspace/executeCommand', {
      command: 'whittle.edit',
      arguments: [{ uri, instruction: 'x', wait: true }],
      workDoneToken: 'w',
    });
    expect(kinds(client.progress('w'))[0]).toBe('begin: x');
  });

  test('a client that refuses the token is told nothing about it', async () => {
    const { edit, client, text: now } = await editScene(text, { replies: [rename] });
    client.refuse('window/workDoneProgress/create');
    expect(await edit('x')).toMatchObject({ ok: true });
    expect(now()).toBe(renamed);
    expect(client.transcript.join('\n')).not.toContain('$/progress');
  });
});
