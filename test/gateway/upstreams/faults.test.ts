/** What a session hears when the model server behind the gateway misbehaves: the right failure, in words about that server. */

import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { completeAsk, drawn, editAsk } from '../../support/asks.ts';
import type { ApiAnswer, ApiServerOptions, Dialect, Fault } from '../../support/upstreams/api-server.ts';
import { failureOf, openAsked } from '../../support/upstreams/asked.ts';
import { chatServer, events, ollama, whole } from '../../support/upstreams/dialects.ts';

/** The fault of the first request for an answer. */
function once(fault: Fault): ApiServerOptions {
  return { fault: (_request, index) => (index === 0 ? fault : undefined) };
}

function instead(status: number, error: object, headers: Record<string, string> = {}): ApiServerOptions {
  return once({ kind: 'instead', answer: { ...whole(error as Record<string, unknown>, status), headers } });
}

async function checkFailure(options: ApiServerOptions, code: string, says: RegExp) {
  const { ask, host, gatewayHost } = await openAsked(chatServer(), options);
  const failure = await failureOf(ask());
  expect(failure?.code).toBe(code);
  expect(failure?.message).toMatch(says);
  expect(failure?.message).toContain(host);
  expect(failure?.message).not.toContain(gatewayHost);
  expect(failure?.message).not.toContain('sk-secret');
  return failure;
}

test('a wrong key', () =>
  checkFailure(
    instead(401, { error: { message: 'Incorrect API key provided: sk-secret-1' } }),
    'unauthorized',
    /does not accept the key/,
  ));

test('a key that may not use the model', () =>
  checkFailure(instead(403, { error: { message: 'no' } }), 'unauthorized', /let this key use "chat-1"/));

test.each([400, 500, 503])('what it repeats of the document stays there (HTTP %i)', async (status) => {
  const { ask } = await openAsked(chatServer(), {
    fault: (request) => ({
      kind: 'instead',
      answer: whole(
        { error: { message: `Bad input: ${JSON.stringify(request)}`, code: 'bad_input' } },
        status,
      ),
    }),
  });
  const failure = await failureOf(ask(completeAsk('let canary = "not for the log";\nlet a█')));
  expect(failure?.message).toContain('Bad input');
  expect(failure?.message).not.toMatch(/canary|for the log/);
});

test('a model that is not there', () =>
  checkFailure(
    instead(404, { error: { message: 'The model `chat-1` does not exist.', code: 'model_not_found' } }),
    'not-found',
    /has no model "chat-1"/,
  ));

test('a limit, with its wait', async () => {
  const failure = await checkFailure(
    instead(429, { error: { message: 'slow down' } }, { 'retry-after': '7' }),
    'busy',
    /next try in 7 s/,
  );
  expect(failure?.retryAfterMs).toBeCloseTo(7000, -2);
});

test('a request it rejects, with its words but not the key in them', () =>
  checkFailure(
    instead(400, { error: { message: 'too many sk-secret-1 tokens' } }),
    'rejected',
    /rejected the request \("too many … tokens"\)/,
  ));

test('a server that fails', () =>
  checkFailure(instead(500, { detail: 'out of memory' }), 'model', /HTTP 500\) \("out of memory"\)/));

test('a server that loads its model', () =>
  checkFailure(
    instead(503, { error: { message: 'Loading model' } }),
    'busy',
    /not ready \("Loading model"\)/,
  ));

test('a redirect is not followed, and left alone as an address that is not there', () =>
  checkFailure(
    instead(307, {}, { location: 'http://127.0.0.1:9/' }),
    'not-found',
    /on to http:\/\/127\.0\.0\.1:9\/, which/,
  ));

const page: ApiAnswer = { headers: { 'content-type': 'text/html' }, pieces: ['<html>Log in</html>'] };
test('a page', () =>
  checkFailure(once({ kind: 'instead', answer: page }), 'protocol', /showed a page instead of an answer/));

const delta = '{"choices":[{"index":0,"delta":{"content":"hello"},"finish_reason":"stop"}]}';
const message = '{"choices":[{"index":0,"message":{"content":"hello"},"finish_reason":"stop"}]}';

