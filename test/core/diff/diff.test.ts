import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type AlignOptions, align } from '../../../server/core/diff/align.ts';
import { isBoundary } from '../../../server/core/diff/boundary.ts';
import { diff } from '../../../server/core/diff/diff.ts';
import { apply, type Edit, invert } from '../../../server/core/edit.ts';
import { drawn, marked } from '../../support/markers.ts';
import { randomFrom } from '../../support/random.ts';
import { awkwardText, codeLikeText, editOf } from '../../support/texts.ts';

function check(...sources: readonly string[]): void {
  const source = sources.join('\n');
  const { text, edit } = marked(source);
  expect(drawn(text, diff(text, apply(text, edit)))).toBe(source);
}

function changed(edit: Edit): number {
  return edit.reduce((sum, { start, end, text }) => sum + text.length + end - start, 0);
}

/** What replacing everything between the first and the last line that differ would change. */
function wholeLines(before: string, after: string): number {
  const a = before.split(/(?<=\r\n|\n|\r(?!\n))/);
  const b = after.split(/(?<=\r\n|\n|\r(?!\n))/);
  let head = 0;
  while (head < Math.min(a.length, b.length) && a[head] === b[head]) head++;
  let tail = 0;
  while (tail < Math.min(a.length, b.length) - head && a[a.length - 1 - tail] === b[b.length - 1 - tail])
    tail++;
  return a.slice(head, a.length - tail).join('').length + b.slice(head, b.length - tail).join('').length;
}

function lawful(before: string, after: string, steps?: number): void {
  const edit = diff(before, after, steps === undefined ? {} : { steps });
  expect(apply(before, edit)).toBe(after);
  expect(changed(edit)).toBeLessThanOrEqual(wholeLines(before, after));
  const back = invert(before, edit);
  // Told by themselves: an edit may have a hundred thousand.
  const unlawful = edit.filter(({ start, end, text }, i) => {
    const other = back[i] ?? { start: 0, end: 0 };
    return (
      start <= (edit[i - 1]?.end ?? -1) ||
      before.slice(start, end) === text ||
      ![start, end].every((at) => isBoundary(before, at)) ||
      ![other.start, other.end].every((at) => isBoundary(after, at))
    );
  });
  expect(unlawful).toEqual([]);
}

describe('laws', () => {
  const runs = { numRuns: 3000 };
  test('of two arbitrary texts', () => {
    fc.assert(
      fc.property(awkwardText(30), awkwardText(30), (a, b) => lawful(a, b)),
      runs,
    );
  });
  test('of a text and an edited one', () => {
    const edited = codeLikeText().chain((text) =>
      editOf(text.length).map((edit) => [text, apply(text, edit)] as const),
    );
    fc.assert(
      fc.property(edited, ([a, b]) => lawful(a, b)),
      runs,
    );
  });
  test('whatever the steps it is given', () => {
    fc.assert(fc.property(codeLikeText(), codeLikeText(), fc.nat(3000), lawful), runs);
  });
  test('of any Unicode', () => {
    const any = fc.string({ unit: 'binary', maxLength: 30 });
    fc.assert(
      fc.property(any, any, (a, b) => lawful(a, b)),
      runs,
    );
  });
});

