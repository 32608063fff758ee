/** What is reckoned up behind an answer's reader counts where the reader asks again at once. */

import { expect, onTestFinished, test } from 'vitest';
import type { Ask } from '../../server/core/ask.ts';
import { createBehind } from '../../server/core/behind.ts';
import type { AnswerEvent } from '../../server/core/model.ts';
import { createAllowance } from '../../server/session/allowance.ts';
import { createMirror } from '../../server/session/mirror.ts';
import { mostUsage } from '../../server/session/request.ts';
import type { SessionOptions } from '../../server/session/session.ts';
import { completeAsk } from '../support/asks.ts';
import { virtualClock } from '../support/clock.ts';
import { memoryServer } from '../support/model-memory.ts';
import { testSession } from '../support/session.ts';

const turns = () => new Promise(setImmediate);
const usage = { input_tokens: 5, output_tokens: 2, total_tokens: 7 };
const done = { type: 'response.completed', response: { id: 'r', usage } };
const ask = completeAsk('let a = 1;\nlet b█');
const signal = new AbortController().signal;

function open(options: Pick<SessionOptions, 'clock'> & Partial<SessionOptions>) {
  const server = memoryServer();
  const { session } = testSession('ws://model.example/v1/responses', { dial: server.dial, ...options });
  onTestFinished(() => session.dispose());
  return { server, session };
}

/** Asks the second in the turn in which the first is answered. */
async function oneAfterTheOther(first: AsyncIterable<AnswerEvent>, next: () => AsyncIterable<AnswerEvent>) {
  for await (const { kind } of first) if (kind === 'done') break;
  for await (const event of next()) return event;
  return undefined;
}

test('what one session has spent counts when the next is asked, which shares its allowance', async () => {
  const clock = virtualClock();
  const { inputTokens, outputTokens } = mostUsage(ask, createMirror());
  const tokensPerHour = inputTokens + outputTokens + 50;
  const limits = { requestsPerMinute: 100, tokensPerHour, spendPerDay: 'none' } as const;
  const shared = {
    clock,
    prewarm: () => 'never' as const,
    behind: createBehind(),
    allowance: createAllowance({ clock, limits: () => limits }),
  };
  const [one, other] = [open(shared), open(shared)];
  const second = oneAfterTheOther(one.session.ask(ask, signal), () => other.session.ask(ask, signal));
  await turns();
  one.server.accept();
  await turns();
  one.server.send('first', done);
  await turns();
  other.server.accept();
  await turns();
  other.server.send('first', done);
  expect(await second).toMatchObject({ kind: 'done' });
});

test('who asks again at once has the only lane before a base is given ahead', async () => {
  const clock = virtualClock();
  const { server, session } = open({ clock, prewarm: () => 'edit' });
  const named = (name: string): Ask['document'] => ({ ...ask.document, uri: `file:///${name}`, path: name });
  session.tell({ kind: 'opened', document: ask.document });
  const second = oneAfterTheOther(session.ask(ask, signal), () =>
    session.ask({ ...ask, document: named('next.ts') }, signal),
  );
  await turns();
  server.accept();
  await turns();
  // Without lanes: one response at a time.
  server.raw(JSON.stringify({ type: 'response.created', response: { id: 'r' } }));
  session.tell({ kind: 'opened', document: named('edited.ts') });
  const edit = [{ start: 0, end: 0, text: 'x' }];
  session.tell({ kind: 'changed', uri: 'file:///edited.ts', version: ask.document.version + 1, edit });
  clock.advance(20);
  await turns();
  server.raw(JSON.stringify(done));
  await turns();
  // Nobody wants another connection.
  expect(server.dials()).toBe(0);
  server.raw(JSON.stringify(done));
  expect(await second).toMatchObject({ kind: 'done' });
});
