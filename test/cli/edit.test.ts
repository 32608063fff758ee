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
  const code = await editFile({ place: file, instruction: 'x', landing }, console, start);
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

  test('a range is what is asked about; one past the end is clamped, one turned round is put right', async () => {
    const region = async (place: string) => (await check(place, rename)).asks[0]?.ask;
    expect(await region('a.ts:2')).toMatchObject({ region: { start: 11, end: 21 } });
    expect(await region('a.ts:1-99')).toMatchObject({ region: { start: 0, end: 23 } });
    expect(await region('a.ts:2-1')).toMatchObject({ region: { start: 10, end: 11 } });
    expect(await region('a.ts:0')).toMatchObject({ region: { start: 0, end: 10 } });
  });
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
    expect(await editFile({ place: 'a.ts', instruction: 'x', landing: 'apply' }, console, start)).toBe(4);
    expect(console.complaints).toEqual([expect.stringContaining('was changed while the edit was made')]);
    expect(readFileSync(`${folder}/a.ts`, 'utf8')).toBe('other');
  });

  test.skipIf(process.getuid?.() === 0)('one that cannot be written', async () => {
    const folder = temporaryFolder({ 'a.ts': text });
    chmodSync(`${folder}/a.ts`, 0o400);
    const console = testConsole(folder);
    expect(
      await editFile({ place: 'a.ts', instruction: 'x', landing: 'apply' }, console, serverWith(rename)),
    ).toBe(4);
    expect(console.complaints).toEqual([expect.stringContaining('cannot be written')]);
  });
});

describe('what ends it otherwise', () => {
  test.each<[number, string, Reply]>([
    [1, 'nothing to change', ''],
    [1, 'not in the document', block('none', 'some')],
    [3, 'private', { failed: 'excluded', message: 'It is private.' }],
    [4, 'instead of an edit', 'I would rather talk about it.'],
    [4, 'no connection', { failed: 'offline', message: 'There is no connection.' }],
    [4, 'I only rename', { refusal: 'I only rename.' }],
  ])('exit code %i: %s', async (code, said, reply) => {
    const ended = await check('a.ts', reply, 'apply');
    expect(ended).toMatchObject({ code, printed: [], now: text });
    expect(ended.complaints).toEqual([expect.stringContaining(said)]);
  });

  test('exit code 2: the file cannot be read, and no server is started', async () => {
    const console = testConsole(temporaryFolder());
    const start = () => Promise.reject(new Error('started'));
    expect(await editFile({ place: 'none.ts:3', instruction: 'x', landing: 'print' }, console, start)).toBe(
      2,
    );
    expect(console.complaints).toEqual(['There is no file none.ts; check the path.']);
  });

  test('exit code 4: the server ends before it answers', async () => {
    const console = testConsole(temporaryFolder({ 'a.ts': '' }));
    const start = () => Promise.reject(new ServerEnded('The server is gone.'));
    expect(await editFile({ place: 'a.ts', instruction: 'x', landing: 'print' }, console, start)).toBe(4);
    expect(console.complaints).toEqual(['The server is gone.']);
  });
});
