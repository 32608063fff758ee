import { describe, expect, test } from 'vitest';
import { enclosingBlock, outerBlock } from '../../server/core/scope.ts';
import { lineAt, toText } from '../../server/core/text.ts';
import { drawnRange, marked } from '../support/markers.ts';

/** The cursor is in the text, the block around it drawn as a range. */
function check(source: string): void {
  const { text, cursor, ranges } = marked(source);
  const [range] = ranges;
  if (cursor === undefined || !range) throw new Error('a cursor and a range are needed');
  expect(drawnRange(text, enclosingBlock(toText(text), cursor))).toBe(drawnRange(text, range));
}

describe('the block around a place', () => {
  test('a function', () => check('a();\n«function f() {\n  b█();\n  c();\n}»\nd();\n'));
  test('its first line', () => check('a();\n«function f█() {\n  b();\n}»\nd();\n'));
  test('its last line', () => check('a();\n«function f() {\n  b();\n}█»\nd();\n'));
  test('the innermost', () =>
    check('function f() {\n  «if (a) {\n    b█();\n  }»\n}\n'.replace('  «if', '«  if')));
  test('with its else', () => check('f() {\n«  if (a) {\n    b█();\n  } else {\n    c();\n  }»\n}\n'));
  test('Python', () => check('«def f():\n    a()\n\n    b█()»\nc()\n'));
  test('an empty line', () => check('«def f():\n    a()\n█\n    b()»\nc()\n'));
  test('outside of any', () => check('a();\n«b█();»\nc();\n'));
});

test('the block a line stands in is not the one it opens', () => {
  const text = toText('function f() {\n  const g = () => {\n    a();\n  };\n}\n');
  const block = outerBlock(text, 1);
  expect(block && [lineAt(text, block.start), lineAt(text, block.end)]).toEqual([0, 4]);
  expect(outerBlock(text, 0)).toBeUndefined();
});
