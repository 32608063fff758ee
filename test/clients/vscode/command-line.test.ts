import { expect, test } from 'vitest';
import { readCommand, usualCommand } from '../../../clients/vscode/src/command-line.ts';

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
