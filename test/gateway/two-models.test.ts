/** From the settings to model servers over HTTP: sessions, the embedded gateway in a real thread, scripted servers. */

import { Worker } from 'node:worker_threads';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { createModels } from '../../server/cli/models.ts';
import type { Clock } from '../../server/core/clock.ts';
import { createEmbeddedGateway } from '../../server/gateway/embedded.ts';
import type { ModelSettings, Settings } from '../../server/state/settings/settings.ts';
import { defaultSettings } from '../../server/state/settings/settings.ts';
import { askDocument, completeAsk, drawn, editAsk } from '../support/asks.ts';
import { type BuiltWorker, buildWorker } from '../support/built-worker.ts';
import { systemClock, virtualClock } from '../support/clock.ts';
import {
  type ApiServer,
  type ApiServerOptions,
  type Dialect,
  startApiServer,
} from '../support/upstreams/api-server.ts';
import { chatServer, llamaServer } from '../support/upstreams/dialects.ts';

let built: BuiltWorker;
beforeAll(async () => {
  built = await buildWorker();
});
afterAll(() => built.remove());

const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

async function serve(dialect: Dialect, options: ApiServerOptions = {}): Promise<ApiServer> {
  const server = await startApiServer(dialect, options);
  ends.push(() => server.close());
  return server;
}

function settingsWith(
  model: Partial<ModelSettings>,
  edit: Partial<ModelSettings> = {},
  completion: Partial<ModelSettings> = {},
): Settings {
  return {
    ...defaultSettings,
    model: { ...defaultSettings.model, ...model },
    edit: { ...defaultSettings.edit, model: edit },
    completion: { ...defaultSettings.completion, model: completion },
  };
}

function open(first: Settings, clock: Clock & { pending(): number } = systemClock()) {
  const workers: Worker[] = [];
  const logged: string[] = [];
  const log = (level: string, message: string) => void logged.push(`${level}: ${message}`);
  let settings = first;
  const models = createModels({
    settings: () => settings,
    environment: { WHITTLE_API_KEY: 'sk-secret-1' },
    embedded: createEmbeddedGateway({
      createWorker: () => {
        const worker = new Worker(built.file);
        workers.push(worker);
        return worker;
      },
      clock,
      random: () => 0.5,
      log,
    }),
    clock,
    random: () => 0.5,
    log,
  });
  ends.push(async () => {
    await models.session.dispose();
    expect(clock.pending()).toBe(0);
    expect(logged.join('\n')).not.toContain('sk-secret');
  });
  const { signal } = new AbortController();
  return {
    complete: (marked: string) => drawn(models.session.ask(completeAsk(marked), signal)),
    edit: (marked: string, instruction: string) =>
      drawn(models.session.ask(editAsk(marked, instruction), signal)),
    ask: (marked: string) => models.session.ask(completeAsk(marked), signal),
    tell: models.session.tell,
    workers,
    change(next: Settings) {
      settings = next;
      models.settingsChanged();
    },
  };
}

test('one setting puts a model server in the place of the engine', async () => {
  const server = await serve(chatServer());
  const { complete, edit, workers } = open(settingsWith({ url: server.url }));
  expect(await complete('let a█')).toBe('"LET A" completed');
  expect(await edit('let «a»', 'b')).toBe('"b" completed');
  expect(workers.length).toBe(1);
  expect(new Set(server.requests.map(({ headers }) => headers.authorization))).toEqual(
    new Set(['Bearer sk-secret-1']),
  );
});

test('ghost text and edits by different servers in one thread, each with its own key', async () => {
  const fill = await serve(llamaServer);
  const chat = await serve(chatServer());
  const { complete, edit, workers } = open(
    settingsWith({ url: fill.url }, { url: chat.url, name: 'big-1', apiKey: 'sk-other-2' }),
  );
  expect(await complete('let a█')).toBe('"LET A" completed');
  expect(await edit('let «a»', 'b')).toBe('"b" completed');
  expect(workers.length).toBe(1);
  expect(fill.requests.at(-1)?.path).toBe('/infill');
  expect(chat.requests.at(-1)).toMatchObject({ path: '/v1/chat/completions', body: { model: 'big-1' } });
  expect(chat.requests.every(({ headers }) => headers.authorization === 'Bearer sk-other-2')).toBe(true);
  expect(fill.requests.every(({ headers }) => headers.authorization === 'Bearer sk-secret-1')).toBe(true);
});

test('the engine for ghost text and a server for edits', async () => {
  const chat = await serve(chatServer());
  const { complete, edit, workers } = open(settingsWith({}, { url: chat.url }));
  expect(await complete('let a█')).toBe('"LET A" completed');
  expect(await edit('let «a»', 'b')).toBe('"b" completed');
  expect(workers.length).toBe(1);
  expect(chat.requests.filter(({ method }) => method === 'POST').length).toBe(1);
});

test('a server that says nothing is named, not the gateway before it', async () => {
  let markAsked = (): void => undefined;
  const asked = new Promise<void>((resolve) => {
    markAsked = resolve;
  });
  const server = await serve(chatServer(), {
    fault: () => {
      markAsked();
      return { kind: 'silent', after: 0 };
    },
  });
  const clock = virtualClock();
  const { ask } = open(settingsWith({ url: server.url }), clock);
  const failure = (async () => {
    for await (const event of ask('let a█')) if (event.kind === 'failed') return event.failure.message;
    return undefined;
  })();
  await asked;
  clock.advance(8_000);
  expect(await failure).toBe(
    `${new URL(server.url).host} took the request and sent nothing for 8 s: try again, or choose another model.`,
  );
});

test('another server takes over when the settings change', async () => {
  const first = await serve(chatServer());
  const second = await serve(chatServer());
  const { complete, change } = open(settingsWith({ url: first.url }));
  expect(await complete('let a█')).toBe('"LET A" completed');
  change(settingsWith({ url: second.url }));
  expect(await complete('let b█')).toBe('"LET B" completed');
  expect(second.requests.some(({ method }) => method === 'POST')).toBe(true);
});

test('a thread that dies is replaced, and the same servers are asked again', async () => {
  const server = await serve(chatServer());
  const { complete, tell, workers } = open(settingsWith({ url: server.url }));
  tell({ kind: 'opened', document: askDocument('let a') });
  expect(await complete('let a█')).toBe('"LET A" completed');
  await workers[0]?.terminate();
  expect(await complete('let a█')).toBe('"LET A" completed');
  expect(workers.length).toBe(2);
});
