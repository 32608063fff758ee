/** The log's file on a real disk: where it is, and what is said of one that cannot be. */

import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { createLogFile } from '../../server/cli/log-file.ts';
import { temporaryFolder } from '../support/folder.ts';

const wallClock = () => new Date(Date.UTC(2026, 0, 2));
const nobody = () => {
  throw new Error('nothing is wrong with this file');
};

test.each([
  ['~/whittle.log', '2026-01-02T00:00:00.000Z warn said twice\n'],
  ['~/whittle.jsonl', '{"time":"2026-01-02T00:00:00.000Z","level":"warn","message":"said\\ntwice"}\n'],
])('%s is in the home folder', async (name, line) => {
  const home = temporaryFolder();
  const file = createLogFile({ wallClock, home });
  file.moveTo(name, nobody);
  file.write('warn', 'said\ntwice');
  const written = path.join(home, path.basename(name));
  await expect.poll(() => readFileSync(written, 'utf8')).toBe(line);
  file.moveTo('', nobody);
});

test('what was written is there once it is closed', async () => {
  const home = temporaryFolder();
  const file = createLogFile({ wallClock, home });
  await file.close();
  file.moveTo('~/whittle.log', nobody);
  for (let n = 0; n < 2_000; n++) file.write('info', `line ${n}`);
  await file.close();
  expect(readFileSync(path.join(home, 'whittle.log'), 'utf8').split('\n')).toHaveLength(2_001);
});

test('whoever closes it a second time waits as long', async () => {
  const home = temporaryFolder();
  const file = createLogFile({ wallClock, home });
  file.moveTo('~/whittle.log', nobody);
  file.write('info', 'the last line');
  void file.close();
  await file.close();
  expect(readFileSync(path.join(home, 'whittle.log'), 'utf8')).toContain('the last line');
});

test('a tilde inside a name is a part of it', async () => {
  const home = temporaryFolder();
  const file = createLogFile({ wallClock, home: '/nowhere' });
  const written = path.join(home, '~whittle~.log');
  file.moveTo(written, nobody);
  file.write('info', 'here');
  await expect.poll(() => readFileSync(written, 'utf8')).toContain('here');
  file.moveTo('', nobody);
});

test.each([
  ['in a folder that is not there', 'none/whittle.log', 'ENOENT'],
  ['a folder', '', 'EISDIR'],
])('%s: said once, and nothing is lost but the file', async (_, name, code) => {
  const where = path.join(temporaryFolder(), name);
  const said: string[] = [];
  const file = createLogFile({ wallClock, home: '/nowhere' });
  const failed = (sentence: string) => {
    said.push(sentence);
    // As the server does: what the user is told is logged as well.
    file.write('warn', sentence);
  };
  file.moveTo(where, failed);
  file.write('info', 'a line');
  await expect.poll(() => said).toHaveLength(1);
  expect(said[0]).toContain(`\`whittle.log.file\` cannot be written (${code}: `);
  file.moveTo(where, failed);
  file.write('info', 'another');
  await new Promise((resolve) => setImmediate(resolve));
  expect(said).toHaveLength(1);
});
