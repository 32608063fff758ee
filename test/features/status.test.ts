/** What clients are told of the state of things, and when. */

import { expect, test } from 'vitest';
import type { SessionStatus } from '../../server/core/model.ts';
import { noUsage } from '../../server/core/model.ts';
import type { Client } from '../support/client.ts';
import { fakeModel } from '../support/fake-model.ts';
import { ghostScene } from '../support/ghost.ts';
import { openServer } from '../support/server.ts';

/** A model whose state a test sets. */
function stateful() {
  const model = fakeModel(() => ({ failed: 'busy', message: 'm is busy: next try in 12 s.' }));
  let status: Partial<SessionStatus> = {};
  const before = model.session.status;
  Object.assign(model.session, { status: () => ({ ...before(), ...status }) });
  return {
    model,
    set: (next: Partial<SessionStatus>) => {
      status = next;
    },
  };
}

const busy = { state: 'busy', message: 'm is busy: next try in 12 s.', retryAfterMs: 12_000 } as const;

test('a busy model is silence for ghost text, and the status says when it is asked next', async () => {
  const { model, set } = stateful();
  const { ask, client, status } = await ghostScene('let █', { model });
  set(busy);
  expect(await ask()).toEqual([]);
  expect(client.messages).toEqual([]);
  const shown = await client.notification('whittle/status');
  expect(shown).toMatchObject({
    state: 'busy',
    message: busy.message,
    retryAfterMs: 12_000,
    lastSilence: 'busy',
  });
  expect(await status()).toMatchObject({ state: 'busy', retryAfterMs: 12_000 });
});

test('a client of another copilot is told in its words, any other is not', async () => {
  for (const speaks of [true, false]) {
    const { model, set } = stateful();
    const server = await openServer({
      model,
      ...(speaks ? { initializationOptions: { editorInfo: { name: 'Neovim', version: '0.12' } } } : {}),
    });
    const { client } = server;
    set(busy);
    await client.execute('whittle.snooze', { minutes: 0 });
    await server.settled();
    const told = statusesTold(client);
    expect(told).toEqual(speaks ? [{ kind: 'Warning', busy: true, message: busy.message }] : []);
    set({ state: 'failed', message: 'The key is wrong.' });
    await client.execute('whittle.snooze', { minutes: 0 });
    await client.execute('whittle.toggle', { on: false });
    await server.settled();
    expect(statusesTold(client).map(({ kind }) => kind)).toEqual(
      speaks ? ['Warning', 'Error', 'Inactive'] : [],
    );
  }
});

test('the newest request, the counts and the money are shown', async () => {
  const { model, set } = stateful();
  const { client, status } = await ghostScene('let █', { model });
  const record = {
    at: 5,
    task: 'complete',
    outcome: 'completed',
    ms: { sent: 1, created: 2, firstText: 3, lastText: 4, done: 5, applied: 6 },
    expectedMs: { firstText: 3, lastText: 4 },
    tokens: { input: 100, cached: 90, output: 5, by: 'server' },
  } as const;
  const ledger = { input: 100, cached: 90, output: 5, wasted: 2, estimated: 0, dollars: 0.01 };
  const measured = { running: 0, records: [record], newest: record, ledger, speeds: { networkMs: 1 } };
  set({ state: 'ready', requests: 1, usage: noUsage, measured });
  await client.execute('whittle.snooze', { minutes: 0 });
  expect(await client.notification('whittle/status')).toMatchObject({
    requests: 1,
    running: 0,
    ledger,
    lastRequest: record,
  });
  expect(await status()).toMatchObject({
    ledger,
    speeds: { networkMs: 1 },
    recent: [
      {
        line: 'completion, answered whole: sent 1.0, created 2.0, first text 3.0 (expected 3.0), last text 4.0 (expected 4.0), done 5.0, applied 6.0 ms; 100 tokens in (90 cached), 5 out',
      },
    ],
  });
});

function statusesTold({ notifications }: Client): readonly { readonly kind: string }[] {
  return notifications.flatMap(({ method, params }) =>
    method === 'didChangeStatus' ? [params as { readonly kind: string }] : [],
  );
}
