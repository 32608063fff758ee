/** `whittle edit`, with the real server in memory. */

import { execFileSync } from 'node:child_process';
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { editFile } from '../../server/cli/edit.ts';
import { ServerEnded } from '../../server/cli/editor.ts';
import { serverWith, testConsole } from '../support/console.ts';
import { block } from '../support/edits.ts';
import type { Reply } from '../support/fake-model.ts';
import { temporaryFolder } from '../support/folder.ts';

const text = 'let a = 1;\nlet b = 2;\n\n';
const rename = block('let b = 2;', 'let second = 2;');

async function check(file: string, reply: Reply, landing: 'print' | 'apply' = 'print', content = text) {
  const folder = temporaryFolder({ 'a.ts': content });
  const console = testConsole(folder);
  const start = serverWith(reply);
  const code = await editFile({ place: file, instruction: 'x', landing, output: 'text' }, console, start);
  const { printed, complaints } = console;
  return {
    code,
    printed,
    complaints,
    folder,
    now: readFileSync(`${folder}/a.ts`, 'utf8'),
    asks: start.model.asks,
  };
}

describe('printed', () => {
  test('is a diff that git applies, blank lines at its end included', async () => {
    const { code, printed, folder, now } = await check('a.ts', rename);
    expect([code, now]).toEqual([0, text]);
    execFileSync('git', ['apply', '-'], { cwd: folder, input: `${printed.join('\n')}\n` });
    expect(readFileSync(`${folder}/a.ts`, 'utf8')).toBe(text.replace('b', 'second'));
  });

  test('of an empty file that is there', async () => {
    const { printed, folder } = await check('a.ts', block('', 'a();').replace('\n\n', '\n'), 'print', '');
    execFileSync('git', ['apply', '-'], { cwd: folder, input: `${printed.join('\n')}\n` });
    expect(readFileSync(`${folder}/a.ts`, 'utf8')).toBe('a();\n');
  });

  test('holds the byte order mark of the line it changes', async () => {
    const edit = block('let a = 1;', 'let first = 1;');
    const { printed, folder } = await check('a.ts', edit, 'print', `\ufeff${text}`);
    execFileSync('git', ['apply', '-'], { cwd: folder, input: `${printed.join('\n')}\n` });
    expect(readFileSync(`${folder}/a.ts`, 'utf8')).toBe(`\ufeff${text.replace('a', 'first')}`);
  });

  test('a range is what is asked about, and bounds it', async () => {
    const ask = async (place: string) => (await check(place, rename)).asks[0]?.ask;
    expect(await ask('a.ts:2')).toMatchObject({ region: { start: 11, end: 21 }, bounded: true });
    expect(await ask('a.ts:1-3')).toMatchObject({ region: { start: 0, end: 22 }, bounded: true });
    expect(await ask('a.ts')).not.toHaveProperty('bounded');
  });

  test.each([
    ['a.ts:9-20', 'a.ts has 3 lines: there is no line 20.'],
    ['a.ts:1-4', 'a.ts has 3 lines: there is no line 4.'],
    ['a.ts:3-1', 'a.ts has 3 lines, and 3-1 is the wrong way round: write 1-3.'],
    ['a.ts:0-2', 'a.ts has 3 lines, counted from 1: there is no line 0.'],
    ['a.ts:0', 'a.ts has 3 lines, counted from 1: there is no line 0.'],
  ])('exit code 2: there are no lines %s', async (place, complaint) => {
    expect(await check(place, rename)).toMatchObject({ code: 2, complaints: [complaint], asks: [] });
  });
});

test('what the server says of the settings is said, and once', async () => {
  const folder = temporaryFolder({ 'a.ts': text, '.whittle.json': '{"limits": 7}' });
  const console = testConsole(folder);
  const options = { place: 'a.ts', instruction: 'x', landing: 'print', output: 'text' } as const;
  expect(await editFile(options, console, serverWith(rename))).toBe(0);
  expect(console.complaints).toEqual([
    expect.stringMatching(/^\.whittle\.json: .*`whittle\.limits` must be an object/),
  ]);
});

