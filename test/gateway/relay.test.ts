/** The gateway before a provider that speaks the protocol itself: the session's contract through it, and its ends. */

import { afterEach, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { createRelay } from '../../server/cli/relay.ts';
import { engineBackend } from '../../server/gateway/engine.ts';
import { startGateway } from '../../server/gateway/gateway.ts';
import { completeAsk, drawn } from '../support/asks.ts';
import { systemClock } from '../support/clock.ts';
import { echoEngine } from '../support/engine.ts';
import { type ModelServerOptions, reply, startModelServer } from '../support/model-server.ts';
import { testSession } from '../support/session.ts';

const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

async function open(options: ModelServerOptions = {}) {
  const provider = await startModelServer({ answer: () => reply('fine', { pieces: 3 }), ...options });
  const relay = createRelay(
    {
      url: provider.url,
      name: 'model-1',
      apiKey: 'sk-secret-1',
      format: 'auto',
      effort: '',
      tier: '',
      headers: {},
      price: {},
    },
    {},
    () => undefined,
  );
  const clock = systemClock();
  const gateway = await startGateway({
    backend: engineBackend(echoEngine()),
    relay,
    host: '127.0.0.1',
    port: 0,
    clients: 'strangers',
    clock,
    log: () => undefined,
  });
  ends.push(async () => {
    await gateway.close();
    await provider.close();
    expect(provider.connections()).toBe(0);
    expect(provider.violations).toEqual([]);
    expect(clock.pending()).toBe(0);
  });
  const endpoint = () =>
    Promise.resolve({ url: gateway.url, headers: { Authorization: `Bearer ${gateway.token}` } });
  return { provider, gateway, endpoint };
}

function sessionAt(endpoint: Parameters<typeof testSession>[0]) {
  const { session } = testSession(endpoint);
  ends.push(() => session.dispose());
  return session;
}

const never = () => new AbortController().signal;

test('a session through it is a session with the provider: lanes, and no typed asks', async () => {
  const { endpoint } = await open({ lanes: 'named' });
  const session = sessionAt(endpoint);
  const answers = Array.from({ length: 20 }, () => drawn(session.ask(completeAsk('let a█'), never())));
  expect(new Set(await Promise.all(answers))).toEqual(new Set(['"fine" completed']));
  expect(session.status().takesAsks).toBe(false);
});

test('the end of the provider’s connection is the end of the client’s, and the next ask is answered', async () => {
  const { endpoint, provider } = await open();
  const session = sessionAt(endpoint);
  expect(await drawn(session.ask(completeAsk('let a█'), never()))).toBe('"fine" completed');
  provider.cut();
  expect(await drawn(session.ask(completeAsk('let b█'), never()))).toMatch(/"fine" completed|failed offline/);
  expect(await drawn(session.ask(completeAsk('let c█'), never()))).toBe('"fine" completed');
});

test('the end of the client is the end of the provider’s connection', async () => {
  const { gateway, provider } = await open();
  const webSocket = new WebSocket(gateway.url, { headers: { Authorization: `Bearer ${gateway.token}` } });
  await new Promise((resolve) => webSocket.once('open', resolve));
  const first = new Promise((resolve) => webSocket.once('message', resolve));
  webSocket.send(JSON.stringify({ type: 'response.create', model: 'm', input: [], store: false }));
  await first;
  webSocket.terminate();
  while (provider.connections() > 0) await new Promise(setImmediate);
});

test('a provider that refuses is an error on the lane that asked, about that provider', async () => {
  const { endpoint, provider } = await open({ refuse: () => ({ status: 401 }) });
  const session = sessionAt(endpoint);
  let said = '';
  for await (const event of session.ask(completeAsk('let a█'), never())) {
    if (event.kind === 'failed') said = `${event.failure.code}: ${event.failure.message}`;
  }
  expect(said).toBe(
    `unauthorized: ${new URL(provider.url).host} does not accept the key: check \`model.apiKey\`.`,
  );
});
