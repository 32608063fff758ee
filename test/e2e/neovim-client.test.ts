// The Neovim client alone: a real Neovim, and in place of the server a recorder inside it. What the client sends, and
// what its keys and commands do, without any model.

import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { temporaryFolder } from '../support/folder.ts';
import { describeWithEditor } from './editor.ts';
import type { Neovim } from './neovim/neovim.ts';
import { client, startWithRecorder } from './neovim/start.ts';

describeWithEditor('nvim', 'the Neovim client', (program) => {
  let folder: string;
  let neovim: Neovim;

  beforeEach(async () => {
    folder = temporaryFolder({ 'a.lua': 'local grüße = 1\nreturn grüsse\n' });
    neovim = await start('');
  });

  function start(before: string): Promise<Neovim> {
    const setUp = `
      vim.api.nvim_set_hl(0, 'ComplHint', { italic = true }) -- told apart from what else looks like NonText
      ${before}
      require('whittle').setup({ cmd = recorder.cmd, settings = { model = { name = 'm' } } })`;
    return startWithRecorder({ program, folder, setUp });
  }

  async function sent(method: string): Promise<unknown[]> {
    await neovim.until(method, `#recorder.of('${method}') > 0`);
    return (await neovim.lua('return recorder.of(...)', method)) as unknown[];
  }

  /** Runs the server's command by an Ex command; the argument it was sent. */
  async function executed(command: string): Promise<unknown> {
    await neovim.call('nvim_command', command);
    const [request] = (await sent('workspace/executeCommand')) as { command: string; arguments: unknown[] }[];
    return [request?.command, ...(request?.arguments ?? [])];
  }

  const ghost = { items: [{ insertText: 'return grüße', range: lineRange(1, 0, 7) }] };

  test('sends its settings with the first message, and where it is', async () => {
    const [first] = (await sent('initialize')) as { initializationOptions: unknown }[];
    expect(first?.initializationOptions).toEqual({ whittle: { model: { name: 'm' } } });
    expect(await sent('workspace/didChangeConfiguration')).toEqual([
      { settings: { whittle: { model: { name: 'm' } } } },
    ]);
  });

  test('shows ghost text and takes it with Tab', async () => {
    await neovim.lua("recorder.answers['textDocument/inlineCompletion'] = ...", ghost);
    await neovim.press('jccreturn ');
    await neovim.shows('ghost text', (screen) => screen.highlighted('ComplHint').join() === 'grüße');
    await neovim.press('<Tab>');
    await neovim.until('accepting', "vim.api.nvim_buf_get_lines(0, 1, 2, false)[1] == 'return grüße'");
    await neovim.press(' + 1<Esc>');
    for (const line of ['return grüße', 'return ', 'return grüsse']) {
      await neovim.press('u');
      expect(await neovim.buffer()).toBe(`local grüße = 1\n${line}`);
    }
  });

  test('<C-c> takes ghost text away as <Esc> does', async () => {
    await neovim.lua("recorder.answers['textDocument/inlineCompletion'] = ...", ghost);
    await neovim.press('jccreturn ');
    await neovim.shows('ghost text', (screen) => screen.highlighted('ComplHint').join() === 'grüße');
    await neovim.press('<C-c>');
    await neovim.shows('none', (screen) => screen.highlighted('ComplHint').length === 0);
  });

  test('what Tab took stays when the menu of completions is called off', async () => {
    await neovim.lua('vim.o.completeopt = "menuone"');
    const items = [{ insertText: 'return grüße + 1', range: lineRange(1, 0, 'return grüße'.length + 2) }];
    await neovim.lua("recorder.answers['textDocument/inlineCompletion'] = ...", { items });
    await neovim.press('jccreturn g<C-n>');
    await neovim.shows('ghost text', (screen) => screen.highlighted('ComplHint').join() === ' + 1');
    await neovim.press('<Tab>');
    await neovim.until('accepting', "vim.api.nvim_get_current_line() == 'return grüße + 1'");
    await neovim.press('<C-e><Esc>');
    expect(await neovim.buffer()).toBe('local grüße = 1\nreturn grüße + 1');
  });

  describe('asked by hand', () => {
    test('shows others than the one that came by itself', async () => {
      const other = { insertText: 'return gross', range: lineRange(1, 0, 7) };
      await neovim.lua("recorder.answers['textDocument/inlineCompletion'] = ...", ghost);
      await neovim.press('jccreturn ');
      await neovim.shows('ghost text', (screen) => screen.highlighted('ComplHint').join() === 'grüße');
      await neovim.lua("recorder.answers['textDocument/inlineCompletion'] = ...", {
        items: [...ghost.items, other],
      });
      await neovim.press('<M-]>');
      await neovim.shows('the other', (screen) => screen.highlighted('ComplHint').join() === 'gross');
      expect((await sent('textDocument/inlineCompletion')).at(-1)).toMatchObject({
        context: { triggerKind: 1 },
      });
      await neovim.press('<M-]>');
      await neovim.shows('the first', (screen) => screen.highlighted('ComplHint').join() === 'grüße');
      await neovim.press('<M-[><Tab>');
      await neovim.until('accepting', "vim.api.nvim_get_current_line() == 'return gross'");
    });

    test.each([
      ['There is no suggestion here.', { items: [] }, { items: [] }],
      ['There is no other suggestion here.', ghost, ghost],
    ])('says: %s', async (sentence, first, second) => {
      await neovim.lua("recorder.answers['textDocument/inlineCompletion'] = ...", first);
      await neovim.press('jccreturn ');
      await neovim.until('asking', "#recorder.of('textDocument/inlineCompletion') > 0");
      await neovim.lua("recorder.answers['textDocument/inlineCompletion'] = ...", second);
      await neovim.press('<M-]>');
      // On the screen Neovim itself puts the name of the mode over it, unless it is told not to.
      await neovim.until(
        'the sentence',
        `vim.api.nvim_exec2('messages', { output = true }).output == ${JSON.stringify(sentence)}`,
      );
    });

    test('where Whittle serves nothing, the key types nothing', async () => {
      await neovim.press(':enew<CR>ione<M-]>two<Esc>');
      expect(await neovim.buffer()).toBe('onetwo');
    });

    test('where Whittle serves nothing, the key does what it did', async () => {
      await neovim.quit();
      neovim = await start("vim.keymap.set('i', '<M-]>', 'mapped')");
      await neovim.press(':enew<CR>i<M-]><Esc>');
      expect(await neovim.buffer()).toBe('mapped');
    });
  });

  describe('keys faster than the server', () => {
    beforeEach(async () => {
      await neovim.lua("recorder.answers['textDocument/inlineCompletion'] = ...", ghost);
      await neovim.press('jccreturn ');
      await neovim.shows('ghost text', (screen) => screen.highlighted('ComplHint').join() === 'grüße');
      await neovim.lua("recorder.answers['textDocument/inlineCompletion'] = recorder.held");
    });

    test('one that fits the ghost text shows the rest of it', async () => {
      await neovim.press('gr');
      await neovim.shows('the rest', (screen) => screen.highlighted('ComplHint').join() === 'üße');
      await neovim.press('<Tab>');
      await neovim.until('accepting', "vim.api.nvim_get_current_line() == 'return grüße'");
    });

    test('pieces of it are taken, and the server is told how much', async () => {
      await neovim.press('<Esc>');
      const items = [{ insertText: 'return grüße + 1\n  + two', range: lineRange(1, 0, 7), command: taken }];
      await neovim.lua("recorder.answers['textDocument/inlineCompletion'] = ...", { items });
      await neovim.press('a');
      await neovim.shows('all', (screen) => screen.highlighted('ComplHint').join() === 'grüße + 1,  + two');
      for (const [key, line, left] of [
        ['<M-Right>', 'return grüße', ' + 1,  + two'],
        ['<M-Right>', 'return grüße +', ' 1,  + two'],
        ['<M-Down>', 'return grüße + 1', '  + two'],
      ]) {
        await neovim.lua("recorder.answers['textDocument/inlineCompletion'] = recorder.held");
        await neovim.press(key ?? '');
        await neovim.until(line ?? '', `vim.api.nvim_get_current_line() == ${JSON.stringify(line)}`);
        await neovim.shows('the rest', (screen) => screen.highlighted('ComplHint').join() === left);
      }
      expect(await sent('textDocument/didPartiallyAcceptCompletion')).toEqual(
        [12, 14, 16].map((acceptedLength) => ({ item: { command: taken }, acceptedLength })),
      );
      await neovim.press('<M-Right>');
      expect(await neovim.buffer()).toBe('local grüße = 1\nreturn grüße + 1\n  +');
      await neovim.press('<Esc>');
      for (const left of ['return grüße + 1', 'return grüße +', 'return grüße', 'return ']) {
        await neovim.press('u');
        expect(await neovim.buffer()).toBe(`local grüße = 1\n${left}`);
      }
    });

    test.each(['x', '<BS>', '<CR>', '<Left>'])('%s takes it away', async (key) => {
      await neovim.press(key);
      await neovim.shows('none', (screen) => screen.highlighted('ComplHint').length === 0);
    });

    test('an answer to what was asked before the last key is not shown', async () => {
      await neovim.press('g');
      await neovim.until('asking', '#recorder.held > 0');
      await neovim.press('x');
      await neovim.shows('none', (screen) => screen.highlighted('ComplHint').length === 0);
      await neovim.lua('recorder.held[1](nil, ...)', ghost);
      await neovim.lua("vim.cmd('redraw')");
      expect(neovim.screen.highlighted('ComplHint')).toEqual([]);
      await neovim.until('asking again', '#recorder.held > 1');
      await neovim.lua('recorder.held[2](nil, ...)', {
        items: [{ insertText: 'gxyz', range: lineRange(1, 7, 9) }],
      });
      await neovim.shows('the newest', (screen) => screen.highlighted('ComplHint').join() === 'yz');
    });

    // Pressed in one go: Neovim has had no time for anything between them.
    test.each([
      ['g<Tab>', 'return grüße'],
      ['gr<Tab>!', 'return grüße!'],
      ['<Tab>!', 'return grüße!'],
      ['<Tab><Esc>', 'return grüße'],
      ['x<Tab>', 'return x<indent>'],
      ['<BS><Tab>', 'return<indent>'],
      ['<Left><Tab>', 'return<indent> '],
    ])('%s', async (keys, line) => {
      await neovim.lua('vim.o.tabstop, vim.o.softtabstop, vim.o.expandtab = 8, 0, false');
      await neovim.press(keys);
      const expected = line.replace('<indent>', '\t');
      await neovim.until(line, `vim.api.nvim_get_current_line() == ${JSON.stringify(expected)}`);
    });
  });

  test('asks soon after a key, and once', async () => {
    await neovim.lua("recorder.answers['textDocument/inlineCompletion'] = ...", { items: [] });
    await neovim.press('ix');
    await neovim.until('asking', "#recorder.of('textDocument/inlineCompletion') > 0");
    // What Neovim would have asked with 200 ms after the key is taken back.
    expect(
      await neovim.lua("return require('whittle.asking').asker(vim.api.nvim_get_current_buf()).timer == nil"),
    ).toBe(true);
    await neovim.press('<Esc>');
    const asked = await sent('textDocument/inlineCompletion');
    expect(asked).toMatchObject([{ context: { triggerKind: 2 }, position: { line: 0, character: 1 } }]);
  });

  test.each([
    ['another name', 'x:file b.lua<CR>', /a\.lua$/],
    ['its first name', ':enew<CR>:set ft=lua<CR>iocal<Esc>:w b.lua<CR>', /^file:\/\/$/],
    ['another name by saving it', 'x:saveas b.lua<CR>', /a\.lua$/],
  ])('a buffer that was given %s is known by it', async (_, keys, before) => {
    await neovim.press(keys);
    await neovim.until(
      'opening',
      "(recorder.of('textDocument/didOpen')[#recorder.of('textDocument/didOpen')].textDocument.uri):match('b.lua$')",
    );
    await neovim.press('ggIl<Esc>');
    await neovim.until('the change', "#recorder.of('textDocument/didChange') > 0");
    const about = (await neovim.lua(`
      vim.wait(50)
      return vim.tbl_map(function(message)
        return { message.method, (message.params or {}).textDocument }
      end, recorder.sent)`)) as [string, { uri: string; text: string }?][];
    const uris = (method: string) => about.filter(([sent]) => sent === method).map(([, each]) => each?.uri);
    expect(uris('textDocument/didClose')).toContainEqual(expect.stringMatching(before));
    const opened = about.filter(([sent]) => sent === 'textDocument/didOpen').at(-1)?.[1];
    expect(opened).toMatchObject({
      uri: expect.stringMatching(/b\.lua$/),
      text: expect.stringMatching(/^ocal/),
    });
    const after = about.slice(about.findLastIndex(([sent]) => sent === 'textDocument/didOpen') + 1);
    expect(after.filter(([sent]) => sent === 'textDocument/didChange').map(([, each]) => each?.uri)).toEqual([
      opened?.uri,
    ]);
  });

  test('Tab without ghost text indents', async () => {
    await neovim.press('O<Tab>x<Esc>');
    expect(await neovim.buffer()).toMatch(/^(\t| +)x\n/);
  });

  test('Tab without ghost text does what the user had mapped', async () => {
    await neovim.quit();
    neovim = await start("vim.keymap.set('i', '<Tab>', function() return 'mapped' end, { expr = true })");
    await neovim.press('O<Tab><Esc>');
    expect(await neovim.buffer()).toMatch(/^mapped\n/);
    await neovim.lua("require('whittle').setup({ cmd = recorder.cmd })");
    await neovim.press('O<Tab><Esc>');
    expect(await neovim.buffer()).toMatch(/^mapped\nmapped\n/);
  });

  test('a Tab that another plugin maps in the buffer takes ghost text first where it asks for it', async () => {
    await neovim.lua(`vim.keymap.set('i', '<Tab>', function()
      return require('whittle.keys').take() and '' or 'menu'
    end, { expr = true, buffer = 0 })`);
    await neovim.lua("recorder.answers['textDocument/inlineCompletion'] = ...", ghost);
    await neovim.press('jccreturn ');
    await neovim.shows('ghost text', (screen) => screen.highlighted('ComplHint').join() === 'grüße');
    await neovim.press('<Tab>');
    await neovim.until('accepting', "vim.api.nvim_buf_get_lines(0, 1, 2, false)[1] == 'return grüße'");
    await neovim.press('<Esc>o<Tab><Esc>');
    expect(await neovim.buffer()).toContain('menu');
  });

  test('passes the diagnostics of others on, in its own encoding', async () => {
    await neovim.lua(`vim.diagnostic.set(vim.api.nvim_create_namespace('linter'), 0, {
      { lnum = 1, col = 7, end_lnum = 1, end_col = 14, message = 'Did you mean grüße?', severity = 1, source = 'linter' },
    })`);
    await neovim.until(
      'the notification',
      "#(recorder.of('whittle/diagnostics')[2] or {diagnostics={}}).diagnostics > 0",
    );
    const last = (await sent('whittle/diagnostics')).at(-1);
    expect(last).toEqual({ uri: expect.stringMatching(/^file:.*a\.lua$/), diagnostics: [unknownName] });
  });

  const unknownName = {
    range: lineRange(1, 7, 14),
    message: 'Did you mean grüße?',
    severity: 1,
    source: 'linter',
  };

  test('tells the server about a change at once', async () => {
    await neovim.press('x');
    await sent('textDocument/didChange');
    const changes = await neovim.lua(`
      vim.wait(50)
      recorder.sent = {}
      vim.api.nvim_buf_set_lines(0, 0, 0, false, { '-- more' })
      return #recorder.of('textDocument/didChange')`);
    // Neovim's own pace would be 150 ms after the change before.
    expect(changes).toBe(1);
  });

  test(':Whittle edit sends the lines or the whole buffer', async () => {
    expect(await executed('2Whittle edit use a Map')).toEqual([
      'whittle.edit',
      {
        uri: expect.stringContaining('a.lua'),
        range: lineRange(1, 0, 14),
        instruction: 'use a Map',
        wait: true,
      },
    ]);
    await neovim.lua('recorder.sent = {}');
    expect(await executed('Whittle edit simplify')).toEqual([
      'whittle.edit',
      { uri: expect.stringContaining('a.lua'), instruction: 'simplify', wait: true },
    ]);
  });

  test(':Whittle fix sends the diagnostics of the line', async () => {
    await neovim.lua(`vim.diagnostic.set(vim.api.nvim_create_namespace('linter'), 0, {
      { lnum = 0, col = 6, end_col = 13, message = 'unused' },
      { lnum = 1, col = 7, end_col = 14, message = 'Did you mean grüße?', severity = 1, source = 'linter' },
    })`);
    await neovim.press('j');
    expect(await executed('Whittle fix')).toEqual([
      'whittle.fix',
      {
        uri: expect.stringContaining('a.lua'),
        range: lineRange(1, 0, 14),
        diagnostics: [unknownName],
        wait: true,
      },
    ]);
  });

  test.each([
    ['Whittle repeat', ['whittle.repeatEdit', { uri: expect.stringContaining('a.lua'), wait: true }]],
    ['Whittle toggle off lua', ['whittle.toggle', { on: false, language: 'lua' }]],
    ['Whittle toggle', ['whittle.toggle', {}]],
    ['Whittle snooze 5', ['whittle.snooze', { minutes: 5 }]],
    ['Whittle stop', ['whittle.cancel', {}]],
    ['Whittle status', ['whittle.status', {}]],
  ])(':%s', async (command, expected) => {
    expect(await executed(command)).toEqual(expected);
  });

  test('says what the server did not do', async () => {
    const refusal = { ok: false, reason: 'nothing-to-change', message: 'Nothing here fits your last edit.' };
    await neovim.lua("recorder.answers['workspace/executeCommand'] = ...", refusal);
    await neovim.call('nvim_command', 'Whittle repeat');
    await neovim.shows('the sentence', (screen) =>
      screen.lines().some((line) => line.includes(refusal.message)),
    );
  });

  test.each([
    ['toggle', { ok: true, on: false }, 'Whittle is off.'],
    ['toggle on lua', { ok: true, on: true }, 'Whittle is on for lua.'],
    ['snooze 1.5', { ok: true, minutes: 1.5 }, 'Whittle is silent for 1.5 minutes.'],
    ['snooze 0', { ok: true, minutes: 0 }, 'Whittle is not snoozed.'],
    ['snooze soon', undefined, 'Say for how many minutes: `:Whittle snooze 10`; 0 ends it.'],
  ])('%s says what it has done', async (command, answer, sentence) => {
    await neovim.lua("recorder.answers['workspace/executeCommand'] = ...", answer);
    await neovim.call('nvim_command', `Whittle ${command}`);
    await neovim.shows('the sentence', (screen) => screen.lines().includes(sentence));
  });

  test('says that its program cannot be run', async () => {
    await neovim.lua("require('whittle').setup({ cmd = { 'no-such-program', '--stdio' } })");
    await neovim.shows('the sentence', (screen) =>
      screen.lines().includes('Whittle: `no-such-program` cannot be run; see `:checkhealth whittle`.'),
    );
  });

  test('says which commands there are', async () => {
    await neovim.call('nvim_command', 'Whittle dance');
    await neovim.shows('the sentence', (screen) =>
      screen.lines().join('').includes('There is no `:Whittle dance`'),
    );
  });

  test(':checkhealth finds nothing missing', async () => {
    await neovim.call('nvim_command', 'checkhealth whittle');
    const report = await neovim.buffer();
    expect(report).toContain('1.2.3');
    expect(report).not.toMatch(/ERROR|WARNING|Failed/);
  });

  test(':help whittle is there', async () => {
    await neovim.call('nvim_command', `helptags ${join(client, 'doc')}`);
    await neovim.call('nvim_command', 'help whittle-commands');
    expect(await neovim.buffer()).toContain(':Whittle status');
    rmSync(join(client, 'doc/tags'));
  });
});

const taken = { title: 'Accepted', command: 'whittle.accept', arguments: [{ id: 'id-1' }] };

function lineRange(line: number, from: number, to: number): object {
  return { start: { line, character: from }, end: { line, character: to } };
}
