import { expect, test } from 'vitest';
import { slid } from '../../../server/core/diff/slide.ts';
import { apply } from '../../../server/core/edit.ts';

/** `+` lines are inserted, others kept; drawn again after the blocks were moved. */
function check(source: string, expected: string): void {
  const before = source.replace(/^\+.*\n/gm, '');
  const after = source.replace(/^\+/gm, '');
  const runs: { start: number; end: number; newStart: number; newEnd: number }[] = [];
  let kept = 0;
  let all = 0;
  for (const block of source.match(/(?:^\+.*\n)+|(?:^(?!\+).*\n)+/gm) ?? []) {
    const text = block.replace(/^\+/gm, '');
    if (block.startsWith('+'))
      runs.push({ start: kept, end: kept, newStart: all, newEnd: all + text.length });
    else kept += text.length;
    all += text.length;
  }
  const edit = slid(before, after, runs).map(({ start, end, newStart, newEnd }) => ({
    start,
    end,
    text: after.slice(newStart, newEnd),
  }));
  expect(apply(before, edit)).toBe(after);
  const marked = edit.map(({ start, end, text }) => ({
    start,
    end,
    text: text.replace(/^/gm, '+').slice(0, -1),
  }));
  expect(apply(before, marked)).toBe(expected);
}

test('a block comes to stand as its lines are indented', () =>
  check('f {\n  a\n+}\n+f {\n+  a\n}\n', 'f {\n  a\n}\n+f {\n+  a\n+}\n'));
test('a block stays where it fits nowhere else', () => check('a\n+b\nc\n', 'a\n+b\nc\n'));
test('blocks that move towards each other never touch', () => check('+\n\n\n+\n', '\n+\n\n+\n'));
