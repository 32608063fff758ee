/** Every way to stop an edit: the model is let go at once, and nothing more arrives in the buffer. */

import { describe, expect, test } from 'vitest';
import type { PendingRequest } from '../support/client.ts';
import { block, type EditScene, editScene, uri } from '../support/edits.ts';

const text = 'let a = 1;\nlet b = 2;\nlet c = 3;\n';
const first = block('let a = 1;', 'let first = 1;');
const third = block('let c = 3;', 'let third = 3;');

type Stop = (scene: EditScene, request: PendingRequest) => unknown;

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
];

describe.each([
  ['whole', false],
  ['live', true],
] as const)('an edit that lands %s', (_, live) => {
  test.each(ways)('%s', async (_, stop) => {
    const scene = await editScene(text, { editor: 'vscode', settings: { whittle: { edit: { live } } } });
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
    expect(ask.isOpen).toBe(false);
    ask.end(third);
    await settled();
    expect(client.buffers.applied).toBe(before);
    expect(await ended).not.toMatchObject({ ok: true });
    expect(client.progress('t').at(-1)).toMatchObject({ kind: 'end' });
  });

  test('in one tick: what comes behind the cancel in the same read does not land', async () => {
    const scene = await editScene(text, { editor: 'vscode', settings: { whittle: { edit: { live } } } });
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
