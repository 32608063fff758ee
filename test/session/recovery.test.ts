/** What the session does so that a failure passes: waits, keys, rotation, another way to the same server. */

import { createServer as createHttpServer } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import type { AnswerEvent, ModelFailure } from '../../server/core/model.ts';
import { createDial } from '../../server/session/dial.ts';
import { createHttpDial } from '../../server/session/http.ts';
import { retryIn, retryMs } from '../../server/session/protocol/retry.ts';
import { rotationAgeMs } from '../../server/session/rotation.ts';
import type { Dial } from '../../server/session/socket.ts';
import { completeAsk, drawn, editAsk } from '../support/asks.ts';
import { systemClock, virtualClock, whilePassing } from '../support/clock.ts';
import { memoryServer } from '../support/model-memory.ts';
import { error, reply, startModelServer } from '../support/model-server.ts';
import { startProxy } from '../support/proxy.ts';
import { testSession } from '../support/session.ts';

const minute = 60_000;
const never = () => new AbortController().signal;
const turns = () => new Promise(setImmediate);

const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

async function failureOf(answer: AsyncIterable<AnswerEvent>): Promise<ModelFailure> {
  for await (const each of answer) if (each.kind === 'failed') return each.failure;
  throw new Error('the answer did not fail');
}

describe('waits that a server asks for', () => {
  const wallMs = Date.parse('Sat, 21 Nov 2026 12:00:00 GMT');
  test.each<[Record<string, string>, number | undefined]>([
    [{ 'retry-after': '12' }, 12_000],
    [{ 'Retry-After': ' 0.5 ' }, 500],
    [{ 'retry-after-ms': '1500', 'retry-after': '9' }, 1500],
    [{ 'retry-after': 'Sat, 21 Nov 2026 12:00:30 GMT' }, 30_000],
    // By the server's own clock, which is an hour behind ours.
    [{ 'retry-after': 'Sat, 21 Nov 2026 11:00:10 GMT', date: 'Sat, 21 Nov 2026 11:00:00 GMT' }, 10_000],
    [{ 'retry-after': 'Sat, 21 Nov 2026 11:00:00 GMT' }, 0],
    [{ 'retry-after': '-1' }, undefined],
    [{ 'retry-after': 'soon' }, undefined],
    [{ 'retry-after': '' }, undefined],
    [{}, undefined],
  ])('%j is %d ms', (headers, ms) => {
    expect(retryMs({ ...retryIn(headers), resetsAt: undefined }, wallMs)).toBe(ms);
  });

  test.each<[string, object, object]>([
    ['a date in the refused upgrade', { 'retry-after': new Date(wallMs + 12_000).toUTCString() }, {}],
    ['resets_at in its page', {}, { error: { code: 'usage_limit_reached', resets_at: wallMs / 1000 + 12 } }],
  ])('%s is kept to', async (_, headers, body) => {
    const server = await startModelServer({
      refuse: (n) => (n === 0 ? { status: 429, headers: { ...headers }, body: { ...body } } : undefined),
    });
    const clock = virtualClock();
    const epochMs = () => wallMs + clock.now();
    const { session } = testSession(server.url, { clock, epochMs, dial: createDial({ clock, epochMs }) });
    ends.push(server.close, session.dispose);
    expect(await failureOf(session.ask(completeAsk('a█'), never()))).toMatchObject({
      code: 'busy',
      message: expect.stringContaining('next try in 12 s'),
    });
    expect(session.status()).toMatchObject({ state: 'busy', retryAfterMs: 12_000 });
    clock.advance(11_999);
    expect(await drawn(session.ask(completeAsk('a█'), never()))).toBe('failed busy');
    clock.advance(1);
    expect(await drawn(session.ask(completeAsk('a█'), never()))).toBe('"ok" completed');
    expect(server.upgrades.length).toBe(2);
  });

  test('resets_at and a date inside an error event are kept to', async () => {
    for (const fields of [
      { resets_at: wallMs / 1000 + 7 },
      { headers: { 'retry-after': new Date(wallMs + 7000).toUTCString() } },
    ]) {
      const server = await startModelServer({
        answer: (_frame, n) => (n === 0 ? [error(429, 'usage_limit_reached', fields)] : reply('ok')),
      });
      const clock = virtualClock();
      const { session } = testSession(server.url, { clock, epochMs: () => wallMs + clock.now() });
      ends.push(server.close, session.dispose);
      expect(await failureOf(session.ask(completeAsk('a█'), never()))).toMatchObject({ retryAfterMs: 7000 });
      clock.advance(6999);
      expect(await drawn(session.ask(completeAsk('a█'), never()))).toBe('failed busy');
      clock.advance(1);
      expect(await drawn(session.ask(completeAsk('a█'), never()))).toBe('"ok" completed');
    }
  });
});

