import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  apply,
  applyToText,
  compose,
  type Edit,
  insertion,
  invert,
  lengthDelta,
  map,
  mapOffset,
  normalise,
  splits,
  toEdit,
  trimmed,
} from '../../server/core/edit.ts';
import { withTakenOut } from '../../server/core/taken-out.ts';
import { toText } from '../../server/core/text.ts';
import { drawn, marked } from '../support/markers.ts';
import { awkwardText, editOf } from '../support/texts.ts';

const runs = { numRuns: 3000 };

const textAndTwoInARow = awkwardText().chain((text) =>
  editOf(text.length).chain((a) => editOf(apply(text, a).length).map((b) => ({ text, a, b }))),
);
const textAndTwo = awkwardText().chain((text) =>
  fc.record({ text: fc.constant(text), a: editOf(text.length), b: editOf(text.length) }),
);

function isEdit(edit: Edit): boolean {
  return edit.every(({ start, end }, i) => start <= end && (i === 0 || start > (edit[i - 1]?.end ?? 0)));
}

describe('laws', () => {
  test('apply of compose is apply after apply', () => {
    fc.assert(
      fc.property(textAndTwoInARow, ({ text, a, b }) => {
        const both = compose(a, b);
        expect(apply(text, both)).toBe(apply(apply(text, a), b));
        expect(isEdit(both)).toBe(true);
      }),
      runs,
    );
  });

  test('compose knows what was taken out: the same text, and nothing where all of it is put back', () => {
    fc.assert(
      fc.property(textAndTwoInARow, ({ text, a, b }) => {
        const known = withTakenOut(toText(text), a);
        const after = apply(text, a);
        const both = compose(known, withTakenOut(toText(after), b));
        expect(apply(text, both)).toBe(apply(after, b));
        expect(isEdit(both)).toBe(true);
        for (const { start, end, old } of both)
          if (old !== undefined) expect(old).toBe(text.slice(start, end));
        const back = withTakenOut(toText(after), invert(text, a));
        expect(compose(known, back).filter(({ start, end }) => start !== end)).toEqual([]);
      }),
      runs,
    );
  });

  test('compose is associative in what it does', () => {
    fc.assert(
      fc.property(
        textAndTwoInARow.chain(({ text, a, b }) =>
          editOf(apply(apply(text, a), b).length).map((c) => ({ text, a, b, c })),
        ),
        ({ text, a, b, c }) => {
          expect(apply(text, compose(compose(a, b), c))).toBe(apply(text, compose(a, compose(b, c))));
        },
      ),
      runs,
    );
  });

  test('invert undoes', () => {
    fc.assert(
      fc.property(textAndTwo, ({ text, a }) => {
        expect(apply(apply(text, a), invert(text, a))).toBe(text);
      }),
      runs,
    );
  });

  test('normalise keeps the result, changes less and never splits a pair or a CRLF anew', () => {
    fc.assert(
      fc.property(textAndTwo, ({ text, a }) => {
        const less = normalise(text, a);
        expect(apply(text, less)).toBe(apply(text, a));
        expect(isEdit(less)).toBe(true);
        for (const { start, end, text: inserted } of less) {
          expect(inserted === text.slice(start, end)).toBe(false);
          const own = a.find((whole) => whole.start <= start && end <= whole.end);
          expect(own).toBeDefined();
          if (own && start !== own.start) expect(splits(text, start)).toBe(false);
          if (own && end !== own.end) expect(splits(text, end)).toBe(false);
        }
      }),
      runs,
    );
  });

  test('map commutes: either both orders give one text, or neither exists', () => {
    fc.assert(
      fc.property(textAndTwo, ({ text, a, b }) => {
        const aAfterB = map(a, b);
        const bAfterA = map(b, a);
        expect(aAfterB === undefined).toBe(bAfterA === undefined);
        if (aAfterB && bAfterA) expect(apply(apply(text, b), aAfterB)).toBe(apply(apply(text, a), bAfterA));
        // What comes out is an Edit again: nothing in it touches.
        if (aAfterB) expect(toEdit(aAfterB)).toEqual(aAfterB);
      }),
      runs,
    );
  });

  test('applyToText is apply with the line index kept', () => {
    fc.assert(
      fc.property(textAndTwo, ({ text, a }) => {
        expect(applyToText(toText(text), a)).toEqual(toText(apply(text, a)));
      }),
      runs,
    );
  });

  test('lengthDelta is the difference of the lengths', () => {
    fc.assert(
      fc.property(textAndTwo, ({ text, a }) => {
        expect(lengthDelta(a)).toBe(apply(text, a).length - text.length);
      }),
      runs,
    );
  });

  test('mapOffset keeps untouched characters where they went', () => {
    fc.assert(
      fc.property(textAndTwo, fc.nat(20), ({ text, a }, at) => {
        fc.pre(at < text.length && a.every(({ start, end }) => at < start || at >= end));
        expect(apply(text, a).charAt(mapOffset(a, at))).toBe(text.charAt(at));
      }),
      runs,
    );
  });
});

describe('toEdit', () => {
  test('sorts, joins what touches, refuses what overlaps', () => {
    expect(
      toEdit([
        { start: 4, end: 5, text: 'b' },
        { start: 1, end: 4, text: 'a' },
      ]),
    ).toEqual([{ start: 1, end: 5, text: 'ab' }]);
    expect(
      toEdit([
        { start: 0, end: 3, text: '' },
        { start: 2, end: 4, text: '' },
      ]),
    ).toBeUndefined();
    expect(toEdit([...insertion(2, 'x'), ...insertion(2, 'y')])).toEqual(insertion(2, 'xy'));
  });
});

describe('mapOffset', () => {
  test.each([
    ['a❰↦xy❱b', 1, 'before', 1],
    ['a❰↦xy❱b', 1, 'after', 3],
    ['a❰bc↦x❱d', 1, 'after', 1],
    ['a❰bc↦x❱d', 2, 'before', 1],
    ['a❰bc↦x❱d', 2, 'after', 2],
    ['a❰bc↦x❱d', 3, 'before', 2],
  ] as const)('%s: %i, %s → %i', (source, offset, side, expected) => {
    expect(mapOffset(marked(source).edit, offset, side)).toBe(expected);
  });
});

describe('markers', () => {
  test.each(['a❰b↦c❱d', '❰↦x❱', 'a❰b↦❱\n❰↦y❱'])('%s is drawn as it is read', (source) => {
    const { text, edit } = marked(source);
    expect(drawn(text, edit)).toBe(source);
  });

  test('the cursor is drawn before an edit that starts there', () => {
    const { text, edit, cursor } = marked('const a = █❰↦1;❱\n');
    expect(drawn(text, edit, cursor)).toBe('const a = █❰↦1;❱\n');
    expect(drawn('ab', [], 2)).toBe('ab█');
  });
});

test('of a long text with one change all that is the same is trimmed, wherever the change is', () => {
  const text = 'a\u{1f600}\r\nb'.repeat(10_000);
  for (const at of [0, 1, 8_191, 8_192, 8_193, 30_000, text.length - 1, text.length]) {
    if (splits(text, at)) continue;
    for (const inserted of ['x', '', 'yy\n']) {
      const whole = { start: 0, end: text.length, text: text.slice(0, at) + inserted + text.slice(at) };
      const { start, end, text: left } = trimmed(text, whole);
      expect(start === end && left.length === inserted.length).toBe(true);
      expect(apply(text, [{ start, end, text: left }])).toBe(whole.text);
    }
  }
});
