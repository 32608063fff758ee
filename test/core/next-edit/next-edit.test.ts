/** What the next edit is looked for in, and what of an answer is one; `«»` is the region, `❰old↦new❱` a hunk. */

import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { apply } from '../../../server/core/edit.ts';
import { readNextEdit } from '../../../server/core/next-edit/answer.ts';
import { isRestyling, nextEdits, takesBack } from '../../../server/core/next-edit/hunks.ts';
import { nextPlaces, regionAt } from '../../../server/core/next-edit/places.ts';
import { toText } from '../../../server/core/text.ts';
import { drawn, drawnRange, marked } from '../../support/markers.ts';

describe('the region', () => {
  test.each([
    ['a\nb█\nc', '«a\nb\nc»'],
    ['█', '«»'],
    ['a█\n', '«a»\n'],
    [`${'x\n'.repeat(12)}█y\n`, `${'x\n'.repeat(2)}«${'x\n'.repeat(10)}y»\n`],
    [`█y\n${'x\n'.repeat(20)}`, `«y\n${'x\n'.repeat(13)}x»\n${'x\n'.repeat(6)}`],
  ])('%j', (source, expected) => {
    const { text, cursor = 0 } = marked(source);
    const region = regionAt(toText(text), cursor);
    expect(region && drawnRange(text, region)).toBe(expected);
  });

  test('a line that alone is too much has none', () => {
    expect(regionAt(toText('x'.repeat(3000)), 5)).toBeUndefined();
  });

  test('no place lies in the region of one before it', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('a\n', 'foo(b);\n', '\n', 'c'), { maxLength: 60 }),
        fc.nat(200),
        (lines, at) => {
          const text = toText(lines.join(''));
          const cursor = Math.min(at, text.value.length);
          const last = { path: 'a', before: 'foo(a);\n', after: 'bar(a);\n', line: 0 };
          const places = nextPlaces(text, { cursor, last, diagnostics: [] });
          expect(new Set(places.map(({ region }) => region.start)).size).toBe(places.length);
          for (const { cursor: place, region } of places) {
            expect(place).toBeGreaterThanOrEqual(region.start);
            expect(place).toBeLessThanOrEqual(region.end + 1);
          }
        },
      ),
    );
  });
});

describe('an answer', () => {
  const source = 'one = 1\ntwo = 2\nthree = 3\nfour = 4\nfive = 5\n';
  const read = (answer: string, size: number, text = source): string => {
    const reader = readNextEdit(toText(text), { start: 0, end: text.replace(/\n$/, '').length });
    const found = [];
    for (let at = 0; at < answer.length; at += size) found.push(...reader.push(answer.slice(at, at + size)));
    found.push(...reader.finish({ outcome: 'completed' }));
    return drawn(text, found);
  };

  test.each([1, 7, 1000])('gives each hunk once, in pieces of %i', (size) => {
    const answer = source.replace('two = 2', 'two = one + 1').replace('five = 5', 'five = 6');
    expect(read(answer, size)).toBe('one = 1\ntwo = ❰2↦one + 1❱\nthree = 3\nfour = 4\nfive = ❰5↦6❱\n');
  });

  test('however it comes, its hunks make the text that it says', () => {
    const line = fc.constantFrom('alpha = 1', 'beta = 2', 'gamma()', '', '}');
    fc.assert(
      fc.property(
        fc.array(line, { minLength: 1, maxLength: 12 }),
        fc.array(line, { minLength: 3, maxLength: 12 }),
        fc.integer({ min: 1, max: 30 }),
        (old, now, size) => {
          const text = `${old.join('\n')}\n`;
          const reader = readNextEdit(toText(text), { start: 0, end: text.length - 1 });
          const answer = `${now.join('\n')}\n`;
          const found = [];
          for (let at = 0; at < answer.length; at += size)
            found.push(...reader.push(answer.slice(at, at + size)));
          found.push(...reader.finish({ outcome: 'completed' }));
          let end = -1;
          for (const each of found) {
            expect(each.start).toBeGreaterThan(end);
            end = each.end;
          }
          expect(typeof apply(text, found)).toBe('string');
        },
      ),
    );
  });
});

describe('no next edit', () => {
  const restyles = (source: string, languageId = 'typescript') => {
    const { text, edit } = marked(source);
    return nextEdits(toText(text), edit).every((hunk) => isRestyling(toText(text), hunk, languageId));
  };

  test.each([
    ['f(❰\'a\'↦"a"❱)', 'typescript', true],
    ['f(a❰↦;❱)', 'typescript', true],
    ['f(a❰↦, b❱)', 'typescript', false],
    ['❰↦  ❱f(a)', 'typescript', true],
    ['❰↦  ❱f(a)', 'python', false],
    ["f(❰'a'↦'b'❱)", 'typescript', false],
    ['[1, 2❰↦,❱]', 'typescript', true],
    ['[1, 2❰,↦❱]', 'json', false],
  ])('%s in %s: %s', (source, languageId, expected) => {
    expect(restyles(source, languageId)).toBe(expected);
  });

  test('is what was there before the last change', () => {
    const text = toText('let b = 1;\nlet c = 2;\n');
    const change = { path: 'a', before: 'let a = 1;\n', after: 'let b = 1;\n', line: 0 };
    expect(takesBack(text, { start: 4, end: 5, text: 'a' }, [change])).toBe(true);
    expect(takesBack(text, { start: 15, end: 16, text: 'a' }, [change])).toBe(false);
  });
});
