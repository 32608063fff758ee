/** The language client, and what users are told where its server does not run. */

import { commands, type Disposable, window, workspace } from 'vscode';
import { type Executable, LanguageClient } from 'vscode-languageclient/node';
import { ownSetting } from './settings.ts';

export interface Server extends Disposable {
  readonly client: LanguageClient;
  /** False where it could not be started, which was said then. */
  start(): Promise<boolean>;
  restart(): Promise<boolean>;
  /** One of the server's commands, whose answer is the outcome; nothing where the server does not run. */
  execute(command: string, argument: object): Promise<unknown>;
  /** The same, and what was not done is said. */
  run(command: string, argument: object): Promise<void>;
}

export function createServer(): Server {
  // Read by the library at each start.
  const executable = { ...command() };
  const client = new Client('whittle', 'Whittle', executable, {
    documentSelector: [{ scheme: 'file' }, { scheme: 'untitled' }],
    middleware: {
      workspace: {
        configuration: ({ items }) =>
          items.map(({ section }) => (section === undefined ? null : (ownSetting(section) ?? null))),
        // Only that they changed: the library would tell them with what the workspace says.
        didChangeConfiguration: (_, next) => next(undefined),
      },
    },
  });

  async function start(): Promise<boolean> {
    Object.assign(executable, command());
    try {
      await client.startAwaited();
      return true;
    } catch {
      void sayItDoesNotRun('Whittle could not be started');
      return false;
    }
  }

  async function sayItDoesNotRun(what: string): Promise<void> {
    const [again, settings] = ['Start Again', 'Open Settings'] as const;
    const line = [executable.command, ...(executable.args ?? [])].join(' ');
    const sentence = `${what} as "${line}": install it by "npm install -g whittle-ls", or set whittleServer.command.`;
    const chosen = await window.showErrorMessage(sentence, again, settings);
    if (chosen === again) await restart();
    if (chosen === settings) await openSettings('whittleServer.command');
  }

  async function restart(): Promise<boolean> {
    if (client.isRunning()) await client.stop();
    return await start();
  }

  async function execute(name: string, argument: object): Promise<unknown> {
    if (!client.isRunning()) {
      await sayItDoesNotRun('Whittle does not run');
      return undefined;
    }
    return await client.sendRequest('workspace/executeCommand', { command: name, arguments: [argument] });
  }

  const changes = workspace.onDidChangeConfiguration((event) => {
    if (event.affectsConfiguration('whittleServer')) void restart();
  });

  return {
    client,
    start,
    restart,
    execute,
    async run(name, argument) {
      const outcome = (await execute(name, argument)) as Outcome | undefined;
      if (outcome?.ok !== false || !outcome.message) return;
      // Who stopped it knows.
      if (outcome.reason !== 'cancelled' && outcome.reason !== 'superseded')
        void window.showInformationMessage(outcome.message);
    },
    dispose: () => changes.dispose(),
  };
}

/** Says what goes wrong at a start that somebody waits for to them alone, who knows what to do about it. */
class Client extends LanguageClient {
  #isAwaited = false;

  async startAwaited(): Promise<void> {
    this.#isAwaited = true;
    try {
      await this.start();
    } finally {
      this.#isAwaited = false;
    }
  }

  override error(message: string, data?: unknown, notify?: boolean | 'force'): void {
    super.error(message, data, this.#isAwaited ? false : notify);
  }
}

/** The program and its arguments, as the user set them. */
export function commandLine(): readonly [program: string, ...args: string[]] {
  const [program = 'whittle', ...args] = ownSetting<readonly string[]>('whittleServer.command') ?? [];
  return [program, ...args];
}

/** Windows starts what npm installs, a `.cmd`, by its shell alone. */
function command(): Executable {
  const [program, ...args] = commandLine();
  if (process.platform !== 'win32') return { command: program, args };
  return { command: quoted(program), args: args.map(quoted), options: { shell: true } };
}

/** For a shell's command line. */
export function quoted(word: string): string {
  return /^[\w@%+=:,./\\-]+$/.test(word) ? word : `"${word.replaceAll('"', '\\"')}"`;
}

export async function openSettings(query = '@ext:whittle-ls.whittle'): Promise<void> {
  await commands.executeCommand('workbench.action.openSettings', query);
}

interface Outcome {
  readonly ok: boolean;
  readonly reason?: string;
  readonly message?: string;
}
