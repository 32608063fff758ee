import { expect, test } from 'vitest';
import { createDial } from '../../server/session/dial.ts';
import { proxyFor, unusableProxy } from '../../server/session/proxy.ts';
import { completeAsk, drawn } from '../support/asks.ts';
import { systemClock } from '../support/clock.ts';
import { startModelServer } from '../support/model-server.ts';
import { startProxy } from '../support/proxy.ts';
import { testSession } from '../support/session.ts';

test.each<[string, Record<string, string>, string | undefined]>([
  ['wss://api.example/v1', { HTTPS_PROXY: 'http://proxy:3128' }, 'proxy:3128'],
  ['wss://api.example/v1', { https_proxy: 'proxy:3128' }, 'proxy:3128'],
  ['wss://api.example/v1', { HTTP_PROXY: 'http://proxy:3128' }, undefined],
  ['ws://api.example/v1', { HTTP_PROXY: 'http://proxy:3128' }, 'proxy:3128'],
  ['wss://api.example/v1', { ALL_PROXY: 'http://proxy:3128' }, 'proxy:3128'],
  ['wss://api.example/v1', { ALL_PROXY: 'socks5://proxy:1080' }, undefined],
  ['wss://api.example/v1', { HTTPS_PROXY: '' }, undefined],
  ['wss://api.example/v1', { HTTPS_PROXY: 'http://p:1', NO_PROXY: 'api.example' }, undefined],
  ['wss://api.example/v1', { HTTPS_PROXY: 'http://p:1', NO_PROXY: 'a.b, .example' }, undefined],
  ['wss://api.example/v1', { HTTPS_PROXY: 'http://p:1', NO_PROXY: '*.example' }, undefined],
  ['wss://api.example/v1', { HTTPS_PROXY: 'http://p:1', no_proxy: '*' }, undefined],
  ['wss://api.example/v1', { HTTPS_PROXY: 'http://p:1', NO_PROXY: 'api.example:8443' }, 'p:1'],
  ['wss://api.example:8443/v1', { HTTPS_PROXY: 'http://p:1', NO_PROXY: 'api.example:8443' }, undefined],
  ['wss://api.example/v1', { HTTPS_PROXY: 'http://p:1', NO_PROXY: 'pi.example' }, 'p:1'],
  ['wss://192.168.1.4/v1', { HTTPS_PROXY: 'http://p:1', NO_PROXY: '10.0.0.0/' }, 'p:1'],
  ['wss://api.example/v1', { HTTPS_PROXY: 'http://p:1', NO_PROXY: '.example.' }, undefined],
  ['wss://a.b.example/v1', { HTTPS_PROXY: 'http://p:1', NO_PROXY: 'a.*.example' }, undefined],
  ['wss://a.b.example/v1', { HTTPS_PROXY: 'http://p:1', NO_PROXY: 'a.*.exampl' }, 'p:1'],
  ['http://192.168.1.5:11434', { HTTP_PROXY: 'http://p:1', NO_PROXY: '192.168.*' }, undefined],
  ['http://192.168.1.5:11434', { HTTP_PROXY: 'http://p:1', NO_PROXY: '192.168.0.0/16' }, undefined],
  ['http://192.169.1.5:11434', { HTTP_PROXY: 'http://p:1', NO_PROXY: '192.168.0.0/16' }, 'p:1'],
  ['http://gpu:11434', { HTTP_PROXY: 'http://p:1', NO_PROXY: '192.168.0.0/16, ::/0' }, 'p:1'],
  ['http://10.1.2.3', { HTTP_PROXY: 'http://p:1', NO_PROXY: '10.0.0.0/33, 10.0.0.0/x, /8' }, 'p:1'],
  ['http://[fd00::1]:8080', { HTTP_PROXY: 'http://p:1', NO_PROXY: 'fd00:0::1' }, undefined],
  ['http://[fd00::1]:8080', { HTTP_PROXY: 'http://p:1', NO_PROXY: '[fd00::1]' }, undefined],
  ['http://[fd00::1]:8080', { HTTP_PROXY: 'http://p:1', NO_PROXY: '[fd00::1]:8080' }, undefined],
  ['http://[fd00::1]:8080', { HTTP_PROXY: 'http://p:1', NO_PROXY: '[fd00::1]:80' }, 'p:1'],
  ['http://[fd00::1]:8080', { HTTP_PROXY: 'http://p:1', NO_PROXY: 'fd00::/8' }, undefined],
  ['http://gpu:11434', { HTTP_PROXY: 'http://p:1', NO_PROXY: '<local>' }, undefined],
  ['http://gpu.example', { HTTP_PROXY: 'http://p:1', NO_PROXY: '<local>' }, 'p:1'],
  ['http://0.0.0.0:11434', { HTTP_PROXY: 'http://p:1' }, undefined],
  ['ws://127.0.0.1:80/v1', { HTTP_PROXY: 'http://p:1' }, undefined],
  ['ws://localhost/v1', { ALL_PROXY: 'http://p:1' }, undefined],
  ['nonsense', { ALL_PROXY: 'http://p:1' }, undefined],
])('%s with %j goes through %s', (address, environment, host) => {
  expect(proxyFor(address, environment)?.host).toBe(host);
});

test.each<[Record<string, string>, RegExp | undefined]>([
  [
    { ALL_PROXY: 'socks5://proxy:1080' },
    /^ALL_PROXY names a proxy of a kind \(socks5:\/\/\).* api\.example /,
  ],
  [{ HTTPS_PROXY: 'http://' }, /^HTTPS_PROXY names no address/],
  [{ HTTPS_PROXY: 'proxy:3128', ALL_PROXY: 'socks5://proxy:1080' }, undefined],
  [{ ALL_PROXY: 'socks5://proxy:1080', NO_PROXY: 'api.example' }, undefined],
  [{}, undefined],
])('of %j is said what is not used', (environment, says) => {
  const said = unusableProxy('wss://api.example/v1', environment);
  if (says) expect(said).toMatch(says);
  else expect(said).toBeUndefined();
});

test.each([200, 407] as const)('a session through a proxy that answers %d', async (verdict) => {
  const model = await startModelServer();
  const proxy = await startProxy(Number(new URL(model.url).port), verdict);
  const clock = systemClock();
  const { session } = testSession('ws://model.example/v1/responses', {
    clock,
    dial: createDial({ clock, environment: { HTTP_PROXY: proxy.url } }),
  });
  const answer = await drawn(session.ask(completeAsk('a█'), new AbortController().signal));
  expect(answer).toBe(verdict === 200 ? '"ok" completed' : 'failed barred');
  expect(proxy.asked[0]).toBe(`model.example:80 Basic ${Buffer.from('me:p@ss').toString('base64')}`);
  if (verdict === 407) expect(session.status().message).toContain('HTTPS_PROXY');
  await session.dispose();
  expect(clock.pending()).toBe(0);
  await proxy.close();
  await model.close();
});
