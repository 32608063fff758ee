// The built server over real standard input and output, driven by a scripted client that behaves as editors do.

import { execFile, execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import type { CodeAction, Diagnostic } from 'vscode-languageserver';
import type { Encoding } from '../support/client/document.ts';
import type { EditorName } from '../support/client/editor.ts';
import { type Client, ResponseFailure } from '../support/client.ts';
import { source } from '../support/log-module.ts';
import { begin, reply, type Step, startModelServer } from '../support/model-server.ts';
import { descendants, survivors } from '../support/processes.ts';
import { program, type ServerProcess, type ServerProcessOptions } from '../support/server-process.ts';
import { type TemporaryProject, temporaryProject } from '../support/temporary-project.ts';

let project: TemporaryProject;

beforeEach(() => {
  project = temporaryProject();
});

/** A server whose editor has the module open. */
async function opened(options: ServerProcessOptions = {}) {
  const server = await project.initialized(options);
  const uri = project.uriOf('file.ts');
  server.client.open(uri, source);
  return { server, client: server.client, uri };
}

/** The same, with a model that answers so. */
async function openedBefore(answer: readonly Step[]) {
  const model = await startModelServer({ answer: () => answer });
  onTestFinished(model.close);
  const env = { WHITTLE_URL: model.url, WHITTLE_MODEL: 'test' };
  return { model, ...(await opened({ env })) };
}

/** Types until something is suggested; the offset where it was. */
async function typeUntilShown(client: Client, uri: string, at: number, text: string) {
  let offset = at;
  for (const character of text) {
    offset = client.type(uri, offset, character);
    const [item] = await client.inlineCompletions(uri, offset);
    if (item) return { offset, item };
  }
  throw new Error(`nothing was suggested while typing ${JSON.stringify(text)}`);
}

async function action(
  client: Client,
  uri: string,
  at: number,
  title: RegExp,
  diagnostics: readonly Diagnostic[] = [],
): Promise<CodeAction> {
  const actions = await client.codeActions(uri, { start: at, end: at }, { diagnostics });
  const found = actions.find((one) => title.test(one.title));
  if (!found) throw new Error(`no action ${title} among ${JSON.stringify(actions.map((one) => one.title))}`);
  return found;
}

async function endsCleanly({ client, exit, pid, complaints }: ServerProcess): Promise<void> {
  const family = [pid, ...descendants(pid)];
  await client.shutdown();
  expect(await exit).toEqual({ code: 0, signal: null });
  expect(await survivors(family, 2000)).toEqual([]);
  expect(complaints()).toBe('');
}

/** What a type checker says about a name it does not know. */
function misspelt(client: Client, uri: string, name: string, meant: string): Diagnostic {
  const start = client.text(uri).indexOf(name);
  return {
    range: client.range(uri, start, start + name.length),
    message: `Cannot find name '${name}'. Did you mean '${meant}'?`,
    severity: 1,
    code: 2552,
    source: 'ts',
  };
}

describe('a whole session', () => {
  test.each<EditorName>(['plain', 'neovim', 'vscode', 'lsp-mode'])(
    'as %s: ghost text, accept, repeat an edit, fix a diagnostic, shutdown',
    async (editor) => {
      const { server, client, uri } = await opened({ editor });

      const body = client.after(uri, 'write(name: string): void {\n');
      const { offset, item } = await typeUntilShown(client, uri, body, '  log.info(');
      const end = await client.accept(uri, offset, item);
      expect(client.text(uri).slice(body, end)).toMatch(/^ +log/);
      client.undo(uri);
      client.change(uri, { start: body, end: client.text(uri).lastIndexOf('}'), text: '' });
      expect(client.text(uri)).toBe(source);

      await repeatsTheLastEdit(client, uri);
      await fixesTheDiagnostic(client, uri);
      await endsCleanly(server);
    },
  );

  async function repeatsTheLastEdit(client: Client, uri: string): Promise<void> {
    const at = client.text(uri).indexOf('log.info');
    client.change(uri, { start: at + 4, end: at + 8, text: 'debug' });
    const before = client.text(uri);
    await client.runAndLand(await action(client, uri, at, /^Repeat my last edit \(2 places\)$/));
    expect(client.text(uri)).toBe(source.replaceAll('log.info', 'log.debug'));
    client.undo(uri);
    expect(client.text(uri)).toBe(before);
  }

  async function fixesTheDiagnostic(client: Client, uri: string): Promise<void> {
    const body = client.after(uri, 'write(name: string): void {\n');
    client.change(uri, { start: body, end: body, text: '  log.info(nmae);\n' });
    const before = client.text(uri);
    const diagnostic = misspelt(client, uri, 'nmae', 'name');
    const fix = await action(client, uri, before.indexOf('nmae'), /^Fix: Cannot find name 'nmae'/, [
      diagnostic,
    ]);
    expect(fix.kind).toBe('quickfix');
    await client.runAndLand(fix);
    expect(client.text(uri)).toBe(before.replace('nmae', 'name'));
    client.undo(uri);
    expect(client.text(uri)).toBe(before);
  }

  test.each<EditorName>(['helix', 'eglot'])(
    'as %s: the suggestion is an entry of the completion menu',
    async (editor) => {
      const { server, client, uri } = await opened({ editor });
      const body = client.after(uri, 'write(name: string): void {\n');
      const offset = client.type(uri, body, '  log.');
      const { isIncomplete, items } = await client.completions(uri, offset);
      expect(isIncomplete).toBe(true);
      expect(items).toHaveLength(1);
      await client.acceptCompletion(uri, items[0] ?? { label: '' });
      expect(client.text(uri).slice(body)).toMatch(/^ {2}log\.\w+/);
      await endsCleanly(server);
    },
  );

  test.each<Encoding>(['utf-8', 'utf-16', 'utf-32'])('in %s', async (encoding) => {
    const server = await project.initialized({ encodings: [encoding] });
    const { client } = server;
    expect(client.initialized?.capabilities.positionEncoding).toBe(encoding);
    const uri = project.uriOf('grüße.ts');
    const text = "gruß('👋', wärme); gruß('ä', wärme);\ngruß('👋👋', wärme);\n";
    client.open(uri, text);
    const start = text.indexOf('wärme');
    client.change(uri, { start, end: start + 5, text: 'kälte' });
    await client.runAndLand(await action(client, uri, start, /^Repeat my last edit \(2 places\)$/));
    expect(client.text(uri)).toBe(text.replaceAll('wärme', 'kälte'));
    await endsCleanly(server);
  });

  test('the diagnostics of other servers, passed by a notification', async () => {
    const server = await project.initialized({ editor: 'neovim' });
    const { client } = server;
    const uri = project.uriOf('file.ts');
    client.open(uri, 'const total = 1;\nreturn totl;\n');
    client.passDiagnostics(uri, [misspelt(client, uri, 'totl', 'total')]);
    await client.runAndLand(await action(client, uri, client.text(uri).indexOf('totl'), /^Fix: /));
    expect(client.text(uri)).toBe('const total = 1;\nreturn total;\n');
    await endsCleanly(server);
  });

  test('commands that wait answer with the outcome, expected failures too', async () => {
    const { server, client, uri } = await opened();
    expect(await client.execute('whittle.repeatEdit', { uri, wait: true })).toMatchObject({
      ok: false,
      reason: expect.any(String),
      message: expect.stringMatching(/^[A-Z].*\.$/),
    });
    expect(
      await client.execute('whittle.edit', { uri, instruction: 'compose a sonnet', wait: true }),
    ).toMatchObject({
      ok: false,
      message: expect.stringMatching(/^[A-Z].*\.$/),
    });
    expect(client.text(uri)).toBe(source);
    await endsCleanly(server);
  });

  test('switched off it is silent, switched on again it is not', async () => {
    const { server, client, uri } = await opened();
    const { offset } = await typeUntilShown(
      client,
      uri,
      client.after(uri, 'write(name: string): void {\n'),
      '  log.',
    );
    await client.execute('whittle.toggle', { on: false });
    expect(await client.inlineCompletions(uri, offset)).toEqual([]);
    await client.execute('whittle.toggle', { on: true });
    expect(await client.inlineCompletions(uri, offset)).not.toEqual([]);
    await endsCleanly(server);
  });
});

describe('a model over a WebSocket', () => {
  test('edits as it says, whole', async () => {
    const block =
      "<<<<<<< SEARCH\n  log.info('read', { name });\n=======\n  log.warn('read', { name });\n>>>>>>> REPLACE";
    const { model, server, client, uri } = await openedBefore(reply(block, { pieces: 7 }));
    const outcome = await client.execute('whittle.edit', {
      uri,
      instruction: 'warn when reading',
      wait: true,
    });
    expect(outcome).toMatchObject({ ok: true });
    expect(client.text(uri)).toBe(source.replace("info('read'", "warn('read'"));
    expect(model.violations).toEqual([]);
    await endsCleanly(server);
  });

  test('that stalls is cancelled at once', async () => {
    const { model, server, client, uri } = await openedBefore([...begin(), { hold: 'for ever' }]);
    const at = client.type(uri, client.after(uri, 'write(name: string): void {\n'), '  log.');
    const pending = client.start(
      'textDocument/inlineCompletion',
      client.inlineCompletionParams(uri, at, 'invoked'),
    );
    await model.arrived('response.create', 1);
    pending.cancel();
    const failure = await pending.result.catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(ResponseFailure);
    expect(failure).toMatchObject({ code: -32800 });

    const edit = client.execute('whittle.edit', { uri, instruction: 'warn when reading', wait: true });
    await model.arrived('response.create', 2);
    await client.execute('whittle.cancel', {});
    expect(await edit).toMatchObject({ ok: false, reason: 'cancelled' });
    await endsCleanly(server);
  });

  test('that cannot be reached: silence, and one sentence for an edit', async () => {
    const { server, client, uri } = await opened({
      env: { WHITTLE_URL: 'ws://127.0.0.1:9/v1/responses', WHITTLE_MODEL: 'test' },
    });
    const at = client.type(uri, client.after(uri, 'write(name: string): void {\n'), '  log.');
    expect(await client.inlineCompletions(uri, at)).toEqual([]);
    const outcome = await client.execute('whittle.edit', {
      uri,
      instruction: 'warn when reading',
      wait: true,
    });
    expect(outcome).toMatchObject({
      ok: false,
      reason: 'model',
      message: expect.stringContaining('127.0.0.1:9'),
    });
    await endsCleanly(server);
  });
});

describe('the end', () => {
  test('exit without shutdown is code 1', async () => {
    const { client, exit } = await project.initialized();
    client.notify('exit', undefined);
    expect(await exit).toEqual({ code: 1, signal: null });
  });

  test('SIGTERM is an orderly one, and leaves nothing', async () => {
    const { server, client, uri } = await opened();
    const { process, exit, pid, complaints } = server;
    await client.inlineCompletions(uri, 0);
    const family = [pid, ...descendants(pid)];
    process.kill('SIGTERM');
    expect([await exit, complaints()]).toEqual([{ code: 143, signal: null }, '']);
    expect(await survivors(family, 2000)).toEqual([]);
  });

  test('a client whose process is gone is not outlived, whatever holds the stream open', async () => {
    const { process: going, exit: ended, pid: goingId } = project.start();
    const { client, exit } = project.start();
    await client.request('initialize', { ...client.initializeParams(), processId: goingId });
    going.kill('SIGKILL');
    await ended;
    expect(await exit).toEqual({ code: 1, signal: null });
  });

  test.each([
    ['a pipe', '(cat "$1"; sleep 1) | "$0" "$2" --stdio'],
    ['a file', '"$0" "$2" --stdio < "$1"'],
  ])('standard input may be %s', async (_, command) => {
    const text = 'const a = 1;\n'.repeat(30_000);
    const textDocument = { uri: 'untitled:a.ts', languageId: 'typescript', version: 1, text };
    const capabilities = {};
    const messages = [
      { id: 1, method: 'initialize', params: { processId: null, rootUri: null, capabilities } },
      { method: 'initialized', params: {} },
      { method: 'textDocument/didOpen', params: { textDocument } },
      { id: 2, method: 'shutdown' },
      { method: 'exit' },
    ].map((message) => JSON.stringify({ jsonrpc: '2.0', ...message }));
    const framed = messages.map((body) => `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
    const file = join(project.path, 'messages');
    writeFileSync(file, framed.join(''));
    const words = ['-c', command, process.execPath, file, program];
    const { stdout } = await promisify(execFile)('sh', words);
    expect(stdout).toContain('"id":1,"result":{"capabilities"');
    expect(stdout).toContain('"id":2,"result":null');
  });

  test('the end of standard input ends the process, in the middle of work too', async () => {
    const { model, server, client, uri } = await openedBefore([...begin(), { hold: 'for ever' }]);
    const { exit, process, pid } = server;
    const edit = client
      .execute('whittle.edit', { uri, instruction: 'wait', wait: true })
      .catch((error: Error) => error.message);
    await model.arrived('response.create', 1);
    const family = [pid, ...descendants(pid)];
    process.stdin?.end();
    expect((await exit).signal).toBeNull();
    // Answered or not: nobody is left to read it.
    expect(await edit).not.toMatchObject({ ok: true });
    expect(await survivors(family, 2000)).toEqual([]);
  });

  test('shutdown is answered while a model is being waited for', async () => {
    const { model, server, client, uri } = await openedBefore([...begin(), { hold: 'for ever' }]);
    const edit = client
      .execute('whittle.edit', { uri, instruction: 'wait', wait: true })
      .catch(() => 'ended');
    await model.arrived('response.create', 1);
    await endsCleanly(server);
    await edit;
  });

  // As a disk that hangs, or a DNS server: what waits in the system's own calls cannot be called off.
  test.skipIf(process.platform === 'win32')(
    'a log that nobody takes keeps it no longer than a moment',
    async () => {
      const file = join(project.path, 'log');
      execFileSync('mkfifo', [file]);
      const { server, client, uri } = await opened({ initializationOptions: { log: { file } } });
      await client.inlineCompletions(uri, 0);
      await client.request('shutdown', undefined);
      client.notify('exit', undefined);
      const late = new Promise((resolve) => setTimeout(resolve, 5_000, 'late'));
      expect(await Promise.race([server.exit, late])).toEqual({ code: null, signal: 'SIGTERM' });
    },
  );

  test('a client that is killed takes the server with it', async () => {
    const { exit, process } = await project.initialized();
    process.stdin?.destroy();
    process.stdout?.destroy();
    expect((await exit).signal).toBeNull();
  });
});