describe('applied', () => {
  test('the file is changed, its byte order mark stays', async () => {
    const { code, printed, now } = await check('a.ts', rename, 'apply', `\ufeff${text}`);
    expect({ code, printed, now }).toEqual({
      code: 0,
      printed: ['a.ts is changed.'],
      now: `\ufeff${text.replace('b', 'second')}`,
    });
  });

  test('a file that changed meanwhile is left alone', async () => {
    const folder = temporaryFolder({ 'a.ts': text });
    const console = testConsole(folder);
    const start = serverWith();
    start.model.script = () => {
      writeFileSync(`${folder}/a.ts`, 'other');
      return rename;
    };
    expect(
      await editFile({ place: 'a.ts', instruction: 'x', landing: 'apply', output: 'text' }, console, start),
    ).toBe(4);
    expect(console.complaints).toEqual([expect.stringContaining('was changed while the edit was made')]);
    expect(readFileSync(`${folder}/a.ts`, 'utf8')).toBe('other');
  });

  test.skipIf(process.getuid?.() === 0)('one that cannot be written', async () => {
    const folder = temporaryFolder({ 'a.ts': text });
    chmodSync(`${folder}/a.ts`, 0o400);
    const console = testConsole(folder);
    expect(
      await editFile(
        { place: 'a.ts', instruction: 'x', landing: 'apply', output: 'text' },
        console,
        serverWith(rename),
      ),
    ).toBe(4);
    expect(console.complaints).toEqual([expect.stringContaining('cannot be written')]);
  });
});

describe('what ends it otherwise', () => {
  test.each<[number, string, Reply]>([
    [1, 'nothing to change', ''],
    [1, 'not in the document', block('none', 'some')],
    [3, 'private', { failed: 'excluded', message: 'It is private.' }],
    [3, 'I would rather talk about it.', 'I would rather talk about it.'],
    [4, 'no connection', { failed: 'offline', message: 'There is no connection.' }],
    [3, 'I only rename', { refusal: 'I only rename.' }],
  ])('exit code %i: %s', async (code, said, reply) => {
    const ended = await check('a.ts', reply, 'apply');
    expect(ended).toMatchObject({ code, printed: [], now: text });
    expect(ended.complaints).toEqual([expect.stringContaining(said)]);
  });

  test('exit code 2: the file cannot be read, and no server is started', async () => {
    const console = testConsole(temporaryFolder());
    const start = () => Promise.reject(new Error('started'));
    expect(
      await editFile(
        { place: 'none.ts:3', instruction: 'x', landing: 'print', output: 'text' },
        console,
        start,
      ),
    ).toBe(2);
    expect(console.complaints).toEqual(['There is no file none.ts; check the path.']);
  });

  test('exit code 4: the server ends before it answers', async () => {
    const console = testConsole(temporaryFolder({ 'a.ts': '' }));
    const start = () => Promise.reject(new ServerEnded('The server is gone.'));
    expect(
      await editFile({ place: 'a.ts', instruction: 'x', landing: 'print', output: 'text' }, console, start),
    ).toBe(4);
    expect(console.complaints).toEqual(['The server is gone.']);
  });
});

