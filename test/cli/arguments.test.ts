import { describe, expect, test } from 'vitest';
import { readArguments } from '../../server/cli/arguments.ts';
import { usageOf } from '../../server/cli/usage.ts';

const usualServe = { kind: 'serve', port: 4141, host: '127.0.0.1', tlsByProxy: false };
const stdio = { kind: 'server', transport: { kind: 'stdio' } };

describe('what is to be done', () => {
  const cases: readonly (readonly [line: string, expected: object])[] = [
    ['--stdio', stdio],
    ['--stdio --clientProcessId=12 --node-ipc', stdio],
    ['--node-ipc --stdio', stdio],
    ['--log-level=debug --stdio extra', stdio],
    ['--pipe=/tmp/x', { kind: 'server', transport: { kind: 'pipe', name: '/tmp/x' } }],
    ['--pipe /tmp/x', { kind: 'server', transport: { kind: 'pipe', name: '/tmp/x' } }],
    ['--socket=9000', { kind: 'server', transport: { kind: 'socket', port: 9000 } }],
    ['--socket --port=9000', { kind: 'server', transport: { kind: 'socket', port: 9000 } }],
    ['--help', { kind: 'help' }],
    ['-h', { kind: 'help' }],
    ['help', { kind: 'help' }],
    ['help edit', { kind: 'help', command: 'edit' }],
    ['--stdio --help', { kind: 'help' }],
    ['--pipe --version', { kind: 'version' }],
    ['--version --stdio', { kind: 'version' }],
    ['--version', { kind: 'version' }],
    ['-v', { kind: 'version' }],
    ['serve', usualServe],
    ['serve --port 0', { ...usualServe, port: 0 }],
    ['serve --port=5000 --host ::1', { ...usualServe, port: 5000, host: '::1' }],
    ['serve --gguf m.gguf', { ...usualServe, gguf: 'm.gguf' }],
    ['serve --tls-cert c --tls-key=k', { ...usualServe, tls: { cert: 'c', key: 'k' } }],
    ['serve --tls-by-proxy', { ...usualServe, tlsByProxy: true }],
    ['serve --help', { kind: 'help', command: 'serve' }],
    ['try a.ts', { kind: 'try', places: ['a.ts'], cut: false }],
    ['try a.ts:3:1 b.ts --cut', { kind: 'try', places: ['a.ts:3:1', 'b.ts'], cut: true }],
    ['try a.ts --instruction x', { kind: 'try', places: ['a.ts'], cut: false, instruction: 'x' }],
    [
      'edit a.ts:1-2 use a Map',
      { kind: 'edit', place: 'a.ts:1-2', instruction: 'use a Map', apply: false, json: false },
    ],
    ['edit --json a.ts -', { kind: 'edit', place: 'a.ts', instruction: '-', apply: false, json: true }],
    ['edit --apply a.ts x', { kind: 'edit', place: 'a.ts', instruction: 'x', apply: true, json: false }],
    // Words of an instruction are no flags of the server, nor of anything else behind `--`.
    [
      'edit a.ts -- add a --stdio flag',
      { kind: 'edit', place: 'a.ts', instruction: 'add a --stdio flag', apply: false, json: false },
    ],
    [
      'edit a.ts -- print --help',
      { kind: 'edit', place: 'a.ts', instruction: 'print --help', apply: false, json: false },
    ],
    ['doctor', { kind: 'doctor' }],
    ['settings', { kind: 'settings' }],
    ['settings --help', { kind: 'help', command: 'settings' }],
    ['serve --version', { kind: 'version' }],
    ['edit a.ts --version', { kind: 'version' }],
    ['doctor --version', { kind: 'version' }],
  ];
  test.each(cases)('whittle %s', (line, expected) => {
    expect(readArguments(line.split(' '))).toEqual(expected);
  });

  test('an instruction in one argument', () => {
    expect(readArguments(['edit', 'a.ts', ' use a Map '])).toMatchObject({ instruction: 'use a Map' });
    expect(readArguments(['edit', 'a.ts', 'support --pipe=x'])).toMatchObject({ kind: 'edit' });
  });
});

describe('what is wrong: one sentence that says where to look', () => {
  test.each([
    ['', 'No command was given'],
    ['frobnicate', 'There is no command frobnicate'],
    ['--frobnicate', 'There is no flag --frobnicate'],
    ['--node-ipc', 'There is no flag --node-ipc'],
    ['--pipe=', '--pipe needs the name of a pipe'],
    ['--pipe', '--pipe needs the name of a pipe'],
    ['--socket=0', '--socket needs a port between 1 and 65535'],
    ['--socket=70000', '--socket needs a port'],
    ['--socket', '--socket needs a port'],
    ['serve --port x', '--port needs a number between 0 and 65535'],
    ['serve --port 1e3', '--port needs a number between 0 and 65535'],
    ['serve --port=0x10', '--port needs a number between 0 and 65535'],
    ['serve --host=', '--host needs an address or a name'],
    ['try a.ts --instruction=', '--instruction needs words'],
    ['help frobnicate', 'There is no help for frobnicate'],
    ['serve --port -1', 'What --port is given begins with "-": write it as --port=…'],
    ['try a.ts --instruction -x', 'write it as --instruction=…'],
    ['serve --port', "Option '--port <value>' argument missing"],
    ['serve --tls-cert c', '--tls-cert and --tls-key need a file each'],
    ['serve --tls-key=', '--tls-cert and --tls-key need a file each'],
    ['serve now', '`whittle serve` takes no argument'],
    ['serve --stdio', "Unknown option '--stdio'"],
    ['try', '`whittle try` needs a file'],
    ['try a.ts --fast', "Unknown option '--fast'"],
    ['edit', '`whittle edit` needs a file and an instruction'],
    ['edit a.ts', '`whittle edit` needs a file and an instruction'],
    ['edit a.ts x --aply', "Unknown option '--aply'"],
    ['doctor x', '`whittle doctor` takes no argument'],
    ['settings --json', "Unknown option '--json'"],
  ])('whittle %s', (line, said) => {
    const answer = readArguments(line === '' ? [] : line.split(' '));
    expect(answer).toEqual({ kind: 'wrong', message: expect.stringContaining(said) });
    expect(answer).toMatchObject({ message: expect.stringMatching(/^[^\n]*; see `whittle --help`\.$/) });
  });
});

test('an instruction that begins with a dash', () => {
  const line = ['edit', 'a.ts', '-v is now\n--verbose'];
  const said = '"-v …" begins with "-": write -- before it; see `whittle --help`.';
  expect(readArguments(line)).toEqual({ kind: 'wrong', message: said });
  expect(readArguments(['edit', '--', ...line.slice(1)])).toMatchObject({ instruction: line[2] });
});

test.each(['serve', 'try', 'edit', 'replay', 'doctor', 'settings'])(
  'the help of %s is its own lines',
  (name) => {
    const lines = usageOf(name).split('\n');
    expect(lines[0]).toMatch(new RegExp(`^whittle ${name} `));
    expect(lines.slice(1).every((line) => /^ {20}/.test(line))).toBe(true);
  },
);
