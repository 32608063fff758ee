import { describe, expect, test } from 'vitest';
import { ResponseFailure } from '../support/client.ts';
import { openServer, startTestServer } from '../support/server.ts';

const uri = 'file:///a.ts';

async function codeOf(answer: Promise<unknown>): Promise<number | undefined> {
  try {
    await answer;
    return undefined;
  } catch (error) {
    return error instanceof ResponseFailure ? error.code : Number.NaN;
  }
}

const allOfIt = { start: { line: 0, character: 0 }, end: { line: 0, character: 6 } };

const serverNotInitialized = -32002;
const invalidRequest = -32600;
const methodNotFound = -32601;
const requestCancelled = -32800;

describe('the order of things', () => {
  test('a request before `initialize` is refused, `initialize` still works', async () => {
    const { client, settled } = startTestServer();
    const asked = client.request('textDocument/inlineCompletion', {});
    expect(await codeOf(asked)).toBe(serverNotInitialized);
    client.notify('textDocument/didOpen', { textDocument: { uri, text: 'dropped' } });
    await client.initialize();
    client.open(uri, 'a');
    await settled();
  });

  test('`initialize` twice is refused, the first one holds', async () => {
    const { client } = await openServer({ encodings: ['utf-8'] });
    expect(await codeOf(client.request('initialize', {}))).toBe(invalidRequest);
    client.open(uri, '😀a');
    expect(await client.inlineCompletionParams(uri, 2)).toMatchObject({ position: { character: 4 } });
  });

  test('a malformed `initialize` names the field and may be repeated', async () => {
    const { client } = startTestServer();
    const wrong = client.request('initialize', { workspaceFolders: 7 });
    await expect(wrong).rejects.toThrow("'workspaceFolders' must be an array, but is 7");
    await client.initialize();
  });

  test('what comes between `initialize` and `initialized` is answered', async () => {
    const { client, model } = startTestServer();
    model.script = () => 'x';
    const params = client.initializeParams();
    const result = await client.request('initialize', params);
    client.acceptInitialize(result as Parameters<typeof client.acceptInitialize>[0]);
    client.open(uri, 'let ');
    expect(await client.inlineCompletions(uri, 4)).toMatchObject([{ insertText: 'x' }]);
    client.notify('initialized', {});
    expect(await client.inlineCompletions(uri, 4)).toMatchObject([{ insertText: 'x' }]);
  });

  test('a client that never says `initialized` is served', async () => {
    const { client } = startTestServer();
    const result = await client.request('initialize', client.initializeParams());
    client.acceptInitialize(result as Parameters<typeof client.acceptInitialize>[0]);
    expect(await client.execute('whittle.status', {})).toMatchObject({ ok: true });
  });

  test('after `shutdown` only `exit` is taken', async () => {
    const { client, exited } = await openServer();
    expect(await client.request('shutdown', undefined)).toBeNull();
    expect(await codeOf(client.request('whittle/nextEdit', {}))).toBe(invalidRequest);
    expect(await codeOf(client.request('shutdown', undefined))).toBe(invalidRequest);
    client.notify('exit', undefined);
    expect(await exited).toBe(0);
    await client.ended();
  });

  test('`shutdown` leaves no request without its answer', async () => {
    const { client, model } = await openServer();
    client.open(uri, 'let ');
    const asked = client.inlineCompletions(uri, 4);
    const ask = await model.asked(0);
    const down = client.request('shutdown', undefined);
    ask.end('x');
    expect(await asked).toHaveLength(1);
    await down;
  });

  test.each([
    ['whittle.edit', { instruction: 'x' }],
    ['whittle.fix', { range: allOfIt, diagnostics: [{ range: allOfIt, message: 'x' }] }],
    ['whittle.review', {}],
    ['whittle.nextEdit', { position: allOfIt.start, apply: true }],
  ])('`shutdown` ends %s, whoever waits for it is told', async (command, more) => {
    const { client, model } = await openServer({
      settings: { whittle: { nextEdit: { model: { url: 'ws://127.0.0.1:1/v1/responses' } } } },
    });
    client.open(uri, 'let a;');
    const asked = client.execute(command, { uri, wait: true, ...more });
    await model.asked(0);
    await client.request('shutdown', undefined);
    expect(await asked).toMatchObject({ ok: false, reason: 'cancelled' });
  });
});

