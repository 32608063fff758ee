import { expect, test } from 'vitest';
import { createModels } from '../../server/cli/models.ts';
import type { AnswerEvent } from '../../server/core/model.ts';
import type { EmbeddedGateway } from '../../server/gateway/embedded.ts';
import { defaultSettings, type Settings } from '../../server/state/settings/settings.ts';
import { completeAsk, drawn, editAsk } from '../support/asks.ts';
import { systemClock } from '../support/clock.ts';
import { begin, reply, startModelServer } from '../support/model-server.ts';

const embedded: EmbeddedGateway = {
  endpoint: () => Promise.reject(new Error('no model is embedded here')),
  release: () => undefined,
  dispose: () => Promise.resolve(),
};

/** `end` disposes of them; nothing may be left then. */
function setUp(settings: () => Settings) {
  const clock = systemClock();
  const models = createModels({
    settings,
    environment: {},
    embedded,
    clock,
    random: () => 0.5,
    log: () => undefined,
  });
  const end = async (): Promise<void> => {
    await models.session.dispose();
    expect(clock.pending()).toBe(0);
  };
  return { models, end };
}

test('an edit whose model is set anew while it answers ends, and says why; ghost text is silent', async () => {
  let markAsked = () => {};
  const asked = new Promise<void>((resolve) => {
    markAsked = resolve;
  });
  const server = await startModelServer({
    answer(_, n) {
      if (n === 1) markAsked();
      return begin();
    },
  });
  let settings: Settings = { ...defaultSettings, model: { ...defaultSettings.model, url: server.url } };
  const { models, end } = setUp(() => settings);
  const { signal } = new AbortController();
  const failureOf = async (events: AsyncIterable<AnswerEvent>) => {
    for await (const event of events) if (event.kind === 'failed') return event.failure;
    return undefined;
  };
  const failures = [editAsk('«a»', 'b'), completeAsk('a█')].map((ask) =>
    failureOf(models.session.ask(ask, signal)),
  );
  await asked;
  settings = { ...settings, model: { ...settings.model, name: 'another' } };
  models.settingsChanged();
  const [edit, ghost] = await Promise.all(failures);
  expect(edit).toEqual({
    code: 'disposed',
    message: "The model's settings changed while it answered; run it again.",
  });
  expect(ghost?.code).toBe('disposed');
  await end();
  await server.close();
});

test('the limits hold for hosted models, and not for what runs on this machine', async () => {
  const server = await startModelServer({ answer: () => reply('fine') });
  const settings: Settings = {
    ...defaultSettings,
    completion: { ...defaultSettings.completion, model: { url: server.url } },
    edit: { ...defaultSettings.edit, model: { url: 'wss://model.invalid/v1/responses' } },
    limits: { ...defaultSettings.limits, requestsPerMinute: 0 },
  };
  const { models, end } = setUp(() => settings);
  const { signal } = new AbortController();
  expect(await drawn(models.session.ask(completeAsk('a█'), signal))).toBe('"fine" completed');
  expect(await drawn(models.session.ask(editAsk('«a»', 'b'), signal))).toBe('failed limit');
  await end();
  await server.close();
});

test('what a model was asked as its settings changed stays in the ledger', async () => {
  let markAsked = () => {};
  const asked = new Promise<void>((resolve) => {
    markAsked = resolve;
  });
  const server = await startModelServer({
    answer() {
      markAsked();
      return begin();
    },
  });
  let settings: Settings = { ...defaultSettings, model: { ...defaultSettings.model, url: server.url } };
  const { models, end } = setUp(() => settings);
  const answered = drawn(models.session.ask(editAsk('«a»', 'b'), new AbortController().signal));
  await asked;
  settings = { ...settings, model: { ...settings.model, name: 'another' } };
  models.settingsChanged();
  await answered;
  const { requests, measured } = models.session.status();
  expect(requests).toBe(1);
  expect(measured?.ledger.input).toBeGreaterThan(0);
  expect(measured?.ledger).toEqual({ ...measured?.ledger, estimated: measured?.ledger.wasted });
  await end();
  await server.close();
});
