/** What the guard leaves out of an edit, and how the user gets it after all; what an edit breaks is asked again. */

import { describe, expect, test } from 'vitest';
import { block, type EditScene, editScene, uri } from '../support/edits.ts';

const model = { url: 'ws://127.0.0.1:1/v1/responses', name: 'm' };
const hosted = { whittle: { model } };
const text = "const a = 'x';\nlet b = 1;\nf(a, b);\n";
const answer = block(text, 'const a = "x"\nlet b = 2\nf(\n  a,\n  b,\n)\n');
const kept = "const a = 'x';\nlet b = 2;\nf(a, b);\n";
const whole = 'const a = "x";\nlet b = 2;\nf(\n  a,\n  b,\n);\n';
const restyled = block(text, whole);

const include = async ({ client }: EditScene) => {
  const actions = await client.codeActions(uri, { start: 0, end: 0 });
  return actions.find(({ title }) => title.startsWith('Include what was left out'));
};

describe('restyling that nobody asked for', () => {
  test('does not land, and is counted', async () => {
    const { edit, text: now, client } = await editScene(text, { settings: hosted, replies: [answer] });
    expect(await edit('let b be 2')).toEqual({ ok: true, edits: 1, files: 1, leftOut: 1 });
    expect(now()).toBe(kept);
    expect(client.transcript.join('\n')).toContain('1 change, 1 unrequested hunk left out');
  });

  test('can be included by an action, and taken back again', async () => {
    const scene = await editScene(text, { settings: hosted, replies: [restyled] });
    await scene.edit('let b be 2');
    const action = await include(scene);
    expect(action?.title).toBe('Include what was left out (2 hunks)');
    if (action) await scene.client.run(action);
    await scene.settled();
    expect(scene.text()).toBe(whole);
    expect(await include(scene)).toBe(undefined);
    scene.client.undo(uri);
    expect(scene.text()).toBe(kept);
  });

  test('is carried over what is typed meanwhile, and what the user changed is gone from it', async () => {
    const scene = await editScene(text, { settings: hosted, replies: [restyled] });
    await scene.edit('let b be 2');
    scene.client.change(uri, { start: 0, end: 0, text: '// top\n' });
    const call = scene.text().indexOf('f(a, b)');
    scene.client.change(uri, { start: call, end: call + 7, text: 'g()' });
    const action = await include(scene);
    if (action) await scene.client.run(action);
    await scene.settled();
    expect(scene.text()).toBe('// top\nconst a = "x";\nlet b = 2;\ng();\n');
  });

  test('is not kept from who dismisses it', async () => {
    const scene = await editScene(text, { settings: hosted, replies: [restyled] });
    await scene.edit('let b be 2');
    const action = await include(scene);
    const [{ id } = { id: '' }] = (action?.command?.arguments ?? []) as { id: string }[];
    expect(await scene.run('whittle.hunk', { id, keep: false })).toMatchObject({ ok: true });
    expect(await include(scene)).toBe(undefined);
    expect(scene.text()).toBe(kept);
  });

  test('lands where the instruction is about layout', async () => {
    const { edit, text: now } = await editScene(text, { settings: hosted, replies: [restyled] });
    expect(await edit('let b be 2, and use double quotes')).not.toHaveProperty('leftOut');
    expect(now()).toBe(whole);
  });

  test('lands on the lines that were asked about', async () => {
    const { edit, text: now } = await editScene(text, { settings: hosted, replies: [restyled] });
    const range = { start: { line: 0, character: 0 }, end: { line: 1, character: 10 } };
    expect(await edit('let b be 2', { range })).toMatchObject({ leftOut: 1 });
    expect(now()).toBe('const a = "x";\nlet b = 2;\nf(a, b);\n');
  });

  test('lands with the guard switched off', async () => {
    const settings = { whittle: { model, edit: { guard: false } } };
    const { edit, text: now } = await editScene(text, { settings, replies: [restyled] });
    expect(await edit('let b be 2')).not.toHaveProperty('leftOut');
    expect(now()).toBe(whole);
  });

  test('goes together with the instruction comment', async () => {
    const source = `// whittle: let b be 2\n${text}`;
    const scene = await editScene(source, { settings: hosted, replies: [restyled] });
    const actions = await scene.client.codeActions(uri, { start: 0, end: 0 });
    const action = actions.find(({ title }) => title === 'Do: let b be 2');
    if (action) await scene.client.run(action);
    await scene.settled();
    expect(scene.text()).toBe('const a = "x";\nlet b = 2;\nf(a, b);\n');
    const more = await include(scene);
    if (more) await scene.client.run(more);
    await scene.settled();
    expect(scene.text()).toBe(whole);
  });
});

describe('an edit that breaks the syntax', () => {
  const broken = block('let b = 1;', 'let b = (2;');
  const right = block('let b = 1;', 'let b = (2);');

  test('is asked for once more, with the error', async () => {
    const { edit, text: now, model } = await editScene(text, { settings: hosted, replies: [broken, right] });
    expect(await edit('let b be 2')).toMatchObject({ ok: true });
    expect(now()).toBe(text.replace('1', '(2)'));
    expect(model.asks).toHaveLength(2);
    expect(model.asks[1]?.ask).toMatchObject({
      instruction: expect.stringMatching(/^let b be 2\n.*line 2 .*`\)` is missing/),
    });
  });

  test.each([
    ['Apply anyway', { ok: true }, text.replace('1', '(2')],
    ['Discard', { ok: false, reason: 'refused' }, text],
    [null, { ok: false, reason: 'refused' }, text],
  ])('twice: the user answers %s', async (choice, outcome, expected) => {
    const { edit, text: now } = await editScene(text, {
      settings: hosted,
      replies: [broken, broken],
      answer: ({ message }) => {
        expect(message).toContain('syntax error in line 2 (`)` is missing)');
        return choice;
      },
    });
    expect(await edit('let b be 2')).toMatchObject(outcome);
    expect(now()).toBe(expected);
  });

  test('lands unasked where the text was broken before', async () => {
    const source = text.replace('1', '(1');
    const reply = block('let b = (1;', 'let b = (2;');
    const { edit, text: now, model } = await editScene(source, { settings: hosted, replies: [reply] });
    expect(await edit('let b be 2')).toMatchObject({ ok: true });
    expect(now()).toBe(text.replace('1', '(2'));
    expect(model.asks).toHaveLength(1);
  });

  test('and cannot be asked for again, is offered', async () => {
    const { edit, text: now } = await editScene(text, {
      settings: hosted,
      replies: [broken, { failed: 'offline' }],
      answer: () => 'Discard',
    });
    expect(await edit('let b be 2')).toMatchObject({ ok: false, reason: 'refused' });
    expect(now()).toBe(text);
  });
});
