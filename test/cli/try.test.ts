/** `whittle try`, with the real server in memory. */

import { describe, expect, test } from 'vitest';
import { ServerEnded } from '../../server/cli/editor.ts';
import { type TryOptions, tryPlaces } from '../../server/cli/try.ts';
import { serverWith, testConsole } from '../support/console.ts';
import { block } from '../support/edits.ts';
import type { Reply } from '../support/fake-model.ts';
import { temporaryFolder } from '../support/folder.ts';

const text = '0\n1\n2\n3\n4\nlet total = 5;\n6\n7\n8\n9\n10\n';

async function check(options: Partial<TryOptions>, ...replies: readonly Reply[]) {
  const console = testConsole(temporaryFolder({ 'a.ts': text }));
  const start = serverWith(...replies);
  const code = await tryPlaces({ places: ['a.ts:6'], cut: 'nothing', ...options }, console, start);
  return { code, printed: console.printed, complaints: console.complaints, asks: start.model.asks };
}

describe('ghost text', () => {
  test('among the lines around it, with where the time went', async () => {
    const { code, printed } = await check({}, ' // five');
    expect(code).toBe(0);
    expect(printed).toEqual([
      expect.stringMatching(/^server ready after /),
      '',
      'a.ts:6',
      '1\n2\n3\n4\nlet total = 5;{+ // five+}\n6\n7\n8\n9',
      expect.stringMatching(/^fake: sent .* · editor waited /),
    ]);
  });

  test('as if the rest of the line were not written', async () => {
    const { printed, asks } = await check({ places: ['a.ts:6:5'], cut: 'rest-of-line' }, 'x;');
    expect(asks[0]?.ask.document.text).toBe(text.replace('total = 5;', ''));
    expect(printed).toContain('1\n2\n3\n4\nlet {+x;+}\n6\n7\n8\n9');
    expect(printed).toContain('what stood there: total = 5;');
  });

  test.each([
    ['a.ts', text.length],
    ['a.ts:6:999', 24],
    ['a.ts:6:4', 13],
  ])('the cursor of %s', async (place, cursor) => {
    expect((await check({ places: [place] }, '')).asks[0]?.ask).toMatchObject({ cursor });
  });

  test.each(['a.ts:999', 'a.ts:0'])('%s: there is no such line, and exit code 2', async (place) => {
    const { code, complaints, asks } = await check({ places: [place] }, '');
    expect([code, asks.length]).toEqual([2, 0]);
    expect(complaints).toEqual([expect.stringMatching(/^a\.ts has \d+ lines.*there is no line \d+\.$/)]);
  });

  test('nothing: why, and exit code 1', async () => {
    const { code, printed } = await check({}, { metadata: { silence: 'low-confidence' } });
    expect(code).toBe(1);
    expect(printed).toContain('nothing is suggested here: The model is not sure enough.');
  });

  test.each<[string, Reply]>([
    ['There is no connection.', { failed: 'offline', message: 'There is no connection.' }],
    ['The key is wrong: set another.', { failed: 'unauthorized', message: 'The key is wrong: set another.' }],
    ['The limit is reached.', { failed: 'limit', message: 'The limit is reached.' }],
  ])('a model that fails: %s, and exit code 4', async (sentence, reply) => {
    const { code, printed, complaints } = await check({}, reply);
    expect([code, printed.at(-1)]).toEqual([4, `nothing is suggested here: ${sentence}`]);
    expect(complaints).toEqual([]);
  });

  test('several places: one that shows something is enough', async () => {
    const { code, printed } = await check({ places: ['a.ts:1', 'a.ts:6'] }, '', ' // five');
    expect(code).toBe(0);
    expect(printed).toEqual(
      expect.arrayContaining(['a.ts:1', 'a.ts:6', expect.stringContaining('{+ // five+}')]),
    );
  });
});

describe('an instruction', () => {
  test('as a word diff', async () => {
    const reply = block('let total = 5;', 'let sum = 5;');
    const { code, printed, asks } = await check({ instruction: 'rename' }, reply);
    expect(code).toBe(0);
    expect(printed).toContain('line 5\n4\nlet [-total-]{+sum+} = 5;\n6');
    expect(printed.at(-1)).toMatch(/^1 place, 8 changed characters; fake: /);
    expect(asks[0]?.ask).toMatchObject({ region: { start: 10, end: 24 } });
  });

  test('that fails: the sentence, and exit code 4', async () => {
    const { code, printed } = await check(
      { instruction: 'x' },
      { failed: 'offline', message: 'It is gone.' },
    );
    expect(code).toBe(4);
    expect(printed).toContain('It is gone.');
  });

  test('that the model refuses: the sentence, and exit code 3', async () => {
    const { code, printed } = await check({ instruction: 'sing' }, { refusal: 'I do not sing.' });
    expect(code).toBe(3);
    expect(printed).toContain('I do not sing.');
  });
});

test('a file that is not there: exit code 2, and no server is started', async () => {
  const console = testConsole(temporaryFolder({ 'a.ts': '' }));
  const start = () => Promise.reject(new Error('started'));
  expect(await tryPlaces({ places: ['a.ts', 'b.ts'], cut: 'nothing' }, console, start)).toBe(2);
  expect(console.complaints).toEqual(['There is no file b.ts; check the path.']);
});

test('a server that ends before it answers: exit code 4', async () => {
  const console = testConsole(temporaryFolder({ 'a.ts': '' }));
  const start = () => Promise.reject(new ServerEnded('The server is gone.'));
  expect(await tryPlaces({ places: ['a.ts'], cut: 'nothing' }, console, start)).toBe(4);
  expect(console.complaints).toEqual(['The server is gone.']);
});
