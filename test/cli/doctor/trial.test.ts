import { expect, test } from 'vitest';
import { tryModel } from '../../../server/cli/doctor/trial.ts';
import { createAllowance } from '../../../server/session/allowance.ts';
import { virtualClock } from '../../support/clock.ts';
import { memoryServer } from '../../support/model-memory.ts';
import { testSession } from '../../support/session.ts';

const turns = () => new Promise(setImmediate);

async function trial(requestsPerMinute: number) {
  const clock = virtualClock();
  const server = memoryServer();
  const limits = { requestsPerMinute, tokensPerHour: 1_000_000, spendPerDay: 'none' } as const;
  const { session } = testSession('ws://model.example/v1/responses', {
    clock,
    dial: server.dial,
    prewarm: () => 'never',
    allowance: createAllowance({ clock, limits: () => limits }),
  });
  let tried: Awaited<ReturnType<typeof tryModel>> | undefined;
  const ended = tryModel(session).then((end) => {
    tried = end;
  });
  while (!tried) {
    await turns();
    server.accept();
    const usage = { input_tokens: 9, output_tokens: 1 };
    server.send('first', { type: 'response.completed', response: { id: 'r', output: [], usage } });
  }
  await ended;
  await session.dispose();
  return tried;
}

test('limits that let only a part of the trial go: what was found by then is told, and why it ended', async () => {
  const { failure, findings } = await trial(2);
  expect(failure).toBeUndefined();
  expect(findings).toContain(
    'trial: ended after 2 of 4 requests: `limits.requestsPerMinute` (2) is reached: hosted models are asked again within a minute.',
  );
  expect(findings.filter((line) => line.startsWith('request '))).toHaveLength(2);
});

test('limits that let nothing go are a failure', async () => {
  expect((await trial(0)).failure?.message).toContain('`limits.requestsPerMinute` is 0');
});
