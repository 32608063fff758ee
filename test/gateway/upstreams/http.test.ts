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
