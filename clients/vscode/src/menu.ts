/** What the item in the status bar opens, and the lengths of a snooze. */

import { commands, type QuickPickItem, QuickPickItemKind, window } from 'vscode';
import { commandTitles } from '../contributions.ts';
import type { CommandParts } from './commands.ts';
import type { Server } from './server.ts';
import { show, type Told } from './status/shown.ts';

interface Choice extends QuickPickItem {
  readonly command?: string;
}

const whileRunning = ['toggleLanguage', 'snooze', 'edit', 'fix', 'review', 'nextEdit', 'status'];
const always = ['log', 'doctor', 'settings', 'restart'];

export async function openMenu({ statusBar }: Pick<CommandParts, 'statusBar'>): Promise<void> {
  const told = statusBar.told();
  const toggle = { label: told?.enabled ? 'Switch Off' : 'Switch On', command: 'toggle' };
  const choices: readonly Choice[] = [
    ...(told ? [toggle, ...whileRunning.map(choice), separator] : []),
    ...always.map(choice),
  ];
  const title = told ? show(told, 0).tooltip : 'Whittle does not run.';
  const chosen = await window.showQuickPick(choices, { title });
  if (chosen?.command) await commands.executeCommand(`whittle.editor.${chosen.command}`);
}

const separator: Choice = { label: '', kind: QuickPickItemKind.Separator };

function choice(command: string): Choice {
  return { label: commandTitles[`whittle.editor.${command}`] ?? command, command };
}

export async function snooze(server: Server, told: Told | undefined): Promise<void> {
  const isSnoozed = (told?.snoozedMs ?? 0) > 0;
  const lengths = [
    ...(isSnoozed ? [{ label: 'Wake Up', minutes: 0 }] : []),
    { label: '10 Minutes', minutes: 10 },
    { label: '30 Minutes', minutes: 30 },
    { label: '1 Hour', minutes: 60 },
    { label: '8 Hours', minutes: 480 },
  ];
  const chosen = await window.showQuickPick(lengths, { title: 'Be silent for how long?' });
  if (chosen) await server.run('whittle.snooze', { minutes: chosen.minutes });
}