describe('keys', () => {
  /** Answers only the newest key; `inside` refuses in the stream, as for one that expires while connected. */
  async function renewing(inside: boolean) {
    let valid = 'new';
    const server = await startModelServer({
      refuse: (n) =>
        !inside && server.upgrades[n]?.authorization !== `Bearer ${valid}` ? { status: 401 } : undefined,
      answer: () =>
        inside && server.upgrades.at(-1)?.authorization !== `Bearer ${valid}`
          ? [error(401, 'invalid_api_key')]
          : reply('ok'),
    });
    let key = 'old';
    const clock = virtualClock();
    const { session } = testSession(
      () => Promise.resolve({ url: server.url, headers: { Authorization: `Bearer ${key}` } }),
      { clock },
    );
    ends.push(server.close, session.dispose);
    return {
      server,
      clock,
      ask: () => drawn(session.ask(completeAsk('a█'), never())),
      setKey: (next: string) => {
        key = next;
      },
      setValid: (next: string) => {
        valid = next;
      },
    };
  }

  test('one that expires while connected is read again, once', async () => {
    const { ask, setKey, setValid, server } = await renewing(true);
    setKey('new');
    expect(await ask()).toBe('"ok" completed');
    setValid('newer');
    setKey('newer');
    expect(await ask()).toBe('"ok" completed');
    expect(server.upgrades.map(({ authorization }) => authorization)).toEqual(['Bearer new', 'Bearer newer']);
  });

  test('a wrong one is tried twice, said, and then left alone for half a minute', async () => {
    const { ask, server, clock, setKey } = await renewing(true);
    expect(await ask()).toBe('failed unauthorized');
    expect(server.received.length).toBe(2);
    for (let i = 0; i < 10; i++) expect(await ask()).toBe('failed unauthorized');
    expect(server.received.length).toBe(2);
    setKey('new');
    clock.advance(30_000);
    expect(await ask()).toBe('"ok" completed');
  });

  test('a wrong one refused at the upgrade is not tried again while it is the same', async () => {
    const { ask, server } = await renewing(false);
    for (let i = 0; i < 10; i++) expect(await ask()).toBe('failed unauthorized');
    expect(server.upgrades.length).toBe(1);
  });
});

