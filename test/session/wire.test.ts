/** What servers may send beyond the plain stream of an answer, each on a socket of its own. */

import { afterEach, expect, test } from 'vitest';
import { completeAsk, drawn, editAsk } from '../support/asks.ts';
import { virtualClock } from '../support/clock.ts';
import {
  begin,
  delta,
  event,
  finish,
  reply,
  type Step,
  said,
  startModelServer,
} from '../support/model-server.ts';
import { testSession } from '../support/session.ts';

const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

async function answered(steps: readonly Step[], more: { readonly maxOutputTokens?: number } = {}) {
  const server = await startModelServer({ answer: (_frame, n) => (n === 0 ? steps : reply('next')) });
  const clock = virtualClock();
  const { session, logged } = testSession(server.url, { clock });
  ends.push(server.close, session.dispose);
  const ask = { ...completeAsk('let a█'), ...more };
  const first = await drawn(session.ask(ask, new AbortController().signal));
  const next = await drawn(session.ask(completeAsk('let a█'), new AbortController().signal));
  expect(next).toBe('"next" completed');
  return { first, session, logged };
}

const steer = { id: 'steer_1', previous_response_id: 'resp_1' };

test.each<[string, readonly Step[], string]>([
  [
    'steering that was taken, whose response ends early and has a successor',
    [
      ...begin(),
      delta('ab'),
      event('response.steer.accepted', { steer }),
      event('response.incomplete', { response: { id: 'resp_1', incomplete_details: { reason: 'steered' } } }),
      event('response.created', { response: { id: 'resp_2', previous_response_id: 'resp_1' } }),
      event('response.output_text.delta', { output_index: 0, content_index: 0, delta: 'of nobody' }),
      event('response.completed', { response: { id: 'resp_2' } }),
    ],
    '"ab" incomplete steered',
  ],
  [
    'steering that failed, with what it was',
    [
      ...begin(),
      event('response.steer.failed', {
        steer: { ...steer, input: 'other' },
        error: { type: 'invalid_request_error', code: 'steering_not_supported', message: 'No.' },
      }),
      ...said('abc'),
      ...finish('abc'),
    ],
    '"abc" completed',
  ],
  [
    'steering that waits',
    [
      ...begin(),
      ...said('abc'),
      event('response.steer.pending', { steer, reason: 'waiting_for_required_input', required_input: [] }),
      ...finish('abc'),
    ],
    '"abc" completed',
  ],
  [
    'reasoning alone, up to the end of what it may write',
    [
      ...begin().slice(0, 2),
      event('response.output_item.added', { output_index: 0, item: { type: 'reasoning', summary: [] } }),
      event('response.reasoning_summary_text.delta', { output_index: 0, summary_index: 0, delta: 'hmm' }),
      event('response.output_item.done', { output_index: 0, item: { type: 'reasoning', summary: [] } }),
      event('response.incomplete', {
        response: {
          incomplete_details: { reason: 'max_output_tokens' },
          output: [{ type: 'reasoning', summary: [] }],
        },
      }),
    ],
    'incomplete max_output_tokens',
  ],
  [
    'a custom tool call in whole and in pieces',
    [
      event('response.custom_tool_call_input.delta', { output_index: 0, delta: '*** Begin' }),
      event('response.custom_tool_call_input.done', { output_index: 0, input: '*** Begin Patch' }),
      event('response.output_item.done', {
        output_index: 0,
        item: { type: 'custom_tool_call', name: 'edit', input: '*** Begin Patch' },
      }),
      event('response.completed', { response: { id: 'resp_1' } }),
    ],
    '"*** Begin Patch" completed',
  ],
  [
    'a queue before it begins, padding, numbers it skips and fields of tomorrow',
    [
      event('response.queued', { response: { id: 'resp_1' } }),
      ...begin(),
      event('response.output_text.delta', {
        output_index: 0,
        content_index: 0,
        delta: 'abc',
        obfuscation: 'Wd6S45',
        logprobs: [],
        mood: 'good',
      }),
      ...finish('abc', { moderation: null, tool_usage: {} }),
    ],
    '"abc" completed',
  ],
  [
    'an error that names no lane, while one request runs',
    [{ bare: { type: 'error', sequence_number: 0, code: 'server_error', message: 'Oh.', param: null } }],
    'failed model',
  ],
])('%s', async (_, steps, expected) => {
  const { first } = await answered(steps);
  expect(first).toBe(expected);
});

test('an answer of a megabyte in one frame, and one of many in its end', async () => {
  const large = 'x'.repeat(1024 * 1024);
  const { first } = await answered([...begin(), delta(large), ...finish(large)], {
    maxOutputTokens: 2 ** 22,
  });
  expect(first.length).toBe(large.length + '"" completed'.length);
  const item = { type: 'message', content: [{ type: 'output_text', text: large.repeat(12) }] };
  const ended = event('response.completed', { response: { id: 'resp_1', output: [item] } });
  const whole = await answered([ended], { maxOutputTokens: 2 ** 22 });
  expect(whole.first.length).toBe(12 * large.length + '"" completed'.length);
});

test('a message over 16 MiB ends its connection and no other request', async () => {
  const { first } = await answered([...begin(), { raw: `"${'x'.repeat(16 * 1024 * 1024)}"` }]);
  expect(first).toMatch(/^failed (offline|protocol)$/);
});

test('a request over 16 MiB is not sent', async () => {
  const server = await startModelServer();
  const clock = virtualClock();
  const { session } = testSession(server.url, { clock });
  ends.push(server.close, session.dispose);
  const ask = { ...editAsk(`«${'é'.repeat(9 * 1024 * 1024)}»`, 'shorten'), contextTokens: 100_000_000 };
  expect(await drawn(session.ask(ask, new AbortController().signal))).toBe('failed rejected');
  expect(server.received).toEqual([]);
  // Nothing of it is left behind: the lane it would have had is used by the next.
  expect(await drawn(session.ask(completeAsk('let a█'), new AbortController().signal))).toBe(
    '"ok" completed',
  );
});
