/** What asking a model server shows, and what follows for how it is asked. */

import { afterEach, describe, expect, test } from 'vitest';
import { addressesOf, callAt, isNear } from '../../../server/gateway/upstreams/address.ts';
import { chooseFormats } from '../../../server/gateway/upstreams/choose.ts';
import { createDiscovery, type Discovery } from '../../../server/gateway/upstreams/discovery.ts';
import { createHttpClient } from '../../../server/gateway/upstreams/http.ts';
import type { ServerFacts } from '../../../server/gateway/upstreams/upstream.ts';
import { systemClock } from '../../support/clock.ts';
import {
  type ApiServer,
  type ApiServerOptions,
  type Dialect,
  startApiServer,
} from '../../support/upstreams/api-server.ts';
import { chatServer, llamaServer, lmStudio, ollama, whole } from '../../support/upstreams/dialects.ts';
import { tunnelHere } from '../../support/upstreams/upstream-gateway.ts';

const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

async function open(dialect: Dialect, options: ApiServerOptions = {}) {
  const machine = systemClock();
  let passed = 0;
  const clock = { ...machine, now: () => machine.now() + passed };
  const http = createHttpClient({ clock });
  const server: ApiServer = await startApiServer(dialect, options);
  ends.push(async () => {
    http.dispose();
    await server.close();
    expect(clock.pending()).toBe(0);
  });
  const discovery: Discovery = createDiscovery(http, clock);
  const discover = (name = '', path = '', signal = new AbortController().signal) =>
    discovery.discover({ url: server.url + path, name, headers: {}, format: 'auto' }, signal);
  const pass = (ms: number): void => {
    passed += ms;
  };
  return { server, discovery, discover, pass };
}

async function check(dialect: Dialect, name: string, expected: string, facts: Partial<ServerFacts>) {
  const { discover } = await open(dialect);
  const found = await discover(name);
  if (found.kind !== 'found') throw new Error(found.failure.message);
  const { complete, edit } = chooseFormats('auto', found.server);
  expect(`${found.server.kind} ${complete[0] ?? 'nothing'} ${edit[0] ?? 'nothing'}`).toBe(expected);
  expect(found.server).toMatchObject(facts);
}

describe('servers', () => {
  test('Ollama, the only model it has, with the context it is given', () =>
    check(ollama, '', 'ollama ollama chat', {
      model: 'qwen2.5-coder:1.5b',
      contextTokens: 8192,
      infill: true,
    }));

  test('llama-server, that fills in by itself', () =>
    check(llamaServer, '', 'llama-server infill chat', { model: 'a.gguf', contextTokens: 8192 }));

  test('llama-server with a model that only chats', () => {
    const chatting: Dialect = (request) =>
      request.path === '/infill'
        ? whole({ error: { message: 'not supported', code: 501 } }, 501)
        : llamaServer(request);
    return check(chatting, '', 'llama-server chat chat', { infill: false });
  });

  test('LM Studio, the model it has loaded', () =>
    check(lmStudio, '', 'lm-studio fim:qwen chat', { model: 'qwen2.5-coder-7b', contextTokens: 8192 }));

  test('vLLM says how long prompts may be', () =>
    check(
      chatServer({
        object: 'list',
        data: [{ id: 'openai/gpt-oss-20b', owned_by: 'vllm', max_model_len: 131072 }],
      }),
      '',
      'vllm chat chat',
      { contextTokens: 131072 },
    ));

  test('a model that was never taught to follow instructions is not asked for edits', () =>
    check(
      chatServer({ object: 'list', data: [{ id: 'bigcode/starcoder2-3b', owned_by: 'vllm' }] }),
      '',
      'vllm fim:starcoder2 nothing',
      {},
    ));

  test('a model named in the settings is the one that is asked', () =>
    check(chatServer(), 'other', 'openai chat chat', { model: 'other', models: ['chat-1'] }));

  test('Ollama whose newest model only makes vectors', () =>
    check(
      (request) =>
        request.path === '/api/tags'
          ? whole({
              models: [
                { name: 'nomic-embed-text:latest', details: { family: 'nomic-bert' } },
                { name: 'sentences:latest', details: { family: 'bert' } },
                { name: 'qwen2.5-coder:1.5b', details: { family: 'qwen2' } },
              ],
            })
          : ollama(request),
      '',
      'ollama ollama chat',
      { model: 'qwen2.5-coder:1.5b' },
    ));

  test('llama-server with several models, of which one is loaded', () =>
    check(
      (request) => {
        const { path, body } = request;
        if (path === '/props')
          return whole({ role: 'router', default_generation_settings: { params: null, n_ctx: 0 } });
        if (path === '/v1/models')
          return whole({
            data: [
              { id: 'a', status: { value: 'unloaded' } },
              { id: 'b', status: { value: 'loaded' }, meta: { n_ctx: 4096 } },
            ],
          });
        if (path === '/infill' && body.model !== 'b')
          return whole({ error: { message: 'model name is missing' } }, 400);
        return llamaServer(request);
      },
      '',
      'llama-server infill chat',
      { model: 'b', contextTokens: 4096 },
    ));

  test.each([400, 401, 403])(
    'one that lists no models for this key (HTTP %d), where a model is named',
    async (status) => {
      const closed: Dialect = ({ path }) =>
        path === '/v1/models' ? whole({ error: 'no' }, status) : undefined;
      await check(closed, 'mine', 'openai chat chat', { model: 'mine', models: [] });
      const { discover } = await open(closed);
      expect((await discover()).kind).toBe('failed');
    },
  );

  test.each(['', '/api'])('one that has its list at %j, and a page at any other address', async (path) => {
    const { discover, pass, server } = await open((request) =>
      request.path === `${path}/models`
        ? whole({ data: [{ id: 'chat-1' }] })
        : { headers: { 'content-type': 'text/html' }, pieces: ['<!doctype html>'] },
    );
    const found = { server: { base: server.url + path, model: 'chat-1' } };
    expect(await discover('', path)).toMatchObject(found);
    const asked = server.requests.length;
    pass(11_000);
    expect(await discover('', path)).toMatchObject(found);
    expect(server.requests.length).toBe(asked + 1);
  });

  test.each(['/completions', '/v2/proxy', '/v2/proxy/chat/completions'])(
    'one at %s that has all below its /v1 all the same',
    async (path) => {
      const base = `${path.replace(/\/(?:chat\/)?completions$/, '')}/v1`;
      const { discover, server } = await open((request) =>
        request.path === `${base}/models`
          ? whole({ data: [{ id: 'chat-1' }] })
          : whole({ detail: 'no' }, 404),
      );
      expect(await discover('', path)).toMatchObject({
        server: { base: server.url + base, model: 'chat-1' },
      });
    },
  );

  test('one without any list is taken for chat completions', () =>
    check(() => undefined, 'mine', 'openai chat chat', { model: 'mine', models: [] }));
});

