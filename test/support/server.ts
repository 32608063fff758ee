/**
 * The whole server behind a scripted client, in memory: the real documents, settings and features, a model that a
 * test scripts, and a clock that stands still. When the test has finished, nothing may be left: no broken rule, no
 * timer, no open answer.
 */

import type { Readable, Writable } from 'node:stream';
import { expect, onTestFinished } from 'vitest';
import { type RunningServer, startServer } from '../../server/lsp/server.ts';
import { createReader, createWriter } from '../../server/lsp/transport.ts';
import { decodeSettings } from '../../server/state/settings/decode.ts';
import type { Settings } from '../../server/state/settings/settings.ts';
import { createOwnFiles } from '../../server/state/workspace/own-file.ts';
import { Client, type ClientOptions, memoryStreams } from './client.ts';
import { type VirtualClock, virtualClock } from './clock.ts';
import { type FakeModel, fakeModel } from './fake-model.ts';
import { type InProcessSyntax, inProcessSyntax } from './syntax.ts';

export interface TestServerOptions extends ClientOptions {
  readonly model?: FakeModel;
  readonly environment?: Readonly<Record<string, string>>;
  readonly logLevel?: Settings['log']['level'];
}

export interface TestServer {
  readonly client: Client;
  readonly model: FakeModel;
  readonly clock: VirtualClock;
  readonly logFile: { readonly lines: string[]; path: string; failed: (sentence: string) => void };
  /** The exit code, once the server wants the process to end. */
  readonly exited: Promise<0 | 1>;
  /** The settings now in force, as the model's opener sees them. */
  settings(): Settings;
  dispose(): Promise<void>;
  /** All that was sent so far has been taken in, and what came of it at once has been sent. */
  settled(): Promise<void>;
  status(): Promise<Readonly<Record<string, unknown>>>;
}

/** Starts and initialises. */
export async function openServer(options: TestServerOptions = {}): Promise<TestServer> {
  const server = startTestServer(options);
  await server.client.initialize();
  // Answered once the settings are known; nothing is done, and nothing said.
  await server.client.execute('whittle.accept', { id: 'none' });
  await server.settled();
  return server;
}

export function startTestServer(options: TestServerOptions = {}): TestServer {
  const streams = memoryStreams();
  const client = new Client(streams.client, options);
  const served = serveInMemory(streams.server, options);
  const { running, clock, model, syntax } = served;

  async function settled(): Promise<void> {
    // Each round is one message further: a request the server answers at once, whatever state it is in.
    for (let round = 0; round < 3; round++) {
      await client.request('whittle/no-such-request', {}).catch(() => {});
      await syntax.idle();
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  onTestFinished(async () => {
    await running.dispose();
    streams.server.output.end();
    await new Promise((resolve) => setImmediate(resolve));
    expect(model.asks.filter(({ isOpen }) => isOpen)).toEqual([]);
    expect(clock.pending()).toBe(0);
    expect(model.isDisposed()).toBe(true);
    client.finish();
  });

  return {
    ...served,
    client,
    dispose: running.dispose,
    settled,
    status: async () => (await client.execute('whittle.status', {})) as Readonly<Record<string, unknown>>,
  };
}

type ServedOptions = Pick<TestServerOptions, 'model' | 'environment' | 'logLevel'>;

/** The server alone, for whoever brings a client. */
export function serveInMemory(
  streams: { readonly input: Readable; readonly output: Writable },
  { model = fakeModel(), environment = {}, logLevel = 'info' }: ServedOptions,
): Pick<TestServer, 'model' | 'clock' | 'logFile' | 'exited' | 'settings'> & {
  readonly running: RunningServer;
  readonly syntax: InProcessSyntax;
} {
  const clock = virtualClock();
  const syntax = inProcessSyntax();
  const logFile: TestServer['logFile'] = { lines: [], path: '', failed() {} };
  let ids = 0;
  let readSettingsInForce: () => Settings = () => {
    throw new Error('no model was opened yet');
  };
  let markExited: (code: 0 | 1) => void = () => {};
  const exited = new Promise<0 | 1>((resolve) => {
    markExited = resolve;
  });
  const readOwn = createOwnFiles();
  const running = startServer({
    reader: createReader(streams.input),
    writer: createWriter(streams.output),
    version: '1.2.3',
    clock,
    newId: () => `id-${++ids}`,
    random: () => 0.5,
    textAtHead: async () => undefined,
    logLevel,
    // A timer of the status would be one among those that tests count.
    statusEveryMs: 0,
    logFile: {
      write: (level, message) => void logFile.lines.push(`${level}: ${message}`),
      moveTo: (path, failed) => {
        Object.assign(logFile, { path, failed });
      },
    },
    async readSettings({ initialization, configuration, folders }) {
      const files = await Promise.all(folders.map(readOwn));
      const { settings, warnings } = decodeSettings({
        environment,
        workspaceFiles: files.map(({ value }) => value),
        initializationOptions: initialization,
        configuration,
      });
      return { settings, warnings: [...files.flatMap(({ problem }) => problem ?? []), ...warnings] };
    },
    openModel(settings) {
      readSettingsInForce = settings;
      return { session: model.session, settingsChanged() {} };
    },
    openSyntax: () => syntax,
    onExit(code) {
      markExited(code);
      streams.output.end();
    },
  });
  return { model, clock, logFile, exited, settings: () => readSettingsInForce(), running, syntax };
}
