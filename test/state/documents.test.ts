import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { apply, type Edit } from '../../server/core/edit.ts';
import { toText } from '../../server/core/text.ts';
import { createDocuments } from '../../server/state/documents.ts';
import { awkwardText, editOf } from '../support/texts.ts';

const uri = 'file:///a.ts';

function opened(text: string) {
  const documents = createDocuments();
  documents.open({ uri, languageId: 'typescript', version: 1, text });
  return documents;
}

const insert = (at: number, text: string) => [{ start: at, end: at, text }];

test('what happened since any version leads from its text to the present one', () => {
  const walk = fc.array(
    fc.tuple(fc.nat(1000), fc.nat(1000), awkwardText(6), fc.integer({ min: -1, max: 3 }), fc.boolean()),
    { maxLength: 12 },
  );
  fc.assert(
    fc.property(awkwardText(20), walk, (start, steps) => {
      const documents = opened(start);
      const versions = [documents.get(uri)];
      for (const [a, b, text, ahead, whole] of steps) {
        const before = documents.get(uri);
        const { value = '' } = before?.text ?? {};
        const [from, to] = [a % (value.length + 1), b % (value.length + 1)].sort((x, y) => x - y);
        const version = (before?.version ?? 0) + ahead;
        if (whole) documents.replace(uri, version, value.slice(0, from) + text);
        else documents.change(uri, version, [{ start: from ?? 0, end: to ?? 0, text }]);
        versions.push(documents.get(uri));
      }
      const now = documents.get(uri);
      const numbers = versions.map((each) => each?.version ?? 0);
      expect([...new Set(numbers)].sort((a, b) => a - b)).toEqual(numbers);
      for (const then of versions) {
        expect(apply(then?.text.value ?? '', documents.editSince(uri, then?.version ?? 0) ?? [])).toBe(
          now?.text.value,
        );
      }
      expect(now?.text).toEqual(toText(now?.text.value ?? ''));
    }),
  );
});

test('several replacements at once', () => {
  const cases = awkwardText(20).chain((text) => fc.tuple(fc.constant(text), editOf(text.length)));
  fc.assert(
    fc.property(cases, ([text, edit]) => {
      expect(opened(text).change(uri, 2, edit)?.after.text).toEqual(toText(apply(text, edit)));
    }),
  );
});

