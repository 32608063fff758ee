import { expect, test } from 'vitest';
import { readCommand, shellOf, startOf, usualCommand } from '../../../clients/vscode/src/command-line.ts';

function check(value: unknown, command: readonly string[], complaint?: string): void {
  expect(readCommand(value)).toEqual({
    command,
    ...(complaint === undefined
      ? {}
      : {
          complaint: `The setting \`whittleServer.command\` must be a list of words, the program first, but is ${complaint}; ["whittle", "--stdio"] is used.`,
        }),
  });
}

test('a list of words is the command, and what is not set is the usual one', () => {
  check(['node', '/a b/whittle.js', '--stdio'], ['node', '/a b/whittle.js', '--stdio']);
  check(['whittle', ''], ['whittle', '']);
  check(undefined, usualCommand);
  check(null, usualCommand);
});

test('what is no list of words is named, and the usual command stands in for it', () => {
  check('whittle --stdio', usualCommand, '"whittle --stdio"');
  check([], usualCommand, '[]');
  check([' ', '--stdio'], usualCommand, '[" ","--stdio"]');
  check(['whittle', 42], usualCommand, '["whittle",42]');
  check({ command: 'whittle' }, usualCommand, '{"command":"whittle"}');
});

test('the server starts in the folder of the user, never in that of the workspace; on Windows by the shell', () => {
  const command = ['C:\\Program Files\\whittle.cmd', '--stdio'] as const;
  expect(startOf(command, { platform: 'win32', home: 'C:\\Users\\me' })).toEqual({
    command: '"C:\\Program Files\\whittle.cmd"',
    args: ['--stdio'],
    options: { cwd: 'C:\\Users\\me', shell: true },
  });
  expect(startOf(['/a b/whittle', '--stdio'], { platform: 'linux', home: '/home/me' })).toEqual({
    command: '/a b/whittle',
    args: ['--stdio'],
    options: { cwd: '/home/me', shell: false },
  });
});

test('the doctor is typed into a shell that reads the command, and looks for no program in the workspace', () => {
  expect(shellOf({ platform: 'win32' }, 'C:\\cmd.exe')).toEqual({
    shellPath: 'C:\\cmd.exe',
    env: { NoDefaultCurrentDirectoryInExePath: '1' },
  });
  expect(shellOf({ platform: 'win32' })).toMatchObject({ shellPath: 'cmd.exe' });
  expect(shellOf({ platform: 'darwin' })).toEqual({ env: {} });
});
