/** What a model server is asked with: the settings that go along, and what is too much to ask at all. */

import { expect, test } from 'vitest';
import { drawn, editAsk } from '../../support/asks.ts';
import type { Dialect } from '../../support/upstreams/api-server.ts';
import { failureOf, openAsked } from '../../support/upstreams/asked.ts';
import { chatServer, ollama, responsesServer } from '../../support/upstreams/dialects.ts';

const edit = editAsk('«let a»\n', 'Say more.');

async function check(dialect: Dialect, model: object, expected: object, unsaid: readonly string[] = []) {
  const { ask, server } = await openAsked(dialect, { model });
  expect(await drawn(ask(edit))).toMatch(/ completed$/);
  const body = server.requests.findLast(({ method }) => method === 'POST')?.body;
  expect(body).toMatchObject(expected);
  for (const key of unsaid) expect(body).not.toHaveProperty(key);
}

test('a chat server', () =>
  check(
    chatServer(),
    { effort: 'low', tier: 'flex' },
    { stream: true, reasoning_effort: 'low', service_tier: 'flex' },
  ));

test('a chat server, where nothing is set', () =>
  check(chatServer(), {}, { stream: true }, ['reasoning_effort', 'service_tier']));

test('a server of responses', () =>
  check(
    responsesServer,
    { format: 'responses', name: 'r-1', effort: 'low', tier: 'flex' },
    { stream: true, store: false, reasoning: { effort: 'low' }, service_tier: 'flex' },
  ));

test('a server of responses, where nothing is set', () =>
  check(responsesServer, { format: 'responses', name: 'r-1' }, { stream: true, store: false }, [
    'reasoning',
    'service_tier',
  ]));

test.each([
  ['', false],
  ['none', false],
  ['minimal', false],
  ['low', 'low'],
  ['high', 'high'],
  ['xhigh', true],
])('an Ollama with the effort "%s"', (effort, think) =>
  check(ollama, { name: 'qwen2.5-coder:1.5b', format: 'chat', effort }, { think, stream: true }),
);

test('lines that are too many are not sent', async () => {
  const { ask, server } = await openAsked(chatServer());
  const asked = editAsk(`«${'let a = 1;\n'.repeat(4000)}»`, 'Say more.');
  expect(await failureOf(ask(asked))).toMatchObject({
    code: 'limit',
    message: expect.stringContaining('more than `context.editTokens`'),
  });
  expect(server.requests.filter(({ method }) => method === 'POST')).toEqual([]);
});
