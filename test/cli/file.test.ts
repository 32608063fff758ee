import { execFileSync } from 'node:child_process';
import { truncateSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { readTextFile } from '../../server/cli/file.ts';
import { temporaryFolder } from '../support/folder.ts';

test('a text as it stands, its byte order mark apart', () => {
  const folder = temporaryFolder({ 'a.ts': 'let größe;\r\n', 'b.ts': '\ufefflet b;', 'c.ts': '' });
  const text = (file: string) => readTextFile(file, folder);
  expect(text('a.ts')).toEqual({
    kind: 'text',
    path: `${folder}/a.ts`,
    text: 'let größe;\r\n',
    byteOrderMark: false,
  });
  expect(text(`${folder}/b.ts`)).toMatchObject({ text: 'let b;', byteOrderMark: true });
  expect(text('./c.ts')).toMatchObject({ text: '' });
});

test('what cannot be used: one sentence each', () => {
  const folder = temporaryFolder({ 'in/a.ts': '', loop: { link: 'loop' } });
  const file = (name: string, bytes: Buffer) => writeFileSync(`${folder}/${name}`, bytes);
  file('binary', Buffer.from([1, 0, 2]));
  file('latin1.c', Buffer.from('größe', 'latin1'));
  file('huge.ts', Buffer.from(''));
  truncateSync(`${folder}/huge.ts`, 17 * 1024 * 1024);
  execFileSync('mkfifo', [`${folder}/pipe`]);
  const message = (name: string) => {
    const read = readTextFile(name, folder);
    return read.kind === 'unreadable' ? read.message : read;
  };
  expect(
    ['none.ts', 'in', 'in/a.ts/b', 'binary', 'latin1.c', 'huge.ts', 'pipe', 'loop'].map(message),
  ).toEqual([
    'There is no file none.ts; check the path.',
    'in is a folder; name a file in it.',
    'There is no file in/a.ts/b; check the path.',
    'binary is not a text file; name a source file.',
    'latin1.c is not UTF-8; convert it first, so that nothing of it is lost.',
    'huge.ts has 17 MB; files up to 16 MB can be used.',
    'pipe is not a file on disk; name a source file.',
    'loop cannot be read (ELOOP).',
  ]);
});
