/** Zed's edit predictions, byte for byte, answered by the gateway. */

import { connect } from 'node:net';
import { expect, test } from 'vitest';
import type { Backend, BackendEvent } from '../../../server/gateway/backend.ts';
import { engineBackend } from '../../../server/gateway/engine.ts';
import { echoEngine } from '../../support/engine.ts';
import { openGateway } from '../../support/open-gateway.ts';
import { askAsZed, taken, type ZedPrompt, zedBody, zedPrompt, zedWindow } from '../../support/zed.ts';

async function check(prompt: ZedPrompt): Promise<string> {
  const { port } = await openGateway();
  const answer = await askAsZed(port, zedBody(zedPrompt(prompt)));
  expect(answer.status, answer.body).toBe(200);
  return answer.text;
}

/** A backend whose answer is scripted, and which remembers what it was asked. */
function scripted(answer: Backend['answer']): Backend {
  const { dispose, folders, models, open, change, close } = engineBackend(echoEngine());
  return { dispose, folders, models, open, change, close, answer };
}

const before = `import { getUser } from './users';

export function greeting(id: string): string {
  const user = getUser(id);
  return 'Hello ' + user.name;
}

export function farewell(id: string): string {
  const user = getUser(id);
  return 'Bye ' + user.name;
}
`;
const after = before.replace("import { getUser } from './users'", "import { findUser } from './users'");

test('the latest change is repeated where else it fits in the window', async () => {
  const window = zedWindow(after, 0);
  const text = await check({ path: 'src/greeting.ts', original: zedWindow(before, 0), window });
  expect(text).toBe(window.replaceAll('getUser', 'findUser'));
});

test('a change made elsewhere in the file is repeated too', async () => {
  const window = after.slice(after.indexOf('export function farewell'));
  const change = {
    path: 'src/greeting.ts',
    before: before.split('\n', 3).join('\n'),
    after: after.split('\n', 3).join('\n'),
  };
  const text = await check({ path: 'src/greeting.ts', window, changes: [change] });
  expect(text.trimEnd()).toBe(window.replaceAll('getUser', 'findUser').trimEnd());
  const other = { ...change, path: 'src/other.ts' };
  expect(await check({ path: 'src/greeting.ts', window, changes: [other] })).toBe('');
});

test('else the model goes on at the cursor', async () => {
  const original = 'let a = 1;\n\nlet c = 3;\n';
  const window = 'let a = 1;\nlet b\nlet c = 3;\n';
  expect(await check({ path: 'a.ts', original, window })).toBe('let a = 1;\nlet bLET B\nlet c = 3;\n');
});

test('the next edit of the model is in the window, and nothing that only restyles', async () => {
  const original = 'let a = 1;\nlet c = 3;\n';
  const window = 'let a = 1;\nlet b = 2;\nlet c = 3;\n';
  const says = (text: string) =>
    scripted(() => [
      { kind: 'text', candidate: 0, text },
      { kind: 'end', outcome: 'completed' },
    ]);
  const ask = async (text: string) => {
    const { port } = await openGateway({ backend: says(text) });
    return (await askAsZed(port, zedBody(zedPrompt({ path: 'a.ts', original, window })))).text;
  };
  const wanted = 'let a = 1;\nlet b = 2;\nlet c = a + b;\n';
  expect(await ask(wanted)).toBe(wanted);
  expect(await ask(`\`\`\`ts\n${wanted}\`\`\``)).toBe(wanted);
  expect(await ask(wanted.replace('let a = 1;', 'let a = 1'))).toBe(wanted);
  expect(taken(window, await ask('NO_CHANGE'))).toBe(window);
  expect(taken(window, await ask(original))).toBe(window);
});

test('a model without next edits goes on at the cursor', async () => {
  const tasks: string[] = [];
  const backend = scripted((ask) => {
    tasks.push(ask.task);
    return ask.task === 'nextEdit'
      ? [{ kind: 'failed', failure: { code: 'unsupported', message: 'It only completes.' } }]
      : [
          { kind: 'text', candidate: 0, text: ' = 2;' },
          { kind: 'end', outcome: 'completed' },
        ];
  });
  const { port } = await openGateway({ backend });
  const prompt = { path: 'a.ts', original: 'let a;\n', window: 'let a;\nlet b\n' };
  const { text } = await askAsZed(port, zedBody(zedPrompt(prompt)));
  expect([text, tasks]).toEqual(['let a;\nlet b = 2;\n', ['nextEdit', 'complete']]);
});

test('a window in which nothing is to be done stays as it is', async () => {
  const rows = Array.from({ length: 21 }, (_, row) => `row(${row});`);
  const original = rows.join('\n');
  const window = rows.with(10, '// silent').join('\n');
  expect(await check({ path: 'a.ts', original, window })).toBe(window);
  // Whether a short one ends with a terminator is not known: the empty answer means the same to Zed.
  expect(await check({ path: 'a.ts', window: '// silent\n' })).toBe('');
});

