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
    ['a body without braces further up', 'f() {\n  if (a)\n    b();\n  return 1;\n  █\n}'],
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
    ['behind an if without braces', 'f() {\n  if (a)\n    throw b;\n  █\n}'],
    ['behind it, as deep as its body', 'f() {\n  if (a)\n    return 1;\n    █\n}'],
    ['its condition is of two lines', 'f() {\n  if (a &&\n      b)\n    return g(\n      c);\n  █\n}'],
    ['behind an else without braces', 'f() {\n  if (a)\n    b();\n  else\n    throw c;\n  █\n}'],
  ])('%s', (_, source) => check(source, false));
});
