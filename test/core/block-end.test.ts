import { describe, expect, test } from 'vitest';
import { isBehindBlock } from '../../server/core/block-end.ts';
import { toText } from '../../server/core/text.ts';
import { atCursor } from '../support/markers.ts';

function check(source: string, expected: boolean): void {
  const { text, cursor } = atCursor(source);
  expect(isBehindBlock(toText(text), cursor)).toBe(expected);
}

describe('nothing can follow', () => {
  test.each([
    ['return, brace below', 'f() {\n  return 1;\n  █\n}'],
    ['the line is quite empty', 'f() {\n  return 1;\n█\n}'],
    ['a bare return', 'f() {\n  if (a) {\n    return\n    █\n  }\n}'],
    ['throw', 'f() {\n  throw new Error();\n  █\n}'],
    ['Python, end of the file', 'def f():\n    return 1\n    █'],
    ['Python, less deep below', 'def f():\n    pass\n    █\n\ndef g():\n    pass'],
    ['raise', 'def f():\n    raise A("b")\n    █\n'],
    ['Lua', 'function f()\n  return 1\n  █\nend'],
    ['Go', 'func f() error {\n\treturn nil\n\t█\n}'],
    ['a return of several lines', 'f() {\n  return g(\n    a,\n  );\n  █\n}'],
    ['break out of a loop', 'for (;;) {\n  break;\n  █\n}'],
  ])('%s', (_, source) => check(source, true));
});

describe('something may', () => {
  test.each([
    ['a statement', 'f() {\n  a();\n  █\n}'],
    ['not at the end', 'f() {\n  return 1;\n  █\n  b();\n}'],
    ['the line says something', 'f() {\n  return 1;\n  b█\n}'],
    ['a return that goes on', 'f() {\n  return a +\n  █\n}'],
    ['an object', 'f() {\n  return {\n    █\n  };\n}'],
    ['the next case', 'switch (a) {\n  case 1:\n    return 1;\n    █\n}'],
    ['Python, back at the left', 'def f():\n    return 1\n█'],
    ['the next method', 'class A {\n  f() {\n    return 1;\n  }\n  █\n}'],
    ['a name that begins so', 'f() {\n  returned = 1;\n  █\n}'],
    ['outside of any block', 'return 1\n█'],
    ['if with a return on its line', 'f() {\n  if (a) return 1;\n  █\n}'],
    ['empty text', '█'],
  ])('%s', (_, source) => check(source, false));
});
