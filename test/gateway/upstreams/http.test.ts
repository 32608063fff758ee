import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { createHttpClient } from '../../../server/gateway/upstreams/http.ts';
import { virtualClock } from '../../support/clock.ts';

test('a connection from before the machine slept is not used again', async () => {
  let connections = 0;
  const server = createServer((_request, response) => response.end('{}')).on('connection', () => {
    connections++;
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  let wallMs = 1_000_000;
  const http = createHttpClient({ clock: virtualClock(), epochMs: () => wallMs });
  onTestFinished(() => {
    http.dispose();
    server.close();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const ask = async () => {
    const answer = await http.json(
      { method: 'GET', url, headers: {}, model: 'm' },
      new AbortController().signal,
    );
    // The connection is free again a turn later.
    await new Promise(setImmediate);
    return answer.kind;
  };
  expect([await ask(), await ask(), connections]).toEqual(['json', 'json', 1]);
  wallMs += 59_000;
  expect([await ask(), connections]).toEqual(['json', 1]);
  wallMs += 3_600_000;
  expect([await ask(), connections]).toEqual(['json', 2]);
});

test('half a surrogate pair is sent as what every reader of JSON takes', async () => {
  const bodies: string[] = [];
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const piece of request) body += String(piece);
    bodies.push(body);
    response.end('{}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const http = createHttpClient({ clock: virtualClock() });
  onTestFinished(() => {
    http.dispose();
    server.close();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const body = { prompt: 'a\ud83d \\ud83d 😀' };
  await http.json({ method: 'POST', url, headers: {}, body, model: 'm' }, new AbortController().signal);
  expect(bodies).toEqual([JSON.stringify({ prompt: 'a\ufffd \\ud83d 😀' })]);
});

test('a server that can be reached no more is noticed within seconds', async () => {
  const clock = virtualClock();
  const server = createServer((_request, response) => void response.write('data: {"a":1}\n\n'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const http = createHttpClient({ clock, reach: () => () => undefined });
  onTestFinished(http.dispose);
  const url = `http://127.0.0.1:${port}/`;
  const items = http.stream(
    { method: 'POST', url, headers: {}, body: {}, model: 'm' },
    new AbortController().signal,
  );
  expect(await items.next()).toMatchObject({ value: { kind: 'value' } });
  const next = items.next();
  for (let second = 0; second < 12; second++) {
    for (let turn = 0; turn < 10; turn++) await new Promise(setImmediate);
    clock.advance(1_000);
  }
  expect(await next).toMatchObject({ value: { kind: 'failed', failure: { code: 'offline' } } });
  await items.return();
  expect(clock.pending()).toBe(0);
});

/** What becomes of a request that the server took, and that it answers only after so long. */
async function checkWait(waitedMs: number, expected: unknown) {
  const clock = virtualClock();
  let took = (): void => undefined;
  const taken = new Promise<void>((resolve) => {
    took = resolve;
  });
  let answer = (): void => undefined;
  const server = createServer((_request, response) => {
    answer = () => response.end('{}');
    took();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const http = createHttpClient({ clock, limits: { connectMs: 1_000, idleMs: 5_000 } });
  onTestFinished(() => {
    http.dispose();
    server.close();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const asked = http.json({ method: 'GET', url, headers: {}, model: 'm' }, new AbortController().signal);
  await taken;
  clock.advance(waitedMs);
  answer();
  expect(await asked).toMatchObject(expected as object);
}

test('a server that was reached has the time for an answer, not that for a connection', () =>
  checkWait(4_999, { kind: 'json' }));

test('a server that was reached and answers nothing is given up', () =>
  checkWait(5_000, {
    kind: 'failed',
    failure: { code: 'model', message: expect.stringContaining('nothing for 5 s') },
  }));
