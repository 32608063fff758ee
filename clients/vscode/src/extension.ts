/** Starts the server, shows its next edits, and puts its commands within reach; the rest is the client library's. */

import { commands, type ExtensionContext, window, workspace } from 'vscode';
import { LanguageClient } from 'vscode-languageclient/node';
import { startNextEdits } from './next-edit/start.ts';

let client: LanguageClient | undefined;

export async function activate(context: ExtensionContext): Promise<void> {
  const [command = 'whittle', ...args] = workspace
    .getConfiguration('whittleServer')
    .get<string[]>('command', []);
  const started = new LanguageClient(
    'whittle',
    'Whittle',
    { command, args },
    {
      documentSelector: [{ scheme: 'file' }, { scheme: 'untitled' }],
    },
  );
  client = started;
  try {
    await started.start();
  } catch {
    void window.showErrorMessage(
      `Whittle cannot be started as "${[command, ...args].join(' ')}": install it by "npm install -g whittle-ls", or set whittleServer.command.`,
    );
    return;
  }

  const execute = (name: string, argument: object) =>
    commands.executeCommand<Outcome | undefined>(`whittle.${name}`, argument).then(sayWhatWasNotDone);
  const register = (name: string, run: () => unknown) =>
    context.subscriptions.push(commands.registerCommand(`whittle.editor.${name}`, run));

  register('edit', async () => {
    const editor = window.activeTextEditor;
    const instruction = editor && (await window.showInputBox({ prompt: 'What should Whittle change?' }));
    if (!instruction) return;
    const range = editor.selection.isEmpty
      ? {}
      : { range: started.code2ProtocolConverter.asRange(editor.selection) };
    await execute('edit', { uri: editor.document.uri.toString(), ...range, instruction, wait: true });
  });
  register('repeat', () => {
    const uri = window.activeTextEditor?.document.uri.toString();
    return uri && execute('repeatEdit', { uri, wait: true });
  });
  register('stop', () => execute('cancel', {}));
  register('toggle', () => execute('toggle', {}));
  register('snooze', () => execute('snooze', { minutes: 10 }));
  register('status', async () => {
    const status = await commands.executeCommand('whittle.status', {});
    started.outputChannel.appendLine(JSON.stringify(status, null, 2));
    started.outputChannel.show(true);
  });

  const nextEdits = startNextEdits(started);
  context.subscriptions.push(nextEdits);
  register('nextEdit', nextEdits.ask);
  register('acceptNextEdit', nextEdits.accept);
  register('dismissNextEdit', nextEdits.dismiss);
}

export function deactivate(): Promise<void> | undefined {
  return client?.stop();
}

interface Outcome {
  readonly ok: boolean;
  readonly message?: string;
}

function sayWhatWasNotDone(outcome: Outcome | undefined): void {
  if (outcome?.ok === false && outcome.message) void window.showInformationMessage(outcome.message);
}