describe('rotation', () => {
  test.each<[string, number, number]>([
    ['wss://api.openai.com/v1/responses', 60, 55],
    ['wss://api.x.ai/v1/responses', 60, 24],
    ['wss://eu-west-1.api.x.ai:443/v1/responses', 60, 24],
    ['wss://x.ai/v1', 12, 11],
    ['wss://max.ai/v1', 60, 55],
    ['wss://x.ai.example/v1', 60, 55],
  ])('%s with a known limit of %d minutes is left after %d', (url, limit, after) => {
    expect(rotationAgeMs(url, limit * minute)).toBe(after * minute);
  });

  /** A session that is used all the time, on a server moved by hand. */
  async function used(url: string) {
    const clock = virtualClock();
    const server = memoryServer();
    const { session } = testSession(url, { clock, dial: server.dial, connect: 'now' });
    ends.push(async () => {
      await session.dispose();
      expect(clock.pending()).toBe(0);
    });
    await turns();
    server.accept();
    await turns();
    const ask = async () => {
      const answer = drawn(session.ask(completeAsk('a█'), never()));
      await turns();
      server.send('first', { type: 'response.completed', response: { id: 'r', output: [] } });
      return await answer;
    };
    return { clock, server, session, ask };
  }

  test('towards xAI a warmed connection takes over after 24 minutes, and nobody waits for it', async () => {
    const { clock, server, ask } = await used('wss://api.x.ai/v1/responses');
    expect(await ask()).toBe('completed');
    clock.advance(24 * minute - 1);
    expect(server.dials()).toBe(0);
    clock.advance(1);
    await turns();
    // The next one is being opened; the old one still answers.
    expect([server.connections(), server.dials()]).toEqual([1, 1]);
    expect(await ask()).toBe('completed');
    server.accept();
    await turns();
    expect([server.connections(), server.dials()]).toEqual([1, 0]);
    expect(await ask()).toBe('completed');
  });

  const limit = JSON.stringify({
    type: 'error',
    status: 400,
    error: { code: 'websocket_connection_limit_reached' },
  });
  const created = { type: 'response.created', response: { id: 'r' } };
  const words = { type: 'response.output_text.delta', output_index: 0, content_index: 0, delta: 'a' };

  test('where a used-up connection says no more, who has heard nothing is soon asked again elsewhere', async () => {
    const { clock, server, session, ask } = await used('wss://api.example/v1/responses');
    expect(await ask()).toBe('completed');
    const answer = drawn(session.ask(editAsk('«let a»', 'shorten'), never()));
    await turns();
    server.send('first', created);
    server.raw(limit);
    await turns();
    expect([server.connections(), server.running()]).toEqual([1, 1]);
    clock.advance(2_999);
    await turns();
    expect([server.connections(), server.dials()]).toEqual([1, 0]);
    clock.advance(1);
    await turns();
    expect([server.connections(), server.dials()]).toEqual([0, 1]);
    server.accept();
    await turns();
    expect(server.running()).toBe(1);
    server.send('first', created);
    server.send('first', words);
    server.send('first', { type: 'response.completed', response: { id: 'r' } });
    expect(await answer).toBe('"a" completed');
  });

  test('where a used-up connection goes on and then says no more, its reader is soon told', async () => {
    const { clock, server, session } = await used('wss://api.example/v1/responses');
    const answer = drawn(session.ask(editAsk('«let a»', 'shorten'), never()));
    await turns();
    server.send('first', created);
    server.raw(limit);
    clock.advance(2_999);
    server.send('first', words);
    clock.advance(2_999);
    await turns();
    expect(server.running()).toBe(1);
    clock.advance(1);
    expect(await answer).toBe('"a" failed offline');
  });

  test('the limit said on an idle connection is a rotation and no failure', async () => {
    const { clock, server, session, ask } = await used('wss://api.example/v1/responses');
    expect(await ask()).toBe('completed');
    clock.advance(30 * minute);
    server.raw(limit);
    await turns();
    expect([server.connections(), server.dials()]).toEqual([0, 1]);
    server.accept();
    await turns();
    expect(session.status().state).toBe('ready');
    expect(await ask()).toBe('completed');
    // Learnt: the next one is left in time.
    clock.advance(27.5 * minute);
    await turns();
    expect([server.connections(), server.dials()]).toEqual([1, 1]);
  });
});

