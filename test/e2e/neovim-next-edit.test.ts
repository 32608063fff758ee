// Next edits in a real Neovim: drawn into the buffer, gone to by one key, made by the same, and dismissed.

import { beforeEach, expect, test } from 'vitest';
import { temporaryFolder } from '../support/folder.ts';
import { describeWithEditor } from './editor.ts';
import type { Neovim } from './neovim/neovim.ts';
import { startWithRecorder } from './neovim/start.ts';

const source = 'local one = 1\nlocal two = 2\nprint(one, two)\n';

describeWithEditor('nvim', 'next edits in Neovim', (program) => {
  let neovim: Neovim;

  beforeEach(async () => {
    neovim = await startWithRecorder({
      program,
      folder: temporaryFolder({ 'a.lua': source }),
      setUp: `
        vim.api.nvim_set_hl(0, 'WhittleNextEdit', { italic = true })
        table.insert(recorder.commands, 'whittle.accept')
        table.insert(recorder.commands, 'whittle.reject')
        require('whittle').setup({ cmd = recorder.cmd })`,
    });
  });

  /** Changes the first name; the server has nothing to say of that at first, and then this. */
  async function answer(line: number, from: number, to: number, text: string): Promise<void> {
    await neovim.press('wcwfirst<Esc>');
    await neovim.until('asking', "#recorder.of('whittle/nextEdit') > 0");
    const range = { start: { line, character: from }, end: { line, character: to } };
    const command = { title: 'Accepted', command: 'whittle.accept', arguments: [{ id: 'id-1' }] };
    await neovim.lua(
      `local edit = ...
       edit.textDocument = { uri = vim.uri_from_bufnr(0), version = vim.lsp.util.buf_versions[vim.api.nvim_get_current_buf()] }
       recorder.answers['whittle/nextEdit'] = { edits = { edit } }`,
      { range, text, command },
    );
    await neovim.press('<M-CR>');
  }

  test('are drawn, gone to and made', async () => {
    await answer(2, 6, 9, 'first');
    await neovim.shows('the next edit', (screen) => screen.highlighted('WhittleNextEdit').join() === 'first');
    await neovim.press('<M-CR>');
    expect(await neovim.lua('return vim.api.nvim_win_get_cursor(0)')).toEqual([3, 6]);
    await neovim.lua("recorder.answers['whittle/nextEdit'] = { edits = {} }");
    await neovim.press('<M-CR>');
    await neovim.until('the command', "#recorder.of('workspace/executeCommand') > 0");
    expect(await neovim.buffer()).toBe('local first = 1\nlocal two = 2\nprint(first, two)');
    expect(await neovim.lua("return recorder.of('workspace/executeCommand')")).toMatchObject([
      { command: 'whittle.accept', arguments: [{ id: 'id-1' }] },
    ]);
    await neovim.press('u');
    expect(await neovim.buffer()).toBe('local first = 1\nlocal two = 2\nprint(one, two)');
  });

  test('a buffer that cannot be changed is left alone, which is said', async () => {
    await answer(2, 6, 9, 'first');
    await neovim.shows('the next edit', (screen) => screen.highlighted('WhittleNextEdit').join() === 'first');
    await neovim.lua('vim.bo.modifiable = false');
    await neovim.press('<M-CR><M-CR>');
    await neovim.shows('the sentence', (screen) => screen.lines().includes('This buffer cannot be changed.'));
    expect(await neovim.lua("return recorder.of('workspace/executeCommand')")).toEqual([]);
  });

  test('new lines are drawn below, and one that is dismissed is gone', async () => {
    await answer(1, 13, 13, '\nlocal three = 3');
    await neovim.shows('the next edit', (screen) =>
      screen.highlighted('WhittleNextEdit').join('').includes('three'),
    );
    await neovim.lua("recorder.answers['whittle/nextEdit'] = { edits = {} }");
    await neovim.call('nvim_command', 'Whittle dismiss');
    await neovim.shows('nothing', (screen) => screen.highlighted('WhittleNextEdit').length === 0);
    expect(await neovim.lua("return recorder.of('workspace/executeCommand')")).toMatchObject([
      { command: 'whittle.reject', arguments: [{ id: 'id-1' }] },
    ]);
  });
});
