/**
 * The language server: joins one client's connection with the features behind it.
 *
 * Laws
 * - Nothing of it outlives `dispose`: no timer, socket, worker or listener.
 * - What a handler reads of a document it reads before its first wait.
 * - Whatever goes to a model goes through `outbound`, and nothing before the settings are known.
 */

import { setMaxListeners } from 'node:events';
import type { MessageReader, MessageWriter } from 'vscode-languageserver/node';
import type { Clock } from '../core/clock.ts';
import { withoutControls } from '../core/controls.ts';
import { type Log, type LogLevel, passes } from '../core/log.ts';
import { createWorkbench, type SettableModel, type Workbench } from '../features/workbench.ts';
import type { Settings } from '../state/settings/settings.ts';
import type { Syntax } from '../state/syntax/syntax.ts';
import type { TextAtHead } from '../state/workspace/git.ts';
import { type ClientFeatures, readClient, serverCapabilities } from './capabilities.ts';
import { codeAction } from './code-action.ts';
import { commandNames, executeCommand } from './commands.ts';
import { completion, createGhostTextUse } from './completion.ts';
import { createConfiguration, type SettingsReader } from './configuration.ts';
import {
  type ClientConnection,
  describe,
  type MethodTable,
  type RequestHandler,
  serveConnection,
} from './connection.ts';
import { createEditor } from './editor.ts';
import { extensions } from './extensions.ts';
import { createFolders } from './folders.ts';
import { inlineCompletion } from './inline-completion.ts';
import { type Fields, list, object, optional, string } from './params.ts';
import { createStatusTeller } from './status.ts';
import { textDocuments } from './text-documents.ts';
import { createVersions } from './versions.ts';

export interface ServerOptions {
  readonly reader: MessageReader;
  readonly writer: MessageWriter;
  readonly version: string;
  readonly clock: Clock;
  readonly newId: () => string;
  /** In [0, 1). */
  readonly random: () => number;
  /** What a file was at the last commit. */
  readonly textAtHead: TextAtHead;
  readonly readSettings: SettingsReader;
  /** The level and the file of the log before any setting is known. */
  readonly logLevel: Settings['log']['level'];
  /** Where lines of the log go beside the client. */
  readonly logFile: { readonly write: Log; moveTo(path: string, complain: (sentence: string) => void): void };
  /** Opens the way to the models; called once. */
  readonly openModel: (settings: () => Settings, log: Log, changed: () => void) => SettableModel;
  /** Least time between two messages of status. */
  readonly statusEveryMs?: number;
  /** The parser; called once. */
  readonly openSyntax: (log: Log) => Syntax;
  /** Calls back when the client's process is no more; the returned function ends that. */
  readonly watchParent?: (processId: number, gone: () => void) => () => void;
  /** The process may end now; everything is disposed. */
  readonly onExit: (code: 0 | 1) => void;
}

/** Four in a second are as many as an eye can follow. */
const defaultStatusEveryMs = 250;

export interface RunningServer {
  dispose(): Promise<void>;
}

