import { expect, test } from 'vitest';
import { createModels } from '../../server/cli/models.ts';
import { defaultSettings, type Settings } from '../../server/state/settings/settings.ts';
import { completeAsk, drawn, editAsk } from '../support/asks.ts';
import { systemClock } from '../support/clock.ts';
import { reply, startModelServer } from '../support/model-server.ts';

test('the limits hold for hosted models, and not for what runs on this machine', async () => {
  const server = await startModelServer({ answer: () => reply('fine') });
  const clock = systemClock();
  const settings: Settings = {
    ...defaultSettings,
    completion: { ...defaultSettings.completion, model: { url: server.url } },
    edit: { ...defaultSettings.edit, model: { url: 'wss://model.invalid/v1/responses' } },
    limits: { ...defaultSettings.limits, requestsPerMinute: 0 },
  };
  const models = createModels({
    settings: () => settings,
    environment: {},
    embedded: {
      endpoint: () => Promise.reject(new Error('no model is embedded here')),
      release: () => undefined,
      dispose: () => Promise.resolve(),
    },
    clock,
    random: () => 0.5,
    log: () => undefined,
  });
  const { signal } = new AbortController();
  expect(await drawn(models.session.ask(completeAsk('a█'), signal))).toBe('"fine" completed');
  expect(await drawn(models.session.ask(editAsk('«a»', 'b'), signal))).toBe('failed limit');
  await models.session.dispose();
  expect(clock.pending()).toBe(0);
  await server.close();
});
