/** The item in the status bar: follows what the server tells of its state, and opens the menu. */

import { type Disposable, StatusBarAlignment, ThemeColor, window } from 'vscode';
import { State } from 'vscode-languageclient/node';
import type { Clock } from '../../../../server/core/clock.ts';
import { Malformed } from '../../../../server/lsp/params.ts';
import type { Server } from '../server.ts';
import { readTold, type Shown, show, starting, stopped, type Told } from './shown.ts';

export interface StatusBar extends Disposable {
  /** What was told last, where a server runs. */
  told(): Told | undefined;
}

export function createStatusBar({ client }: Server, clock: Clock): StatusBar {
  const item = window.createStatusBarItem('whittle.status', StatusBarAlignment.Right, 100);
  item.name = 'Whittle';
  item.command = 'whittle.editor.menu';
  let last: Told | undefined;
  let toldAt = 0;
  let cancelTimer = () => {};

  function draw({ text, tooltip, background, changesInMs }: Shown): void {
    cancelTimer();
    item.text = text;
    item.tooltip = tooltip;
    item.accessibilityInformation = { label: tooltip };
    item.backgroundColor =
      background === 'none' ? undefined : new ThemeColor(`statusBarItem.${background}Background`);
    // A moment later, so that what is then shown is another.
    cancelTimer = changesInMs === undefined ? () => {} : clock.after(changesInMs + 10, redraw);
  }

  function redraw(): void {
    if (last) draw(show(last, clock.now() - toldAt));
  }

  function tell(status: unknown): void {
    try {
      last = readTold(status);
    } catch (error) {
      if (error instanceof Malformed) return;
      throw error;
    }
    toldAt = clock.now();
    redraw();
  }

  async function follow(state: State): Promise<void> {
    last = undefined;
    draw(state === State.Starting || state === State.Running ? starting : stopped);
    if (state !== State.Running) return;
    const params = { command: 'whittle.status', arguments: [{}] };
    tell(await client.sendRequest('workspace/executeCommand', params).catch(() => undefined));
  }

  const listening = [
    client.onNotification('whittle/status', tell),
    client.onDidChangeState(({ newState }) => void follow(newState)),
  ];
  draw(starting);
  item.show();
  return {
    told: () => last,
    dispose() {
      cancelTimer();
      for (const each of listening) each.dispose();
      item.dispose();
    },
  };
}