describe('a network that is gone for long', () => {
  const scene = async (code = 'ENETUNREACH') => {
    const server = await startModelServer();
    const clock = virtualClock();
    const real = createDial({ clock });
    let isUp = false;
    const { dial, dials } = counting(async (...given) =>
      isUp ? real(...given) : { kind: 'refused', refusal: { kind: 'network', code, message: '' } },
    );
    const { session } = testSession(server.url, { clock, dial });
    ends.push(server.close, session.dispose);
    for (let i = 0; i < 12; i++) {
      await whilePassing(clock, drawn(session.ask(completeAsk('a█'), never())));
      clock.advance(minute);
      await turns();
    }
    await whilePassing(clock, drawn(session.ask(completeAsk('a█'), never())));
    const comeBack = () => {
      isUp = true;
    };
    return { clock, session, dials, comeBack };
  };

  test('who asks by hand has it tried at once, what comes with keys waits', async () => {
    const { session, dials, comeBack } = await scene();
    comeBack();
    const before = dials();
    expect(await drawn(session.ask(completeAsk('a█'), never()))).toBe('failed offline');
    expect(dials()).toBe(before);
    expect(await drawn(session.ask(editAsk('«a»', 'x'), never()))).toMatch(/completed$/);
    expect(dials()).toBe(before + 1);
    expect(await drawn(session.ask(completeAsk('a█'), never()))).toMatch(/completed$/);
  });

  test('and is told at once where it is gone still', async () => {
    const { session, dials } = await scene();
    const before = dials();
    for (let i = 1; i <= 3; i++) {
      expect(await drawn(session.ask(editAsk('«a»', 'x'), never()))).toBe('failed offline');
      expect(dials()).toBe(before + i);
    }
    expect(await drawn(session.ask(completeAsk('a█'), never()))).toBe('failed offline');
    expect(dials()).toBe(before + 3);
  });

  test.each([
    ['no way out of this machine', 'ENETUNREACH', 2],
    ['a name that nobody knows', 'ENOTFOUND', 2],
    ['nobody who listens', 'ECONNREFUSED', 5],
    ['a proxy that is not there', 'EPROXYDOWN', 5],
    ['a server that ends what it took', 'ECONNRESET', undefined],
    ['a certificate that has expired', 'CERT_HAS_EXPIRED', undefined],
  ])('after %s (%s) a key is reason to try again in %s s', async (_, code, afterS) => {
    const { clock, session, dials, comeBack } = await scene(code);
    const key = () => drawn(session.ask(completeAsk('a█'), never()));
    const before = dials();
    for (let second = 1; second < (afterS ?? 10); second++) {
      clock.advance(1000);
      expect(await key()).toMatch(/^failed/);
    }
    expect(dials()).toBe(before);
    if (afterS === undefined) return;
    clock.advance(1000);
    const again = key();
    // A status that changes with each try would flicker while somebody types.
    expect(session.status().state).toBe('failed');
    expect(await again).toBe('failed offline');
    expect(dials()).toBe(before + 1);
    comeBack();
    clock.advance(afterS * 1000);
    expect(await key()).toMatch(/completed$/);
  });
});

