import { describe, expect, test } from 'vitest';
import { apply } from '../../server/core/edit.ts';
import type { Block } from '../../server/core/formats/block.ts';
import { createPlacing } from '../../server/core/placing.ts';
import { toText } from '../../server/core/text.ts';

function different(count: number): readonly string[] {
  return Array.from({ length: count }, (_, i) => `  const value${i} = compute(${i});`);
}

/** Every tenth line changed, each with the line above and below. */
function blocksFor(lines: readonly string[]): readonly Block[] {
  return lines.flatMap((line, i) =>
    i % 10 === 5
      ? [
          {
            search: lines.slice(i - 1, i + 2),
            replace: [lines[i - 1] ?? '', `${line} // seen`, lines[i + 1] ?? ''],
          },
        ]
      : [],
  );
}

describe('steps to find the places of an answer', () => {
  test('grow as its lines do, and not with those of the document times its blocks', () => {
    const lines = different(5_000);
    const placing = createPlacing(toText(lines.join('\n')), { steps: 2 * lines.length });
    const blocks = blocksFor(lines);
    for (const block of blocks) placing.take(block);
    expect(placing.finish()).toHaveLength(blocks.length);
  });

  test('where they are spent, that is said in one sentence', () => {
    const lines = Array.from({ length: 2_000 }, () => 'same');
    const placing = createPlacing(toText(lines.join('\n')), { steps: 1_000_000 });
    for (const block of blocksFor(lines)) placing.take(block);
    expect(placing.finish()).toMatchObject({
      kind: 'failed',
      reason: 'not-found',
      message: expect.stringContaining('takes too long'),
    });
  });

  test('are not spent by what is only shown', () => {
    const lines = different(1_000);
    const placing = createPlacing(toText(lines.join('\n')), { steps: 2 * lines.length });
    const blocks = blocksFor(lines);
    for (let again = 0; again < 100; again++) for (const block of blocks) placing.lookAhead(block);
    for (const block of blocks) placing.take(block);
    expect(placing.finish()).toHaveLength(blocks.length);
  });
});

test('blocks that build on one another are found in the text as those before left it', () => {
  const lines = different(2_000);
  const placing = createPlacing(toText(lines.join('\n')));
  const behind = lines.slice(11, 14);
  for (let i = 0; i < 50; i++)
    placing.take({
      search: [i === 0 ? (lines[10] ?? '') : `mine ${i - 1}`, ...behind],
      replace: [`mine ${i}`, ...behind],
    });
  // One in another place meanwhile, which those behind it must not lose.
  placing.take({ search: [lines[500] ?? ''], replace: ['other'] });
  placing.take({ search: ['mine 49', ...behind], replace: ['mine 50', ...behind] });
  placing.take({ search: [lines[499] ?? '', 'other'], replace: [lines[499] ?? '', 'another'] });
  const edit = placing.finish();
  expect('kind' in edit ? edit : apply(lines.join('\n'), edit)).toBe(
    lines.with(10, 'mine 50').with(500, 'another').join('\n'),
  );
});

test('what comes behind a block that failed is not looked at', () => {
  const placing = createPlacing(toText('a\nb\n'));
  placing.take({ search: ['nowhere at all'], replace: ['c'] });
  expect(placing.take({ search: ['b'], replace: ['c'] })).toEqual([]);
  expect(placing.finish()).toMatchObject({ reason: 'not-found' });
});