describe('the end', () => {
  test.each([
    ['`shutdown`, then `exit`', true, 0],
    ['`exit` alone', false, 1],
  ])('%s', async (_, asked, code) => {
    const { client, exited, model } = await openServer();
    if (asked) await client.request('shutdown', undefined);
    client.notify('exit', undefined);
    expect(await exited).toBe(code);
    expect(model.isDisposed()).toBe(true);
  });

  test.each([
    ['after `shutdown`', true, 0],
    ['without a word', false, 1],
  ])('the stream ends %s', async (_, asked, code) => {
    const { client, exited } = await openServer();
    if (asked) await client.request('shutdown', undefined);
    client.endInput();
    expect(await exited).toBe(code);
  });

  test('what was said before the stream ended is answered', async () => {
    const { client, exited, model } = await openServer();
    client.open(uri, 'let ');
    const asked = client.inlineCompletions(uri, 4);
    const known = client.execute('whittle.status', {});
    const down = client.request('shutdown', undefined);
    client.notify('exit', undefined);
    client.endInput();
    expect(await known).toMatchObject({ ok: true });
    expect(await down).toBeNull();
    expect(await exited).toBe(0);
    await asked.catch(() => 'lost');
    const other = await openServer();
    other.client.open(uri, 'let ');
    const late = other.client.inlineCompletions(uri, 4);
    other.client.endInput();
    (await other.model.asked(0)).end('x');
    expect(await late).toMatchObject([{ insertText: 'x' }]);
    expect(await other.exited).toBe(1);
    expect(model.isDisposed() && other.model.isDisposed()).toBe(true);
  });

  test('the stream ended, and an answer that does not come is waited for no longer than a second', async () => {
    const { client, exited, model, clock } = await openServer();
    client.open(uri, 'let ');
    const asked = client.inlineCompletions(uri, 4).catch(() => 'lost');
    await model.asked(0);
    let code: number | undefined;
    void exited.then((each) => {
      code = each;
    });
    const timers = clock.pending();
    client.endInput();
    while (clock.pending() === timers) await new Promise(setImmediate);
    await clock.advance(999);
    expect(code).toBeUndefined();
    await clock.advance(1);
    expect(await exited).toBe(1);
    expect(await asked).toBe('lost');
    expect(clock.pending()).toBe(0);
  });

  test('`exit` before `initialize`', async () => {
    const { client, exited, model } = startTestServer();
    client.notify('exit', undefined);
    expect(await exited).toBe(1);
    expect(model.asks).toEqual([]);
  });

  test('with everything under way', async () => {
    const { client, exited, model, clock } = await openServer();
    client.open(uri, 'let ');
    const lost = [
      client.inlineCompletions(uri, 4).catch(() => 'lost'),
      client.execute('whittle.edit', { uri, instruction: 'x', wait: true }).catch(() => 'lost'),
    ];
    await model.asked(1);
    client.notify('exit', undefined);
    expect(await exited).toBe(1);
    expect(await Promise.all(lost)).toEqual(['lost', 'lost']);
    expect(clock.pending()).toBe(0);
  });
});

describe('requests', () => {
  test('an unknown one is answered, an unknown notification is ignored', async () => {
    const { client } = await openServer();
    client.notify('$/somethingNew', {});
    client.notify('textDocument/somethingNew', { a: 1 });
    expect(await codeOf(client.request('textDocument/hover', {}))).toBe(methodNotFound);
    expect(await codeOf(client.request('toString', {}))).toBe(methodNotFound);
    expect(await codeOf(client.request('__proto__', {}))).toBe(methodNotFound);
  });

  test('cancelling answers at once, though the model hangs', async () => {
    const { client, model } = await openServer();
    client.open(uri, 'let ');
    const asked = client.start('textDocument/inlineCompletion', client.inlineCompletionParams(uri, 4));
    const ask = await model.asked(0);
    asked.cancel();
    expect(await codeOf(asked.result)).toBe(requestCancelled);
    // What was begun is not lost: the answer is there when the editor asks again.
    ask.end('x = 1;');
    expect(await client.inlineCompletions(uri, 4)).toMatchObject([{ insertText: 'x = 1;' }]);
    expect(model.asks).toHaveLength(1);
  });

  test('cancelled before the settings are known, nothing is asked', async () => {
    const { client, model, settled } = startTestServer();
    const result = await client.request('initialize', client.initializeParams());
    client.acceptInitialize(result as Parameters<typeof client.acceptInitialize>[0]);
    client.open(uri, 'let ');
    const asked = client.start('textDocument/inlineCompletion', client.inlineCompletionParams(uri, 4));
    asked.cancel();
    expect(await codeOf(asked.result)).toBe(requestCancelled);
    await settled();
    expect(model.asks).toEqual([]);
  });

  test('cancelling what is answered already, or was never asked, changes nothing', async () => {
    const { client, settled } = await openServer();
    const asked = client.start('workspace/executeCommand', { command: 'whittle.status' });
    await asked.result;
    asked.cancel();
    client.notify('$/cancelRequest', { id: 9999 });
    client.notify('$/cancelRequest', {});
    await settled();
  });
});

