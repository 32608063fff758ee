import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { expect, test } from 'vitest';
import { unreached } from '../../../server/cli/doctor/reach.ts';
import { virtualClock } from '../../support/clock.ts';

const withinMs = 5_000;

test('a name that is not looked up in time', async () => {
  const clock = virtualClock();
  const lookUp = () => new Promise<never>(() => undefined);
  const told = unreached('wss://model.example/v1', { clock, withinMs, lookUp });
  clock.advance(withinMs);
  expect(await told).toMatch(
    /^The name model\.example was not looked up within 5 s: check this machine's DNS/,
  );
  expect(clock.pending()).toBe(0);
});

test('a host that takes connections and says nothing', async () => {
  const clock = virtualClock();
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const told = await unreached(`ws://127.0.0.1:${port}/v1`, { clock, withinMs });
  expect(told).toMatch(/^127\.0\.0\.1:\d+ takes connections and does not answer: check that a model server/);
  server.close();
  await once(server, 'close');
  expect(await unreached(`ws://127.0.0.1:${port}/v1`, { clock, withinMs })).toBeUndefined();
  expect(clock.pending()).toBe(0);
});

test('a name that nobody has, and a host that takes no connection, are no news', async () => {
  const clock = virtualClock();
  const lookUp = () => Promise.reject(new Error('ENOTFOUND'));
  expect(await unreached('ws://model.invalid/', { clock, withinMs, lookUp })).toBeUndefined();
  expect(clock.pending()).toBe(0);
});
