/** Proxies that do not let one through: who waits is told once and in time, and it is said of the proxy. */

import { type AddressInfo, createServer, type Socket } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { createUpstreamHttp } from '../../server/cli/upstreams.ts';
import { createDial } from '../../server/session/dial.ts';
import { refusalFailure } from '../../server/session/failure.ts';
import { systemClock } from '../support/clock.ts';

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

/** A proxy that answers with these bytes, or never; `gone` where nothing listens any more. */
async function startAnswering(answer: string | 'gone') {
  const sockets = new Set<Socket>();
  const heard: string[] = [];
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => undefined);
    socket.once('data', () => answer !== '' && socket.write(answer));
    socket.on('data', (data) => heard.push(data.toString()));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const stop = (): Promise<unknown> => {
    for (const socket of sockets) socket.destroy();
    return new Promise((resolve) => server.close(resolve));
  };
  if (answer === 'gone') await stop();
  else ends.push(stop);
  return { port, heard, sockets };
}

const handlers = {
  message: () => undefined,
  binary: () => undefined,
  alive: () => undefined,
  closed: () => undefined,
};

/** What is said of `wss://model.example`, and of the same over HTTP behind the gateway. */
async function check(code: 'barred' | 'offline', answer: string, user: string, says: RegExp): Promise<void> {
  const { port } = await startAnswering(answer);
  const environment = { HTTPS_PROXY: `http://${user}127.0.0.1:${port}` };
  const url = 'wss://model.example/v1/responses';
  const { signal } = new AbortController();
  const dial = createDial({ clock: systemClock(), environment });
  const dialled = await dial({ url, headers: {} }, { handlers, connectMs: 5_000 }, signal);
  if (dialled.kind !== 'refused') throw new Error('it let us through');
  expect(refusalFailure(dialled.refusal, { url, model: '' })).toMatchObject({
    code,
    message: expect.stringMatching(says),
  });
  const http = createUpstreamHttp(environment);
  ends.push(() => http.dispose());
  const request = { method: 'GET', url: 'https://model.example/v1/models', headers: {}, model: '' } as const;
  expect(await http.json(request, signal)).toMatchObject({
    kind: 'failed',
    failure: { code, message: expect.stringMatching(says) },
  });
}

const basic = 'HTTP/1.1 407 Who\r\nProxy-Authenticate: Basic realm="x"\r\n\r\n';

test.each<[string, 'barred' | 'offline', string, string, RegExp]>([
  ['wants a password', 'barred', basic, '', /^The proxy for model\.example wants a name and a password/],
  ['takes no password', 'barred', basic, 'me:100%@', /does not accept the name and password/],
  [
    'wants NTLM',
    'barred',
    'HTTP/1.1 407 Who\r\nProxy-Authenticate: NTLM\r\n\r\n',
    'me:x@',
    /other than Basic/,
  ],
  ['says no', 'barred', 'HTTP/1.1 403 No\r\n\r\n', '', /does not let Whittle through to model\.example/],
  ['finds no way', 'offline', 'HTTP/1.1 502 No\r\n\r\n', '', /finds no way to model\.example/],
  ['is none', 'offline', 'SSH-2.0-OpenSSH_9\r\n', '', /^The proxy for model\.example does not answer/],
  ['is gone', 'offline', 'gone', '', /^The proxy for model\.example does not answer/],
])('a proxy that %s', (_, code, answer, user, says) => check(code, answer, user, says));

test('a server that speaks no HTTP is told from one that is not there', async () => {
  const { port } = await startAnswering('SSH-2.0-OpenSSH_9\r\n');
  const http = createUpstreamHttp({});
  ends.push(() => http.dispose());
  const url = `http://127.0.0.1:${port}/v1/models`;
  expect(
    await http.json({ method: 'GET', url, headers: {}, model: '' }, new AbortController().signal),
  ).toMatchObject({
    failure: { code: 'offline', message: expect.stringContaining('answers there in another way than HTTP') },
  });
});

test('any answer of success opens the way', async () => {
  const { port, heard } = await startAnswering('HTTP/1.1 204\r\n\r\n');
  const dial = createDial({ clock: systemClock(), environment: { HTTP_PROXY: `127.0.0.1:${port}` } });
  const abort = new AbortController();
  const dialled = dial(
    { url: 'ws://model.example/', headers: {} },
    { handlers, connectMs: 5_000 },
    abort.signal,
  );
  await expect.poll(() => heard.length).toBe(2);
  expect(heard[1]).toMatch(/^GET \/ HTTP\/1\.1\r\n/);
  abort.abort();
  await dialled;
});

test('one that never answers holds nobody: not until the deadline, not after an abort, not after the end', async () => {
  const { port, sockets } = await startAnswering('');
  const http = createUpstreamHttp({ HTTP_PROXY: `127.0.0.1:${port}` });
  const request = { method: 'GET', url: 'http://model.example/v1/models', headers: {}, model: '' } as const;
  const { signal } = new AbortController();
  expect(await http.json({ ...request, limits: { connectMs: 20 } }, signal)).toMatchObject({
    failure: { code: 'offline', message: expect.stringContaining('did not answer in time') },
  });
  const abort = new AbortController();
  const aborted = http.json(request, abort.signal);
  abort.abort();
  expect(await aborted).toMatchObject({ failure: { code: 'cancelled' } });
  const left = http.json(request, signal);
  http.dispose();
  expect(await left).toMatchObject({ failure: { code: 'cancelled' } });
  await expect.poll(() => sockets.size).toBe(0);
});
