/** Hosts with several addresses that are far away: each is tried for longer than Node does by itself. */

import { Socket } from 'node:net';
import { inspect } from 'node:util';
import { expect, test, vi } from 'vitest';
import { createUpstreamHttp } from '../../server/cli/upstreams.ts';
import { createDial } from '../../server/session/dial.ts';
import { createHttpDial } from '../../server/session/http.ts';
import type { Environment } from '../../server/session/proxy.ts';
import { systemClock } from '../support/clock.ts';

const handlers = {
  message: () => undefined,
  binary: () => undefined,
  alive: () => undefined,
  closed: () => undefined,
};
const { signal } = new AbortController();

/** How long it tries an address of `localhost` that is not the last. Nothing listens there. */
async function check(connect: () => Promise<unknown>): Promise<void> {
  const spy = vi.spyOn(Socket.prototype, 'connect');
  try {
    await connect();
    await expect.poll(() => spy.mock.calls.length).toBeGreaterThan(0);
    expect(inspect(spy.mock.calls, { depth: 4 })).toContain('autoSelectFamilyAttemptTimeout: 1000');
  } finally {
    spy.mockRestore();
  }
}

const proxied = { HTTP_PROXY: 'http://localhost:1', HTTPS_PROXY: 'http://localhost:1' };

test.each<[string, Environment]>([
  ['ws://localhost:1/', {}],
  ['wss://localhost:1/', {}],
  ['ws://model.example/', proxied],
])('a WebSocket to %s', (url, environment) =>
  check(() =>
    createDial({ clock: systemClock(), environment })(
      { url, headers: {} },
      { handlers, connectMs: 5_000 },
      signal,
    ),
  ),
);

test('the same over HTTP', () =>
  check(async () => {
    const endpoint = { url: 'ws://localhost:1/', headers: {} };
    const dialled = await createHttpDial()(endpoint, { handlers, connectMs: 5_000 }, signal);
    if (dialled.kind === 'open') dialled.socket.send('{"type":"response.create"}');
  }));

test.each<[string, Environment]>([
  ['http://localhost:1/', {}],
  ['https://localhost:1/', {}],
  ['https://model.example/', proxied],
])('a model server at %s', (url, environment) =>
  check(async () => {
    const http = createUpstreamHttp(environment);
    await http.json({ method: 'GET', url, headers: {}, model: '' }, signal);
    http.dispose();
  }),
);
