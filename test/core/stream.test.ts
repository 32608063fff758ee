import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { apply, toEdit } from '../../server/core/edit.ts';
import { rewritten } from '../../server/core/place.ts';
import { streamDiff } from '../../server/core/stream.ts';
import { toText } from '../../server/core/text.ts';
import { drawn } from '../support/markers.ts';

/** Lines pushed one by one; `»n` in the result tells behind which pushed line the edit left, counted from 1. */
function check(before: string, after: string, expected: string, leaves: readonly number[]): void {
  const text = toText(before);
  const stream = streamDiff(text, { startLine: 0, endLine: text.lineStarts.length });
  const lines = after.split('\n');
  const left: number[] = [];
  const all = lines.flatMap((line, i) => {
    const edit = stream.push(line);
    for (const _ of edit) left.push(i + 1);
    return edit;
  });
  expect(drawn(before, [...all, ...stream.finish()])).toBe(expected);
  expect(left).toEqual(leaves);
}

const numbered = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, i) => `line ${from + i}`).join('\n');

describe('when edits leave', () => {
  test('nothing differs', () => check('a\nb', 'a\nb', 'a\nb', []));
  test('as soon as a line is as before', () => {
    check(`x\n${numbered(1, 9)}`, `y\n${numbered(1, 9)}`, `❰x↦y❱\n${numbered(1, 9)}`, [2]);
  });
  test('two lines where they are short', () => check('x\na\nb\nc', 'y\na\nb\nc', '❰x↦y❱\na\nb\nc', [3]));
  test('not at brackets', () => {
    check(
      'f {\n  a();\n}\ng {\n  b();\n}',
      'f {\n  c();\n}\ng {\n  b();\n}',
      'f {\n  ❰a↦c❱();\n}\ng {\n  b();\n}',
      [5],
    );
  });
  test('an inserted line', () => {
    check(
      numbered(1, 4),
      'line 1\nnew\nline 2\nline 3\nline 4',
      'line 1\n❰↦new\n❱line 2\nline 3\nline 4',
      [3],
    );
  });
  test('a deleted line', () => {
    check(numbered(1, 4), 'line 1\nline 3\nline 4', 'line 1\n❰line 2\n↦❱line 3\nline 4', [2]);
  });
  test('the end', () => check('a\nb\nc', 'a', 'a❰\nb\nc↦❱', []));
  test('new lines at the end', () => check('a', 'a\nb', 'a❰↦\nb❱', []));
  test('two places', () => {
    const before = `x\n${numbered(1, 3)}\ny\n${numbered(4, 6)}`;
    const after = `X\n${numbered(1, 3)}\nY\n${numbered(4, 6)}`;
    check(before, after, `❰x↦X❱\n${numbered(1, 3)}\n❰y↦Y❱\n${numbered(4, 6)}`, [2, 6]);
  });
});

test('an empty line behind a lone carriage return, and one before a line feed, stay lines of their own', () => {
  const made = (before: string, after: readonly string[]) => {
    const text = toText(before);
    const stream = streamDiff(text, { startLine: 0, endLine: text.lineStarts.length });
    const edit = toEdit([...after.flatMap((line) => stream.push(line)), ...stream.finish()]) ?? [];
    return apply(before, edit).split(/\r\n|\n|\r/);
  };
  const lines = ['first line', '', 'third line', 'fourth line', ''];
  expect(made('first line\rthird line\nfourth line\n', lines)).toEqual(lines);
  const others = ['first line', 'x', '', 'last line'];
  expect(made('first line\r\n\nlast line', others)).toEqual(others);
  expect(made('first line\ry\r\n\nlast line', others)).toEqual(others);
});

test('all replacements together make the window read as what was pushed', () => {
  const line = fc.constantFrom('a', 'b', '}', '', 'return value', 'return other', '  if (x) {');
  const lines = fc.array(line, { minLength: 1, maxLength: 14 });
  const terminator = fc.constantFrom('\n', '\r\n');
  fc.assert(
    fc.property(lines, lines, terminator, fc.nat(3), fc.nat(3), (before, after, eol, extra, tail) => {
      // A line before the window tells which terminator the text has.
      const head = 1 + extra;
      const around = [...Array(head).fill('head'), ...before, ...Array(tail).fill('tail')];
      const text = toText(around.join(eol));
      const stream = streamDiff(text, { startLine: head, endLine: head + before.length });
      const all = [...after.flatMap((each) => stream.push(each)), ...stream.finish()];
      const edit = toEdit(all);
      expect(edit).toBeDefined();
      const expected = [...Array(head).fill('head'), ...after, ...Array(tail).fill('tail')].join(eol);
      expect(apply(text.value, edit ?? [])).toBe(expected);
    }),
    { numRuns: 10_000 },
  );
});

/** What leaves with each pushed line, by looking at all of it again. */
function plainly(old: readonly string[], pushed: readonly string[]): unknown[] {
  const text = toText(old.join('\n'));
  let at = 0;
  let pending: string[] = [];
  return pushed.map((line) => {
    if (pending.length === 0 && old[at] === line) {
      at++;
      return [];
    }
    pending.push(line);
    const ends = old.flatMap((each, i) => (i >= at && each === line ? [i] : [])).slice(0, 64);
    for (const end of ends) {
      let length = 1;
      const follows = () => old[end - length] === pending[pending.length - 1 - length];
      while (length < Math.min(96, pending.length, end - at + 1) && follows()) length++;
      const telling = pending.slice(-length).filter((each) => /\w/.test(each));
      const startLine = end - length + 1;
      const once = (each: string) =>
        [old.slice(at), pending].every((all) => all.filter((other) => other === each).length === 1);
      const isAlone = startLine - at < 4 && telling.some((each) => each.trim().length >= 6 && once(each));
      if (!isAlone && telling.length < Math.min(24, 2 + Math.floor((startLine - at) / 4))) continue;
      const lines = pending.slice(0, -length);
      const edit =
        startLine === at && lines.length === 0
          ? []
          : rewritten(text, { startLine: at, endLine: startLine }, lines);
      at = end + 1;
      pending = [];
      return edit;
    }
    return [];
  });
}

/** Lines before and after, with runs of equal ones longer than are looked at. */
function rewrites(line: fc.Arbitrary<string>) {
  const few = { weight: 3, arbitrary: fc.integer({ min: 1, max: 3 }) };
  const times = fc.oneof(few, fc.integer({ min: 60, max: 130 }));
  const part = fc.tuple(fc.array(line, { minLength: 1, maxLength: 3 }), times);
  const lines = fc
    .array(part, { minLength: 1, maxLength: 4 })
    .map((parts) => parts.flatMap(([some, count]) => Array.from({ length: count }, () => some).flat()));
  return fc.tuple(lines, lines, lines, lines).map(
    ([head, gone, tail, fresh]) =>
      [
        [...head, ...gone, ...tail],
        [...head, ...fresh, ...tail],
      ] as const,
  );
}

const repeated = fc.constantFrom('---', '}', 'a', 'b', 'return value', '   short');
const own = fc.nat(60).map((number) => `line ${number}`);

test.each([
  ['few lines again and again', repeated],
  ['lines that occur once among them', fc.oneof(repeated, own)],
] as const)('a hunk leaves at the first place that is proved: %s', (_, line) => {
  fc.assert(
    fc.property(rewrites(line), ([old, pushed]) => {
      const stream = streamDiff(toText(old.join('\n')), { startLine: 0, endLine: old.length });
      expect(pushed.map((each) => stream.push(each))).toEqual(plainly(old, pushed));
    }),
    { numRuns: 150 },
  );
});
