// Commands called by their name where the client shows no answer, and where it does.

import { expect, test } from 'vitest';
import { editScene } from '../support/edits.ts';

async function check(command: string, argument: object, sentence: string | undefined): Promise<void> {
  for (const editor of ['helix', 'coc', 'neovim', 'vscode'] as const) {
    const { client, settled } = await editScene('let a = 1;\n', { editor });
    await client.execute(command, argument);
    await settled();
    const said = (editor === 'helix' || editor === 'coc') && sentence !== undefined;
    expect([editor, ...client.messages]).toEqual(said ? [editor, `Whittle: ${sentence}`] : [editor]);
  }
}

test.each([
  ['whittle.toggle', {}, 'Off.'],
  ['whittle.toggle', { on: true }, 'On.'],
  ['whittle.toggle', { on: false, language: 'rust' }, 'Off for rust.'],
  ['whittle.toggle', { on: false, uri: 'file:///a.ts' }, 'Off for this file.'],
  ['whittle.snooze', { minutes: 10 }, 'Silent for 10 min.'],
  ['whittle.snooze', { minutes: 0 }, 'Not snoozed.'],
  ['whittle.cancel', {}, 'No edit is under way that could be stopped.'],
  ['whittle.accept', { id: 'none' }, undefined],
])('%s %j', check);

test('the status in one line', async () => {
  const { client } = await editScene('let a = 1;\n', { editor: 'helix' });
  await client.execute('whittle.status', {});
  await client.execute('whittle.snooze', { minutes: 2 });
  await client.execute('whittle.status', {});
  await client.execute('whittle.toggle', { on: false });
  await client.execute('whittle.status', {});
  const lines = client.messages.filter((line) => line.includes('suggestions shown'));
  const counts = '0 suggestions shown, 0 accepted.';
  expect(lines).toEqual([
    `Whittle: Model "fake", ready; ${counts}`,
    `Whittle: Model "fake", silent for 2 min; ${counts}`,
    `Whittle: Model "fake", off; ${counts}`,
  ]);
});