describe('over HTTP', () => {
  test('after upgrades that hang three times in a row', async () => {
    const server = await startModelServer({ post: true, refuse: () => 'hang' });
    const clock = virtualClock();
    const { dial, dials } = counting(createDial({ clock }));
    const { session } = testSession(server.url, { clock, dial, fallback: createHttpDial() });
    ends.push(server.close, session.dispose);
    const answers: string[] = [];
    for (let i = 0; i < 4; i++) {
      answers.push(await whilePassing(clock, drawn(session.ask(completeAsk('a█'), never()))));
      clock.advance(minute);
    }
    expect(answers.slice(0, 1)).toEqual(['failed offline']);
    expect(answers.at(-1)).toBe('"ok" completed');
    expect(dials()).toBeLessThanOrEqual(3);
  });

  test('a server that is gone is said to be gone and not hammered, and found again', async () => {
    const first = await startModelServer({ post: true, refuse: () => ({ status: 426 }) });
    const clock = virtualClock();
    const { dial, dials } = counting(createDial({ clock }));
    const { session } = testSession(first.url, { clock, dial, fallback: createHttpDial() });
    ends.push(session.dispose);
    expect(await drawn(session.ask(completeAsk('a█'), never()))).toBe('"ok" completed');
    await first.close();
    const failure = await whilePassing(clock, failureOf(session.ask(completeAsk('a█'), never())));
    expect(failure).toMatchObject({ code: 'offline', message: expect.stringMatching(/^Nothing answers at/) });
    await whilePassing(clock, drawn(session.ask(completeAsk('a█'), never())));
    const before = dials();
    for (let i = 0; i < 50; i++)
      expect(await drawn(session.ask(completeAsk('a█'), never()))).toBe('failed offline');
    expect(dials()).toBe(before);
  });

  test('a kept connection that had ended costs nothing: the request is made anew', async () => {
    const bodies: string[] = [];
    let requests = 0;
    const server = createHttpServer({ keepAlive: true }, (request, response) => {
      requests++;
      // The second one meets a connection that goes away under it.
      if (requests === 2) {
        request.socket.resetAndDestroy();
        return;
      }
      request.on('data', (chunk: Buffer) => bodies.push(chunk.toString()));
      request.on('end', () => {
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        response.end(`data: ${JSON.stringify({ type: 'response.completed', response: { id: 'r' } })}\n\n`);
      });
    });
    server.on('upgrade', (_request, socket) => socket.end('HTTP/1.1 426 No\r\n\r\n'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const clock = systemClock();
    const { port } = server.address() as AddressInfo;
    const { session } = testSession(`ws://127.0.0.1:${port}/v1/responses`, {
      clock,
      fallback: createHttpDial(),
    });
    ends.push(async () => {
      await session.dispose();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      expect(clock.pending()).toBe(0);
    });
    expect(await drawn(session.ask(completeAsk('a█'), never()))).toBe('completed');
    await turns();
    expect(await drawn(session.ask(completeAsk('b█'), never()))).toBe('completed');
    expect(requests).toBe(3);
    expect(bodies.length).toBe(2);
  });

  test.each([200, 407] as const)('through a proxy that answers %d', async (verdict) => {
    const model = await startModelServer({ post: true, refuse: () => ({ status: 426 }) });
    const proxy = await startProxy(Number(new URL(model.url).port), verdict);
    const clock = systemClock();
    const environment = { HTTP_PROXY: proxy.url };
    const { session } = testSession('ws://model.example/v1/responses', {
      clock,
      // The upgrade's refusal is scripted, so that all the proxy sees is the way over HTTP.
      dial: () => Promise.resolve({ kind: 'refused', refusal: { ...refused426 } }),
      fallback: createHttpDial({ environment }),
    });
    ends.push(proxy.close, model.close, session.dispose);
    const answers = [0, 1].map(() => drawn(session.ask(completeAsk('a█'), never())));
    expect(await Promise.all(answers)).toEqual(
      [0, 1].map(() => (verdict === 200 ? '"ok" completed' : 'failed barred')),
    );
    expect(new Set(proxy.asked.map((line) => line.split(' ')[0]))).toEqual(new Set(['model.example:80']));
  });
});

function counting(dial: Dial): { readonly dial: Dial; dials(): number } {
  let dials = 0;
  return {
    dial: (...given) => {
      dials++;
      return dial(...given);
    },
    dials: () => dials,
  };
}

const refused426 = {
  kind: 'http',
  status: 426,
  message: '',
  code: undefined,
  retryAfterMs: undefined,
} as const;

test('a certificate nobody vouches for is refused, over HTTP as over the WebSocket', async () => {
  const { generate } = await import('selfsigned');
  const made = await generate([{ name: 'commonName', value: 'localhost' }], { keySize: 2048 });
  const server = createHttpsServer({ key: made.private, cert: made.cert }, (_request, response) => {
    response.writeHead(500).end();
  });
  let upgrades = 0;
  server.on('upgrade', (_request, socket) => {
    upgrades++;
    socket.destroy();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `wss://localhost:${(server.address() as AddressInfo).port}/v1/responses`;
  for (const dial of [undefined, () => Promise.resolve({ kind: 'refused', refusal: refused426 } as const)]) {
    const clock = virtualClock();
    const { session } = testSession(url, { clock, fallback: createHttpDial(), ...(dial ? { dial } : {}) });
    const failure = await whilePassing(clock, failureOf(session.ask(completeAsk('a█'), never())));
    expect(failure).toMatchObject({
      code: 'barred',
      message: expect.stringContaining('NODE_EXTRA_CA_CERTS'),
    });
    await session.dispose();
  }
  expect(upgrades).toBe(0);
  await new Promise((resolve) => server.close(resolve));
});