test('what was found is asked for once, also by many at the same time, and again when it was wrong', async () => {
  const { discover, discovery, server } = await open(chatServer());
  await Promise.all([discover(), discover(), discover()]);
  await discover();
  const once = server.requests.length;
  expect(once).toBe(4);
  discovery.forget({ url: server.url, name: '', headers: {}, format: 'auto' });
  await discover();
  expect(server.requests.length).toBe(2 * once);
});

describe('a server of one’s own after a while', () => {
  const list = (model: string, more: object = {}) =>
    chatServer({ object: 'list', data: [{ id: model, owned_by: 'vllm', created: Math.random(), ...more }] });

  test('that is the same is looked at once, and the facts stay the same object', async () => {
    const { discover, server, pass } = await open((request) => list('one')(request));
    const first = await discover();
    const before = server.requests.length;
    await discover();
    expect(server.requests.length).toBe(before);
    pass(11_000);
    const [second, third] = await Promise.all([discover(), discover()]);
    expect(server.requests.length).toBe(before + 1);
    if (first.kind !== 'found' || second.kind !== 'found' || third.kind !== 'found') throw new Error('lost');
    expect(second.server).toBe(first.server);
    expect(third.server).toBe(first.server);
  });

  test('that has another model is found to be another one', async () => {
    let dialect = list('one', { max_model_len: 4096 });
    const { discover, pass } = await open((request) => dialect(request));
    expect(await discover()).toMatchObject({ server: { model: 'one', contextTokens: 4096 } });
    dialect = llamaServer;
    expect(await discover()).toMatchObject({ server: { model: 'one' } });
    pass(11_000);
    expect(await discover()).toMatchObject({ server: { kind: 'llama-server', model: 'a.gguf' } });
  });

  test('that is gone is said to be gone', async () => {
    const { discover, server, pass } = await open(chatServer());
    await discover();
    await server.close();
    pass(11_000);
    expect(await discover()).toMatchObject({ kind: 'failed', failure: { code: 'offline' } });
  });

  test('that takes its time is not waited for', async () => {
    let slow = false;
    const { discover, pass, server } = await open(chatServer(), { delayMs: () => (slow ? 5_000 : 0) });
    await discover();
    slow = true;
    pass(11_000);
    expect(await discover()).toMatchObject({ kind: 'found', server: { model: 'chat-1' } });
    server.cut();
  });
});

test('a hosted server is not looked at again', async () => {
  const clock = systemClock();
  const server = await startApiServer(chatServer());
  const port = Number(new URL(server.url).port);
  const http = createHttpClient({ clock, tunnelTo: tunnelHere(port) });
  let passed = 0;
  const discovery = createDiscovery(http, { ...clock, now: () => passed });
  const model = { url: 'http://api.example.com', name: '', headers: {}, format: 'auto' };
  await discovery.discover(model, new AbortController().signal);
  passed = 60_000;
  await discovery.discover(model, new AbortController().signal);
  expect(server.requests).toHaveLength(1);
  http.dispose();
  await server.close();
});

