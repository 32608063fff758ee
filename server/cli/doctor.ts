/** `whittle doctor`: looks at what a suggestion needs, in the order it needs it, and says what to do about each. */

import { homedir } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { CompleteAsk } from '../core/ask.ts';
import type { AnswerEvent, ModelFailure } from '../core/model.ts';
import { createEmbeddedGateway } from '../gateway/embedded.ts';
import { decodeSettings } from '../state/settings/decode.ts';
import { modelOrigin } from '../state/settings/origin.ts';
import { resolveModel } from '../state/settings/resolve.ts';
import { readOwnFile } from '../state/workspace/own-file.ts';
import { cacheFolder } from '../state/workspace/store.ts';
import type { Console, ExitCode } from './console.ts';
import { describeServer, findLocalServers, usualServers } from './local-servers.ts';
import { machineClock } from './machine.ts';
import { createModels } from './models.ts';
import { upstreamOf } from './open-model.ts';
import { createUpstreams } from './upstreams.ts';

const answerWithinMs = 20_000;

export async function doctor(console: Console): Promise<ExitCode> {
  const { print } = console;
  const line = (mark: 'ok' | '!!' | '--', text: string) => print(`${mark}  ${text}`);

  const own = await readOwnFile(console.folder);
  const { settings, warnings } = decodeSettings({
    environment: console.environment,
    workspaceFiles: [own.value],
  });
  const problems = [...(own.problem === undefined ? [] : [own.problem]), ...warnings];
  line(
    problems.length === 0 ? 'ok' : '!!',
    problems.length === 0
      ? 'settings: environment and .whittle.json are in order'
      : `settings: ${problems.join(' ')}`,
  );
  line(
    '--',
    'settings: those of an editor are seen by the server it starts; `:Whittle status` or its log shows them',
  );

  const model = resolveModel(settings, 'completion', console.environment);
  if (model.kind === 'invalid') {
    line('!!', `model: ${model.message}`);
    return 4;
  }
  line(
    'ok',
    model.kind === 'embedded'
      ? 'model: the embedded engine, offline'
      : `model: ${model.name || 'unnamed'} at ${new URL(model.url).host}`,
  );
  if (model.kind !== 'embedded')
    line(
      model.apiKey === undefined ? '--' : 'ok',
      model.apiKey === undefined
        ? 'key: none is sent; set WHITTLE_API_KEY where the server wants one'
        : 'key: one is sent to this host only',
    );
  if (model.warning !== undefined) line('!!', model.warning);

  const upstreams = createUpstreams(() => undefined, console.environment);
  if (model.kind === 'http') {
    const server = await describeServer(upstreams.discovery, upstreamOf(model));
    if (server !== undefined) line('ok', `server: ${server}`);
  }
  const failed = await tryModel(console, settings, line);
  line(
    '--',
    `cache: ${cacheFolder({ platform: process.platform, home: homedir(), environment: console.environment })}`,
  );
  const others = usualServers.filter(({ url }) => modelOrigin(model.url) !== url);
  for (const found of await findLocalServers(upstreams.discovery, others)) line('--', `found: ${found}`);
  upstreams.dispose();
  return failed || problems.length > 0 ? 4 : 0;
}

type Line = (mark: 'ok' | '!!' | '--', text: string) => void;

async function tryModel(
  console: Console,
  settings: Parameters<typeof resolveModel>[0],
  line: Line,
): Promise<boolean> {
  const log = () => {};
  const embedded = createEmbeddedGateway({
    createWorker: () =>
      new Worker(console.command[1] ?? '', { workerData: { whittle: 'gateway' }, stdout: true }),
    clock: machineClock,
    random: Math.random,
    log,
  });
  const models = createModels({
    settings: () => settings,
    environment: console.environment,
    embedded,
    clock: machineClock,
    random: Math.random,
    log,
  });
  try {
    const started = performance.now();
    let firstText: number | undefined;
    let end: Extract<AnswerEvent, { kind: 'done' | 'failed' }> | undefined;
    for await (const event of models.session.ask(sample, AbortSignal.timeout(answerWithinMs))) {
      if (event.kind === 'text') firstText ??= performance.now() - started;
      if (event.kind === 'done' || event.kind === 'failed') end = event;
    }
    if (!end || end.kind === 'failed') {
      line('!!', `connection: ${advice(end?.failure)}`);
      return true;
    }
    const { timing } = end;
    const connected = timing.sent === undefined ? undefined : timing.sent - timing.queued;
    line(
      'ok',
      `connection: ready${connected === undefined ? '' : ` after ${connected.toFixed(0)} ms`}${models.session.status().takesAsks ? ', takes typed asks' : ''}`,
    );
    line(
      'ok',
      firstText === undefined
        ? 'answer: the model was silent on the sample, as it may be'
        : `answer: first text after ${firstText.toFixed(0)} ms, connecting included`,
    );
    return false;
  } finally {
    await models.session.dispose();
  }
}

function advice(failure: ModelFailure | undefined): string {
  if (!failure) return 'the model ended its answer without a word; try again.';
  return failure.code === 'cancelled'
    ? `no answer within ${answerWithinMs / 1000} s; check that the server is up and reachable.`
    : failure.message;
}

const text =
  'function add(left, right) {\n  return left + right;\n}\n\nfunction subtract(left, right) {\n  return left';

const sample: CompleteAsk = {
  task: 'complete',
  document: { uri: 'untitled:doctor.js', path: 'doctor.js', languageId: 'javascript', version: 1, text },
  history: [],
  snippets: [],
  diagnostics: [],
  contextTokens: 1024,
  maxOutputTokens: 64,
  cursor: text.length,
  maxLines: 1,
  candidates: 1,
};
