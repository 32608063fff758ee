import fc from 'fast-check';
import { expect, test } from 'vitest';
import { hunks } from '../../../server/core/diff/hunks.ts';
import { apply } from '../../../server/core/edit.ts';
import { blocksOf } from '../../../server/core/formats/block.ts';

/** The lines of the block for a change of the line in `«»`; signs are lines. */
function check(signs: string, expected: string): void {
  const place = signs.indexOf('«');
  const all = [...signs.replace(/[«»]/g, '')];
  const [block, ...others] = blocksOf(all.join('\n'), [
    { start: 2 * place, end: 2 * place + 1, text: 'new' },
  ]);
  expect(others).toEqual([]);
  expect(block?.search.join('')).toBe(expected);
}

test('two lines on either side where they stand nowhere else', () => check('aaaaaa«x»aaaaaa', 'aaxaa'));

test('as many as tell equal places apart', () => {
  check('bcaaxaadaaa«x»aaae', 'aaaxaaa');
  check('bcaaxaaeaaa«x»aad', 'aaaxaad');
  check('axaaaaaaaa«x»a', 'aaxa');
});

test('at the most 60', () => check(`${'a'.repeat(200)}«a»${'a'.repeat(200)}`, 'a'.repeat(121)));

/** Whether the lines in `[start, end)` stand at no other place and one of them says something, by looking at all places. */
function isUnique(all: readonly string[], start: number, end: number): boolean {
  const own = all.slice(start, end);
  const places = all.filter((_, at) => own.every((line, i) => all[at + i] === line));
  return places.length === 1 && own.some((line) => line.trim() !== '');
}

test('a block holds the least context that makes it unique, all of the text, or 60 lines on either side', () => {
  const times = fc.oneof(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 50, max: 70 }));
  const part = fc.tuple(fc.array(fc.constantFrom('a', 'b', '', ' '), { minLength: 1, maxLength: 3 }), times);
  const texts = fc
    .array(part, { minLength: 1, maxLength: 5 })
    .map((parts) => parts.flatMap(([some, count]) => Array.from({ length: count }, () => some).flat()));
  fc.assert(
    fc.property(texts, fc.nat(), fc.nat(3), fc.constantFrom('', 'x\n', 'a\n'), (all, place, gone, text) => {
      const value = all.join('\n');
      const starts = [...value.matchAll(/^/gm)].map(({ index }) => index);
      const from = place % starts.length;
      const to = Math.min(starts.length - 1, from + gone);
      const edit = [{ start: starts[from] ?? 0, end: starts[to] ?? 0, text }];
      const [hunk] = hunks(value, edit);
      const [block] = blocksOf(value, edit);
      if (!hunk || !block) throw new Error('no hunk');
      const around = (context: number) =>
        [Math.max(0, hunk.startLine - context), Math.min(all.length, hunk.endLine + context)] as const;
      let context = 2;
      const isWhole = ([start, end]: readonly [number, number]) => start === 0 && end === all.length;
      while (context < 60 && !isWhole(around(context)) && !isUnique(all, ...around(context))) context++;
      const [start, end] = around(context);
      expect(block.line).toBe(start);
      expect(block.search).toEqual(all.slice(start, end));
      const changed = [...all.slice(0, start), ...block.replace, ...all.slice(end)];
      expect(changed.join('\n')).toBe(apply(value, edit));
    }),
    { numRuns: 1_000 },
  );
});
