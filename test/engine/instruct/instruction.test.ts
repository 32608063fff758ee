import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Diagnostic, EditAsk } from '../../../server/core/ask.ts';
import { apply } from '../../../server/core/edit.ts';
import { follow } from '../../../server/engine/instruct/instruction.ts';
import { marked } from '../../support/markers.ts';

function editAsk(path: string, text: string, instruction: string, more: Partial<EditAsk> = {}): EditAsk {
  return {
    task: 'edit',
    document: { uri: `file:///${path}`, path, languageId: '', version: 1, text },
    region: { start: 0, end: 0 },
    instruction,
    history: [],
    snippets: [],
    diagnostics: [],
    contextTokens: 1000,
    maxOutputTokens: 100,
    ...more,
  };
}

/** `«…»` is the selection; `expected` the whole text afterwards, or a piece of the sentence that says why not. */
function check(
  path: string,
  instruction: string,
  source: string,
  expected: string | RegExp,
  diagnostics: Diagnostic[] = [],
) {
  const { text, ranges } = marked(source);
  const ask = editAsk(path, text, instruction, { diagnostics, ...(ranges[0] && { region: ranges[0] }) });
  const answer = follow(ask, { path, exportsOf: () => [] });
  if (expected instanceof RegExp)
    expect(answer.kind === 'cannot' ? answer.message : answer).toMatch(expected);
  else expect(answer.kind === 'edit' ? apply(text, answer.edit) : answer).toBe(expected);
}

describe('rename and replace', () => {
  test.each([
    [
      'a.ts',
      'rename count to total',
      'let count = 1; // count\nlog("count", count, counter);',
      'let total = 1; // count\nlog("count", total, counter);',
    ],
    [
      'a.ts',
      'Please rename `count` to `total`.',
      'f(`$'.concat('{count} count`)'),
      'f(`$'.concat('{total} count`)'),
    ],
    ['a.ts', 'replace foo with bar', '«foo();»\nfoo();', 'bar();\nfoo();'],
    ['a.ts', "replace 'hello' with 'good day'", 'f("hello");', 'f("good day");'],
    ['a.ts', 'replace all occurrences of "a.b" with "c"', 'a.b(1); a.bc', 'c(1); a.bc'],
    ['a.ts', 'change var to const', 'var a = 1;\nvar b = "var";', 'const a = 1;\nconst b = "var";'],
    ['a.ts', 'use const instead of let', 'let a = 1;', 'const a = 1;'],
    [
      'a.rs',
      'rename a to b',
      "fn f<'a>(x: &'a str, a: u8) { a; 'a'; }",
      "fn f<'b>(x: &'b str, b: u8) { b; 'a'; }",
    ],
    ['a.py', 'rename x to y', 'x = 1  # x\n"""x\nx"""\n', 'y = 1  # x\n"""x\nx"""\n'],
    ['a.ts', 'rename a to b', 'a / b; const r = /a/;', /already a name/],
    ['a.ts', 'rename missing to found', 'a();', /no 'missing'/],
    ['a.ts', 'change f to async', 'function f() {}', /mechanical/],
    ['a.ts', 'replace the loop with a map', 'for (;;) {}', /mechanical/],
    ['a.ts', 'make it faster', 'f();', /set model\.url/],
  ])('%s: %s', (path, instruction, source, expected) => check(path, instruction, source, expected));
});

