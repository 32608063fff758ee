/** Lines that come between the ends of a pair, which editors close by themselves as soon as it is opened. */

import { describe, expect, test } from 'vitest';
import { isForLines } from '../../../server/core/shape/pair.ts';
import { shape } from '../../../server/core/shape.ts';
import { toText } from '../../../server/core/text.ts';
import { atCursor } from '../../support/markers.ts';
import { shapingCases } from '../../support/shaping.ts';

describe('what closes the pair stands on a line of its own where the model ended the one before it', () => {
  shapingCases('typescript', [
    ['an object', 'f({█});', '\n  a: 1,\n', 'f({█❰}↦\n  a: 1,\n}❱);'],
    ['a body, indented', '  f() {█}', '\n    a();\n  ', '  f() {█❰}↦\n    a();\n  }❱'],
    ['a list', 'a = [█];', '\n  1,\n  2,\n', 'a = [█❰]↦\n  1,\n  2,\n]❱;'],
    ['arguments', 'f(█);', '\n  a,\n  b,\n', 'f(█❰)↦\n  a,\n  b,\n)❱;'],
    ['arguments that end with their line', 'f(█);', '\n  a,\n  b', 'f(█❰↦\n  a,\n  b❱);'],
    ['words that begin on the line', 'f(█);', '(a) => {\n  b();\n}\n', 'f(█❰↦(a) => {\n  b();\n}❱);'],
    ['one line', 'f({█});', ' a: 1 \n', 'f({█❰↦ a: 1❱});'],
    ['the model brings it', 'f({█});', '\n  a: 1,\n});\n', 'f({█❰});↦\n  a: 1,\n});❱'],
    ['CRLF', 'f() {█}\r\n', '\n  a();\n', 'f() {█❰}↦\r\n  a();\r\n}❱\r\n'],
    ['no more lines than may be shown', 'f({█});', '\n  a: 1,\n', 'f({█❰↦\n  a: 1,❱});', { maxLines: 2 }],
    ['a comment', '  /**█*/', '\n   * Says a.\n   ', '  /**█❰*/↦\n   * Says a.\n   */❱'],
  ]);
  shapingCases('python', [
    [
      'a docstring',
      'def f(a):\n    """█"""',
      'Do it.\n\n    a: it\n    ',
      'def f(a):\n    """█❰"""↦Do it.\n\n    a: it\n    """❱',
    ],
    [
      'a docstring, and what the model wrote behind it',
      'def f():\n    """█"""\n    return 1',
      'Do it.\n\n    More.\n    """\n    return 2',
      'def f():\n    """█❰"""↦Do it.\n\n    More.\n    """❱\n    return 1',
    ],
    ['a docstring of one line', 'def f():\n    """█"""', 'Do it.\n', 'def f():\n    """█❰↦Do it.❱"""'],
  ]);
  shapingCases('html', [
    ['an element', '<p>█</p>', '\n  <b>x</b>\n', '<p>█❰</p>↦\n  <b>x</b>\n</p>❱'],
    ['a comment', '<!--█-->', '\n  x\n', '<!--█❰-->↦\n  x\n-->❱'],
  ]);
});

