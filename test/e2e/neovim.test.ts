// The built server in a real Neovim, set up as a user sets it up: what is on the screen, what is in the buffer, what
// one undo takes back, and what is left when Neovim has quit.

import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { temporaryFolder } from '../support/folder.ts';
import { source } from '../support/log-module.ts';
import { descendants, survivors } from '../support/processes.ts';
import { program as server } from '../support/server-process.ts';
import { describeWithEditor } from './editor.ts';
import type { Neovim } from './neovim/neovim.ts';
import { client, startWithServer } from './neovim/start.ts';

/** As the lines of a buffer say it. */
const text = source.trimEnd();

describeWithEditor('nvim', 'Whittle in Neovim', (program) => {
  let neovim: Neovim;

  beforeEach(async () => {
    const home = temporaryFolder({ 'project/.git/': '', 'project/file.ts': source });
    neovim = await startWithServer({
      program,
      folder: join(home, 'project'),
      home,
      init: join(import.meta.dirname, 'neovim/init.lua'),
      file: 'file.ts',
      env: {
        WHITTLE_NEOVIM: client,
        WHITTLE_COMMAND: [process.execPath, server, '--stdio'].join('\n'),
      },
    });
  });

  /** Picks the code action at the cursor as a user with one key for it does. */
  async function act(title: string): Promise<void> {
    await neovim.lua(
      `local title = ...
       vim.lsp.buf.code_action({ apply = true, filter = function(action) return vim.startswith(action.title, title) end })`,
      title,
    );
  }

  async function becomes(text: string): Promise<void> {
    await neovim.until(
      'the change',
      `table.concat(vim.api.nvim_buf_get_lines(0, 0, -1, false), '\\n') == ${luaString(text)}`,
    );
  }

  test('ghost text is on the screen and Tab takes it', async () => {
    await neovim.press('G');
    await neovim.press('Olog.');
    await neovim.shows('ghost text', (screen) => screen.highlighted('ComplHint').length > 0);
    const [ghost] = neovim.screen.highlighted('ComplHint');
    expect(neovim.screen.lines()).toContainEqual(expect.stringContaining(`log.${ghost}`));
    expect(await neovim.buffer()).not.toContain(`log.${ghost}\n}`);

    await neovim.press('<Tab>');
    await neovim.until(
      'accepting',
      `vim.api.nvim_get_current_line():find('log.' .. ${luaString(ghost ?? '')}, 1, true)`,
    );
    await neovim.press('<Esc>u');
    await becomes(`${text.slice(0, -1)}  log.\n}`);
    await neovim.press('u');
    await becomes(text);
  });

  test('a code action repeats the last edit, and one undo takes it back', async () => {
    await neovim.press('/log.info<CR>wwcwdebug<Esc>');
    const edited = text.replace('log.info', 'log.debug');
    await becomes(edited);
    await act('Repeat my last edit (2 places)');
    await becomes(text.replaceAll('log.info', 'log.debug'));
    await neovim.press('u');
    await becomes(edited);
  });

  test('a code action fixes what a linter says, and one undo takes it back', async () => {
    await neovim.press('GOlog.info(nmae);<Esc>');
    const wrong = text.replace(/\}$/, '  log.info(nmae);\n}');
    await becomes(wrong);
    await neovim.lua(`vim.diagnostic.set(vim.api.nvim_create_namespace('linter'), 0, { {
      lnum = 15, col = 11, end_lnum = 15, end_col = 15, severity = 1, source = 'ts', code = 2552,
      message = "Cannot find name 'nmae'. Did you mean 'name'?",
    } })`);
    await neovim.press('/nmae<CR>');
    await act("Fix: Cannot find name 'nmae'");
    await becomes(wrong.replace('nmae', 'name'));
    await neovim.press('u');
    await becomes(wrong);
  });

  test(':Whittle repeat does so, and says it when there is nothing to repeat', async () => {
    await neovim.call('nvim_command', 'Whittle repeat');
    await neovim.shows('a sentence', (screen) => screen.lines().some((line) => line.includes('last edit')));
    await neovim.press('/log.info<CR>wwcwdebug<Esc>');
    await neovim.call('nvim_command', 'Whittle repeat');
    await becomes(text.replaceAll('log.info', 'log.debug'));
  });

  test(':Whittle toggle off takes the ghost text away', async () => {
    await neovim.call('nvim_command', 'Whittle toggle off');
    await neovim.press('GOlog.');
    await neovim.lua('vim.wait(500)'); // the absence of something has no event
    expect(neovim.screen.highlighted('ComplHint')).toEqual([]);
    await neovim.press('<Esc>');
    await neovim.call('nvim_command', 'Whittle toggle on');
    await neovim.press('A');
    await neovim.shows('ghost text', (screen) => screen.highlighted('ComplHint').length > 0);
  });

  test('quitting leaves no process behind', async () => {
    await neovim.press('GOlog.');
    await neovim.shows('ghost text', (screen) => screen.highlighted('ComplHint').length > 0);
    const family = descendants(neovim.process.pid ?? 0);
    expect(family).not.toEqual([]);
    expect(await neovim.quit()).toBe(0);
    expect(await survivors(family, 2000)).toEqual([]);
  });

  test('a Neovim that is killed takes the server with it', async () => {
    const family = descendants(neovim.process.pid ?? 0);
    expect(family).not.toEqual([]);
    neovim.process.kill('SIGKILL');
    await neovim.exited;
    expect(await survivors(family, 2000)).toEqual([]);
  });
});

function luaString(text: string): string {
  return `vim.json.decode(${JSON.stringify(JSON.stringify(text))})`;
}