describe('alignment', () => {
  test('every way matches equal items in order', () => {
    const items = fc.array(fc.nat(5), { maxLength: 40 }).map((list) => Int32Array.from(list));
    const weights = Int32Array.from([1, 2, 3, 4, 5, 6]);
    const ways = fc.constantFrom<Pick<AlignOptions, 'exactCells' | 'parted'>>(
      { exactCells: 0 },
      { exactCells: 20 },
      { exactCells: 1e6 },
      { exactCells: 0, parted: 'in-the-middle' },
      { exactCells: 20, parted: 'in-the-middle' },
    );
    fc.assert(
      fc.property(items, items, ways, fc.nat(4000), (a, b, way, steps) => {
        const partners = align(a, b, { weights, gapCost: 1, ...way, budget: { steps } });
        let last = -1;
        partners.forEach((j, i) => {
          if (j === -1) return;
          expect(j).toBeGreaterThan(last);
          expect(b[j]).toBe(a[i]);
          last = j;
        });
      }),
      { numRuns: 5000 },
    );
  });

  describe('the heaviest subsequence is kept', () => {
    const items = fc.array(fc.nat(4), { maxLength: 12 }).map((list) => Int32Array.from(list));
    const keepsHeaviest = (weights: Int32Array, way: Pick<AlignOptions, 'exactCells' | 'parted'>) => {
      const heaviest = (a: Int32Array, b: Int32Array): number => {
        if (a.length === 0 || b.length === 0) return 0;
        const [x, y] = [a.subarray(1), b.subarray(1)];
        const kept = a[0] === b[0] ? (weights[a[0] ?? 0] ?? 0) + heaviest(x, y) : 0;
        return Math.max(kept, heaviest(x, b), heaviest(a, y));
      };
      fc.assert(
        fc.property(items, items, (a, b) => {
          fc.pre(a.length + b.length < 14);
          const partners = align(a, b, { weights, gapCost: 0, ...way, budget: { steps: 1e9 } });
          const kept = a
            .filter((_, i) => partners[i] !== -1)
            .reduce((sum, item) => sum + (weights[item] ?? 0), 0);
          expect(kept).toBe(heaviest(a, b));
        }),
        { numRuns: 300 },
      );
    };
    test('by the exact way without gap cost', () =>
      keepsHeaviest(Int32Array.from([1, 2, 3, 4, 5]), { exactCells: 1e6 }));
    test('by parting in the middle, where all weigh the same', () =>
      keepsHeaviest(new Int32Array(5).fill(1), { exactCells: 0, parted: 'in-the-middle' }));
  });

  test('long sequences without anchors take the greedy way and are as short as can be', () => {
    const a = Int32Array.from({ length: 3000 }, (_, i) => (i * i) % 7);
    const b = Int32Array.from([...a.subarray(0, 900), 3, 3, ...a.subarray(903, 2500), ...a.subarray(2504)]);
    const partners = align(a, b, {
      weights: new Int32Array(7).fill(1),
      gapCost: 0,
      exactCells: 0,
      budget: { steps: 1e7 },
    });
    const kept = partners.filter((j) => j !== -1).length;
    expect(kept).toBeGreaterThanOrEqual(3000 - 7);
  });

  test('more changes than are looked for at once are parted where the script came furthest', () => {
    const random = randomFrom(7);
    const a = Int32Array.from({ length: 6000 }, () => Math.floor(random() * 50));
    const b = a.map((item) => (random() < 0.4 ? Math.floor(random() * 50) : item));
    const options = { weights: new Int32Array(50).fill(1), gapCost: 0, exactCells: 1000 };
    const partners = align(a, b, { ...options, parted: 'in-the-middle', budget: { steps: 1e8 } });
    expect(partners.filter((j) => j !== -1).length).toBeGreaterThan(3600);
  });
});

