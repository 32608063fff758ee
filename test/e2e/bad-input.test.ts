// Wrong messages, positions, documents, settings and command lines: a correct answer or one clear sentence, never a
// crash and never a hang. After each the server still answers.

import { spawnSync } from 'node:child_process';
import { chmodSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { frame } from '../support/client/framing.ts';
import { ResponseFailure } from '../support/client.ts';
import { machineEnvironment, program, type ServerProcess } from '../support/server-process.ts';
import { type TemporaryProject, temporaryProject } from '../support/temporary-project.ts';

let project: TemporaryProject;

beforeEach(() => {
  project = temporaryProject();
});

const uri = 'file:///project/file.ts';

async function failureOf(answer: Promise<unknown>): Promise<ResponseFailure> {
  const failure = await answer.then(
    (result) => new Error(`no failure, but ${JSON.stringify(result)}`),
    (error: unknown) => error,
  );
  if (!(failure instanceof ResponseFailure)) throw failure;
  return failure;
}

async function stillWorks({ client, exit }: ServerProcess): Promise<void> {
  const text = 'const first = 1;\nconst second = first;\n';
  client.open('file:///project/still.ts', text);
  expect(await client.codeActions('file:///project/still.ts', { start: 0, end: 0 })).toBeInstanceOf(Array);
  expect(await client.execute('whittle.status', {})).toMatchObject({ state: expect.any(String) });
  await client.shutdown();
  expect(await exit).toEqual({ code: 0, signal: null });
}

describe('messages', () => {
  test('requests before initialize are answered ServerNotInitialized, notifications are dropped', async () => {
    const server = project.start();
    const { client } = server;
    client.notify('textDocument/didOpen', {
      textDocument: { uri, languageId: 'typescript', version: 1, text: '' },
    });
    const early = client.request('textDocument/inlineCompletion', {
      textDocument: { uri },
      position: { line: 0, character: 0 },
    });
    expect((await failureOf(early)).code).toBe(-32002);
    expect((await failureOf(client.request('shutdown', undefined))).code).toBe(-32002);
    await client.initialize();
    await stillWorks(server);
  });

  test('requests between initialize and initialized are answered', async () => {
    const server = project.start();
    const { client } = server;
    client.acceptInitialize((await client.request('initialize', client.initializeParams())) as never);
    client.open(uri, 'const first = 1;\n');
    expect(await client.inlineCompletions(uri, 0)).toBeInstanceOf(Array);
    await stillWorks(server);
  });

  test('a second initialize and a request after shutdown are refused', async () => {
    const { client, exit } = await project.initialized();
    expect((await failureOf(client.request('initialize', client.initializeParams()))).code).toBe(-32600);
    await client.request('shutdown', undefined);
    expect(
      (await failureOf(client.request('workspace/executeCommand', { command: 'whittle.status' }))).code,
    ).toBe(-32600);
    client.notify('exit', undefined);
    expect(await exit).toEqual({ code: 0, signal: null });
  });

  test('an unknown request is answered MethodNotFound, an unknown notification is ignored', async () => {
    const server = await project.initialized();
    const failure = await failureOf(server.client.request('textDocument/hover', {}));
    expect(failure.code).toBe(-32601);
    expect(failure.message).toContain('textDocument/hover');
    server.client.notify('$/unheardOf', { any: 'thing' });
    server.client.notify('unheard/of', [1]);
    await stillWorks(server);
  });

  const at = { line: 0, character: 0 };
  test.each<[string, unknown, string]>([
    ['textDocument/inlineCompletion', { position: at }, 'textDocument'],
    ['textDocument/inlineCompletion', { textDocument: { uri: 5 }, position: at }, 'textDocument.uri'],
    ['textDocument/inlineCompletion', { textDocument: { uri } }, 'position'],
    [
      'textDocument/inlineCompletion',
      { textDocument: { uri }, position: { line: 'x', character: 0 } },
      'position.line',
    ],
    [
      'textDocument/inlineCompletion',
      { textDocument: { uri }, position: { line: -1, character: 0 } },
      'position.line',
    ],
    [
      'textDocument/codeAction',
      { textDocument: { uri }, range: { start: at }, context: { diagnostics: [] } },
      'range.end',
    ],
    ['textDocument/codeAction', { textDocument: { uri }, range: { start: at, end: at } }, 'context'],
    ['workspace/executeCommand', {}, 'command'],
    ['workspace/executeCommand', { command: 'whittle.edit', arguments: [{ uri }] }, 'instruction'],
    ['workspace/executeCommand', { command: 'whittle.dance', arguments: [] }, 'command'],
    ['workspace/executeCommand', { command: 'whittle.snooze', arguments: [{ minutes: 'many' }] }, 'minutes'],
    ['workspace/executeCommand', { command: 'whittle.edit', arguments: 'x' }, 'arguments'],
  ])('%s %j is refused, naming %s', async (method, params, field) => {
    const server = await project.initialized();
    server.client.open(uri, 'const first = 1;\n');
    const failure = await failureOf(server.client.request(method, params));
    expect(failure.code).toBe(-32602);
    expect(failure.message).toContain(`'${field}'`);
    await stillWorks(server);
  });

  test('a malformed change leaves the document as it was', async () => {
    const server = await project.initialized();
    const { client } = server;
    client.open(uri, 'const first = 1;\n');
    client.notify('textDocument/didChange', {
      textDocument: { uri, version: 2 },
      contentChanges: [{ range: 7, text: 'x' }],
    });
    client.notify('textDocument/didChange', {
      textDocument: { uri: 'file:///never-opened.ts', version: 2 },
      contentChanges: [{ text: 'x' }],
    });
    client.notify('textDocument/didClose', { textDocument: { uri: 'file:///never-opened.ts' } });
    expect(await client.inlineCompletions(uri, 0)).toBeInstanceOf(Array);
    await stillWorks(server);
  });

  test('a body that is no JSON does not end the server', async () => {
    const server = await project.initialized();
    server.client.writeRaw('Content-Length: 5\r\n\r\n{"a":');
    server.client.writeRaw(frame({ jsonrpc: '2.0' }));
    server.client.writeRaw(frame([1, 2]));
    await stillWorks(server);
  });
});

describe('positions past the end', () => {
  const far = { line: 400, character: 400 };
  test.each<[string, object]>([
    ['textDocument/inlineCompletion', { position: far, context: { triggerKind: 1 } }],
    [
      'textDocument/inlineCompletion',
      { position: { line: 0, character: 4000000000 }, context: { triggerKind: 1 } },
    ],
    ['textDocument/codeAction', { range: { start: far, end: far }, context: { diagnostics: [] } }],
    [
      'textDocument/codeAction',
      { range: { start: far, end: { line: 0, character: 0 } }, context: { diagnostics: [] } },
    ],
  ])('%s %j is answered', async (method, params) => {
    const server = await project.initialized();
    server.client.open(uri, 'const first = 1;\n');
    await server.client.request(method, { textDocument: { uri }, ...params });
    await stillWorks(server);
  });

  test('of a change: it lands at the end', async () => {
    const server = await project.initialized();
    const { client } = server;
    client.open(uri, 'a(first);\n');
    client.notify('textDocument/didChange', {
      textDocument: { uri, version: 2 },
      contentChanges: [{ range: { start: far, end: far }, text: 'b(first);\n' }],
    });
    const outcome = await client.execute('whittle.edit', {
      uri,
      range: { start: far, end: far },
      instruction: 'compose a sonnet',
      wait: true,
    });
    expect(outcome).toMatchObject({ ok: false });
    await stillWorks(server);
  });

  test('of a document that is not open: nothing to suggest', async () => {
    const server = await project.initialized();
    const { client } = server;
    const params = {
      textDocument: { uri: 'file:///nowhere.ts' },
      position: far,
      context: { triggerKind: 1 },
    };
    expect(await client.request('textDocument/inlineCompletion', params)).toEqual({ items: [] });
    const outcome = await client.execute('whittle.edit', {
      uri: 'file:///nowhere.ts',
      instruction: 'sort',
      wait: true,
    });
    expect(outcome).toMatchObject({ ok: false, message: expect.stringMatching(/\.$/) });
    await stillWorks(server);
  });
});

describe('documents', () => {
  test.each<[string, string]>([
    ['binary', String.fromCharCode(...Array.from({ length: 20_000 }, (_, i) => (i * 7919) % 256))],
    ['broken surrogates', '\ud800 const \udc00 = "\ud800";\n'.repeat(50)],
    ['one line of a million characters', `const x = "${'abc '.repeat(250_000)}";`],
    [
      '100,000 lines',
      Array.from({ length: 100_000 }, (_, i) => `export const value${i} = compute(${i % 97});`).join('\n'),
    ],
    ['every line ending', 'a = 1\rb = 2\r\nc = 3\n\rd = 4\u2028e = 5'],
    ['nothing', ''],
  ])('%s', async (_, text) => {
    const server = await project.initialized();
    const { client } = server;
    client.open(uri, text);
    const at = client.type(uri, Math.floor(text.length / 2), 'co');
    expect(await client.inlineCompletions(uri, at, 'invoked')).toBeInstanceOf(Array);
    expect(await client.codeActions(uri, { start: at, end: at })).toBeInstanceOf(Array);
    await stillWorks(server);
  });

  test('a workspace with files that cannot be read, links in a circle and a binary file', async () => {
    writeFileSync(join(project.path, 'secret.ts'), 'const x = 1;');
    chmodSync(join(project.path, 'secret.ts'), 0);
    writeFileSync(
      join(project.path, 'image.ts'),
      Buffer.from(Array.from({ length: 100_000 }, (_, i) => (i * 31) % 256)),
    );
    symlinkSync(project.path, join(project.path, 'again'));
    const server = await project.initialized();
    server.client.open(project.uriOf('file.ts'), 'const x = 1;\n');
    expect(await server.client.inlineCompletions(project.uriOf('file.ts'), 0)).toBeInstanceOf(Array);
    await stillWorks(server);
  });

  test('a workspace folder that does not exist', async () => {
    const server = await project.initialized({ folders: [join(project.path, 'gone')] });
    server.client.open(uri, 'const x = 1;\n');
    expect(await server.client.inlineCompletions(uri, 0)).toBeInstanceOf(Array);
    await stillWorks(server);
  });

  test('an untitled document, without any folder', async () => {
    const server = await project.initialized({ folders: [] });
    const untitled = 'untitled:Untitled-1';
    server.client.open(untitled, 'run(first);\nrun(second);\n');
    const at = server.client.after(untitled, 'run');
    server.client.change(untitled, { start: 0, end: at, text: 'start' });
    const [repeat] = await server.client.codeActions(untitled, { start: 1, end: 1 });
    await server.client.runAndLand(repeat ?? { title: 'none' });
    expect(server.client.text(untitled)).toBe('start(first);\nstart(second);\n');
    await stillWorks(server);
  });
});

describe('settings', () => {
  test.each<[string, unknown, string]>([
    ['a wrong type', { whittle: { completion: { maxLines: 'many' } } }, 'completion.maxLines'],
    ['an unknown key', { whittle: { completoin: { enabled: false } } }, 'completoin'],
    ['a wrong address', { whittle: { model: { url: 'ftp://example' } } }, 'model.url'],
  ])('%s: a warning that names the key', async (_, settings, key) => {
    const server = await project.initialized({ settings });
    await server.client.notification('window/showMessage', (params) => JSON.stringify(params).includes(key));
    await stillWorks(server);
  });

  test.each<[string, unknown]>([
    ['nothing', null],
    ['an empty object', {}],
    ['an empty section', { whittle: {} }],
    ['null', { whittle: null }],
    [
      'what other clients send along',
      { editorInfo: { name: 'x' }, telemetry: { telemetryLevel: 'off' }, http: { proxy: '' } },
    ],
  ])('%s: no word about it', async (_, settings) => {
    const server = await project.initialized({ settings, initializationOptions: settings });
    await server.client.execute('whittle.status', {});
    expect(server.client.messages).toEqual([]);
    await stillWorks(server);
  });

  test.each<[string, unknown]>([
    ['a text', 'whittle'],
    ['a list', [1, 2]],
    ['a number', 5],
    ['nested too deep', { whittle: { model: { model: { model: { model: 1 } } } } }],
  ])('%s as initializationOptions: the server starts', async (_, initializationOptions) => {
    await stillWorks(await project.initialized({ initializationOptions }));
  });

  test('a .whittle.json of a cloned repository cannot choose where text goes, and is told so', async () => {
    writeFileSync(
      join(project.path, '.whittle.json'),
      JSON.stringify({ model: { url: 'ws://127.0.0.1:9/v1/responses' } }),
    );
    const server = await project.initialized();
    await server.client.notification('window/showMessage', (params) =>
      JSON.stringify(params).includes('.whittle.json'),
    );
    expect(await server.client.execute('whittle.status', {})).toMatchObject({ model: 'embedded' });
    await stillWorks(server);
  });

  test('a .whittle.json that is no JSON: a warning that names it', async () => {
    writeFileSync(join(project.path, '.whittle.json'), '{ "enabled": fal');
    const server = await project.initialized();
    await server.client.notification('window/showMessage', (params) =>
      JSON.stringify(params).includes('.whittle.json'),
    );
    await stillWorks(server);
  });
});

describe('the command line', () => {
  function whittle(...args: readonly string[]) {
    const result = spawnSync(process.execPath, [program, ...args], {
      encoding: 'utf8',
      env: machineEnvironment(),
      cwd: project.path,
      timeout: 20_000,
    });
    return { code: result.status, out: result.stdout, said: result.stderr.trim() };
  }

  test.each<[string, readonly string[], RegExp]>([
    ['no command', [], /command/],
    ['an unknown flag', ['--stdoi'], /--stdoi/],
    ['an unknown command', ['sing'], /sing/],
    ['an unknown flag of a command', ['try', '--loud', 'x.ts'], /--loud/],
    ['edit without an instruction', ['edit', 'x.ts'], /instruction/],
    ['a port that is none', ['serve', '--port', 'x'], /--port/],
    ['a pipe without a name', ['--pipe='], /--pipe/],
  ])('%s: code 2 and one sentence', (_, args, naming) => {
    const { code, out, said } = whittle(...args);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(said.split('\n')).toHaveLength(1);
    expect(said).toMatch(naming);
  });

  test.each<readonly string[]>([
    ['try', 'missing.ts'],
    ['edit', 'missing.ts', 'sort'],
    ['try', '.'],
  ])('%s %s: one sentence that names the file', (...args) => {
    const { code, said } = whittle(...args);
    expect(code).toBeGreaterThanOrEqual(2);
    expect(said.split('\n')).toHaveLength(1);
    expect(said).toContain(args[1]);
  });

  test('a port in use: code 4 and one sentence', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => taken.once('listening', resolve));
    const address = taken.address();
    const port = typeof address === 'object' && address ? String(address.port) : '';
    const { code, said } = whittle('serve', '--port', port);
    taken.close();
    expect(code).toBe(4);
    expect(said.split('\n')).toHaveLength(1);
    expect(said).toContain(port);
  });

  test('flags that clients add are no error', async () => {
    await stillWorks(
      await project.initialized({ args: ['--stdio', '--clientProcessId=1', '--node-ipc', '--verbose'] }),
    );
  });
});
