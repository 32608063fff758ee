/** `edit.live`: hunks land one after the other while the model writes the rest. */

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { apply, map, toEdit } from '../../server/core/edit.ts';
import { restOf } from '../../server/features/edits/live.ts';
import { createDocuments } from '../../server/state/documents.ts';
import { block, type EditSceneOptions, editScene, uri } from '../support/edits.ts';
import { codeLikeText, editOf } from '../support/texts.ts';

const text = 'let a = 1;\nlet b = 2;\nlet c = 3;\n';
const first = block('let a = 1;', 'let first = 1;');
const third = block('let c = 3;', 'let third = 3;');
const afterFirst = text.replace('let a', 'let first');
const afterBoth = afterFirst.replace('let c', 'let third');

const live = (options: EditSceneOptions = {}) =>
  editScene(text, { editor: 'vscode', settings: { whittle: { edit: { live: true } } }, ...options });

async function undone(scene: Awaited<ReturnType<typeof live>>, at: string): Promise<string> {
  const start = scene.client.text(uri).indexOf(at);
  const actions = await scene.client.codeActions(uri, { start, end: start });
  const undo = actions.find(({ title }) => title.startsWith('Undo'));
  if (undo) await scene.client.run(undo);
  await scene.settled();
  return scene.text();
}

describe.each(['vscode', 'neovim'] as const)('%s', (editor) => {
  test('each hunk lands as it is certain; one action takes back all', async () => {
    const scene = await live({ editor });
    const { edit, model, text: now, settled } = scene;
    const outcome = edit('rename');
    const ask = await model.asked(0);
    ask.text(first);
    await settled();
    expect(now()).toBe(afterFirst);
    ask.text(third);
    await settled();
    expect(now()).toBe(afterBoth);
    ask.end();
    expect(await outcome).toEqual({ ok: true, edits: 2, files: 1 });
    expect(now()).toBe(afterBoth);
    expect(await undone(scene, 'third')).toBe(text);
  });

  test('stopped: what has landed stays, and that is said', async () => {
    const scene = await live({ editor });
    const { edit, client, model, text: now, settled } = scene;
    const outcome = edit('rename', { token: 't' });
    const ask = await model.asked(0);
    ask.text(first);
    await settled();
    await client.execute('whittle.cancel', { token: 't' });
    expect(await outcome).toEqual({
      ok: false,
      reason: 'cancelled',
      message: 'The edit was cancelled; 1 change that has landed stays, and the action Undo takes back all.',
    });
    ask.end(third);
    await settled();
    expect(now()).toBe(afterFirst);
    expect(await undone(scene, 'first')).toBe(text);
  });
});

test('typing where the next hunk goes stops it, with the reason', async () => {
  const { edit, client, model, text: now, settled } = await live();
  const outcome = edit('rename');
  const ask = await model.asked(0);
  ask.text(first);
  await settled();
  client.change(uri, { start: now().indexOf('c = 3'), end: now().indexOf('c = 3') + 1, text: 'mine' });
  await settled();
  ask.text(third);
  expect(await outcome).toMatchObject({ ok: false, reason: 'conflict', message: /1 change that has landed/ });
  expect(ask.isOpen).toBe(false);
  expect(now()).toBe(afterFirst.replace('let c', 'let mine'));
});

test('typing elsewhere does not', async () => {
  const { edit, client, model, text: now, settled } = await live();
  const outcome = edit('rename');
  const ask = await model.asked(0);
  ask.text(first);
  await settled();
  client.type(uri, 0, '// top\n');
  client.type(uri, now().length, '// end\n');
  await settled();
  ask.end(third);
  expect(await outcome).toMatchObject({ ok: true, edits: 2 });
  expect(now()).toBe(`// top\n${afterBoth}// end\n`);
});

test('redirected: what landed stays, and the next round goes on from there', async () => {
  const { edit, client, model, text: now, settled } = await live();
  const outcome = edit('rename');
  const ask = await model.asked(0);
  ask.text(first);
  await settled();
  await client.execute('whittle.steer', { instruction: 'c only' });
  const again = await model.asked(1);
  expect(again.ask.document.text).toBe(afterFirst);
  again.end(third);
  expect(await outcome).toMatchObject({ ok: true });
  expect(now()).toBe(afterBoth);
});

test('an answer that fails later: what landed stays, and that is said', async () => {
  const { edit, model, text: now, settled } = await live();
  const outcome = edit('rename');
  const ask = await model.asked(0);
  ask.text(first);
  await settled();
  ask.end(block('not there at all', 'x'));
  expect(await outcome).toMatchObject({ ok: false, reason: 'not-found', message: /has landed stays/ });
  expect(now()).toBe(afterFirst);
});

test('a document written anew reads as the model wrote it, line by line', async () => {
  const { edit, model, text: now, settled } = await live();
  const outcome = edit('rename');
  const ask = await model.asked(0);
  for (const line of ['let a = 1;\n', 'let second = 2;\n', 'let c = 3;\n', 'let d = 4;\n']) {
    ask.text(line);
    await settled();
  }
  ask.end();
  expect(await outcome).toMatchObject({ ok: true });
  expect(now()).toBe('let a = 1;\nlet second = 2;\nlet c = 3;\nlet d = 4;\n');
});

test.each(['helix', 'eglot', 'plain'] as const)('not in %s: there the edit lands whole', async (editor) => {
  const { edit, client, model, text: now, settled } = await live({ editor });
  const outcome = edit('rename');
  const ask = await model.asked(0);
  ask.text(first);
  await settled();
  expect(now()).toBe(text);
  ask.end(third);
  expect(await outcome).toMatchObject({ ok: true, edits: 2 });
  expect(client.buffers.applied).toBe(1);
});

test('what landed early and the rest make the whole edit, whatever was typed beside', () => {
  fc.assert(
    fc.property(
      codeLikeText().chain((before) =>
        fc.tuple(fc.constant(before), editOf(before.length), editOf(before.length), editOf(before.length)),
      ),
      ([before, whole, early, beside]) => {
        const landed = toEdit(early.filter((_, i) => i % 2 === 0)) ?? [];
        const documents = createDocuments();
        const base = documents.open({ uri, languageId: 'x', version: 1, text: before });
        documents.change(uri, 2, landed);
        const apart = !beside.some((a) =>
          [...whole, ...landed].some((b) => a.start <= b.end && b.start <= a.end),
        );
        const typed = apart ? map(beside, landed) : undefined;
        if (typed) documents.change(uri, 3, typed);
        const rest = restOf(documents, base, { landed, whole });
        if ('ok' in rest) return;
        const now = apply(rest.base.text.value, rest.edit);
        if (!typed) expect(now).toBe(apply(before, whole));
        else {
          const both = map(beside, whole);
          if (both) expect(now).toBe(apply(apply(before, whole), both));
        }
      },
    ),
  );
});