test('changes and other files reach the model as an ask', async () => {
  const asks: unknown[] = [];
  const backend = scripted((ask) => {
    asks.push(ask);
    return [{ kind: 'end', outcome: 'completed' }];
  });
  const { port } = await openGateway({ backend });
  const change = { path: 'a.py', before: 'x = 1', after: 'total = 1' };
  const files = [{ path: 'lib/b.py', text: 'def f(): pass' }];
  await askAsZed(
    port,
    zedBody(zedPrompt({ path: 'a.py', original: 'a\n\n', window: 'a\nbc\n', changes: [change], files })),
  );
  expect(asks).toMatchObject([
    {
      task: 'nextEdit',
      document: { path: 'a.py', languageId: 'python', text: 'a\nbc' },
      cursor: 4,
      region: { start: 0, end: 4 },
      history: [
        { ...change, line: 0 },
        { path: 'a.py', before: '', after: 'bc', line: 1 },
      ],
      snippets: files,
    },
  ]);
});

test('every field that Zed’s decoder needs is there, and the model is the one that was named', async () => {
  const { port } = await openGateway();
  const { body } = await askAsZed(port, zedBody(zedPrompt({ path: 'a', original: 'a', window: 'ab' })));
  expect(JSON.parse(body)).toEqual({
    id: expect.stringMatching(/^cmpl_\w+$/),
    object: 'text_completion',
    created: expect.any(Number),
    model: 'whittle-sweep-next-edit',
    choices: [{ index: 0, text: 'abAB\n', logprobs: null, finish_reason: 'stop' }],
    usage: { prompt_tokens: expect.any(Number), completion_tokens: 2, total_tokens: expect.any(Number) },
  });
});

test.each([
  ['<|fim_prefix|>let b<|fim_suffix|>;<|fim_middle|>', 'LET B'],
  ['[SUFFIX];[PREFIX]let b', 'LET B'],
  ['let b', 'LET B'],
  ['a </s> b', 'A '],
])('the prompt %s goes on with %s', async (prompt, expected) => {
  const { port } = await openGateway();
  const body = JSON.stringify({ model: 'm', prompt, max_tokens: 16, stop: ['</S>'] });
  expect((await askAsZed(port, body)).text).toBe(expected);
});

test.each([
  ['{', 'invalid_json'],
  ['[]', 'invalid_event'],
  ['{"model":"m"}', 'invalid_value'],
  ['{"prompt":"a","max_tokens":0}', 'invalid_value'],
  ['{"prompt":"a","stream":true}', 'invalid_value'],
])('%s is refused as %s', async (body, code) => {
  const { port } = await openGateway();
  const { status, body: answer } = await askAsZed(port, body);
  expect([status, JSON.parse(answer).error.code]).toEqual([400, code]);
});

test('a failure of the model is an error', async () => {
  const failed: BackendEvent = { kind: 'failed', failure: { code: 'offline', message: 'Nobody is there.' } };
  const { port } = await openGateway({ backend: scripted(() => [failed]) });
  const { status, body } = await askAsZed(port, zedBody('a'));
  expect([status, JSON.parse(body).error.message]).toEqual([503, 'Nobody is there.']);
});

test('a bug of the model is an error', async () => {
  const { port } = await openGateway();
  expect((await askAsZed(port, zedBody('// throw'))).status).toBe(500);
});

test('hanging up aborts the request', async () => {
  let asked = (): void => undefined;
  const begun = new Promise<void>((resolve) => {
    asked = resolve;
  });
  let aborted = (): void => undefined;
  const ended = new Promise<void>((resolve) => {
    aborted = resolve;
  });
  const backend = scripted(async function* (_ask, signal) {
    asked();
    await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
    aborted();
    yield { kind: 'text', candidate: 0, text: 'too late' };
  });
  const { port, drain } = await openGateway({ backend });
  const body = zedBody('a');
  const socket = connect(port, '127.0.0.1', () =>
    socket.write(
      `POST /v1/completions HTTP/1.1\r\nhost: localhost:${port}\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
    ),
  );
  await begun;
  socket.destroy();
  await ended;
  await drain(60_000);
});

test('a gateway with a token for everybody wants it from Zed too', async () => {
  const { port, token } = await openGateway({ nameless: 'refused' });
  const body = zedBody('let b');
  expect((await askAsZed(port, body)).status).toBe(401);
  expect((await askAsZed(port, body, `${token}x`)).status).toBe(401);
  expect((await askAsZed(port, body, token)).text).toBe('LET B');
});