describe('a rename reaches as far as its name', () => {
  test.each([
    ['a.ts', '«const total = 1;»\nconsole.log(total);\n', 'const sum = 1;\nconsole.log(sum);\n'],
    [
      'a.ts',
      'function f(total) {\n  «g(total);»\n  return total;\n}\nconst total = 2;\n',
      'function f(sum) {\n  g(sum);\n  return sum;\n}\nconst total = 2;\n',
    ],
    [
      'a.ts',
      'class A {\n  «set(total: number) {\n    this.total = total;\n  }»\n  get() {\n    return this.total;\n  }\n}\n',
      'class A {\n  set(sum: number) {\n    this.total = sum;\n  }\n  get() {\n    return this.total;\n  }\n}\n',
    ],
    // Declared outside, in a closure's surroundings, or the function's own name.
    [
      'a.ts',
      'let total = 1;\nfunction f() {\n  «total++;»\n}\n',
      'let sum = 1;\nfunction f() {\n  sum++;\n}\n',
    ],
    [
      'a.ts',
      'function f() {\n  let total = 0;\n  g((x) => {\n    «h(x, total++);»\n  });\n  return total;\n}\n',
      'function f() {\n  let sum = 0;\n  g((x) => {\n    h(x, sum++);\n  });\n  return sum;\n}\n',
    ],
    [
      'a.ts',
      '«function total() {\n  return 1;\n}»\ntotal();\n',
      'function sum() {\n  return 1;\n}\nsum();\n',
    ],
    [
      'a.py',
      'def f():\n    «total = 1»\n    if a:\n        total = 2\n    return total\n\ndef g(total):\n    pass\n',
      'def f():\n    sum = 1\n    if a:\n        sum = 2\n    return sum\n\ndef g(total):\n    pass\n',
    ],
    [
      'a.py',
      'total = 0\ndef f():\n    global total\n    «total = 1»\n',
      'sum = 0\ndef f():\n    global sum\n    sum = 1\n',
    ],
    [
      'a.java',
      'class A {\n  int f() {\n    «int total = 1;»\n    return total;\n  }\n  int g(int total) {\n    return total;\n  }\n}\n',
      'class A {\n  int f() {\n    int sum = 1;\n    return sum;\n  }\n  int g(int total) {\n    return total;\n  }\n}\n',
    ],
    [
      'a.go',
      'func f() {\n\t«total := 1»\n\tg(total)\n}\n\nfunc h(total int) {\n\tg(total)\n}\n',
      'func f() {\n\tsum := 1\n\tg(sum)\n}\n\nfunc h(total int) {\n\tg(total)\n}\n',
    ],
  ])('%s: %s', (path, source, expected) => check(path, 'rename total to sum', source, expected));
  test('not where the selection is said to be meant', () =>
    check('a.ts', 'rename a to b in the selection', '«f(a);»\ng(a);', 'f(b);\ng(a);'));
});

test('a bounded rename stays inside of its region', () => {
  const { text, ranges } = marked('«f(a);»\ng(a);');
  const [region = { start: 0, end: 0 }] = ranges;
  const ask = editAsk('a.ts', text, 'rename a to b', { region, bounded: true });
  const answer = follow(ask, { path: 'a.ts', exportsOf: () => [] });
  expect(answer.kind === 'edit' && apply(text, answer.edit)).toBe('f(b);\ng(a);');
});

describe('the comment that asks is neither renamed nor counted', () => {
  test.each([
    ['a.hs', '{- whittle: rename total to sum -}\n', 'total = 1'],
    ['a.clj', ';; whittle: rename total to sum\n', '(def total 1)'],
    ['a.ml', '(* whittle: rename total to sum *)\n', 'let total = 1'],
    ['a.vue', '// whittle: rename total to sum\n', 'const total = 1'],
    ['a.tex', '% whittle: rename total to sum\n', 'total'],
    ['a.bat', 'REM whittle: rename total to sum\n', 'set total=1'],
    ['a.unknown', '@@ whittle: rename total to sum\n', 'total'],
  ])('%s', (path, comment, code) =>
    check(
      path,
      'rename total to sum',
      `${comment}«${code}»\n`,
      `${comment}${code.replace('total', 'sum')}\n`,
    ),
  );
  test('behind code', () =>
    check(
      'a.ts',
      'rename total to sum',
      '«f(total); // whittle: rename total to sum»\n',
      'f(sum); // whittle: rename total to sum\n',
    ));
  test('any other comment', () => check('a.clj', 'rename a to b', '(f a) ; b\n', '(f b) ; b\n'));
});

