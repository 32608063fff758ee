import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Edit } from '../../server/core/edit.ts';
import { applyToText } from '../../server/core/edit.ts';
import {
  forget,
  type History,
  lastEdit,
  noHistory,
  recentChanges,
  record,
} from '../../server/core/history.ts';
import { lineCount, type Text, toText } from '../../server/core/text.ts';
import { codeLikeText } from '../support/texts.ts';

/** A document under edit: `at` seconds, the replacement of the first `old`. */
function editing(start: string) {
  let text: Text = toText(start);
  let history: History = noHistory;
  const change = (edit: Edit, now: number) => {
    const after = applyToText(text, edit);
    history = record(history, { uri: 'u', path: 'p', before: text, after, edit }, now);
    text = after;
  };
  return {
    replace(old: string, next: string, seconds = 0) {
      const start = text.value.indexOf(old);
      change([{ start, end: start + old.length, text: next }], seconds * 1000);
    },
    type(after: string, typed: string, seconds = 0) {
      let at = text.value.indexOf(after) + after.length;
      for (const letter of typed)
        change(
          [{ start: at, end: at++, text: letter }].map((each) => ({ ...each, end: each.start })),
          seconds * 1000,
        );
    },
    changes: () => recentChanges(history, 10).map(({ line, before, after }) => ({ line, before, after })),
    last: () => {
      const edit = lastEdit(history);
      return (
        edit && [
          edit.before,
          edit.after,
          edit.places,
          text.value.slice(edit.start, edit.start + edit.after.length),
        ]
      );
    },
    history: () => history,
  };
}

describe('recent changes', () => {
  test('typing on and on is one for each few lines', () => {
    const it = editing('');
    const line = (n: number): string => `line ${n} ${'x'.repeat(40)}\n`;
    let before = '';
    for (let n = 0; n < 60; n++, before += line(n - 1)) it.type(before, line(n), n);
    const newest = it.changes();
    for (const change of newest) expect(change.before.length + change.after.length).toBeLessThan(700);
    for (let n = 0; n < 60; n++)
      expect(newest.filter(({ after }) => after.includes(line(n)))).not.toEqual([]);
  });

  test('typing letter by letter is one', () => {
    const it = editing('let a;\nlet b;\n');
    it.type('let a', 'bc');
    expect(it.changes()).toEqual([{ line: 0, before: 'let a;\n', after: 'let abc;\n' }]);
  });

  test('a new line is told without the lines around it', () => {
    const it = editing('one\ntwo\n');
    it.type('one', '\nmore');
    expect(it.changes()).toEqual([{ line: 1, before: '', after: 'more\n' }]);
  });

  test('a pause or a distant place begins another, and earlier ones move with their lines', () => {
    const it = editing('a\nb\nc\nd\ne\nf\ng\nh\n');
    it.replace('h', 'H', 0);
    it.replace('a', 'A\nA2', 1);
    it.replace('A2', 'A3', 60);
    expect(it.changes()).toEqual([
      { line: 8, before: 'h\n', after: 'H\n' },
      { line: 0, before: 'a\n', after: 'A\nA2\n' },
      { line: 1, before: 'A2\n', after: 'A3\n' },
    ]);
  });

  test('what is taken back is not told, what is huge neither', () => {
    const it = editing('abc\n');
    it.replace('b', 'x', 0);
    it.replace('x', 'b', 1);
    it.replace('c', 'y'.repeat(9000), 60);
    expect(it.changes()).toEqual([]);
  });

  test('a closed document is forgotten', () => {
    const it = editing('abc\n');
    it.replace('b', 'x');
    expect(recentChanges(forget(it.history(), 'u'), 9)).toEqual([]);
  });

  test('each entry turns the lines before into the lines after, whatever is edited', () => {
    const steps = fc.array(fc.tuple(fc.nat(1000), fc.nat(30), codeLikeText(2), fc.nat(8)), { maxLength: 8 });
    fc.assert(
      fc.property(codeLikeText(8), steps, (start, edits) => {
        let text = toText(start);
        let history = noHistory;
        let time = 0;
        for (const [at, length, inserted, seconds] of edits) {
          const from = at % (text.value.length + 1);
          const edit = [{ start: from, end: Math.min(text.value.length, from + length), text: inserted }];
          const after = applyToText(text, edit);
          time += seconds * 1000;
          history = record(history, { uri: 'u', path: 'p', before: text, after, edit }, time);
          const newest = history.entries.at(-1);
          if (newest) {
            expect(after.value).toContain(newest.after);
            expect(newest.line).toBeLessThan(lineCount(after));
            if (newest.growing) expect(newest.growing.base.value).toContain(newest.before);
            const grown = newest.growing;
            if (grown) expect(applyToText(grown.base, grown.edit)).toEqual(after);
          }
          text = after;
        }
        for (const { before, after } of recentChanges(history, 9)) expect(before).not.toBe(after);
      }),
    );
  });
});

describe('the last edit', () => {
  test('is of whole words', () => {
    const it = editing('use(fox); use(fox);\n');
    it.replace('fox', 'foex');
    expect(it.last()).toEqual(['fox', 'foex', 1, 'foex']);
  });

  test('grows while it is typed, and keeps its place', () => {
    const it = editing('const old = old + 1;\n');
    it.replace('old', '');
    it.type('const ', 'fresh');
    expect(it.last()).toEqual(['old', 'fresh', 1, 'fresh']);
  });

  test('counts places changed alike, and is none when they differ', () => {
    const same = editing('a(x); a(x);\n');
    same.replace('a', 'b');
    same.replace('a', 'b');
    expect(same.last()).toEqual(['a', 'b', 2, 'b']);
    same.replace('x', 'y');
    expect(same.last()).toBeUndefined();
  });

  test('of lines changed each in its own way is the newest, whatever was typed next to it just before', () => {
    const it = editing('f() {\n  \n}\nfoo(1);\nfoo(2);\n');
    it.type('f() {\n  ', 'total = left + right;');
    it.replace('foo', '');
    it.type('}\n', 'bar');
    expect(it.last()).toEqual(['foo', 'bar', 1, 'bar']);
    it.type('total', 's');
    expect(it.last()).toEqual(['', 'totals = left + right;', 1, 'totals = left + right;']);
    it.type('bar(', 'x, ');
    expect(it.last()).toBeUndefined();
  });

  test('is the one before, where the newest changed nothing in the end', () => {
    const it = editing('a b\n');
    it.replace('a', 'c', 0);
    it.replace('b', 'd', 60);
    it.replace('d', 'b', 61);
    expect(it.last()).toEqual(['a', 'c', 1, 'c']);
  });
});
