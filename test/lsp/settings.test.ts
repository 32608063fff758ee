/** Settings as clients bring them: asked for, pushed, in one object for all, from the environment and the workspace. */

import { rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { type EditorName, editors } from '../support/client/editor.ts';
import { temporaryFolder } from '../support/folder.ts';
import { ghostScene } from '../support/ghost.ts';
import { openServer, startTestServer } from '../support/server.ts';

const uri = 'file:///a.ts';
const manual = { completion: { mode: 'manual' } };

describe('each way in', () => {
  const ways: readonly (readonly [string, Parameters<typeof openServer>[0]])[] = [
    ['asked for', { settings: { whittle: manual } }],
    [
      'pushed, by a client that cannot be asked',
      { editor: 'neovim', settings: { whittle: manual }, capabilities: { workspace: { applyEdit: true } } },
    ],
    ['initializationOptions', { initializationOptions: manual }],
    ['initializationOptions, wrapped', { initializationOptions: { whittle: manual } }],
    [
      'Helix: the same bare object for all three',
      { editor: 'helix', settings: manual, initializationOptions: manual },
    ],
    ['Helix: bare, and only what is pushed and asked for', { editor: 'helix', settings: manual }],
    ['Neovim: pushed and asked for', { editor: 'neovim', settings: { whittle: manual } }],
    [
      'with what other clients send along',
      { settings: { whittle: { ...manual, editorInfo: {}, http: {}, telemetry: null } } },
    ],
  ];
  test.each(ways)('%s', async (_, options) => {
    const { settings, client, settled } = await openServer(options);
    await settled();
    expect(settings().completion.mode).toBe('manual');
    expect(client.messages).toEqual([]);
  });

  test('the environment, and what is set over it', async () => {
    const environment = {
      WHITTLE_URL: 'wss://example.com/v1/responses',
      WHITTLE_MODEL: 'm',
      WHITTLE_LOG: 'Debug',
    };
    const server = await openServer({ environment, settings: { whittle: { model: { name: 'other' } } } });
    expect(server.settings()).toMatchObject({
      model: { url: 'wss://example.com/v1/responses', name: 'other' },
      log: { level: 'debug' },
    });
  });

  test('`null` and `{}` change nothing', async () => {
    const { settings } = await openServer({
      settings: { whittle: null },
      initializationOptions: { whittle: manual },
    });
    expect(settings().completion.mode).toBe('manual');
  });

  test.each([
    [[]],
    [{ whittle: [] }],
    [{ whittle: { model: [], edit: { model: [] }, actions: { custom: {} }, privacy: { exclude: {} } } }],
    [{ whittle: { model: { headers: [] }, completion: { languages: {} } } }],
  ])('%j of Lua, which has one word for both, neither, and nothing is said', async (settings) => {
    const initializationOptions = { whittle: manual };
    const { settings: inForce, client } = await openServer({ settings, initializationOptions });
    expect(inForce()).toMatchObject({ ...manual, model: { headers: {} }, actions: { custom: [] } });
    expect(client.messages).toEqual([]);
  });
});

/** One setting changes while an answer is under way. */
async function underWay(before: object, after: object): Promise<'goes on' | 'is let go'> {
  const tree: { whittle: object } = { whittle: before };
  const { client, model, settled, ask } = await ghostScene('let █', { settings: tree });
  const asked = ask();
  const answer = await model.asked(0);
  tree.whittle = after;
  client.notify('workspace/didChangeConfiguration', { settings: null });
  await settled();
  const outcome = answer.isOpen ? 'goes on' : 'is let go';
  for (const each of model.asks) each.end('a = 1;');
  await asked;
  return outcome;
}

describe('an answer under way', () => {
  test.each([
    [{ log: { level: 'info' } }, { log: { level: 'warn' } }, 'goes on'],
    [{ review: { onSave: false } }, { review: { onSave: true } }, 'goes on'],
    [{ nextEdit: { enabled: true } }, { nextEdit: { enabled: false } }, 'goes on'],
    [{ edit: { live: false } }, { edit: { live: true } }, 'goes on'],
    [{ completion: { maxLines: 9 } }, { completion: { maxLines: 8 } }, 'is let go'],
    [{ privacy: { exclude: [] } }, { privacy: { exclude: ['b'] } }, 'is let go'],
  ])('where %j becomes %j %s', async (before, after, outcome) => {
    expect(await underWay(before, after)).toBe(outcome);
  });
});

describe('changes', () => {
  test('a push that says nothing asks again', async () => {
    const tree = { whittle: { completion: { mode: 'auto' } } };
    const { client, settings, settled } = await openServer({ settings: tree });
    tree.whittle.completion.mode = 'manual';
    client.notify('workspace/didChangeConfiguration', { settings: null });
    await settled();
    await settled();
    expect(settings().completion.mode).toBe('manual');
  });

  test('a push of `{}` beside what is asked for lets nothing go meanwhile', async () => {
    const settings = { whittle: { privacy: { exclude: ['secret.*'] } } };
    const { client, status, settings: inForce, settled } = await openServer({ settings });
    const answers = client.holdReplies();
    client.notify('workspace/didChangeConfiguration', { settings: {} });
    await status();
    await settled();
    expect(inForce().privacy.exclude).toEqual(['secret.*']);
    answers.release();
    await settled();
    expect(inForce().privacy.exclude).toEqual(['secret.*']);
  });

  test('what was set is taken back', async () => {
    const tree: { whittle: object | null } = { whittle: manual };
    const { client, settings, settled } = await openServer({ settings: tree });
    tree.whittle = null;
    client.notify('workspace/didChangeConfiguration', { settings: null });
    await settled();
    await settled();
    expect(settings().completion.mode).toBe('auto');
  });

  test('the client is asked to tell of changes where it can be', async () => {
    const { client } = await openServer({ editor: 'vscode' });
    expect(client.transcript.filter((line) => line.includes('client/registerCapability'))).toHaveLength(1);
    const neovim = await openServer({ editor: 'neovim' });
    expect(neovim.client.transcript.filter((line) => line.includes('registerCapability'))).toEqual([]);
  });

  test.each<EditorName>(['eglot', 'lsp-mode'])('%s is not asked to watch files', async (editor) => {
    const workspace = { ...editors[editor].capabilities.workspace };
    const capabilities = {
      workspace: { ...workspace, didChangeWatchedFiles: { dynamicRegistration: true } },
    };
    const { client } = await openServer({ editor, capabilities });
    expect(client.transcript.filter((line) => line.includes('registerCapability'))).toEqual([]);
  });

  test('a setting that is the same again disturbs nothing', async () => {
    const { client, model, settled } = await openServer();
    client.open(uri, 'let ');
    const asked = client.inlineCompletions(uri, 4);
    const ask = await model.asked(0);
    client.notify('workspace/didChangeConfiguration', { settings: { whittle: {} } });
    await settled();
    ask.end('x');
    expect(await asked).toHaveLength(1);
  });

  test('switched off while a model answers: nothing is shown', async () => {
    const tree = { whittle: { enabled: true } };
    const { client, model, settled, status } = await openServer({ settings: tree });
    client.open(uri, 'let ');
    const asked = client.inlineCompletions(uri, 4);
    const ask = await model.asked(0);
    tree.whittle.enabled = false;
    client.notify('workspace/didChangeConfiguration', { settings: null });
    await settled();
    await settled();
    ask.end('x');
    expect(await asked).toEqual([]);
    expect(await client.inlineCompletions(uri, 4)).toEqual([]);
    expect(await status()).toMatchObject({ enabled: false, lastSilence: 'disabled' });
  });
});

describe('warnings', () => {
  test('are said once, and name the key', async () => {
    const settings = { whittle: { completion: { maxLines: 'many' }, colour: 'red' } };
    const { client, settled } = await openServer({ settings, editor: 'neovim' });
    for (let i = 0; i < 3; i++) {
      client.notify('workspace/didChangeConfiguration', { settings: null });
      await settled();
    }
    expect(client.messages.filter((message) => message.includes('completion.maxLines'))).toHaveLength(1);
    expect(client.messages.filter((message) => message.includes('colour'))).toHaveLength(1);
  });

  test('a log file that cannot be written is said in the editor', async () => {
    const { client, logFile, settled } = await openServer({
      settings: { whittle: { log: { file: '~/a.log' } } },
    });
    expect(logFile.path).toBe('~/a.log');
    logFile.failed('It cannot be.');
    await settled();
    expect(client.messages).toEqual(['Whittle: It cannot be.']);
  });

  test.each([7, 'x', [], [[]], { whittle: 7 }, { whittle: { model: 'x' } }])(
    '%j is no crash',
    async (settings) => {
      const { client, settings: inForce, settled } = await openServer({ initializationOptions: settings });
      client.notify('workspace/didChangeConfiguration', { settings });
      await settled();
      expect(inForce().enabled).toBe(true);
    },
  );
});

describe('before the settings are known', () => {
  test('nothing is asked; what was asked meanwhile goes on then', async () => {
    const { client, model, settled } = startTestServer({
      settings: { whittle: { completion: { maxLines: 3 } } },
    });
    // The client is slow to answer: its answer is held back.
    const answers = client.holdReplies();
    await client.initialize();
    client.open(uri, 'let ');
    const asked = client.inlineCompletions(uri, 4);
    await settled();
    expect([model.asks, model.told]).toEqual([[], []]);
    answers.release();
    const ask = await model.asked(0);
    expect(ask.ask).toMatchObject({ maxLines: 3 });
    ask.end('x');
    expect(await asked).toHaveLength(1);
  });

  test('nothing is asked ahead of a request for what is typed', async () => {
    const { client, model, settled } = startTestServer();
    const answers = client.holdReplies();
    await client.initialize();
    client.open(uri, 'let ');
    client.change(uri, { start: 4, end: 4, text: 'a' });
    await settled();
    expect(model.asks).toEqual([]);
    answers.release();
    await settled();
    client.change(uri, { start: 5, end: 5, text: 'b' });
    await settled();
    expect(model.asks).toHaveLength(1);
  });

  test('a cursor from before is carried over what is typed meanwhile', async () => {
    const { client, model, settled } = startTestServer();
    const answers = client.holdReplies();
    await client.initialize();
    client.open(uri, 'let ');
    const asked = client.inlineCompletions(uri, 4);
    client.change(uri, { start: 0, end: 0, text: '// line\n' });
    await settled();
    answers.release();
    const ask = await model.asked(0);
    expect(ask.ask).toMatchObject({ cursor: 12 });
    ask.end('x');
    expect(await asked).toMatchObject([{ range: { start: { line: 1, character: 4 } } }]);
  });

  test('a client that never answers is not waited for after two seconds', async () => {
    const { client, model, clock, settled } = startTestServer({ initializationOptions: { whittle: manual } });
    client.holdReplies();
    await client.initialize();
    client.open(uri, 'let ');
    const asked = client.inlineCompletions(uri, 4, 'invoked');
    await settled();
    clock.advance(1_999);
    await settled();
    expect(model.asks).toEqual([]);
    clock.advance(1);
    (await model.asked(0)).end('x');
    expect(await asked).toHaveLength(1);
    // Where nothing was asked for.
    expect(await client.inlineCompletions(uri, 0)).toHaveLength(0);
    client.notify('workspace/didChangeConfiguration', {
      settings: { whittle: { completion: { mode: 'auto' } } },
    });
    await settled();
    model.script = () => 'y';
    expect(await client.inlineCompletions(uri, 4)).toHaveLength(1);
  });

  test('ended meanwhile', async () => {
    const { client, clock, dispose, model } = startTestServer();
    client.holdReplies();
    await client.initialize();
    client.open(uri, 'let ');
    const asked = client.inlineCompletions(uri, 4).catch(() => 'lost');
    await dispose();
    expect(clock.pending()).toBe(0);
    expect(model.asks).toEqual([]);
    client.endInput();
    void asked;
  });
});

describe('.whittle.json', () => {
  test('narrows, and widens nothing', async () => {
    const folder = temporaryFolder({
      '.whittle.json': `{ // ours
        "completion": { "maxLines": 2 },
        "privacy": { "exclude": ["vendor/**"], "redactSecrets": false },
        "model": { "url": "wss://evil.example/v1/responses" },
      }`,
    });
    const { settings, client } = await openServer({ folders: [folder] });
    expect(settings()).toMatchObject({
      completion: { maxLines: 2 },
      model: { url: 'local' },
      privacy: { redactSecrets: true, exclude: ['vendor/**'] },
    });
    expect(client.messages.join('\n')).toMatch(/model/);
  });

  test('what it excludes is never asked about', async () => {
    const folder = temporaryFolder({
      '.whittle.json': JSON.stringify({ privacy: { exclude: ['vendor/**'] } }),
      'vendor/a.ts': '',
    });
    const { client, model, status } = await openServer({ folders: [folder] });
    const excluded = `file://${folder}/vendor/a.ts`;
    client.open(excluded, 'let ');
    expect(await client.inlineCompletions(excluded, 4, 'invoked')).toEqual([]);
    expect(await status()).toMatchObject({ lastSilence: 'excluded' });
    expect(
      await client.execute('whittle.edit', { uri: excluded, instruction: 'x', wait: true }),
    ).toMatchObject({
      ok: false,
      reason: 'excluded',
    });
    expect(model.asks).toEqual([]);
    expect(model.told.map(({ kind }) => kind)).toEqual(['folders']);
  });

  test('broken, it is ignored with one sentence', async () => {
    const folder = temporaryFolder({ '.whittle.json': '{' });
    const { client, settings } = await openServer({ folders: [folder] });
    expect(client.messages).toEqual([
      expect.stringMatching(/\.whittle\.json is not valid JSON; it is ignored\.$/),
    ]);
    expect(settings().enabled).toBe(true);
  });

  test('saved in the editor, it holds at once; spoilt, as it was; removed, no longer', async () => {
    const folder = temporaryFolder();
    const file = path.join(folder, '.whittle.json');
    const { client, settings, settled } = await openServer({ folders: [folder] });
    const saved = () => client.notify('textDocument/didSave', { textDocument: { uri: `file://${file}` } });
    writeFileSync(file, '{"privacy": {"exclude": ["vendor/**"]}}');
    saved();
    while (settings().privacy.exclude.length === 0) await settled();
    expect(settings().privacy.exclude).toEqual(['vendor/**']);

    writeFileSync(file, '{"privacy": {"exclude": ["vendor/**", "more]}}');
    saved();
    while (client.messages.length === 0) await settled();
    expect(client.messages).toEqual([
      expect.stringMatching(/\.whittle\.json is not valid JSON; what it said before holds\.$/),
    ]);
    expect(settings().privacy.exclude).toEqual(['vendor/**']);

    rmSync(file);
    saved();
    while (settings().privacy.exclude.length > 0) await settled();
  });

  test('changed outside of the editor, where that tells of it', async () => {
    const folder = temporaryFolder();
    const file = path.join(folder, '.whittle.json');
    const { client, settings, settled } = await openServer({
      folders: [folder],
      capabilities: { workspace: { didChangeWatchedFiles: { dynamicRegistration: true } } },
    });
    expect(client.transcript.filter((line) => line.includes('client/registerCapability'))).toHaveLength(1);
    writeFileSync(file, '{"enabled": false}');
    const changes = [{ uri: `file://${file}`, type: 1 }];
    client.notify('workspace/didChangeWatchedFiles', { changes });
    while (settings().enabled) await settled();
  });
});

test.each<[EditorName, boolean]>([
  ['plain', false],
  ['neovim', false],
  ['vscode', false],
  ['helix', true],
  ['eglot', true],
  ['lsp-mode', true],
  ['minimal', true],
])('%s: completion is announced %s, inline completion always', async (editor, announced) => {
  const { client } = await openServer({ editor });
  const capabilities = client.initialized?.capabilities;
  expect('completionProvider' in (capabilities ?? {})).toBe(announced);
  expect(capabilities?.inlineCompletionProvider).toBeDefined();
});

test('an inline completion declared in Lua, with nothing in it, is one', async () => {
  const { client } = await openServer({ capabilities: { textDocument: { inlineCompletion: [] as object } } });
  expect(client.initialized?.capabilities).not.toHaveProperty('completionProvider');
});