test.each<[string, Record<string, string>, string | Buffer]>([
  ['a stream called JSON', { 'content-type': 'application/json' }, `data: ${delta}\n\n`],
  ['a stream called a page', { 'content-type': 'text/html' }, `: hello\n\ndata: ${delta}\n\n`],
  ['JSON called a stream', { 'content-type': 'text/event-stream' }, message],
  ['JSON called a text', { 'content-type': 'text/plain' }, message],
  ['a stream with gzip', { 'content-encoding': 'gzip' }, gzipSync(`data: ${delta}\n\n`)],
  ['JSON with deflate', { 'content-encoding': 'deflate' }, deflateSync(message)],
  ['JSON with brotli', { 'content-encoding': 'br' }, brotliCompressSync(message)],
])('%s is read as what it is', async (_, headers, piece) => {
  const answer: ApiAnswer = { headers, pieces: [piece] };
  const { ask, server } = await openAsked(chatServer(), once({ kind: 'instead', answer }));
  expect(await drawn(ask())).toBe('"hello" completed');
  expect(server.requests.every(({ headers }) => headers['accept-encoding'] === 'identity')).toBe(true);
});

test.each<[string, ApiAnswer, string, RegExp]>([
  ['no content', { status: 204, pieces: [] }, 'protocol', /answered without a word: look at its log/],
  [
    'an empty stream',
    { headers: { 'content-type': 'text/event-stream' }, pieces: [] },
    'protocol',
    /without a word/,
  ],
  [
    'a page called a text',
    { headers: { 'content-type': 'text/plain' }, pieces: ['<html>'] },
    'protocol',
    /showed a page/,
  ],
  ['another API', { pieces: ['{"status":"ok"}'] }, 'protocol', /cannot be read/],
  ['a text', { headers: { 'content-type': 'text/plain' }, pieces: ['hello'] }, 'protocol', /without a word/],
])('an answer of success that is %s is said, not taken for silence', (_, answer, code, says) =>
  checkFailure(once({ kind: 'instead', answer }), code, says).then(() => undefined),
);

test.each<[string, string, string, RegExp]>([
  [
    'vLLM',
    'data: {"object":"error","message":"too hot","code":400}\n\ndata: [DONE]\n\n',
    'rejected',
    /"too hot"/,
  ],
  ['FastAPI', '{"detail":"No seat"}', 'model', /"No seat"/],
  [
    'llama-server',
    'error: {"code":503,"message":"Loading model"}\n\n',
    'busy',
    /not ready \("Loading model"\)/,
  ],
  ['an event named error', 'event: error\ndata: {"message":"It died"}\n\n', 'model', /"It died"/],
])('an error inside an answer as %s says it', (_, text, code, says) =>
  checkFailure(once({ kind: 'instead', answer: { pieces: [text] } }), code, says).then(() => undefined),
);

test.each([
  [408, 'model', /failed \(HTTP 408\)/],
  [500, 'model', /failed \(HTTP 500\) \("no handler for this model"\)/],
] as const)('HTTP %d with a text', (status, code, says) =>
  checkFailure(
    once({
      kind: 'instead',
      answer: { status, pieces: [status === 500 ? 'no handler for this model\n' : '<html>'] },
    }),
    code,
    says,
  ).then(() => undefined),
);

test('garbage in the stream', () => {
  const answer = { ...events([]), pieces: ['data: {"choices":[{"del\n\n'] };
  return checkFailure(once({ kind: 'instead', answer }), 'protocol', /cannot be read/);
});

test('an error inside the stream', () =>
  checkFailure(
    once({ kind: 'instead', answer: events([{ error: { message: 'overloaded', code: 502 } }]) }),
    'model',
    /HTTP 502\) \("overloaded"\)/,
  ));

test('a connection that is lost under the answer', async () => {
  const { ask, host } = await openAsked(chatServer(), once({ kind: 'lost', after: 3 }));
  const failure = await failureOf(ask());
  expect(failure).toMatchObject({ code: 'offline' });
  expect(failure?.message).toContain(`The connection to ${host} ended`);
  // The next ask is answered.
  expect(await drawn(ask())).toBe('"LET A" completed');
});

