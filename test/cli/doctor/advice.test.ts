import { expect, test } from 'vitest';
import { advice } from '../../../server/cli/doctor/advice.ts';
import type { ModelFailureCode } from '../../../server/core/model.ts';
import { type Environment, resolveModel } from '../../../server/state/settings/resolve.ts';
import { defaultSettings } from '../../../server/state/settings/settings.ts';
import { virtualClock } from '../../support/clock.ts';

async function check(
  code: ModelFailureCode,
  message: string,
  apiKey = '$WHITTLE_API_KEY',
  environment: Environment = {},
): Promise<string> {
  const set = { ...defaultSettings.model, url: 'wss://model.example/v1/responses', apiKey };
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

test('a host that does not answer through a proxy is no reason to look for it elsewhere', async () => {
  const silent = 'model.example did not answer within 15 s: check `model.url` and the network.';
  expect(await check('offline', silent, 'sk-1', { HTTPS_PROXY: 'http://me:secret@proxy.example:3128' })).toBe(
    'model.example did not answer through the proxy proxy.example:3128: check that the proxy is up, or name model.example in NO_PROXY where it is reached directly.',
  );
});

test('what says itself what to do is said as it is', async () => {
  expect(await check('not-found', 'There is no such model: check `model.name`.')).toBe(
    'There is no such model: check `model.name`.',
  );
  expect(await check('cancelled', 'Cancelled.')).toMatch(/^no answer in time: check/);
});
