/** Joins the server, what it shows, and the commands; the rest is the client library's. */

import { commands, type ExtensionContext } from 'vscode';
import type { Clock } from '../../../server/core/clock.ts';
import { editorCommands } from './commands.ts';
import { startNextEdits } from './next-edit/start.ts';
import { createServer, type Server } from './server.ts';
import { createStatusBar } from './status/bar.ts';
import { createStatusPage } from './status/page.ts';

let running: Server | undefined;

export async function activate(context: ExtensionContext): Promise<void> {
  const server = createServer();
  running = server;
  const statusBar = createStatusBar(server, machineClock);
  const nextEdits = startNextEdits(server.client, machineClock);
  const statusPage = createStatusPage();
  context.subscriptions.push(server, statusBar, statusPage, nextEdits);
  const parts = { server, statusBar, statusPage, nextEdits };
  for (const [name, run] of Object.entries(editorCommands)) {
    context.subscriptions.push(commands.registerCommand(`whittle.editor.${name}`, () => run(parts)));
  }
  await server.start();
}

export function deactivate(): Promise<void> | undefined {
  return running?.client.end();
}

const machineClock: Clock = {
  now: () => performance.now(),
  after(ms, callback) {
    const timer = setTimeout(callback, ms);
    return () => clearTimeout(timer);
  },
};