test('a server that falls silent', async () => {
  const { ask, server } = await openAsked(chatServer(), {
    ...once({ kind: 'silent', after: 1 }),
    idleMs: 50,
  });
  expect(await failureOf(ask())).toMatchObject({ code: 'model' });
  await server.untilLeft();
});

test('an answer that never ends is ended, and its connection closed', async () => {
  const piece = `data: ${JSON.stringify({ choices: [{ index: 0, delta: { content: 'again '.repeat(50) } }] })}\n\n`;
  const { ask, server } = await openAsked(chatServer(), once({ kind: 'endless', after: 1, piece }));
  expect(await drawn(ask())).toMatch(/incomplete max_output_tokens$/);
  await server.untilLeft();
});

test('a single value that never ends is given up', async () => {
  const { ask, server } = await openAsked(
    chatServer(),
    once({ kind: 'endless', after: 1, piece: 'data: xxxxxxxx'.repeat(4000) }),
  );
  expect(await failureOf(ask())).toMatchObject({ code: 'protocol' });
  await server.untilLeft();
});

test('a server that goes on after its last word is left', async () => {
  const { ask, server } = await openAsked(
    chatServer(),
    once({ kind: 'endless', after: 99, piece: ': still here\n\n' }),
  );
  expect(await drawn(ask())).toBe('"LET A" completed');
  await server.untilLeft();
});

test('a dead host', async () => {
  const { server, ask, host } = await openAsked(chatServer());
  await server.close();
  const failure = await failureOf(ask());
  expect(failure).toMatchObject({
    code: 'offline',
    message: expect.stringContaining(`Nothing answers at ${host}`),
  });
});

test('abort closes the request to the server at once', async () => {
  const { ask, server } = await openAsked(chatServer(), once({ kind: 'silent', after: 3 }));
  const abort = new AbortController();
  for await (const event of ask(completeAsk('let a█'), abort.signal)) {
    if (event.kind === 'text') abort.abort();
  }
  await server.untilLeft();
});

test('parameters that a server does not take are left out, once and for all', async () => {
  const picky: Dialect = (request) => {
    const { body } = request;
    const wrong = ['max_tokens', 'temperature', 'stream_options'].find((name) => name in body);
    const error = {
      error: { message: `Unsupported parameter: '${wrong}'.`, param: wrong, code: 'unsupported_parameter' },
    };
    return wrong ? whole(error, 400) : chatServer()(request);
  };
  const { ask, server } = await openAsked(picky);
  expect(await drawn(ask())).toBe('"LET A" completed');
  const before = server.requests.length;
  expect(await drawn(ask())).toBe('"LET A" completed');
  expect(server.requests.length - before).toBe(1);
  expect(server.requests.at(-1)?.body).toMatchObject({ max_completion_tokens: 256 });
});

test('a kept connection that the server has closed costs nothing but another one', async () => {
  const { ask, server } = await openAsked(chatServer(), { keepAliveMs: 1 });
  for (let i = 0; i < 5; i++) expect(await drawn(ask())).toBe('"LET A" completed');
  expect(server.requests.filter(({ method }) => method === 'POST').length).toBe(5);
});

test('connections are kept: many asks, one connection for them', async () => {
  const { ask, server } = await openAsked(chatServer());
  await drawn(ask());
  const before = server.connected();
  for (let i = 0; i < 5; i++) await drawn(ask());
  expect(server.connected() - before).toBe(0);
});

test('an Ollama without the model says how to get it', async () => {
  const { ask } = await openAsked(ollama, { model: { name: 'codellama:7b' } });
  const failure = await failureOf(ask(editAsk('«a»', 'b')));
  expect(failure).toMatchObject({
    code: 'not-found',
    message: expect.stringContaining('ollama pull codellama:7b'),
  });
});

test('a format that nobody knows', async () => {
  const { ask } = await openAsked(chatServer(), { model: { format: 'fim:nothing' } });
  const failure = await failureOf(ask());
  expect(failure).toMatchObject({ code: 'unsupported', message: expect.stringContaining('"fim:nothing"') });
});
