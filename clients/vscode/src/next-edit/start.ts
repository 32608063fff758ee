/** Joins next edits to VS Code: its events go to the controller, and the controller's port is its editor. */

import {
  commands,
  type Disposable,
  Range,
  Selection,
  type TextEditor,
  TextEditorRevealType,
  window,
  workspace,
} from 'vscode';
import type { LanguageClient } from 'vscode-languageclient/node';
import type { Clock } from '../../../../server/core/clock.ts';
import { writtenIn } from '../server.ts';
import { ownSetting } from '../settings.ts';
import { ask, tell } from './asking.ts';
import { createNextEdits, type NextEdits } from './controller.ts';
import { createDecorations } from './decorations.ts';
import type { Port, View } from './port.ts';

/** While the client does not run nothing is asked. */
export function startNextEdits(client: LanguageClient, clock: Clock): NextEdits {
  const decorations = createDecorations();
  const nextEdits = createNextEdits(
    port(client, (drawing) => decorations.draw(editor(), drawing)),
    clock,
  );
  const moved = (): void => nextEdits.moved();
  const listening: readonly Disposable[] = [
    workspace.onDidChangeTextDocument(({ document, contentChanges }) =>
      nextEdits.changed(
        document.uri.toString(),
        contentChanges.map(({ rangeOffset, rangeLength, text }) => ({
          start: rangeOffset,
          end: rangeOffset + rangeLength,
          text,
        })),
      ),
    ),
    window.onDidChangeTextEditorSelection(moved),
    window.onDidChangeTextEditorVisibleRanges(moved),
    window.onDidChangeActiveTextEditor(moved),
    workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration('whittle')) moved();
    }),
  ];
  return {
    ...nextEdits,
    dispose() {
      for (const each of listening) each.dispose();
      nextEdits.dispose();
      decorations.dispose();
    },
  };
}

/** The one with the focus, if the server has its text. */
function editor(): TextEditor | undefined {
  const active = window.activeTextEditor;
  return active && writtenIn.includes(active.document.uri.scheme) ? active : undefined;
}

function view(): View | undefined {
  const active = editor();
  if (!active) return undefined;
  const { document, options, selection, visibleRanges } = active;
  return {
    uri: document.uri.toString(),
    version: document.version,
    get text() {
      return document.getText();
    },
    cursor: document.offsetAt(selection.active),
    tabSize: typeof options.tabSize === 'number' ? options.tabSize : 4,
    visible: {
      first: visibleRanges[0]?.start.line ?? 0,
      last: visibleRanges.at(-1)?.end.line ?? document.lineCount - 1,
    },
  };
}

function port(client: LanguageClient, draw: Port['draw']): Port {
  return {
    view,
    mode() {
      if (!client.isRunning()) return 'off';
      const isOff = (name: string) => ownSetting<boolean>(name) === false;
      if (isOff('whittle.enabled') || isOff('whittle.nextEdit.enabled')) return 'off';
      return ownSetting('whittle.completion.mode') === 'manual' ? 'manual' : 'automatic';
    },
    ask: (question, signal) => ask(client, question, signal),
    draw,
    setVisible: (visible) => void commands.executeCommand('setContext', 'whittle.nextEdit.visible', visible),
    goTo(offset) {
      const active = editor();
      if (!active) return;
      const at = active.document.positionAt(offset);
      active.selection = new Selection(at, at);
      active.revealRange(new Range(at, at), TextEditorRevealType.InCenterIfOutsideViewport);
    },
    async apply({ start, end, text }, version) {
      const active = editor();
      if (active?.document.version !== version) return false;
      const { document } = active;
      const range = new Range(document.positionAt(start), document.positionAt(end));
      const done = await active.edit((builder) => builder.replace(range, text));
      if (done) {
        const behind = document.positionAt(start + text.length);
        active.selection = new Selection(behind, behind);
      }
      return done;
    },
    tell: (what, id) => tell(client, what, id),
    say: (sentence) => void window.showInformationMessage(sentence),
  };
}
