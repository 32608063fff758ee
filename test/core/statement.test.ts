import { describe, expect, test } from 'vitest';
import { lineBelow } from '../../server/core/statement.ts';

const width = 2;

/** The `█` stands where the line below the others is expected to begin. */
function check(drawn: string, next = ''): void {
  const lines = drawn.split('\n');
  const expected = lines.pop() ?? '';
  const below = lineBelow(lines, width, next);
  const indent = /^[ \t]*/.exec(lines[below?.as ?? -1] ?? '')?.[0] ?? '';
  expect(`${indent}${below?.isDeeper ? ' '.repeat(width) : ''}█`).toBe(expected);
}

describe('the line below', () => {
  test.each([
    ['nothing above', '█'],
    ['a statement', '  a();\n  █'],
    ['blank lines are not looked at', '  a();\n\n\n  █'],
    ['an open brace', '  if (a) {\n    █'],
    ['an open bracket', '  f(\n    █'],
    ['Python', 'def f(a):\n  █'],
    ['a body, signature of two lines', '  f(a,\n    b) {\n    █'],
    ['Lua', 'if a then\n  █'],
    ['Ruby', 'a.each do |b|\n  █'],
    ['shell', 'for a in b; do\n  █'],
    ['an operator at the end', '  a = b +\n  █'],
    ['an argument among aligned ones', '  f(a,\n    b,\n    █'],
    ['a closing brace', 'f() {\n  a();\n}\n█'],
  ])('%s', (_, drawn) => check(drawn));
});

describe('behind the statement that the last line ends', () => {
  test.each([
    ['aligned arguments', '  f(a,\n    b);\n  █'],
    ['aligned arguments, Python', 'x = f(a,\n      b)\n█'],
    ['a chain', '  a\n    .b()\n    .c();\n  █'],
    ['a condition over two lines', '  const a =\n    b && c;\n  █'],
    ['a block behind a condition of two lines', '  if (a &&\n      b) {\n    c();\n  }\n  █'],
    ['a sign in a regular expression', '    f(/[\\](){}`/g);\n  }\n  █'],
    ['a chain that may go on', '  a\n    .b()\n    █'],
  ])('%s', (_, drawn) => check(drawn));
});

describe('without braces', () => {
  test.each([
    ['the body', '  if (a)\n    █'],
    ['the body of else', '  else\n    █'],
    ['the condition is of two lines', '  if (a &&\n      b)\n    █'],
    ['behind the body', '  if (a)\n    b();\n  █'],
    ['behind the body of an else', '  else\n    b();\n  █'],
    ['behind a body of several lines', '  while (a)\n    b(\n      c,\n    );\n  █'],
    ['behind a body with aligned arguments', '  if (a)\n    b(c,\n      d);\n  █'],
    ['a body with a block', '  for (;;)\n    if (a) {\n      b();\n    }\n  █'],
    ['two of them', '  for (;;)\n    if (a)\n      b();\n  █'],
    ['C#', '  foreach (var a in b)\n    c();\n  █'],
    ['a statement behind the condition', '  if (a) b()\n  █'],
    ['a call in the condition', '  if (f(a))\n    █'],
    ['the end of a do', '  do {\n    a()\n  } while (b)\n  █'],
    ['nothing says that the body has ended', '  if (a)\n    b()\n    █'],
  ])('%s', (_, drawn) => check(drawn));

  test('a brace of its own line', () => check('  if (a)\n  █', '{'));
});

describe('when it is known what it says', () => {
  test.each([
    ['the chain goes on', '  a\n    .b()\n    █', '.c()'],
    ['a chain whose line ends it', '  a\n    .b();\n    █', '.c()'],
    ['another statement', '  a\n    .b();\n  █', 'c()'],
  ])('%s', (_, drawn, next) => check(drawn, next));
});
