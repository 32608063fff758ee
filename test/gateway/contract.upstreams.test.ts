/**
 * The session's contract with every kind of model server behind the gateway: which ones, and what of the contract an
 * API cannot give (`edits`: its models only go on with code; `refusals`: it has no field for them).
 */

import { expect, test } from 'vitest';
import { type FimName, fimFormats } from '../../server/core/prompt/fim/format.ts';
import { type Peer, sessionContract } from '../session/contract.ts';
import { completeAsk, drawn } from '../support/asks.ts';
import { systemClock } from '../support/clock.ts';
import { testSession } from '../support/session.ts';
import { type ApiServer, type Dialect, startApiServer } from '../support/upstreams/api-server.ts';
import { chatServer, llamaServer, lmStudio, ollama, responsesServer } from '../support/upstreams/dialects.ts';
import {
  deepseek,
  mercury,
  mistral,
  openRouter,
  rawOllama,
  tellingLlama,
  vllm,
  withoutDone,
} from '../support/upstreams/fim-dialects.ts';
import { startUpstreamGateway } from '../support/upstreams/upstream-gateway.ts';

interface Row extends Pick<Peer, 'edits' | 'nextEdits' | 'refusals'> {
  readonly name: string;
  readonly dialect: Dialect;
  /** Of the model server, where what it is follows from its name. */
  readonly host?: string;
  readonly format?: string;
  /** Some count only where they are asked to, and it is not known that they may be. */
  readonly usage?: 'untold';
  /** Addresses that ghost text is to be asked at, and none other. */
  readonly asked: RegExp;
}

/** A model of each family, as its makers call it. */
const families: Readonly<Record<FimName, string>> = {
  qwen: 'Qwen/Qwen2.5-Coder-7B',
  starcoder: 'bigcode/starcoderbase-3b',
  starcoder2: 'bigcode/starcoder2-3b',
  deepseek: 'deepseek-ai/deepseek-coder-6.7b-base',
  codestral: 'mistralai/Codestral-22B-v0.1',
  codegemma: 'google/codegemma-7b-it',
  codellama: 'meta-llama/CodeLlama-7b-hf',
  granite: 'ibm-granite/granite-3.3-8b-instruct',
  granite4: 'ibm-granite/granite-4.0-h-tiny',
  mellum: 'JetBrains/Mellum-4b-base',
  'seed-coder': 'ByteDance-Seed/Seed-Coder-8B-Instruct',
};
/** What their makers say of them: no instructions are followed. */
const unable: readonly FimName[] = ['starcoder', 'starcoder2', 'deepseek', 'mellum'];
const familyNames = Object.keys(fimFormats).filter((name): name is FimName =>
  Object.hasOwn(fimFormats, name),
);

const rows: readonly Row[] = [
  { name: 'chat completions', dialect: chatServer(), asked: /^\/v1\/chat\/completions$/ },
  {
    name: 'chat completions without a last word',
    dialect: withoutDone(chatServer()),
    asked: /^\/v1\/chat\/completions$/,
  },
  { name: 'OpenRouter', dialect: openRouter, host: 'openrouter.ai', asked: /^\/v1\/chat\/completions$/ },
  { name: 'Responses over HTTP', dialect: responsesServer, format: 'responses', asked: /^\/v1\/responses$/ },
  { name: 'LM Studio', dialect: lmStudio, asked: /^\/v1\/completions$/ },
  { name: 'llama-server by /infill', dialect: llamaServer, asked: /^\/infill$/ },
  { name: 'llama-server by /completion', dialect: tellingLlama, asked: /^\/(?:infill|completion)$/ },
  { name: 'Ollama', dialect: ollama, refusals: 'as text', asked: /^\/api\/generate$/ },
  { name: 'Ollama by raw prompts', dialect: rawOllama, edits: 'unsupported', asked: /^\/api\/generate$/ },
  { name: 'Mistral', dialect: mistral, host: 'api.mistral.ai', asked: /^\/v1\/fim\/completions$/ },
  { name: 'DeepSeek', dialect: deepseek, host: 'api.deepseek.com', asked: /^\/beta\/completions$/ },
  {
    name: 'Mercury',
    dialect: mercury,
    host: 'api.inceptionlabs.ai',
    edits: 'unsupported',
    nextEdits: 'supported',
    usage: 'untold',
    asked: /^\/v1\/fim\/completions$/,
  },
  ...familyNames.map(
    (family): Row => ({
      name: `vLLM with ${families[family]}`,
      dialect: vllm(fimFormats[family], families[family]),
      asked: /^\/v1\/completions$/,
      ...(unable.includes(family) ? { edits: 'unsupported' } : {}),
    }),
  ),
];

async function start({ dialect, host, format = 'auto' }: Row) {
  const clock = systemClock();
  const server = await startApiServer(dialect, { chop: inSevens });
  const way = host === undefined ? {} : { port: Number(new URL(server.url).port) };
  const url = host === undefined ? server.url : `http://${host}`;
  const gateway = () => startUpstreamGateway({ url, apiKey: 'key-1', format }, { clock, ...way });
  return { clock, server, gateway };
}

async function upstream(row: Row): Promise<Peer> {
  const { clock, server, gateway } = await start(row);
  let running = await gateway();
  return {
    ...row,
    endpoint: () =>
      Promise.resolve({
        url: running.gateway.url,
        headers: { Authorization: `Bearer ${running.gateway.token}` },
      }),
    async cut() {
      const old = running;
      running = await gateway();
      await old.close();
      server.cut();
    },
    connections: () => clock.pending() + server.connections(),
    async close() {
      await running.close();
      await server.close();
      expect(keysOf(server)).toEqual(new Set(['Bearer key-1']));
    },
  };
}

/** Every request brings the key, and only that. */
function keysOf(server: ApiServer): ReadonlySet<string | undefined> {
  return new Set(['Bearer key-1', ...server.requests.map(({ headers }) => headers.authorization)]);
}

/** Pieces of seven bytes: inside lines, escapes and characters. */
function inSevens(body: Buffer): readonly Buffer[] {
  return Array.from({ length: Math.ceil(body.length / 7) }, (_, i) => body.subarray(i * 7, i * 7 + 7));
}

for (const row of rows) sessionContract(row.name, () => upstream(row));

test.each(rows)('$name: ghost text by its own call, beyond ASCII, and what it cost', async (row) => {
  const { clock, server, gateway } = await start(row);
  const running = await gateway();
  const { url, token } = running.gateway;
  const { session } = testSession(
    () => Promise.resolve({ url, headers: { Authorization: `Bearer ${token}` } }),
    { clock },
  );
  const answer = session.ask(completeAsk('let ä = "€😀█'), new AbortController().signal);
  expect(await drawn(answer)).toBe('"LET Ä = \\"€😀" completed');
  const told = row.usage === 'untold' ? { inputTokens: 0 } : { inputTokens: 10, outputTokens: 3 };
  expect(session.status().usage).toMatchObject(told);
  const posted = server.requests.filter(({ method, body }) => method === 'POST' && body.stream === true);
  for (const { path } of posted) expect(path).toMatch(row.asked);
  await session.dispose();
  await running.close();
  await server.close();
});
