import type { AddressInfo } from 'node:net';
import { createServer } from 'node:tls';
import { expect, test } from 'vitest';
import { advice } from '../../../server/cli/doctor/advice.ts';
import type { ModelFailureCode } from '../../../server/core/model.ts';
import { type Environment, resolveModel } from '../../../server/state/settings/resolve.ts';
import { defaultSettings } from '../../../server/state/settings/settings.ts';
import { certificatesFor } from '../../support/certificates.ts';
import { virtualClock } from '../../support/clock.ts';

async function check(
  code: ModelFailureCode,
  message: string,
  apiKey = '$WHITTLE_API_KEY',
  {
    environment = {},
    url = 'wss://model.example/v1/responses',
  }: { readonly environment?: Environment; readonly url?: string } = {},
): Promise<string> {
  const set = { ...defaultSettings.model, url, apiKey };
  const model = resolveModel({ ...defaultSettings, model: set }, 'completion', {});
  if (model.kind === 'invalid') throw new Error(model.message);
  return await advice({ code, message }, { model, environment, clock: virtualClock() });
}

test('a key that is wanted and was not sent is named', async () => {
  expect(await check('unauthorized', 'No.')).toBe(
    'model.example wants a key and none was sent: set WHITTLE_API_KEY to it, here and where the editor is started.',
  );
  expect(await check('unauthorized', 'No.', '$MY_KEY')).toContain('set MY_KEY to it');
  expect(await check('unauthorized', 'It does not accept the key.', 'sk-1')).toBe(
    'It does not accept the key.',
  );
});

test('a server that ends every connection is not asked again and again', async () => {
  const lost = 'The connection to model.example ended while it was answering: try again.';
  expect(await check('offline', lost)).toMatch(
    /takes connections and ends them without an answer: check the path/,
  );
});

test('what a server says when it ends a connection is said', async () => {
  const lost =
    'The connection to model.example ended while it was answering (1008, "key revoked"): try again.';
  expect(await check('offline', lost)).toMatch(/ends them without an answer \(1008, "key revoked"\): check/);
});

test('what is wrong with a sample that is rejected is the settings that go along', async () => {
  expect(await check('rejected', 'model.example rejected the request ("No such effort").')).toMatch(
    /^model\.example rejected the request \("No such effort"\)\. .* check `model\.name`/,
  );
});

test('a host that does not answer through a proxy is no reason to look for it elsewhere', async () => {
  const silent = 'model.example did not answer within 15 s: check `model.url` and the network.';
  expect(
    await check('offline', silent, 'sk-1', {
      environment: { HTTPS_PROXY: 'http://me:secret@proxy.example:3128' },
    }),
  ).toBe(
    'model.example did not answer through the proxy proxy.example:3128: check that the proxy is up, or name model.example in NO_PROXY where it is reached directly.',
  );
});

test('hosts with keys of their own are told apart', async () => {
  const url = 'https://codestral.mistral.ai/v1';
  expect(await check('unauthorized', 'It does not accept the key.', 'k', { url })).toMatch(
    /^It does not accept the key\. A key of api\.mistral\.ai is none of codestral\.mistral\.ai:/,
  );
  expect(await check('unauthorized', 'It wants to be paid first.', 'k', { url })).toBe(
    'It wants to be paid first.',
  );
});

test.each([
  ['ws', 'wss://'],
  ['http', 'https://'],
])('a server that wants TLS is told from one that wants none (%s)', async (scheme, wanted) => {
  const { key, cert } = await certificatesFor({ names: ['model.example'] });
  const server = createServer({ key, cert }, (socket) => socket.on('error', () => undefined));
  server.on('tlsClientError', () => undefined);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const url = `${scheme}://127.0.0.1:${port}/v1`;
  expect(await check('offline', 'It hung up.', 'k', { url })).toBe(
    `127.0.0.1:${port} speaks TLS there: begin \`model.url\` with ${wanted}.`,
  );
  expect(await check('busy', 'It is busy.', 'k', { url })).toBe('It is busy.');
  await new Promise((resolve) => server.close(resolve));
  expect(await check('offline', 'It hung up.', 'k', { url })).toBe('It hung up.');
});

test('what says itself what to do is said as it is', async () => {
  expect(await check('not-found', 'There is no such model: check `model.name`.')).toBe(
    'There is no such model: check `model.name`.',
  );
  expect(await check('cancelled', 'Cancelled.')).toMatch(/^no answer in time: check/);
});
