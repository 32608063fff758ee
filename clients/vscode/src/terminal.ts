/** `whittle doctor` in a terminal, with the model that is set here: the command itself reads no editor's settings. */

import { window } from 'vscode';
import { quoted, shellOf } from './command-line.ts';
import { commandLine } from './server.ts';
import { ownSetting } from './settings.ts';

export function runDoctor(): void {
  const key = ownSetting<string>('whittle.model.apiKey') ?? '';
  const named = /^\$(\w+)$/.exec(key)?.[1];
  const shell = shellOf(process, process.env.ComSpec);
  const terminal = window.createTerminal({
    name: 'Whittle Doctor',
    ...shell,
    env: {
      ...shell.env,
      ...given('WHITTLE_URL', ownSetting('whittle.model.url')),
      ...given('WHITTLE_MODEL', ownSetting('whittle.model.name')),
      ...given('WHITTLE_API_KEY', named === undefined ? key : process.env[named]),
    },
  });
  const words = commandLine().filter((word) => word !== '--stdio');
  terminal.show();
  terminal.sendText([...words.map(quoted), 'doctor'].join(' '));
}

function given(name: string, value: string | undefined): Record<string, string> {
  return value ? { [name]: value } : {};
}