describe('documents', () => {
  test('a snapshot does not change when its document does', () => {
    const documents = opened('a');
    const before = documents.get(uri);
    const change = documents.change(uri, 2, insert(1, 'b'));
    expect(before).toMatchObject({ version: 1, text: { value: 'a' } });
    expect(change?.before).toBe(before);
    expect(change?.after).toBe(documents.get(uri));
  });

  test('one that is not open has no changes and no text', () => {
    const documents = createDocuments();
    expect([
      documents.change(uri, 2, []),
      documents.replace(uri, 2, ''),
      documents.get(uri),
      documents.close(uri),
      documents.editSince(uri, 1),
    ]).toEqual(Array(5).fill(undefined));
  });

  test('opened again, nothing of the text before can be carried over', () => {
    const documents = opened('a');
    documents.change(uri, 5, insert(0, 'x'));
    documents.open({ uri, languageId: 'typescript', version: 1, text: 'other' });
    expect(documents.editSince(uri, 5)).toBeUndefined();
    expect(documents.all().map(({ text }) => text.value)).toEqual(['other']);
  });

  test('a version that does not grow is counted on', () => {
    const documents = opened('a');
    expect(documents.change(uri, 1, insert(0, 'x'))?.after.version).toBe(2);
    expect(documents.change(uri, undefined, insert(0, 'x'))?.after.version).toBe(3);
    expect(documents.change(uri, 9, insert(0, 'x'))?.after.version).toBe(9);
  });

  test('ranges past the end are clamped, a whole text is recorded as what differs', () => {
    const documents = opened('abc');
    expect(documents.change(uri, 2, [{ start: 2, end: 99, text: '!' }])?.after.text.value).toBe('ab!');
    expect(documents.replace(uri, 3, 'axb!')?.edit).toEqual(insert(1, 'x'));
  });

  test('remembers a bounded number of changes', () => {
    const documents = opened('');
    for (let version = 2; version < 400; version++) documents.change(uri, version, insert(0, 'x'));
    expect(documents.editSince(uri, 1)).toBeUndefined();
    expect(documents.editSince(uri, 200)).toEqual(insert(0, 'x'.repeat(199)));
  });

  test('what was taken out and put back is no change', () => {
    const documents = opened('const total');
    const removed = (start: number, end: number): Edit => [{ start, end, text: '' }];
    for (const edit of [removed(10, 11), removed(8, 10), insert(8, 't'), insert(9, 'a')])
      documents.change(uri, undefined, edit);
    expect(documents.netEditSince(uri, 1)).toEqual([{ start: 10, end: 11, text: '', old: 'l' }]);
    documents.change(uri, undefined, insert(10, 'l'));
    expect(documents.netEditSince(uri, 1)).toEqual([]);
    documents.change(uri, undefined, insert(11, 's'));
    expect(documents.netEditSince(uri, 1)).toEqual(insert(11, 's'));
  });

  describe('knows a backspace and an undo from other changes', () => {
    const cases: readonly (readonly [string, Edit, boolean])[] = [
      ['typing', insert(3, 'd'), false],
      ['a backspace', [{ start: 2, end: 3, text: '' }], true],
      ['typing over a selection', [{ start: 0, end: 1, text: 'y' }], false],
      ['a killed line', [{ start: 0, end: 3, text: '' }], false],
      ['a line break taken away', [{ start: 3, end: 5, text: '' }], true],
      ['a family of emoji taken away', [{ start: 5, end: 13, text: '' }], true],
      ['a letter with its accent taken away', [{ start: 13, end: 15, text: '' }], true],
      [
        'two places at once',
        [
          { start: 0, end: 1, text: '' },
          { start: 2, end: 3, text: '' },
        ],
        false,
      ],
    ];
    test.each(cases)('%s', (_, edit, expected) => {
      const documents = opened('abc\r\n👨‍👩‍👧e\u0301');
      documents.change(uri, undefined, edit);
      expect(documents.lastChangeRemoves(uri)).toBe(expected);
    });

    test.each([
      ['a word at the end', 'let value', { start: 4, end: 9, text: '' }, true],
      ['a word and its blank', 'let value = 1', { start: 3, end: 9, text: '' }, true],
      ['signs', 'a === b', { start: 1, end: 6, text: '' }, true],
      ['the only word of the line', 'value', { start: 0, end: 5, text: '' }, false],
      ['two words', 'let a value', { start: 4, end: 11, text: '' }, false],
      ['a line', 'a\nbc\nd', { start: 2, end: 5, text: '' }, false],
    ])('%s', (_, text, edit, expected) => {
      const documents = opened(text);
      documents.change(uri, undefined, [edit]);
      expect(documents.lastChangeRemoves(uri)).toBe(expected);
    });

    test('an undo of many changes in one', () => {
      const documents = opened('');
      const removes = (edit: Edit) => {
        documents.change(uri, undefined, edit);
        return documents.lastChangeRemoves(uri);
      };
      const typed = 'let a = f(b);';
      for (const [at, key] of [...typed].entries()) expect(removes(insert(at, key))).toBe(false);
      expect(removes([{ start: 0, end: typed.length, text: '' }])).toBe(true);
      expect(removes(insert(0, typed))).toBe(true);
      // What is typed anew is typed, also its one key.
      expect(removes([{ start: 12, end: 13, text: '' }])).toBe(true);
      expect(removes(insert(12, ';'))).toBe(false);
      expect(removes([{ start: 4, end: 13, text: '' }])).toBe(false);
      for (const [at, key] of [...typed.slice(4)].entries()) expect(removes(insert(4 + at, key))).toBe(false);
    });

    test('an undo of either, and what comes after it', () => {
      const documents = opened('abc');
      const removes = (edit: Edit) => {
        documents.change(uri, undefined, edit);
        return documents.lastChangeRemoves(uri);
      };
      expect(removes([{ start: 0, end: 3, text: '' }])).toBe(false);
      expect(removes(insert(0, 'abc'))).toBe(true);
      expect(removes(insert(0, 'xyz'))).toBe(false);
      expect(removes([{ start: 0, end: 3, text: '' }])).toBe(true);
      expect(removes(insert(0, 'z'))).toBe(false);
    });
  });
});