describe('several files', () => {
  const other = block('export const b = 1;', 'export const second = 1;');
  const answer = `${rename}\nlib/b.ts\n${other}\nlib/new.ts\n${block('', 'export const x = 1;').replace('\n\n', '\n')}`;
  const files = { 'a.ts': text, 'lib/b.ts': 'export const b = 1;\n' };
  const done = { 'a.ts': text.replace('b', 'second'), 'lib/b.ts': 'export const second = 1;\n' };

  async function run(
    landing: 'print' | 'apply',
    more: Readonly<Record<string, string>> = {},
    newFile = 'lib/new.ts',
  ) {
    const folder = temporaryFolder({ ...files, ...more });
    const console = testConsole(folder);
    const options = { place: 'a.ts', instruction: 'x, and a new file', landing, output: 'text' } as const;
    const code = await editFile(options, console, serverWith(answer.replaceAll('lib/new.ts', newFile)));
    const now = (file: string) => readFileSync(`${folder}/${file}`, 'utf8');
    return { code, console, folder, now };
  }

  test('one diff that git applies, new files included', async () => {
    const { code, console, folder, now } = await run('print');
    expect([code, now('lib/b.ts')]).toEqual([0, files['lib/b.ts']]);
    execFileSync('git', ['apply', '-'], { cwd: folder, input: `${console.printed.join('\n')}\n` });
    expect([now('a.ts'), now('lib/b.ts')]).toEqual([done['a.ts'], done['lib/b.ts']]);
    expect(now('lib/new.ts')).toBe('export const x = 1;\n');
  });

  test('none is written where one of them cannot be', async () => {
    const { code, console, now } = await run('apply', { file: 'no folder\n' }, 'file/new.ts');
    expect(code).toBe(4);
    expect(console.complaints).toEqual([
      expect.stringMatching(/^file\/new\.ts cannot be written \(.*\); nothing was changed\.$/),
    ]);
    expect([now('a.ts'), now('lib/b.ts')]).toEqual([files['a.ts'], files['lib/b.ts']]);
  });

  test('written, all of them', async () => {
    const { code, console, now } = await run('apply');
    expect({ code, printed: console.printed }).toEqual({
      code: 0,
      printed: ['a.ts is changed.', 'lib/b.ts is changed.', 'lib/new.ts is changed.'],
    });
    expect([now('a.ts'), now('lib/b.ts')]).toEqual([done['a.ts'], done['lib/b.ts']]);
    expect(now('lib/new.ts')).toBe('export const x = 1;\n');
  });
});

describe('--json', () => {
  const json = { place: 'a.ts', instruction: 'x', landing: 'print', output: 'json' } as const;

  test('a line for each change, and one for the outcome', async () => {
    const console = testConsole(temporaryFolder({ 'a.ts': text }));
    expect(await editFile(json, console, serverWith(rename))).toBe(0);
    const lines = console.printed.map((line) => JSON.parse(line));
    expect(lines).toEqual([
      {
        kind: 'hunk',
        file: 'a.ts',
        range: { start: { line: 1, character: 4 }, end: { line: 1, character: 5 } },
        newText: 'second',
      },
      { kind: 'done', edits: 1, files: ['a.ts'], diff: expect.stringContaining('+let second = 2;') },
    ]);
  });

  test('each change while the model still writes', async () => {
    const console = testConsole(temporaryFolder({ 'a.ts': text }));
    const start = serverWith();
    start.model.script = () => undefined;
    const code = editFile(json, console, start);
    const ask = await start.model.asked(0);
    ask.text(rename);
    while (console.printed.length === 0) await new Promise((resolve) => setImmediate(resolve));
    expect(ask.isOpen).toBe(true);
    ask.end(block('let a = 1;', 'let first = 1;'));
    expect(await code).toBe(0);
    expect(console.printed.map((line) => JSON.parse(line).kind)).toEqual(['hunk', 'hunk', 'done']);
  });

  test('what went wrong', async () => {
    const console = testConsole(temporaryFolder({ 'a.ts': text }));
    expect(await editFile(json, console, serverWith(block('none', 'some')))).toBe(1);
    expect(console.printed.map((line) => JSON.parse(line))).toEqual([
      { kind: 'failed', reason: 'not-found', message: expect.any(String) },
    ]);
    expect(console.complaints).toEqual([]);
  });
});

describe('an instruction from standard input', () => {
  const options = { place: 'a.ts', instruction: '-', landing: 'print', output: 'text' } as const;

  test('is read to its end', async () => {
    const console = {
      ...testConsole(temporaryFolder({ 'a.ts': text })),
      input: async () => 'rename b\nto second\n',
    };
    const start = serverWith(rename);
    expect(await editFile(options, console, start)).toBe(0);
    expect(start.model.asks[0]?.ask).toMatchObject({ instruction: 'rename b\nto second' });
  });

  test('exit code 2: there is none', async () => {
    const console = testConsole(temporaryFolder({ 'a.ts': text }));
    expect(await editFile(options, console, serverWith(rename))).toBe(2);
    expect(console.complaints).toEqual(['Standard input holds no instruction; say there what to change.']);
  });
});