test('a failure is not kept', async () => {
  let up = false;
  const { discover } = await open((request) => (up ? chatServer()(request) : whole({ error: 'no' }, 401)));
  expect(await discover()).toMatchObject({ kind: 'failed', failure: { code: 'unauthorized' } });
  up = true;
  expect((await discover()).kind).toBe('found');
});

test('whoever aborts leaves at once; the others are told', async () => {
  const { discover } = await open(chatServer());
  const abort = new AbortController();
  const left = discover('', '', abort.signal);
  const stayed = discover();
  abort.abort();
  expect(await left).toMatchObject({ kind: 'failed', failure: { code: 'cancelled' } });
  expect((await stayed).kind).toBe('found');
});

test.each([
  ['http://127.0.0.1:11434', 'http://127.0.0.1:11434', 'http://127.0.0.1:11434/v1', 'http://127.0.0.1:11434'],
  [
    'http://127.0.0.1:11434/',
    'http://127.0.0.1:11434',
    'http://127.0.0.1:11434/v1',
    'http://127.0.0.1:11434',
  ],
  ['http://a:3000/api', 'http://a:3000', 'http://a:3000/v1', 'http://a:3000/api'],
  ['http://a:3000/api/chat/completions', 'http://a:3000/api', 'http://a:3000/api', 'http://a:3000/api/v1'],
  [
    'https://a.example/x/chat/completions',
    'https://a.example/x',
    'https://a.example/x',
    'https://a.example/x/v1',
  ],
  ['http://a:8000/completions', 'http://a:8000', 'http://a:8000', 'http://a:8000/v1'],
  ['http://a/v2/vllm', 'http://a/v2/vllm', 'http://a/v2/vllm', 'http://a/v2/vllm/v1'],
  ['http://a:8080/v1/infill', 'http://a:8080', 'http://a:8080/v1'],
  [
    'https://api.deepseek.com/beta/completions',
    'https://api.deepseek.com',
    'https://api.deepseek.com',
    'https://api.deepseek.com/v1',
  ],
  ['https://api.deepseek.com/beta/v1', 'https://api.deepseek.com', 'https://api.deepseek.com/v1'],
  ['https://a.example//v1//', 'https://a.example', 'https://a.example/v1'],
  [
    'https://api.deepseek.com/beta',
    'https://api.deepseek.com',
    'https://api.deepseek.com/v1',
    'https://api.deepseek.com',
  ],
  [
    'https://generativelanguage.googleapis.com/v1beta/openai/',
    'https://generativelanguage.googleapis.com/v1beta/openai',
    'https://generativelanguage.googleapis.com/v1beta/openai',
    'https://generativelanguage.googleapis.com/v1beta/openai/v1',
  ],
  [
    'https://me.openai.azure.com/openai/deployments/gpt/?api-version=2',
    'https://me.openai.azure.com/openai/deployments/gpt?api-version=2',
    'https://me.openai.azure.com/openai/deployments/gpt?api-version=2',
    'https://me.openai.azure.com/openai/deployments/gpt/v1?api-version=2',
  ],
  [
    'https://me.openai.azure.com/openai/v1/chat/completions?api-version=2',
    'https://me.openai.azure.com/openai?api-version=2',
    'https://me.openai.azure.com/openai/v1?api-version=2',
  ],
  ['http://127.0.0.1:11434/api/generate', 'http://127.0.0.1:11434', 'http://127.0.0.1:11434/v1'],
  ['http://localhost:8080/v1/chat/completions', 'http://localhost:8080', 'http://localhost:8080/v1'],
  ['https://openrouter.ai/api/v1', 'https://openrouter.ai/api', 'https://openrouter.ai/api/v1'],
  ['https://api.groq.com/openai/v1/', 'https://api.groq.com/openai', 'https://api.groq.com/openai/v1'],
  [
    'https://generativelanguage.googleapis.com/v1beta',
    'https://generativelanguage.googleapis.com',
    'https://generativelanguage.googleapis.com/v1beta',
  ],
])('the addresses below %s', (url, root, base, other?: string) => {
  expect(addressesOf(url)).toEqual(other === undefined ? { root, base } : { root, base, other });
});

test('a call goes before the query', () => {
  expect(callAt('https://a.example/v1?api-version=2', '/models')).toBe(
    'https://a.example/v1/models?api-version=2',
  );
  expect(callAt('https://a.example/v1', '/models')).toBe('https://a.example/v1/models');
});

test.each([
  ['http://127.0.0.1:1', true],
  ['http://localhost:1', true],
  ['http://gpu-box:8000', true],
  ['http://192.168.1.5:8000', true],
  ['http://[::1]:8000', true],
  ['http://box.local', true],
  ['http://0.0.0.0:11434', true],
  ['http://100.64.0.7:11434', true],
  ['http://100.127.9.9:11434', true],
  ['http://100.128.0.1:11434', false],
  ['http://gpu.tail1234.ts.net:11434', true],
  ['http://gpu.home.arpa', true],
  ['https://api.mistral.ai', false],
  ['http://172.15.0.1', false],
  ['http://11.0.0.1', false],
])('%s is near: %s', (url, near) => {
  expect(isNear(url)).toBe(near);
});
