/** Models of next edits through the whole way: what each is sent, and the text that its answer makes. */

import { describe, expect, test } from 'vitest';
import type { NextEditAsk } from '../../../server/core/ask.ts';
import { nextEditAsk, nextEdited } from '../../support/asks.ts';
import { systemClock } from '../../support/clock.ts';
import { testSession } from '../../support/session.ts';
import { type Dialect, startApiServer } from '../../support/upstreams/api-server.ts';
import { chatServer } from '../../support/upstreams/dialects.ts';
import {
  instinctServer,
  sweepServer,
  zeta2Server,
  zeta21Server,
} from '../../support/upstreams/next-edit-dialects.ts';
import { startUpstreamGateway } from '../../support/upstreams/upstream-gateway.ts';

const source = 'let first = 1;\nnext█ line;\nlet last = 3;\n';
const changed = 'let first = 1;\nNEXT LINE;\nlet last = 3;\n';
const silent = 'let first█ = 1;\nlet last = 3;\n';
const history = [{ path: 'a.ts', before: 'let one = 1;\n', after: 'let first = 1;\n', line: 0 }];

async function check(dialect: Dialect, format: string, asks: readonly NextEditAsk[]) {
  const clock = systemClock();
  const server = await startApiServer(dialect, {
    chop: (body) =>
      Array.from({ length: Math.ceil(body.length / 7) }, (_, i) => body.subarray(i * 7, i * 7 + 7)),
  });
  const running = await startUpstreamGateway({ url: server.url, apiKey: 'key-1', format }, { clock });
  const { url, token } = running.gateway;
  const endpoint = { url, headers: { Authorization: `Bearer ${token}` } };
  const { session } = testSession(() => Promise.resolve(endpoint), { clock });
  const said: string[] = [];
  for (const ask of asks) said.push(await nextEdited(ask, session.ask(ask, new AbortController().signal)));
  await session.dispose();
  await running.close();
  await server.close();
  expect(clock.pending()).toBe(0);
  const posted = server.requests.filter(({ method }) => method === 'POST');
  return { said, posted };
}

describe.each([
  ['Sweep', sweepServer, 'sweep', '/v1/completions'],
  ['Zeta 2', zeta2Server, 'zeta2', '/v1/completions'],
  ['Zeta 2.1', zeta21Server, 'zeta2.1', '/v1/completions'],
  ['Instinct', instinctServer, 'instinct', '/v1/chat/completions'],
  ['a chat model', chatServer(), 'chat', '/v1/chat/completions'],
] as const)('%s', (_, dialect, format, path) => {
  const asks = [nextEditAsk(source), nextEditAsk(silent)].map((ask) => ({ ...ask, history }));

  test.each([format, 'auto'])('by the format %s, in its own form', async (given) => {
    const { said, posted } = await check(dialect, given, asks);
    expect(said).toEqual([changed, silent.replace('█', '')]);
    expect(posted.map((request) => request.path)).toEqual([path, path]);
    expect(JSON.stringify(posted[0]?.body)).toContain('let one = 1;');
  });

  test('lines of any kind of document come back as they were', async () => {
    const odd = '<|file_sep|>\r\nnext <|marker_1|> █line\r\n>>>>>>> UPDATED';
    const { said } = await check(dialect, format, [nextEditAsk(odd)]);
    expect(said).toEqual([odd.replace('█', '').replace(/^next.*$/m, (line) => line.toUpperCase())]);
  });
});

test('the prompt for Sweep has the change, the window before it, the window, and what is to be written', async () => {
  const { posted } = await check(sweepServer, 'sweep', [{ ...nextEditAsk(source), history }]);
  expect(posted[0]?.body).toMatchObject({
    model: 'sweep-next-edit-1.5b',
    prompt:
      '<|file_sep|>a.ts.diff\noriginal:\nlet one = 1;\nupdated:\nlet first = 1;\n' +
      '<|file_sep|>original/a.ts\nlet one = 1;\nnext line;\nlet last = 3;\n' +
      '<|file_sep|>current/a.ts\nlet first = 1;\nnext line;\nlet last = 3;\n' +
      '<|file_sep|>updated/a.ts\n',
    stop: ['<|file_sep|>', '<|endoftext|>'],
    temperature: 0,
    stream: true,
  });
});

test('a model that only completes is not asked', async () => {
  const base: Dialect = (request) =>
    request.path === '/v1/models' ? chatServer({ data: [{ id: 'starcoder2-3b' }] })(request) : undefined;
  const { said, posted } = await check(base, 'auto', [nextEditAsk(source)]);
  expect(said).toEqual(['failed unsupported']);
  expect(posted).toEqual([]);
});
