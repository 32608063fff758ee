/**
 * Answers made to be slow while they stream, through what reads them in the server's own process. Nothing is timed: at
 * these sizes what is quadratic takes minutes, and the test's own limit ends it.
 */

import { expect, test } from 'vitest';
import { createAnswer } from '../server/core/answer.ts';
import { blocksOf } from '../server/core/formats/block.ts';
import { streamDiff } from '../server/core/stream.ts';
import { toText } from '../server/core/text.ts';
import { answerProgress } from '../server/features/edits/answer-progress.ts';
import { createLive } from '../server/features/edits/live.ts';

const limit = { timeout: 20_000 };

test.each(['', '<<<<<<< SEARCH\n', '*** Begin Patch\n', '@@ -1 +1 @@\n '])(
  'one line without end, two characters at a time, behind %j',
  limit,
  (opening) => {
    const text = toText('a\nb\n');
    const reader = createAnswer({ text });
    const progress = answerProgress({ text, region: { start: 0, end: 4 }, report: () => undefined });
    for (const piece of [opening, ...Array.from({ length: 500_000 }, () => 'xy')])
      progress.take(piece, reader.push(piece));
    expect(reader.finish().kind).toBe('failed');
  },
);

test.each(['a\n', '```\n', 'a'])('blank lines without end behind %j', limit, (opening) => {
  const reader = createAnswer({ text: toText('x\ny\n') });
  reader.push(opening);
  for (let i = 0; i < 200; i++) reader.push('\n'.repeat(1_000));
  expect(reader.finish().kind).toBe('failed');
});

test('a block that leaves lines out between any two', limit, () => {
  const reader = createAnswer({ text: toText('a\nb\n'.repeat(50_000)) });
  const half = (line: string) => `${line}\n...\n`.repeat(100_000);
  reader.push(`<<<<<<< SEARCH\n${half('b')}=======\n${half('c')}>>>>>>> REPLACE\n`);
  expect(reader.finish().kind).toBe('failed');
});

test('long equal rules behind a line that is new', limit, () => {
  const lines = 40_000;
  const rule = () => '-'.repeat(1_000);
  const text = toText(Array.from({ length: lines }, rule).join('\n'));
  const stream = streamDiff(text, { startLine: 0, endLine: lines });
  const pushed = ['new', ...Array.from({ length: lines }, rule)].flatMap((line) => stream.push(line));
  expect(pushed).toEqual([]);
});

test('changes that become certain one by one, while the editor takes its time', limit, async () => {
  const live = createLive({
    land: async (edit) => ({ ok: true, edits: edit.length, files: 1 }),
    failed: () => expect.unreachable(),
  });
  const changes = 40_000;
  for (let i = changes; i > 0; i--) live.push([{ start: 2 * i, end: 2 * i + 1, text: 'x' }]);
  expect((await live.settled()).edits).toBe(changes);
});

test('changes all over a text of equal lines, as blocks', limit, () => {
  const lines = 300_000;
  const changes = 100;
  const edit = Array.from({ length: changes }, (_, i) => {
    const start = 2 * Math.floor((lines / changes) * i);
    return { start, end: start, text: 'x\n' };
  });
  expect(blocksOf('a\n'.repeat(lines), edit)).toHaveLength(changes);
});
