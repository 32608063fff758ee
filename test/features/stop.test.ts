/** Every way to stop an edit: the model is let go at once, and nothing more arrives in the buffer. */

import { describe, expect, test } from 'vitest';
import type { PendingRequest } from '../support/client.ts';
import { block, editScene, uri } from '../support/edits.ts';

const text = 'let a = 1;\nlet b = 2;\nlet c = 3;\n';
const first = block('let a = 1;', 'let first = 1;');
const third = block('let c = 3;', 'let third = 3;');

type Scene = Awaited<ReturnType<typeof opened>>;
type Stop = (scene: Scene, request: PendingRequest) => unknown;

async function opened(live = false) {
  /** What the client answers when it is asked for its settings. */
  const tree = { whittle: { enabled: true, edit: { live } } };
  return { ...(await editScene(text, { editor: 'vscode', settings: tree })), tree };
}

function disable({ client, tree }: Scene): void {
  tree.whittle.enabled = false;
  client.notify('workspace/didChangeConfiguration', { settings: null });
}

const ways: readonly (readonly [string, Stop])[] = [
  ['$/cancelRequest of a request that waits', (_, request) => request.cancel()],
  [
    'the progress’s own button',
    ({ client }) => client.notify('window/workDoneProgress/cancel', { token: 't' }),
  ],
  ['whittle.cancel', ({ client }) => client.execute('whittle.cancel', {})],
  ['whittle.cancel of its token', ({ client }) => client.execute('whittle.cancel', { token: 't' })],
  [
    'the action Stop',
    async ({ client }) => {
      const actions = await client.codeActions(uri, { start: 0, end: 0 });
      const stop = actions.find(({ title }) => title.startsWith('Stop'));
      return stop && client.run(stop);
    },
  ],
  ['closing the file', ({ client }) => client.close(uri)],
  ['switching off everywhere', ({ client }) => client.execute('whittle.toggle', { on: false })],
  ['switching off the file', ({ client }) => client.execute('whittle.toggle', { on: false, uri })],
  [
    'switching off its language',
    ({ client }) => client.execute('whittle.toggle', { on: false, language: 'typescript' }),
  ],
  ['`enabled: false`', disable],
];

describe.each([
  ['whole', false],
  ['live', true],
] as const)('an edit that lands %s', (_, live) => {
  test.each(ways)('%s', async (_, stop) => {
    const scene = await opened(live);
    const { client, model, settled } = scene;
    const request = client.start('workspace/executeCommand', {
      command: 'whittle.edit',
      arguments: [{ uri, instruction: 'rename', wait: true, token: 't' }],
    });
    const ended = request.result.catch((error: unknown) => error);
    const ask = await model.asked(0);
    ask.text(first);
    await settled();
    const before = client.buffers.applied;
    expect(before).toBe(live ? 1 : 0);
    await stop(scene, request);
    await settled();
    await settled();
    expect(ask.isOpen).toBe(false);
    ask.end(third);
    await settled();
    expect(client.buffers.applied).toBe(before);
    expect(await ended).not.toMatchObject({ ok: true });
    expect(client.progress('t').at(-1)).toMatchObject({ kind: 'end' });
  });

  test('in one tick: what comes behind the cancel in the same read does not land', async () => {
    const scene = await opened(live);
    const { edit, client, model, settled } = scene;
    const outcome = edit('rename', { token: 't' });
    const ask = await model.asked(0);
    const cancelled = client.execute('whittle.cancel', { token: 't' });
    await cancelled;
    ask.end(`${first}\n${third}`);
    expect(await outcome).toMatchObject({ ok: false, reason: 'cancelled' });
    await settled();
    expect(client.text(uri)).toBe(text);
  });
});

test.each([
  ['by hand', ({ client }: Scene) => client.execute('whittle.toggle', { on: false })],
  ['`enabled`', disable],
])('an edit and a review that run when it is switched off (%s) say so', async (_, off) => {
  const scene = await opened();
  const { edit, run, model, settled } = scene;
  const outcomes = [edit('x'), run('whittle.review')];
  await model.asked(1);
  await off(scene);
  await settled();
  await settled();
  const ended = { ok: false, reason: 'cancelled', message: 'Whittle was switched off.' };
  expect(await Promise.all(outcomes)).toEqual([ended, ended]);
  expect(model.asks.map(({ isOpen }) => isOpen)).toEqual([false, false]);
});

test.each([
  ['snoozing', 'whittle.snooze', { minutes: 5 }],
  ['switching off another file', 'whittle.toggle', { on: false, uri: 'file:///b.ts' }],
  ['switching off another language', 'whittle.toggle', { on: false, language: 'lua' }],
])('%s does not stop what was asked for', async (_, command, argument) => {
  const { edit, client, model, text: now } = await editScene(text);
  const outcome = edit('x');
  const ask = await model.asked(0);
  await client.execute(command, argument);
  ask.end(first);
  expect(await outcome).toMatchObject({ ok: true });
  expect(now()).toBe(text.replace('let a', 'let first'));
});
