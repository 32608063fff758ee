/** Answers that say the text around the cursor again before they go on. */

import { describe, expect, test } from 'vitest';
import { shape } from '../../../server/core/shape.ts';
import { toText } from '../../../server/core/text.ts';
import { atCursor } from '../../support/markers.ts';
import { shapingCases } from '../../support/shaping.ts';

const fifty = Array.from({ length: 50 }, (_, i) => `x(${i});\n`).join('');

describe('lines above and the line that is begun', () => {
  shapingCases('typescript', [
    [
      'the first without its indentation',
      'f() {\n  const a = 1;\n  const b = 2;\n  return █\n}',
      'const a = 1;\n  const b = 2;\n  return a + b;',
      'f() {\n  const a = 1;\n  const b = 2;\n  return █❰↦a + b;❱\n}',
    ],
    [
      'all as if they stood at the margin',
      'f() {\n  const a = 1;\n  if (a) {\n    return █\n  }\n}',
      'const a = 1;\nif (a) {\n  return [\n    a,\n  ];\n}',
      'f() {\n  const a = 1;\n  if (a) {\n    return █❰↦[\n      a,\n    ];❱\n  }\n}',
    ],
    ['one line above', 'f() {\n  a();\n  b(█', '  a();\n  b(1);', 'f() {\n  a();\n  b(█❰↦1);❱'],
    [
      'the lines shown, in the middle of a line',
      'a();\nb();\nc(█, 2) {\n  d();\n}',
      'a();\nb();\nc(1, 2) {\n  d();\n}',
      'a();\nb();\nc(█❰↦1❱, 2) {\n  d();\n}',
    ],
    [
      'the file from its first line',
      `import a from 'a';\n${fifty}const b = █`,
      `import a from 'a';\n${fifty}const b = 1;`,
      `import a from 'a';\n${fifty}const b = █❰↦1;❱`,
    ],
    [
      'the file from its first line, and not as far as the cursor',
      `import a from 'library';\n${fifty}const b = █`,
      "import a from 'library';",
      'repeats-text',
    ],
    ['a line with its indentation, however short', '  a(\n    co█', '    continue', '  a(\n    co█❰↦ntinue❱'],
    ['the bracket that stands there', 'class A\n{█', '{\n  b: number;\n}', 'class A\n{█❰↦\n  b: number;\n}❱'],
    ['a line behind an empty one', 'a();\n\nreturn foo█', '\nreturn foo(1);', 'a();\n\nreturn foo█❰↦(1);❱'],
  ]);
  shapingCases('json', [
    [
      'a key and its quote',
      '{\n  "license": "█",\n}',
      '"license": "MIT",',
      '{\n  "license": "█❰",↦MIT",❱\n}',
    ],
  ]);
  shapingCases('php', [['an arrow', '$a\n  ->█();', '->run', '$a\n  ->█❰↦run❱();']]);
});

describe('lines above an empty line', () => {
  shapingCases('python', [
    ['a short one that opens the block', 'try:\n    █', 'try:\n    a()', 'try:\n    █❰↦a()❱'],
    [
      'one that says so much that it stands there once',
      'def f():\n    total = first + second\n    █',
      '    total = first + second\n    return total',
      'def f():\n    total = first + second\n    █❰↦return total❱',
    ],
    [
      'short ones may stand twice',
      'x = [\n    0,\n    █\n]',
      '0,\n    1,',
      'x = [\n    0,\n    █❰↦0,\n    1,❱\n]',
    ],
  ]);
});

describe('what has no name to be said again', () => {
  shapingCases('css', [
    ['digits', 'a { color: #74█', '7474;', 'a { color: #74█❰↦7474;❱'],
    ['the same letter', 'a { content: "yy█', 'yy"; }', 'a { content: "yy█❰↦yy"; }❱'],
  ]);
});

describe('of an answer that goes on', () => {
  const open = (before: string, suggestion: string, maxLines = 20) => {
    const { text, cursor } = atCursor(before);
    const shaped = shape({
      text: toText(text),
      cursor,
      suggestion,
      maxLines,
      languageId: 'typescript',
      open: true,
    });
    return shaped.kind === 'shown' ? shaped.text : shaped.reason;
  };

  test.each([
    ['the first of the lines above', 'first();\nsecond();\nthird(█', 'first();', 'repeats-text'],
    ['a part of it', 'first();\nsecond();\nthird(█', 'fir', 'repeats-text'],
    ['all of them', 'first();\nsecond();\nthird(█', 'first();\nsecond();', 'repeats-text'],
    ['a bracket with its indentation', '  if (a) {\n  }\n  third(█', '  }', 'repeats-text'],
    ['them and what is new', 'first();\nsecond();\nthird(█', 'first();\nsecond();\nthird(3);', '3);'],
    ['another line', 'first();\nsecond();\n█', 'fourth();', 'fourth();'],
    ['a bracket that may be new', 'if (a) {\n}\nif (b) {\n█', '}', '}'],
  ])('%s', (_, before, said, expected) => {
    expect(open(before, said)).toBe(expected);
  });
});

describe('what only begins as the line does', () => {
  shapingCases('python', [
    [
      'a word behind a blank',
      'class A:\n    def█',
      ' default(self):',
      'class A:\n    def█❰↦ default(self):❱',
    ],
  ]);
});
