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