describe('the rest of the line stays behind it', () => {
  shapingCases('typescriptreact', [
    [
      'cody#253: a callback before other arguments',
      'useEffect(() => {█}, [a]);',
      '\n  go();\n}, [a]);',
      'useEffect(() => {█❰}↦\n  go();\n}❱, [a]);',
    ],
    [
      'other arguments than the text has',
      'useEffect(() => {█}, [a]);',
      '\n  go();\n}, [b, c]);\n\nreturn 1;',
      'useEffect(() => {█❰}↦\n  go();\n}❱, [a]);',
    ],
    [
      'an attribute',
      '<button onClick={() => {█}}>Save</button>',
      '\n  save();\n}}>Save</button>',
      '<button onClick={() => {█❰}↦\n  save();\n}❱}>Save</button>',
    ],
    [
      'an attribute of an empty element',
      '<Item onClick={() => {█}} />',
      '\n  save();\n}} />',
      '<Item onClick={() => {█❰}↦\n  save();\n}❱} />',
    ],
    ['an element', 'return <p>█</p>;', '\n  <b />\n</p>;', 'return <p>█❰</p>↦\n  <b />\n</p>❱;'],
    [
      'an element behind an attribute with an arrow',
      '<p onClick={() => f()}>█</p>;',
      '\n  <b />\n</p>',
      '<p onClick={() => f()}>█❰</p>↦\n  <b />\n</p>❱;',
    ],
    ['a fragment', 'return <>█</>;', '\n  <b />\n</>;', 'return <>█❰</>↦\n  <b />\n</>❱;'],
  ]);
  shapingCases('html', [
    [
      'an element with others of its name in it',
      '<p>█</p>\n</body>',
      '\n  <p>x</p>\n  <p>y</p>\n</p>\n<p>z</p>',
      '<p>█❰</p>↦\n  <p>x</p>\n  <p>y</p>\n</p>❱\n</body>',
    ],
    ['text on the line', '<p>█</p>', 'x\n  y\n</p>', '<p>█❰↦x❱</p>'],
    ['an element without content', '<br>█</p>', '\n<b>x</b>', 'repeats-text'],
  ]);
  shapingCases('go', [['a call', 'go func() {█}()', '\n\ta()\n}()', 'go func() {█❰}↦\n\ta()\n}❱()']]);
  shapingCases('rust', [
    ['a closure', 'a.map(|x| {█}).sum()', '\n    x + 1\n', 'a.map(|x| {█❰}↦\n    x + 1\n}❱).sum()'],
  ]);
});

describe('a bracket that the first line opens in the middle of a line', () => {
  shapingCases('typescript', [
    [
      'up to where it is closed',
      'setTimeout(█, 100);',
      '() => {\n  go();\n}, 200);\nnext();',
      'setTimeout(█❰↦() => {\n  go();\n}❱, 100);',
    ],
    ['another bracket closes no pair', 'x = go(█) + 1;', '\n  a,\n]\n', 'x = go(█❰↦\n  a,❱) + 1;'],
    ['between brackets', 'f((█), b)', 'x) => {\n  go();\n}, b)', 'f((█❰)↦x) => {\n  go();\n}❱, b)'],
    ['what stands before it', 'setTimeout(█, 100);', '() => {', 'setTimeout(█❰↦() =>❱, 100);'],
    ['nothing stands before it', 'f(█, b);', '[\n  1,', 'unclosed'],
    [
      'up to where it is closed, not by what closed another one',
      'if (█) return;',
      'a && (\n  b ||\n  c)',
      'if (█❰↦a && (\n  b ||\n  c)❱) return;',
    ],
    ['the rest of the line closes it and not its own', 'a = f(█) + 1;', 'g(', 'a = f(█❰↦g❱) + 1;'],
    ['the rest of the line closes it', 'a = █ b);', 'f(', 'a = █❰↦f(❱ b);'],
    ['the rest of the line opens it as well', 'if (█) {\n}', 'a) {\n  b();\n}', 'if (█❰) {↦a) {❱\n}'],
  ]);
  shapingCases('lisp', [['quotes that are no strings', '(f █ b)', "'(x y)", "(f █❰↦'(x y)❱ b)"]]);
});

test.each([
  ['useEffect(() => {█}, [a]);', true],
  ['f({█}, a);', true],
  ['<p>█</p>', true],
  ['/** █ */ a();', true],
  ["import {█} from 'a';", false],
  ['const {█} = a;', false],
  // biome-ignore lint/suspicious/noTemplateCurlyInString: It is the text of a file.
  ['`a ${█} b`', false],
  ["'{█} b'", false],
  ['f(█, b)', false],
  ['f(█) + b', false],
  ['a = █b;', false],
])('%s: lines may come: %s', (source, expected) => {
  const { text, cursor } = atCursor(source);
  expect(isForLines(text.slice(0, cursor), text.slice(cursor))).toBe(expected);
});

test('a long word behind what looks like a tag is read once', () => {
  let words = '';
  for (let n = 0; words.length < 49_000; n++) words += ((n * 7919) % 1_000_003).toString(36);
  const started = performance.now();
  const wish = { cursor: 3, maxLines: 20, languageId: 'html' };
  shape({ ...wish, text: toText('<p></p>'), suggestion: `\n<${words}` });
  // From each of its letters anew it took five seconds.
  expect(performance.now() - started).toBeLessThan(1_000);
});
