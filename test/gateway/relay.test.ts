/** The gateway before a provider that speaks the protocol itself: the session's contract through it, and its ends. */

import { afterEach, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { completeAsk, drawn } from '../support/asks.ts';
import { begin, type ModelServerOptions, reply } from '../support/model-server.ts';
import { startRelayed } from '../support/relayed.ts';
import { testSession } from '../support/session.ts';

const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

async function open(options: ModelServerOptions = {}) {
  const relayed = await startRelayed({ answer: () => reply('fine', { pieces: 3 }), ...options });
  ends.push(relayed.close);
  return relayed;
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

test('a gateway that is to end lets what is under way come to its end, and takes nothing new', async () => {
  const { gateway, provider } = await open({
    answer: () => [...begin(), { hold: 'answer' }, ...reply('fine').slice(4)],
  });
  const webSocket = new WebSocket(gateway.url, { headers: { Authorization: `Bearer ${gateway.token}` } });
  const seen: string[] = [];
  const wakes: (() => void)[] = [];
  webSocket.on('message', (data) => {
    const { type, error, stream_id } = JSON.parse(String(data));
    seen.push([type, stream_id, error?.code].filter((part) => part !== undefined).join(' '));
    for (const wake of wakes.splice(0)) wake();
  });
  const until = async (text: string): Promise<void> => {
    while (!seen.includes(text)) await new Promise<void>((resolve) => wakes.push(resolve));
  };
  await new Promise((resolve) => webSocket.once('open', resolve));
  const create = (lane: string): void =>
    webSocket.send(
      JSON.stringify({ type: 'response.create', stream_id: lane, model: 'm', input: [], store: false }),
    );
  create('one');
  await until('response.content_part.added one');
  let isDrained = false;
  const drained = gateway.drain(60_000).then(() => {
    isDrained = true;
  });
  create('two');
  await until('error two server_shutting_down');
  expect(isDrained).toBe(false);
  provider.release('answer');
  await drained;
  await gateway.close();
  await until('response.completed one');
});