describe('edits a person would make', () => {
  test('nothing', () => check('a', 'b', ''));
  test('a renamed variable', () => check('const ❰total↦sum❱ = 1;', ''));
  test('the sign that differs', () => check('const count❰↦er❱ = 1;'));
  test('an argument', () => check('call(a❰↦, b❱);'));
  test('a first argument', () => check('call(❰↦a, ❱b);'));
  test('two places of a line', () => check('❰var↦const❱ a = b ❰↦=❱== c;'));
  test('a sign in between stays', () => check('❰a↦foo❱.❰b↦xyz❱ = 1;'));
  test('an inserted line', () => check('a', '❰↦x\n❱b', ''));
  test('a deleted line', () => check('a', '❰x\n↦❱b', ''));
  test('a last line without terminator', () => check('a', 'b❰↦\nc❱'));
  test('the final newline alone', () => check('a', 'b❰↦\n❱'));
  test('a terminator alone', () => check('a❰\r\n↦\n❱b\r\nc\r\n'));
  test('a changed line and a new one', () => check('foo(❰a↦b❱)', '❰↦bar()\n❱baz()', ''));
  test('a changed line and one less', () => check('foo(❰a↦b❱)', '❰bar()\n↦❱baz()', ''));
  test('indentation', () => check('if (x) {', '❰↦  ❱a();', '❰↦  ❱b();', '}'));
  test('wrapping a block', () => check('❰↦if (x) {\n  ❱a();', '❰↦  ❱b();', '❰↦}\n❱c();', ''));
  test('far apart', () => check('a❰1↦2❱', 'b', 'c', 'd', 'e❰1↦2❱', ''));

  test('a new function goes between, not into, its neighbours', () => {
    check(
      'function a() {',
      '  one();',
      '}',
      '',
      '❰↦function b() {\n  two();\n}\n\n❱function c() {',
      '  three();',
      '}',
      '',
    );
    check(
      'class A {',
      '  /**',
      '   * One.',
      '   */',
      '  a() {}',
      '',
      '❰↦  /**\n   * Two.\n   */\n  b() {}\n\n❱  /**',
      '   * Three.',
      '   */',
      '  c() {}',
      '}',
      '',
    );
    check('def a():', '    return 1', '', '', '❰↦def b():\n    return 1\n\n\n❱def c():', '    return 1', '');
  });

  test('a deleted function', () => {
    check('function a() {', '}', '', '❰function b() {\n}\n\n↦❱function c() {', '}', '');
  });
});

describe('Unicode', () => {
  test('a surrogate pair is one sign', () => check("x = '❰😀↦😁❱'"));
  test('a combining mark stays with its letter', () => check("'caf❰e\u0301↦e\u0300❱'"));
  test('a family is one sign', () => check("'❰👨‍👩‍👧↦👨‍👩‍👦❱'"));
  test('a flag is one sign', () => check("'🇩🇪❰🇫🇷↦🇫🇮❱'"));
  test('words of other scripts are trimmed between signs', () => check('变量❰甲↦乙❱ = größe'));
});

describe('size', () => {
  test('100,000 lines with changes far apart', () => {
    const before = Array.from(
      { length: 100_000 },
      (_, i) => `const value${i % 977} = compute(${i % 31});\n`,
    ).join('');
    const at = [10, before.length >> 1, before.length - 40];
    let after = before;
    for (const offset of at.toReversed()) after = `${after.slice(0, offset)}/*!*/${after.slice(offset)}`;
    expect(changed(diff(before, after))).toBeLessThanOrEqual(3 * 5 + 4);
  });

  test('equal lines changed all over, in place, by few steps', () => {
    const lines = (count: number, every: number) =>
      Array.from({ length: count }, (_, i) => (i % every === 0 ? 'ay\n' : 'a\n')).join('');
    for (const every of [2, 3, 10]) {
      const count = 6_000;
      const edit = diff('a\n'.repeat(count), lines(count, every), { steps: 40 * count });
      expect(changed(edit)).toBe(count / every);
    }
  });

  test('adversarial pairs are coarser, never wrong', () => {
    const noise = (seed: number, length: number, kinds: number) => {
      let state = seed;
      return Array.from({ length }, () => {
        state = (state * 1103515245 + 12345) & 0x7fffffff;
        return `${(state >> 8) % kinds}\n`;
      }).join('');
    };
    lawful(noise(1, 30_000, 7), noise(2, 30_000, 7));
    lawful(noise(1, 200_000, 2).replaceAll('\n', ' '), noise(2, 200_000, 2).replaceAll('\n', ' '));
    lawful('a'.repeat(100_000), 'b'.repeat(100_000));
  });
});
