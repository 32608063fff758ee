import fc from 'fast-check';
import { expect, test } from 'vitest';
import { apply, trimmed } from '../../server/core/edit.ts';
import { slidTo } from '../../server/core/slide.ts';
import { toText } from '../../server/core/text.ts';
import { atCursor } from '../support/markers.ts';

/** What a client finds that compares the text before the key with the one after it. */
const compared = (before: string, after: string) =>
  trimmed(before, { start: 0, end: before.length, text: after });

test.each([
  ['a quote before one', 'f(█"")', '"'],
  ['Enter before empty lines', 'a();█\n\n\nb();', '\n'],
  ['Enter with its indentation', '  a();█\n  \n  b();', '\n  '],
  ['a word before the same', 'a.█b.b.b', 'b.'],
])('typed at the cursor: %s', (_, source, typed) => {
  const { text, cursor } = atCursor(source);
  const found = compared(text, text.slice(0, cursor) + typed + text.slice(cursor));
  expect(found.start).toBeGreaterThan(cursor);
  expect(slidTo(toText(text), [found], cursor)).toEqual([{ start: cursor, end: cursor, text: typed }]);
});

test('taken away before the cursor', () => {
  const { text, cursor } = atCursor('a();\n█\n\nb();');
  const found = compared(text, text.slice(0, cursor - 1) + text.slice(cursor));
  expect(found.end).toBeGreaterThan(cursor);
  expect(slidTo(toText(text), [found], cursor)).toEqual([{ start: cursor - 1, end: cursor, text: '' }]);
});

test('wherever the cursor is said to be, the text comes out the same', () => {
  const signs = fc.string({ unit: fc.constantFrom('a', 'b', '\n'), maxLength: 12 });
  fc.assert(
    fc.property(signs, signs, fc.nat(12), fc.nat(12), fc.nat(12), (before, typed, a, b, cursor) => {
      const [start, end] = [Math.min(a, b, before.length), Math.min(Math.max(a, b), before.length)];
      const edit = [{ start, end, text: typed }];
      const at = Math.min(cursor, before.length);
      expect(apply(before, slidTo(toText(before), edit, at))).toBe(apply(before, edit));
    }),
    { numRuns: 3000 },
  );
});
