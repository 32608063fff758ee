import fc from 'fast-check';
import { expect, test } from 'vitest';
import { apply } from '../../server/core/edit.ts';
import { locate } from '../../server/core/locate.ts';
import { place, rewritten } from '../../server/core/place.ts';
import { lineEnd, lineFullEnd, lineStart, lineText, toText } from '../../server/core/text.ts';
import { damaged } from '../support/chunks.ts';
import { codeLikeText } from '../support/texts.ts';

/** A text, some of its lines as a model may remember them, and what they are to become. */
const cases = fc
  .tuple(codeLikeText(), fc.nat(), fc.nat(6), codeLikeText(4))
  .chain(([value, from, count, fresh]) => {
    const text = toText(value);
    const start = from % text.lineStarts.length;
    const lines = Array.from({ length: count + 1 }, (_, i) => lineText(text, start + i));
    return damaged(lines.join('\n')).map((search) => ({
      value,
      search: search.split('\n'),
      replace: fresh.split(/\r\n|\n|\r/),
    }));
  });

test('an edit changes nothing outside of the lines that were found', () => {
  let found = 0;
  fc.assert(
    fc.property(cases, ({ value, search, replace }) => {
      const text = toText(value);
      const located = locate(text, search);
      const placed = place(text, { search, replace });
      expect(placed.kind).toBe(located.kind === 'found' ? 'placed' : located.kind);
      if (located.kind !== 'found' || placed.kind !== 'placed') return;
      found++;
      const { startLine, endLine, partners } = located;
      for (const partner of partners)
        expect(partner === -1 || (partner >= startLine && partner < endLine)).toBe(true);
      // Where the last lines go, the line before them loses its terminator.
      const start = startLine > 0 ? lineEnd(text, startLine - 1) : lineStart(text, startLine);
      for (const each of placed.edit) {
        expect(each.start).toBeGreaterThanOrEqual(start);
        expect(each.end).toBeLessThanOrEqual(lineFullEnd(text, endLine - 1));
      }
      const after = apply(value, placed.edit);
      expect(after.startsWith(value.slice(0, start))).toBe(true);
      expect(after.endsWith(value.slice(lineFullEnd(text, endLine - 1)))).toBe(true);
    }),
    { numRuns: 2000 },
  );
  expect(found).toBeGreaterThan(500);
});

test('lines a block keeps stay as they are, to the last blank', () => {
  const value = 'a;  \n\tb;\r\nc;\n';
  const placed = place(toText(value), { search: ['a;', 'b;', 'c;'], replace: ['a;', 'b;', 'd;'] });
  expect(placed.kind === 'placed' && apply(value, placed.edit)).toBe('a;  \n\tb;\r\nd;\n');
});

test('empty lines in the place of lines that ended with lone carriage returns stay as many', () => {
  const value = 'x\r\na\r\r \n\n';
  const edit = rewritten(toText(value), { startLine: 1, endLine: 4 }, ['', '', '', 'b']);
  expect(apply(value, edit).split(/\r\n|\n|\r/)).toEqual(['x', '', '', '', 'b', '', '']);
});
