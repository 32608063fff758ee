/** `whittle doctor`: looks at what a suggestion needs, in the order it needs it, and says what to do about each. */

import { homedir } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { Log } from '../core/log.ts';
import { createEmbeddedGateway } from '../gateway/embedded.ts';
import { proxyFor } from '../session/proxy.ts';
import { decodeSettings } from '../state/settings/decode.ts';
import { modelOrigin } from '../state/settings/origin.ts';
import { resolveModel } from '../state/settings/resolve.ts';
import type { Settings } from '../state/settings/settings.ts';
import { readOwnFile } from '../state/workspace/own-file.ts';
import { cacheFolder } from '../state/workspace/store.ts';
import type { Console, ExitCode } from './console.ts';
import { advice, type UsableModel } from './doctor/advice.ts';
import { tryModel } from './doctor/trial.ts';
import { describeServer, findLocalServers, usualServers } from './local-servers.ts';
import { machineClock } from './machine.ts';
import { createModels } from './models.ts';
import { upstreamOf } from './open-model.ts';
import { openSpending } from './open-spending.ts';
import { createUpstreams } from './upstreams.ts';

export async function doctor(console: Console): Promise<ExitCode> {
  const { print } = console;
  const line = (mark: 'ok' | '!!' | '--', text: string) => print(console.paint.text(`${mark}  ${text}`));

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
  const proxy = model.kind === 'embedded' ? undefined : proxyFor(model.url, console.environment);
  if (proxy)
    line('--', `proxy: ${modelOrigin(model.url)} is reached through ${proxy.host}, as the environment says`);

  const upstreams = createUpstreams(() => undefined, console.environment);
  if (model.kind === 'http') {
    const server = await describeServer(upstreams.discovery, upstreamOf(model));
    if (server !== undefined) line('ok', `server: ${server}`);
  }
  const failed = await tried(console, { settings, model, line });
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

interface Tried {
  readonly settings: Settings;
  readonly model: UsableModel;
  readonly line: Line;
}

/** Whether it failed. */
async function tried(console: Console, { settings, model, line }: Tried): Promise<boolean> {
  /** What the session has to say that is no failure, such as another way to the same server. */
  const remarks: string[] = [];
  const log: Log = (level, message) => {
    if (level === 'warn') remarks.push(message.replace(/^model session: /, ''));
  };
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
    openSpending: () => openSpending(console.environment, log),
    embedded,
    clock: machineClock,
    random: Math.random,
    log,
  });
  try {
    const { failure, findings } = await tryModel(models.session);
    const isSaid = (remark: string): boolean => remark === failure?.message || remark === model.warning;
    for (const each of new Set(remarks)) if (!isSaid(each)) line('--', `connection: ${each}`);
    for (const each of findings) line('ok', each);
    const { environment } = console;
    if (failure)
      line('!!', `connection: ${await advice(failure, { model, environment, clock: machineClock })}`);
    return failure !== undefined;
  } finally {
    await models.session.dispose();
  }
}
