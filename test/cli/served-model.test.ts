/** What `whittle serve` says of its settings before it serves. */

import { expect, test } from 'vitest';
import { openServedModel } from '../../server/cli/served-model.ts';

test.each([
  [
    'https://model.example/v1',
    'socks5://127.0.0.1:1080',
    /^ALL_PROXY names a proxy of a kind \(socks5:\/\/\)/,
  ],
  ['wss://model.example/v1/responses', 'socks5h://127.0.0.1:1080', /model\.example is reached directly/],
  ['https://model.example/v1', 'http://127.0.0.1:3128', undefined],
  ['http://127.0.0.1:8080/v1', 'socks5://127.0.0.1:1080', undefined],
])('a proxy that is not used is named: %s by %s', async (url, proxy, expected) => {
  const said: string[] = [];
  const environment = { WHITTLE_URL: url, WHITTLE_MODEL: 'm', WHITTLE_API_KEY: 'k', ALL_PROXY: proxy };
  const served = openServedModel(environment, (_level, message) => said.push(message));
  if (typeof served === 'string') expect.unreachable(served);
  else await served.backend.dispose();
  expect(said.length).toBe(expected ? 1 : 0);
  if (expected) expect(said[0]).toMatch(expected);
});
