// The scripted client is what other tests rely on to notice mistakes: each rule it promises is broken here once.

import type { Readable, Writable } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { changed, type Encoding, toChanges, toOffset, toPosition } from './client/document.ts';
import { frame, readFrames } from './client/framing.ts';
import { Client, type ClientOptions, memoryStreams, ResponseFailure } from './client.ts';

interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly params?: unknown;
  readonly result?: unknown;
}

type Script = (message: Message, send: (message: object) => void) => void;

const uri = 'file:///a.ts';

/** A server that answers the lifecycle and leaves the rest to the script. */
function start(
  script: Script,
  options: ClientOptions = {},
  capabilities: object = { textDocumentSync: 2 },
): Client {
  const { client, server } = memoryStreams();
  serve(server.input, server.output, (message, send) => {
    if (message.method === 'initialize') send({ id: message.id, result: { capabilities } });
    else if (message.method === 'shutdown') send({ id: message.id, result: null });
    else if (message.method === 'exit') server.output.end();
    else script(message, send);
  });
  return new Client(client, options);
}

function serve(input: Readable, output: Writable, script: Script): void {
  readFrames(input, {
    message: (value) =>
      script(value as Message, (message) => output.write(frame({ jsonrpc: '2.0', ...message }))),
    broken: (reason) => output.destroy(new Error(reason)),
    ended: () => output.end(),
  });
}

function edit(
  version: number | null,
  ...edits: readonly [from: number, to: number, newText: string][]
): object {
  const at = (character: number) => ({ line: 0, character });
  return {
    edit: {
      documentChanges: [
        {
          textDocument: { uri, version },
          edits: edits.map(([from, to, newText]) => ({ range: { start: at(from), end: at(to) }, newText })),
        },
      ],
    },
  };
}

/** Opens `text`, types `typed` behind it, lets the server send `request`; the client's reply, text and problems. */
async function asked(
  method: string,
  params: object,
  options: ClientOptions & { readonly typed?: string } = {},
) {
  let reply: (message: Message) => void = () => {};
  const replied = new Promise<Message>((resolve) => {
    reply = resolve;
  });
  const client = start((message, send) => {
    if (message.method === 'go') send({ id: 99, method, params });
    else if (message.id === 99) reply(message);
  }, options);
  await client.initialize();
  client.open(uri, 'let a = 1;');
  if (options.typed) client.change(uri, { start: 10, end: 10, text: options.typed });
  client.notify('go', {});
  const { result } = await replied;
  return { result, text: client.text(uri), problems: client.problems, client };
}

describe('edits of the server', () => {
  test('are applied in one undo step and told back', async () => {
    const outcome = await asked('workspace/applyEdit', edit(1, [4, 5, 'b'], [8, 9, '2']));
    expect(outcome).toMatchObject({ result: { applied: true }, text: 'let b = 2;', problems: [] });
    expect(outcome.client.version(uri)).toBe(2);
    outcome.client.undo(uri);
    expect(outcome.client.text(uri)).toBe('let a = 1;');
  });

  test('for another version are refused with a reason', async () => {
    const outcome = await asked('workspace/applyEdit', edit(1, [4, 5, 'b']), { typed: ' ' });
    expect(outcome).toMatchObject({ result: { applied: false }, text: 'let a = 1; ', problems: [] });
  });

  test('for another version are left out by Neovim, which says that it applied them', async () => {
    const outcome = await asked('workspace/applyEdit', edit(1, [4, 5, 'b']), {
      typed: ' ',
      editor: 'neovim',
    });
    expect(outcome).toMatchObject({ result: { applied: true }, text: 'let a = 1; ', problems: [] });
  });

  test.each([
    ['overlap', edit(1, [4, 6, 'b'], [5, 7, 'c'])],
    ['touch', edit(1, [4, 5, 'b'], [5, 5, 'c'])],
    ['lie outside the text', edit(1, [4, 40, 'b'])],
  ])('that %s are a problem', async (_, params) => {
    const outcome = await asked('workspace/applyEdit', params);
    expect(outcome).toMatchObject({ result: { applied: false }, text: 'let a = 1;' });
    expect(outcome.problems).toHaveLength(1);
  });
});

describe('requests of the server', () => {
  test('settings are looked up by section, null where there is none', async () => {
    const items = [{ section: 'whittle.model' }, { section: 'whittle.none' }, {}];
    const settings = { whittle: { model: { url: 'local' } } };
    const outcome = await asked('workspace/configuration', { items }, { settings });
    expect(outcome).toMatchObject({ result: [{ url: 'local' }, null, settings], problems: [] });
  });

  test.each([
    ['an unknown request', 'workspace/inlineCompletion/refresh', {}, {}],
    ['an undeclared request', 'window/workDoneProgress/create', { token: 't' }, { editor: 'minimal' }],
    ['an unexpected question', 'window/showMessageRequest', { type: 3, message: 'Really?' }, {}],
    [
      'an undeclared registration',
      'client/registerCapability',
      { registrations: [{ id: '1', method: 'textDocument/hover' }] },
      {},
    ],
  ] as const)('%s is a problem', async (_, method, params, options) => {
    expect((await asked(method, params, options)).problems).toHaveLength(1);
  });

  test('an expected question is answered', async () => {
    const question = { type: 3, message: 'Really?', actions: [{ title: 'Yes' }] };
    const outcome = await asked('window/showMessageRequest', question, { answer: () => 'Yes' });
    expect(outcome).toMatchObject({ result: { title: 'Yes' }, problems: [] });
  });
});