describe('broken messages', () => {
  const frame = (body: string) => `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;

  test.each([
    ['no JSON', frame('{"jsonrpc":')],
    ['an array', frame('[]')],
    ['a number', frame('7')],
    ['no method', frame('{"jsonrpc":"2.0","params":{}}')],
    ['a response nobody waits for', frame('{"jsonrpc":"2.0","id":77,"result":null}')],
    ['bytes that are no UTF-8', Buffer.from('Content-Length: 4\r\n\r\n\xff\xfe\xfd\xfc', 'latin1')],
    ['a header without a length', 'Content-Type: x\r\n\r\n'],
    ['no header at all', 'garbage\r\n\r\n'],
    ['a length that is no number', 'Content-Length: many\r\n\r\n'],
    ['a batch', frame('[{"jsonrpc":"2.0","method":"textDocument/didOpen","params":{}}]')],
    ['a length that no message has', 'Content-Length: 99999999999999\r\n\r\n'],
    ['positional parameters', frame('{"jsonrpc":"2.0","method":"textDocument/didOpen","params":[1]}')],
  ])('%s: the next request is answered', async (_, bytes) => {
    const { client, status } = await openServer();
    client.writeRaw(bytes);
    expect(await status()).toMatchObject({ ok: true });
  });
});

describe('trace and log', () => {
  test('tells of messages once asked to, and nothing before `initialize` is answered', async () => {
    const { client } = startTestServer();
    const params = { ...client.initializeParams(), trace: 'messages' };
    const result = await client.request('initialize', params);
    expect(client.notifications.filter(({ method }) => method === '$/logTrace')).toEqual([]);
    client.acceptInitialize(result as Parameters<typeof client.acceptInitialize>[0]);
    client.notify('initialized', {});
    await client.notification('$/logTrace', (said) => JSON.stringify(said).includes("Took in 'initialized'"));
    client.notify('$/setTrace', { value: 'off' });
    await client.execute('whittle.status', {});
    client.notifications.length = 0;
    await client.execute('whittle.status', {});
    expect(client.notifications).toEqual([]);
  });

  test.each([
    ['off', []],
    ['error', []],
    ['warn', [2]],
    ['trace', [2]],
  ] as const)('log.level %s', async (level, types) => {
    const { client, settled, logFile } = await openServer({ settings: { whittle: { log: { level } } } });
    client.notify('textDocument/didChange', { textDocument: { uri: 'file:///none' }, contentChanges: [] });
    await settled();
    const logged = client.notifications
      .filter(({ method }) => method === 'window/logMessage')
      .map(({ params }) => params as { type: number; message: string })
      .filter(({ message }) => message.includes('file:///none'));
    expect(logged.map(({ type }) => type)).toEqual(types);
    expect(logFile.lines.filter((line) => line.includes('file:///none'))).toHaveLength(types.length);
  });
});

test('two servers live in one process', async () => {
  const [one, other] = [await openServer(), await openServer()];
  one.client.open(uri, 'one ');
  other.client.open(uri, 'other ');
  one.model.script = () => '1';
  other.model.script = () => '2';
  expect(await one.client.inlineCompletions(uri, 4)).toMatchObject([{ insertText: '1' }]);
  await one.dispose();
  expect(await other.client.inlineCompletions(uri, 6)).toMatchObject([{ insertText: '2' }]);
});
