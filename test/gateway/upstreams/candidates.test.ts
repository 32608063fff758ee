/** Several continuations for a user who asked for a choice, by each way of asking a model server. */

import { describe, expect, test } from 'vitest';
import type { CompleteAsk } from '../../../server/core/ask.ts';
import type { BackendEvent } from '../../../server/gateway/backend.ts';
import { candidates, type Sampling } from '../../../server/gateway/upstreams/candidates.ts';
import { completeAsk, drawn } from '../../support/asks.ts';
import { virtualClock } from '../../support/clock.ts';
import type { Dialect } from '../../support/upstreams/api-server.ts';
import { openAsked } from '../../support/upstreams/asked.ts';
import { chatServer, events, llamaServer, ollama, whole } from '../../support/upstreams/dialects.ts';
import { mistral } from '../../support/upstreams/fim-dialects.ts';

const never = new AbortController().signal;

/** What is drawn of texts by temperature; a text that is missing never comes. */
async function check(texts: Readonly<Record<number, string>>, turns: 'beside' | 'after', wanted = 3) {
  const clock = virtualClock();
  const asked: Sampling[] = [];
  async function* draw(sampling: Sampling, signal: AbortSignal): AsyncGenerator<BackendEvent, void, void> {
    asked.push(sampling);
    const text = texts[sampling.temperature];
    if (text === undefined) {
      await new Promise<void>((resolve) => {
        if (signal.aborted) resolve();
        signal.addEventListener('abort', () => resolve());
      });
      return;
    }
    if (text !== '') yield { kind: 'text', candidate: 0, text };
    const usage = { inputTokens: 10, cachedTokens: 0, outputTokens: text.length, reasoningTokens: 0 };
    yield { kind: 'end', outcome: 'completed', usage };
  }
  const passing = setInterval(() => clock.advance(100), 1);
  const said: string[] = [];
  let outputTokens = 0;
  for await (const event of candidates(draw, { wanted, turns, signal: never, clock })) {
    if (event.kind === 'text') said[event.candidate] = (said[event.candidate] ?? '') + event.text;
    if (event.kind === 'end') outputTokens = event.usage?.outputTokens ?? 0;
  }
  clearInterval(passing);
  expect(clock.pending()).toBe(0);
  return { said, outputTokens, asked: asked.length };
}

describe.each(['beside', 'after'] as const)('drawn %s', (turns) => {
  test('each is another one, and all are counted', async () => {
    expect(await check({ 0: 'a', 0.6: 'b', 0.9: 'cc' }, turns)).toEqual({
      said: ['a', 'b', 'cc'],
      outputTokens: 4,
      asked: 3,
    });
  });

  test('the same again and nothing at all are no choice', async () => {
    expect((await check({ 0: 'a', 0.6: 'a \n', 0.9: 'b' }, turns)).said).toEqual(['a', 'b']);
    expect((await check({ 0: 'a', 0.6: ' ', 0.9: 'a' }, turns)).said).toEqual(['a']);
  });

  test('what does not come is not waited for', async () => {
    expect((await check({ 0: 'a', 0.9: 'b' }, turns)).said[0]).toBe('a');
  });

  test('who wants one is given one', async () => {
    expect(await check({ 0: 'a', 0.6: 'b' }, turns, 1)).toEqual({ said: ['a'], outputTokens: 1, asked: 1 });
  });
});

test('a model that has nothing to say is not asked again', async () => {
  expect(await check({ 0: '', 0.6: 'b', 0.9: 'c' }, 'after')).toEqual({
    said: [],
    outputTokens: 0,
    asked: 1,
  });
});

/** A server that says the temperature behind what it says anyway, as far as it is told one. */
const warm = (dialect: Dialect, mark: (text: string, temperature: number) => string): Dialect => {
  return (request) => {
    const answer = dialect(request);
    const options = request.body.options as { readonly temperature?: number } | undefined;
    const temperature = Number(request.body.temperature ?? options?.temperature ?? 0);
    if (!answer || request.body.stream !== true) return answer;
    return { ...answer, pieces: answer.pieces.map((piece) => mark(String(piece), temperature)) };
  };
};
const marked = (text: string, temperature: number): string => text.replace(/ A"/, ` A${temperature || ''}"`);

test.each<[string, Dialect, string?]>([
  ['chat completions', chatServer()],
  ['llama-server', llamaServer],
  ['Ollama', ollama],
  ['Mistral', mistral, 'api.mistral.ai'],
])('%s: three for who asks, one for who types', async (_, dialect, host) => {
  const { ask, server } = await openAsked(warm(dialect, marked), { host });
  const asked = completeAsk('let a█');
  const invoked = { ...asked, candidates: 3 } as CompleteAsk;
  expect(await drawn(ask(invoked))).toBe('"LET A" "LET A0.6" "LET A0.9" completed');
  const before = server.requests.length;
  expect(await drawn(ask(asked))).toBe('"LET A" completed');
  expect(server.requests.length).toBe(before + 1);
});

test('a failure of the first is the answer', async () => {
  const failing: Dialect = (request) =>
    request.body.temperature === 0 ? whole({ error: { message: 'no' } }, 500) : chatServer()(request);
  const { ask } = await openAsked(failing);
  expect(await drawn(ask({ ...completeAsk('let a█'), candidates: 3 } as CompleteAsk))).toBe('failed model');
});

test('a failure of the others is none', async () => {
  const failing: Dialect = (request) =>
    request.body.temperature === 0.6 ? events([{ error: { message: 'no' } }]) : chatServer()(request);
  const { ask } = await openAsked(warm(failing, marked));
  expect(await drawn(ask({ ...completeAsk('let a█'), candidates: 3 } as CompleteAsk))).toBe(
    '"LET A" "LET A0.9" completed',
  );
});
