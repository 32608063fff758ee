/** The language client, and what users are told where its server does not run. */

import { homedir } from 'node:os';
import { commands, type Disposable, env, window, workspace } from 'vscode';
import type { Executable, LanguageClientOptions } from 'vscode-languageclient/node';
import { Client } from './client.ts';
import { type CommandLine, readCommand, startOf } from './command-line.ts';
import { ownSetting } from './settings.ts';

export interface Server extends Disposable {
  readonly client: Client;
  /** Anew, where one runs or is on its way; where none can be started, that is said. */
  start(): Promise<void>;
  /** One of the server's commands, whose answer is the outcome; nothing where the server does not run. */
  execute(command: string, argument: object): Promise<unknown>;
  /** The same, and what came of it is said where nobody sees it. */
  run(command: string, argument: object): Promise<void>;
}

/** Schemes of what users write in: files, what is not saved yet, and the cells of notebooks. */
export const writtenIn: readonly string[] = ['file', 'untitled', 'vscode-notebook-cell'];

export function createServer(): Server {
  // Read by the library at each start.
  const executable: Executable = { command: '' };
  const options: LanguageClientOptions = {
    documentSelector: writtenIn.map((scheme) => ({ scheme })),
    middleware: {
      workspace: {
        configuration: ({ items }) =>
          items.map(({ section }) => (section === undefined ? null : (ownSetting(section) ?? null))),
        // Only that they changed: the library would tell them with what the workspace says.
        didChangeConfiguration: (_, next) => next(undefined),
      },
    },
  };
  const client = new Client(executable, options, {
    notStartedAgain: () => void sayItDoesNotRun('Whittle ended and could not be started again'),
    gaveUp: () =>
      void offer('Whittle ended several times in three minutes and is not started again by itself.'),
  });

  let starts = 0;
  async function start(): Promise<void> {
    const mine = ++starts;
    await client.end();
    if (mine !== starts) return;
    Object.assign(executable, startOf(commandLine(), { platform: process.platform, home: homedir() }));
    const isRunning = await client.begin();
    if (!isRunning && mine === starts) void sayItDoesNotRun('Whittle could not be started');
  }

  async function sayItDoesNotRun(what: string): Promise<void> {
    const line = [executable.command, ...(executable.args ?? [])].join(' ');
    await offer(
      `${what} as "${line}": install it by "npm install -g whittle-ls", or set whittleServer.command.`,
    );
  }

  async function offer(sentence: string): Promise<void> {
    const [again, settings, log] = ['Start Again', 'Open Settings', 'Show Log'] as const;
    const chosen = await window.showErrorMessage(sentence, again, settings, log);
    if (chosen === again) await start();
    if (chosen === settings) await openSettings('whittleServer.command');
    if (chosen === log) client.outputChannel.show();
  }

  async function execute(name: string, argument: object): Promise<unknown> {
    if (!client.isRunning()) {
      await sayItDoesNotRun('Whittle does not run');
      return undefined;
    }
    return await client.sendRequest('workspace/executeCommand', { command: name, arguments: [argument] });
  }

  const changes = workspace.onDidChangeConfiguration((event) => {
    if (event.affectsConfiguration('whittleServer')) void start();
  });

  return {
    client,
    start,
    execute,
    async run(name, argument) {
      const outcome = (await execute(name, argument)) as Outcome | undefined;
      if (outcome?.findings === 0) void window.showInformationMessage('The review found nothing.');
      if (outcome?.ok !== false || !outcome.message) return;
      // Who stopped it knows.
      if (outcome.reason !== 'cancelled' && outcome.reason !== 'superseded')
        void window.showInformationMessage(outcome.message);
    },
    dispose: () => changes.dispose(),
  };
}

/** As the user set it; what is none is said. */
export function commandLine(): CommandLine {
  const { command, complaint } = readCommand(ownSetting('whittleServer.command'));
  if (complaint !== undefined) void window.showWarningMessage(complaint);
  return command;
}

/** Those of the machine the server runs on, which another window than a local one keeps apart from the user's. */
export async function openSettings(query = '@ext:whittle-ls.whittle'): Promise<void> {
  const of = env.remoteName === undefined ? '' : 'Remote';
  await commands.executeCommand(`workbench.action.open${of}Settings`, { query });
}

interface Outcome {
  readonly ok: boolean;
  readonly reason?: string;
  readonly message?: string;
  /** Of a review. */
  readonly findings?: number;
}
