import { describe, expect, test } from 'vitest';
import { columnsOf, converted, indentUnit, unitOf } from '../../server/core/indent.ts';
import { toText } from '../../server/core/text.ts';

const tabs = { kind: 'tabs', width: 4 } as const;
const spaces = (width: number) => ({ kind: 'spaces', width }) as const;

describe('the unit of a file', () => {
  test.each([
    ['nothing indented', 'a\nb\n', spaces(2)],
    ['two', 'a {\n  b {\n    c\n  }\n}\n', spaces(2)],
    ['four', 'def a():\n    if b:\n        c\n    d\n', spaces(4)],
    ['three', 'a\n   b\n      c\n', spaces(3)],
    ['tabs', 'a {\n\tb\n\t\tc\n}\n', tabs],
    ['tabs with one stray line', 'a {\n\tb\n\t\tc\n  x\n}\n', tabs],
    [
      'comments do not count',
      'class A {\n    /**\n     * One.\n     * Two.\n     */\n    a() {\n        b;\n    }\n}\n',
      spaces(4),
    ],
    [
      'twos among what is aligned in fours',
      'a(\n    b,\n    c) {\n  d(\n      e);\n  f;\n  g(\n      h);\n}\n',
      spaces(2),
    ],
    ['fours with a few twos', 'a\n  b\nc\n    d\n        e\n    f\ng\n    h\n', spaces(4)],
    ['blank lines do not count', 'a\n      \n    b\n        \n    c\n        d\n', spaces(4)],
  ])('%s', (_, text, expected) => expect(indentUnit(toText(text))).toEqual(expected));

  test('nothing of lines that are not indented', () => expect(unitOf(['a', '', ' b'])).toBeUndefined());
});

describe('conversion', () => {
  test.each([
    ['    ', spaces(2), tabs, '\t\t'],
    ['\t\t', tabs, spaces(2), '    '],
    ['      ', spaces(4), tabs, '\t  '],
    ['    ', spaces(4), spaces(2), '  '],
    ['\t ', tabs, tabs, '\t '],
  ])('%j of %j to %j', (indent, from, to, expected) => expect(converted(indent, from, to)).toBe(expected));

  test('columns stop at tabs', () => expect(columnsOf(' \t ', 4)).toBe(5));
});