export function startServer(options: ServerOptions): RunningServer {
  const { clock, newId, version } = options;
  const stop = new AbortController();
  /** Fires at `shutdown`, or where that does not come. */
  const closing = new AbortController();
  // Everything that waits listens to them; how much that is, is up to the client.
  setMaxListeners(0, stop.signal, closing.signal);
  let client: ClientFeatures = readClient({});
  let initialization: unknown;
  let connection: ClientConnection | undefined;
  let level = options.logLevel;

  const connected = (): ClientConnection => {
    if (!connection) throw new Error('The connection is used before it exists.');
    return connection;
  };
  const write: Log = (at, message) => {
    if (!passes(level, at)) return;
    options.logFile.write(at, message);
    connection?.notify('window/logMessage', { type: messageTypes[at], message: withoutControls(message) });
  };
  const log: Log = Object.assign(write, { passes: (at: LogLevel) => passes(level, at) });

  const versions = createVersions(clock);
  const teller = createStatusTeller(() => connection);
  const folders = createFolders();
  const configuration = createConfiguration({
    connection: connected,
    client: () => client,
    folders: folders.paths,
    read: options.readSettings,
    clock,
    log,
    warn: (sentence) => editor.say('warn', sentence),
    applied(settings) {
      level = settings.log.level;
      options.logFile.moveTo(settings.log.file, (sentence) => editor.say('warn', sentence));
      workbench.settingsChanged();
    },
    signal: stop.signal,
  });
  const editor = createEditor({ connection: connected, client: () => client, clock, log });
  const workbench: Workbench = createWorkbench({
    clock,
    newId,
    asksItself: () => client.inlineCompletion,
    random: options.random,
    textAtHead: options.textAtHead,
    settings: configuration.settings,
    editor,
    log,
    syntax: options.openSyntax(log),
    folders: folders.all,
    openModel: (changed) => options.openModel(configuration.settings, log, changed),
    statusChanged: teller.tell,
    statusEveryMs: options.statusEveryMs ?? defaultStatusEveryMs,
  });
  const { documents, inline, diagnostics, edits, nextEdits, runs, reviews, onOff } = workbench;
  // Whoever waits for the settings goes on after the model was told what is open.
  const ready = configuration.ready.then(() => {
    if (!stop.signal.aborted) workbench.begin();
  });
  const parts = {
    documents,
    versions,
    inline,
    diagnostics,
    edits,
    nextEdits,
    runs,
    reviews,
    onOff,
    focused: workbench.focused,
    pathOf: workbench.pathOf,
    editor,
    newId,
    version,
    clock,
    ghostText: createGhostTextUse(),
    client: () => client,
    ready,
    isReady: workbench.isReady,
  };
  const own = teller.noticing(extensions(parts));
  const codeActions = (params: Fields) => codeAction(params, { ...parts, listing: workbench.listing });

  /** Synchronous once the settings are known, so that a handler sees the documents as they were when it was called. */
  const afterReady =
    (handle: RequestHandler): RequestHandler =>
    (params, signal) => {
      beginOnce();
      return workbench.isReady() ? handle(params, signal) : ready.then(() => handle(params, signal));
    };

  const onceReady = (work: () => void): void => {
    if (workbench.isReady()) work();
    else
      ready.then(() => {
        if (!stop.signal.aborted) work();
      });
  };

  const table: MethodTable = {
    requests: {
      initialize(params) {
        client = readClient(params);
        initialization = params.initializationOptions;
        teller.met(initialization);
        folders.initialize(params);
        watch(params.processId);
        const trace = optional(string)(params.trace, 'trace');
        if (trace === 'messages' || trace === 'verbose') connected().setTrace(trace);
        connected().setPhase('running');
        return {
          capabilities: serverCapabilities(client, commandNames),
          serverInfo: { name: 'Whittle', version },
        };
      },
      shutdown() {
        connected().setPhase('shutdown');
        endWork();
        return null;
      },
      'textDocument/inlineCompletion'(params, signal) {
        beginOnce();
        return inlineCompletion(params, signal, parts);
      },
      'textDocument/completion'(params, signal) {
        beginOnce();
        return completion(params, signal, parts);
      },
      'textDocument/codeAction': codeActions,
      'workspace/executeCommand': afterReady((params, cancelled) =>
        executeCommand(params, {
          ...parts,
          codeActions,
          signal: closing.signal,
          cancelled: cancelled(),
          status: workbench.status,
          announce: workbench.announce,
        }),
      ),
      ...own.requests,
    },
    notifications: {
      ...own.notifications,
      initialized: () => beginOnce(),
      ...textDocuments({ workbench, versions, configuration, client: () => client, beginOnce, onceReady }),
      'workspace/didChangeConfiguration': (params) => configuration.changed(params),
      'workspace/didChangeWatchedFiles'(params) {
        const changes = list(object)(params.changes, 'changes');
        configuration.filesChanged(changes.map(({ uri }) => string(uri, 'changes.uri')));
      },
      'workspace/didChangeWorkspaceFolders'(params) {
        folders.change(params);
        // What a new folder's own file excludes is known before the folder is.
        void configuration.foldersChanged().then(() => workbench.foldersChanged());
      },
      'window/workDoneProgress/cancel'(params) {
        const { token } = params;
        if (typeof token !== 'string' && typeof token !== 'number') return;
        if (!runs.cancel(token)) reviews.cancel(token);
      },
      '$/setTrace'(params) {
        const { value } = params;
        if (value === 'off' || value === 'messages' || value === 'verbose') connected().setTrace(value);
      },
    },
  };

  let begun = false;
  /** At `initialized`, or at the first message of a client that leaves it out. */
  function beginOnce(): void {
    if (begun || stop.signal.aborted) return;
    begun = true;
    configuration.initialized(initialization);
  }

  /** An editor that is on its way out changes no text any more; who waits for an edit is told so. */
  function endWork(): void {
    closing.abort();
    runs.dispose();
    reviews.dispose();
  }

  let unwatch = () => {};
  function watch(processId: unknown): void {
    if (typeof processId !== 'number' || !Number.isInteger(processId) || processId <= 0) return;
    const gone = () => {
      log('info', `The editor's process ${processId} is gone, and Whittle with it.`);
      end(false);
    };
    unwatch = options.watchParent?.(processId, gone) ?? unwatch;
  }

  function end(afterShutdown: boolean): void {
    const exit = () => options.onExit(afterShutdown ? 0 : 1);
    dispose().then(exit, (error: unknown) => {
      options.logFile.write('error', `Whittle did not end cleanly: ${describe(error)}`);
      exit();
    });
  }

  let ending: Promise<void> | undefined;
  function dispose(): Promise<void> {
    stop.abort();
    closing.abort();
    unwatch();
    versions.dispose();
    connection?.dispose();
    ending ??= workbench.dispose();
    return ending;
  }

  connection = serveConnection(table, {
    reader: options.reader,
    writer: options.writer,
    log,
    clock,
    onEnd: end,
  });
  return { dispose };
}

/** LSP 3.18 has Debug (5); what is traced is logged as such too. */
const messageTypes: Readonly<Record<LogLevel, number>> = { error: 1, warn: 2, info: 3, debug: 4, trace: 4 };