describe('responses', () => {
  test.each<[string, (id: number | undefined) => object[]]>([
    ['a second response', (id) => [{ id, result: 1 }, { id, result: 2 }, { method: 'end' }]],
    ['a response to nothing', (id) => [{ id: 77, result: 1 }, { id, result: 2 }, { method: 'end' }]],
    [
      'progress without a begin',
      (id) => [
        { method: '$/progress', params: { token: 1, value: { kind: 'end' } } },
        { id, result: 2 },
        { method: 'end' },
      ],
    ],
  ])('%s makes shutdown fail', async (_, responses) => {
    const client = start(({ id, method }, send) => method === 'ask' && responses(id).forEach(send));
    await client.initialize();
    await client.request('ask', {});
    await client.notification('end');
    await expect(client.shutdown()).rejects.toThrow();
  });

  test('an error response rejects with its code', async () => {
    const client = start(({ id }, send) => id && send({ id, error: { code: -32601, message: 'no' } }));
    await client.initialize();
    await expect(client.request('ask', {})).rejects.toThrow(ResponseFailure);
    await client.shutdown();
  });

  test('a server that ends rejects all who wait', async () => {
    const client = start(({ method }, send) => method === 'ask' && send({ method: 'still here' }));
    await client.initialize();
    const answer = expect(client.request('ask', {})).rejects.toThrow('without answering');
    const news = expect(client.notification('news')).rejects.toThrow('ended');
    await client.notification('still here');
    client.notify('exit', undefined);
    await Promise.all([answer, news]);
  });

  test('text on standard output that is no message is a problem', async () => {
    const { client: streams, server } = memoryStreams();
    const client = new Client(streams);
    server.output.end('Debugger attached.\n');
    await client.ended();
    expect(() => client.finish()).toThrow('Debugger attached');
  });

  test('messages cut anywhere are read whole', async () => {
    const { client: streams, server } = memoryStreams();
    const client = new Client(streams);
    for (const byte of frame({ jsonrpc: '2.0', method: 'news', params: 'grüße 👋' }))
      server.output.write(Buffer.from([byte]));
    expect(await client.notification('news')).toBe('grüße 👋');
  });
});

test('Neovim holds changes back until it has something else to say', async () => {
  const seen: unknown[] = [];
  const client = start(
    (message, send) => {
      seen.push(message.params);
      if (message.id) send({ id: message.id, result: null });
    },
    { editor: 'neovim' },
  );
  await client.initialize();
  client.open(uri, '');
  client.type(uri, 0, 'ab');
  await client.request('ask', {});
  const at = (character: number) => ({ start: { line: 0, character }, end: { line: 0, character } });
  expect(seen.slice(2)).toEqual([
    {
      textDocument: { uri, version: 3 },
      contentChanges: [
        { range: at(0), text: 'a' },
        { range: at(1), text: 'b' },
      ],
    },
    {},
  ]);
});

describe('positions', () => {
  const text = 'aä👋b\r\n\rc\n';
  test.each<[Encoding, number[]]>([
    ['utf-8', [0, 1, 3, 7, 8]],
    ['utf-16', [0, 1, 2, 4, 5]],
    ['utf-32', [0, 1, 2, 3, 4]],
  ])('%s counts its own units, and only whole characters have one', (encoding, columns) => {
    const offsets = [0, 1, 2, 4, 5];
    expect(offsets.map((offset) => toPosition(text, offset, encoding).character)).toEqual(columns);
    expect(columns.map((character) => toOffset(text, { line: 0, character }, encoding))).toEqual(offsets);
    expect(toOffset(text, { line: 0, character: 9 }, encoding)).toBeUndefined();
  });

  test('lines end at all three terminators, and the last may be empty', () => {
    const starts = [0, 1, 2, 3, 4].map((line) => toOffset(text, { line, character: 0 }, 'utf-16'));
    expect(starts).toEqual([0, 7, 8, 10, undefined]);
    expect(toPosition(text, text.length, 'utf-16')).toEqual({ line: 3, character: 0 });
    expect(toPosition(text, 6, 'utf-16')).toEqual({ line: 0, character: 5 });
  });

  test('edits apply to the text they were made for', () => {
    const range = { start: { line: 2, character: 0 }, end: { line: 2, character: 1 } };
    const changes = toChanges(text, [{ range, newText: 'd' }], 'utf-8');
    expect(typeof changes === 'string' ? changes : changed(text, changes)).toBe('aä👋b\r\n\rd\n');
  });
});
