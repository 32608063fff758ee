/** `whittle --stdio` and its kin: the language server over a transport, with the embedded gateway in a worker. */

import { randomUUID } from 'node:crypto';
import { createConnection, type Socket } from 'node:net';
import { homedir } from 'node:os';
import { Worker, type WorkerOptions } from 'node:worker_threads';
import type { MessageReader, MessageWriter } from 'vscode-languageserver/node';
import { logLevels } from '../core/log.ts';
import { createEmbeddedGateway } from '../gateway/embedded.ts';
import type { SettingsReader } from '../lsp/configuration.ts';
import { startServer } from '../lsp/server.ts';
import { createReader, createWriter } from '../lsp/transport.ts';
import { createIncoming } from '../session/incoming.ts';
import { createSyntax } from '../state/syntax/syntax.ts';
import { createTextAtHead } from '../state/workspace/git.ts';
import type { OwnFile } from '../state/workspace/own-file.ts';
import type { Transport } from './arguments.ts';
import { createIdleCollection, ownYoungGeneration } from './idle-collection.ts';
import { leaveWith, runsInThread } from './leave.ts';
import { createLogFile } from './log-file.ts';
import { machineClock } from './machine.ts';
import { createModels } from './models.ts';
import { openSpending } from './open-spending.ts';
import { isAlive, watchParent } from './parent.ts';
import { heard, openStandardInput } from './standard-input.ts';

export interface LanguageServerOptions {
  readonly transport: Transport;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly version: string;
  /** The bundle, which is the worker's program as well. */
  readonly program: string;
  /** Not called where it can be read otherwise. */
  readonly stdin: () => NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
  readonly complain: (sentence: string) => void;
  readonly exit: (code: number) => void;
  /** Ends the process at once, without a code. */
  readonly kill: () => void;
  /** What the process is at, by Node's names. */
  readonly activeResources: () => readonly string[];
  /** Aborted by a signal that asks the process to end. */
  readonly terminated: AbortSignal;
}

/** As shells tell the end by SIGTERM: 128 and its number. */
const terminatedCode = 143;
/** For the log's last lines. */
const farewellMs = 500;

/** The engine's index and the documents; a worker that needs more is started anew rather than let grow. Megabytes. */
const workerHeapMb = 256;
/** Trees of the longest texts; a runaway comparison ends there. */
const syntaxLimits = { maxOldGenerationSizeMb: 512, maxYoungGenerationSizeMb: 16 };

export async function runLanguageServer(options: LanguageServerOptions): Promise<void> {
  const { environment, version, program, complain } = options;
  const workers = new Set<Worker>();
  const createWorker = (workerOptions: WorkerOptions): Worker => {
    // What a worker prints must never reach the editor's stream.
    const worker = new Worker(program, { ...workerOptions, stdout: true });
    workers.add(worker);
    return worker.once('exit', () => workers.delete(worker));
  };
  const exit = (code: number): void =>
    leaveWith(code, {
      ...options,
      clock: machineClock,
      isHeld: () => workers.size > 0 || options.activeResources().some(runsInThread),
    });
  const streams = await connect(options);
  if (typeof streams === 'string') {
    complain(streams);
    options.exit(4);
    return;
  }
  const logFile = createLogFile({ wallClock: () => new Date(), home: homedir() });
  const level = logLevels.find((name) => name === environment.WHITTLE_LOG?.toLowerCase()) ?? 'info';
  /** The last lines of a log are what is looked for where something went wrong; a disk that hangs keeps nobody. */
  const leave = (code: number): void => {
    const late = new Promise<void>((resolve) => {
      machineClock.after(farewellMs, resolve);
    });
    void Promise.race([late, logFile.close()]).then(() => exit(code));
  };
  const server = startServer({
    ...streams,
    version,
    clock: machineClock,
    newId: createIds(randomUUID()),
    random: Math.random,
    textAtHead: createTextAtHead(environment),
    readSettings: settingsReader(environment),
    logLevel: level,
    logFile,
    openModel: (settings, log, changed) =>
      createModels({
        settings,
        newId: randomUUID,
        changed,
        openSpending: () => openSpending(environment, log),
        environment,
        clock: machineClock,
        random: Math.random,
        log,
        embedded: createEmbeddedGateway({
          createWorker: () =>
            createWorker({
              workerData: { whittle: 'gateway' },
              resourceLimits: { maxOldGenerationSizeMb: workerHeapMb, maxYoungGenerationSizeMb: 4 },
            }),
          clock: machineClock,
          random: Math.random,
          log,
        }),
      }),
    openSyntax: (log) =>
      createSyntax({
        createWorker: () => createWorker({ workerData: { whittle: 'syntax' }, resourceLimits: syntaxLimits }),
        clock: machineClock,
        log,
      }),
    watchParent: (processId, gone) => watchParent(processId, { clock: machineClock, isAlive }, gone),
    onExit: leave,
  });
  const end = () => leave(terminatedCode);
  const terminate = () => void server.dispose().then(end, end);
  if (options.terminated.aborted) terminate();
  else options.terminated.addEventListener('abort', terminate, { once: true });
}

/** Ids of this process: what nobody else gives out is made once, as each suggestion has one. */
function createIds(beginning: string): () => string {
  let count = 0;
  return () => `${beginning}-${++count}`;
}

/** zod comes along with the decoder: both are loaded when the first settings are read, after `initialize` is answered. */
function settingsReader(environment: LanguageServerOptions['environment']): SettingsReader {
  let readOwn: ((folder: string) => Promise<OwnFile>) | undefined;
  return async ({ initialization, configuration, folders }) => {
    const [{ decodeSettings }, { createOwnFiles }] = await Promise.all([
      import('../state/settings/decode.ts'),
      import('../state/workspace/own-file.ts'),
    ]);
    readOwn ??= createOwnFiles();
    const files = await Promise.all(folders.map(readOwn));
    const { settings, warnings } = decodeSettings({
      environment,
      workspaceFiles: files.map(({ value }) => value),
      initializationOptions: initialization,
      configuration,
    });
    return { settings, warnings: [...files.flatMap(({ problem }) => problem ?? []), ...warnings] };
  };
}

interface Streams {
  readonly reader: MessageReader;
  readonly writer: MessageWriter;
}

/** A server connects to the pipe or port its client listens at, as LSP's implementation considerations say. */
async function connect({ transport, stdin, stdout }: LanguageServerOptions): Promise<Streams | string> {
  const wrote = createIdleCollection(machineClock, ownYoungGeneration());
  if (transport.kind === 'stdio') {
    const { stream, hear } = openStandardInput(stdin);
    return { reader: createReader(stream, hear), writer: createWriter(stdout, wrote) };
  }
  const where =
    transport.kind === 'pipe' ? { path: transport.name } : { port: transport.port, host: '127.0.0.1' };
  return await new Promise((resolve) => {
    const incoming = createIncoming();
    const socket: Socket = createConnection({ ...where, onread: incoming.onread }, () => {
      socket.setNoDelay(true);
      const { stream, hear } = heard(socket, incoming);
      resolve({ reader: createReader(stream, hear), writer: createWriter(socket, wrote) });
    });
    socket.once('error', (error) => {
      const name = transport.kind === 'pipe' ? `pipe ${transport.name}` : `port ${transport.port}`;
      resolve(`No client listens at ${name} (${error.message}); start the editor first.`);
    });
  });
}