describe('lines', () => {
  test.each([
    ['a.ts', 'sort these lines', '«b\na\nc\n»d\n', 'a\nb\nc\nd\n'],
    ['a.ts', 'sort lines descending', 'a\r\nc\r\nb\r\n', 'c\r\nb\r\na\r\n'],
    ['a.txt', 'sort lines numerically', 'n 10\nn 9', 'n 9\nn 10'],
    ['a.ts', 'reverse the lines', 'a\nb\n', 'b\na\n'],
    ['a.ts', 'remove blank lines', 'a\n\n  \nb\n', 'a\nb\n'],
    ['a.py', 'remove blank lines', 's = """a\n\nb"""\n\nc\n', 's = """a\n\nb"""\nc\n'],
    ['a.ts', 'remove duplicate lines', 'a\nb\na\n', 'a\nb\n'],
    ['a.ts', 'remove trailing whitespace', 'a  \nb\t\r\n', 'a\nb\r\n'],
    ['a.ts', 'remove console.log statements', 'a();\n  console.log("x", f(1));\nb();\n', 'a();\nb();\n'],
    ['a.ts', 'comment out this', '  «a();\n\n    b();»\n', '  // a();\n\n  //   b();\n'],
    ['a.py', 'comment out', '«a()»\n', '# a()\n'],
    ['a.css', 'comment out these lines', '«a: b;»\n', '/* a: b; */\n'],
    ['a.ts', 'uncomment', '«// a();\n  //b();»\n', 'a();\n  b();\n'],
    ['a.ts', 'indent these lines', '«a\nb»\n', '  a\n  b\n'],
    ['a.ts', 'convert tabs to 2 spaces', '\ta\n\t\tb\tc\n', '  a\n    b\tc\n'],
    ['a.ts', "add ',' to the end of each line", '«a\nb»\n', 'a,\nb,\n'],
    ['a.ts', 'delete these lines', 'a\n«b\n»c\n', 'a\nc\n'],
    ['a.ts', 'remove line 2', 'a\nb\nc\n', 'a\nc\n'],
    ['a.ts', 'delete lines 2-3', 'a\nb\nc', 'a\n'],
    ['a.ts', 'comment out line 1', 'a\nb\n', '// a\nb\n'],
    ['a.ts', 'sort lines 2 to 3', 'z\nb\na\n', 'z\na\nb\n'],
    ['a.ts', 'replace a with b in line 2', 'a\na\n', 'a\nb\n'],
    ['a.ts', 'rename a to b in line 2', 'a\na\n', 'a\nb\n'],
    ['a.ts', 'uppercase line 1', 'ab\nc\n', 'AB\nc\n'],
    ['a.ts', 'remove line 9', 'a\n', /no such line/],
    ['a.ts', 'uppercase a', 'a + ab;', 'A + ab;'],
    ['a.ts', 'uppercase A', 'A;', /nothing to change/],
    ['a.ts', 'sort lines', 'a\nb\n', /nothing to change/],
  ])('%s: %s', (path, instruction, source, expected) => check(path, instruction, source, expected));
});

describe('writing', () => {
  test.each([
    ['a.ts', 'use single quotes', `f("a", "it's", 'b'); // "c"`, `f('a', "it's", 'b'); // "c"`],
    ['a.py', 'convert to double quotes', `f('a')`, `f("a")`],
    ['a.c', 'use double quotes', `char c = 'a';`, /nothing to change/],
    ['a.ts', 'uppercase', '«ab»c', 'ABc'],
    ['a.ts', 'convert to snake_case', '«someName»()', 'some_name()'],
    ['a.ts', 'make it camelCase', '«some_name»()', 'someName()'],
    [
      'a.ts',
      'remove comments',
      '// a\nb(); // c\n// @ts-ignore\nd(/* e */);\n',
      'b();\n// @ts-ignore\nd();\n',
    ],
  ])('%s: %s', (path, instruction, source, expected) => check(path, instruction, source, expected));
});

test.each([
  ['sort lines', 'nothing-to-change'],
  ['rename zzz to yyy', 'not-found'],
  ['make it faster', undefined],
])('%s: %s', (instruction, reason) => {
  const answer = follow(editAsk('a.ts', 'a\nb\n', instruction), { path: 'a.ts', exportsOf: () => [] });
  expect(answer).toMatchObject({ kind: 'cannot' });
  expect(answer.kind === 'cannot' ? answer.reason : answer).toBe(reason);
});

test('diagnostics say what is unused', () => {
  const message = "'b' is declared but its value is never read.";
  check('a.ts', 'remove unused imports', "import { a, b } from './m';\n", "import { a } from './m';\n", [
    { start: 12, end: 13, message, severity: 'hint' },
  ]);
  check('a.ts', 'remove unused imports', 'a();', /No diagnostic/);
});

test('follows or declines, and never fails', () => {
  const verbs = fc.constantFrom('rename a to b', 'replace a with b', 'sort lines', 'remove blank lines', 'comment out', 'uncomment', 'use single quotes', 'remove comments', 'uppercase', 'remove duplicate lines', 'indent', 'dedent', 'remove trailing spaces'); // biome-ignore format: a list
  const texts = fc.array(fc.constantFrom('a', 'b', ' ', '\n', '\r\n', '\t', '"', "'", '`', '${', '}', '{', '/*', '*/', '//', '#', '"""', '\\', '/', '(', ')', '😀')).map((parts) => parts.join('')); // biome-ignore format: a list
  fc.assert(
    fc.property(
      verbs,
      texts,
      fc.nat(),
      fc.nat(),
      fc.constantFrom('a.ts', 'a.py', 'a.rs', 'a.html', 'a.css'),
      (instruction, text, from, length, path) => {
        const start = from % (text.length + 1);
        const region = { start, end: Math.min(text.length, start + length) };
        const answer = follow(editAsk(path, text, instruction, { region }), { path, exportsOf: () => [] });
        if (answer.kind === 'edit') expect(apply(text, answer.edit)).not.toBe(text);
        else expect(answer.kind).toBe('cannot');
      },
    ),
    { numRuns: 2000 },
  );
});
