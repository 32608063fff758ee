/** What the palette offers: each command of the extension by the last part of its id. */

import {
  type CodeAction,
  commands,
  languages,
  type Range,
  type TextDocument,
  type TextEditor,
  window,
} from 'vscode';
import { findingSource } from '../../../server/features/review/standing.ts';
import { openMenu, snooze } from './menu.ts';
import type { NextEdits } from './next-edit/controller.ts';
import { openSettings, type Server } from './server.ts';
import type { StatusBar } from './status/bar.ts';
import type { StatusPage } from './status/page.ts';
import { runDoctor } from './terminal.ts';

export interface CommandParts {
  readonly server: Server;
  readonly statusBar: StatusBar;
  readonly statusPage: StatusPage;
  readonly nextEdits: NextEdits;
}

export const editorCommands: Readonly<Record<string, (parts: CommandParts) => unknown>> = {
  async edit({ server }) {
    const editor = window.activeTextEditor;
    const instruction = editor && (await window.showInputBox({ prompt: 'What should Whittle change?' }));
    if (instruction) await server.run('whittle.edit', { ...wished(server, editor), instruction, wait: true });
  },
  async fix({ server }) {
    const editor = window.activeTextEditor;
    if (!editor) return;
    const found = problemsHere(editor);
    if (found.length === 0) {
      say('There is no problem here that could be fixed: put the cursor on one, or select lines with some.');
      return;
    }
    const { code2ProtocolConverter: toProtocol } = server.client;
    await server.run('whittle.fix', {
      uri: toProtocol.asUri(editor.document.uri),
      range: toProtocol.asRange(wholeLines(editor)),
      diagnostics: await toProtocol.asDiagnostics(found),
      wait: true,
    });
  },
  repeat: ({ server }) => ofEditor(server, (argument) => server.run('whittle.repeatEdit', argument)),
  undo: ({ server }) =>
    byAction(server, 'whittle.undo', 'No edit of Whittle stands here that could be undone.'),
  retry: ({ server }) =>
    byAction(server, 'whittle.retry', 'No edit of Whittle stands here that could be tried again.'),
  async redirect({ server }) {
    const instruction = await window.showInputBox({ prompt: 'What should the running edit do instead?' });
    if (instruction) await server.run('whittle.steer', { instruction });
  },
  stop: ({ server }) => server.run('whittle.cancel', {}),
  review: ({ server }) =>
    ofEditor(server, (argument, editor) =>
      server.run('whittle.review', { ...argument, ...wished(server, editor) }),
    ),
  reviewChanges: ({ server }) =>
    ofEditor(server, (argument) => server.run('whittle.review', { ...argument, changes: true })),
  nextEdit: ({ nextEdits }) => nextEdits.ask(),
  acceptNextEdit: ({ nextEdits }) => nextEdits.accept(),
  dismissNextEdit: ({ nextEdits }) => nextEdits.dismiss(),
  toggle: ({ server }) => server.run('whittle.toggle', {}),
  async toggleLanguage({ server }) {
    const language = window.activeTextEditor?.document.languageId;
    const answer = language && (await server.execute('whittle.toggle', { language }));
    // The status bar tells of all languages together.
    if (typeof answer === 'object' && answer !== null && 'on' in answer)
      say(`Whittle is switched ${answer.on ? 'on' : 'off'} for ${language}.`);
  },
  snooze: ({ server, statusBar }) => snooze(server, statusBar.told()),
  menu: (parts) => openMenu(parts),
  async status({ server, statusPage }) {
    const status = await server.execute('whittle.status', {});
    if (status !== undefined) await statusPage.show(status);
  },
  log: ({ server }) => server.client.outputChannel.show(),
  doctor: () => runDoctor(),
  settings: () => openSettings(),
  restart: ({ server }) => server.start(),
};

function say(sentence: string): void {
  void window.showInformationMessage(sentence);
}

/** The selection, or the whole file where nothing is selected. */
function wished({ client }: Server, { document, selection }: TextEditor): object {
  const { code2ProtocolConverter: toProtocol } = client;
  const range = selection.isEmpty ? {} : { range: toProtocol.asRange(selection) };
  return { uri: toProtocol.asUri(document.uri), ...range };
}

/** With the outcome waited for, so that it can be said. */
function ofEditor(
  { client }: Server,
  run: (argument: object, editor: TextEditor) => Promise<void>,
): Promise<void> | undefined {
  const editor = window.activeTextEditor;
  if (!editor) return undefined;
  return run({ uri: client.code2ProtocolConverter.asUri(editor.document.uri), wait: true }, editor);
}

/** What the server itself lists for the place of the cursor. */
async function byAction(server: Server, command: string, otherwise: string): Promise<void> {
  const editor = window.activeTextEditor;
  if (!editor) return;
  const listed = await commands.executeCommand<readonly CodeAction[] | undefined>(
    'vscode.executeCodeActionProvider',
    editor.document.uri,
    editor.selection,
  );
  const action = listed?.find((each) => each.command?.command === command);
  const argument: unknown = action?.command?.arguments?.[0];
  if (typeof argument === 'object' && argument !== null)
    await server.run(command, { ...argument, wait: true });
  else say(otherwise);
}

/** Whittle's own findings have their code actions. */
function problemsHere(editor: TextEditor) {
  const here = wholeLines(editor);
  return languages
    .getDiagnostics(editor.document.uri)
    .filter(({ range, source }) => source !== findingSource && range.intersection(here));
}

function wholeLines({ document, selection }: { document: TextDocument; selection: Range }): Range {
  return document.lineAt(selection.start.line).range.union(document.lineAt(selection.end.line).range);
}
