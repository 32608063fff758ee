/**
 * What lands of a model that restyles beside what it was asked for. In each case the text before, the model's text
 * and the text that lands, apart by `---`; `«»` around lines that were asked for.
 */

import { describe, expect, test } from 'vitest';
import { lineAt, toText } from '../../../server/core/text.ts';
import { landing } from '../../support/guard.ts';
import { marked } from '../../support/markers.ts';

async function check(languageId: string, source: string): Promise<void> {
  const [before = '', after = '', expected = ''] = source.split(/^---\n/m);
  const { text, ranges } = marked(before);
  const lines = toText(text);
  const asked = ranges.map(({ start, end }) => ({ first: lineAt(lines, start), last: lineAt(lines, end) }));
  const landed = await landing({ languageId, before: text, after, asked });
  expect(landed.text).toBe(expected === '' ? after : expected);
  expect(landed.leftOut > 0).toBe(expected !== '');
}

describe('restyling beside a change is left out', () => {
  test.each([
    [
      'typescript',
      'quotes',
      "const a = 'x';\nlet b = 1;\n---\nconst a = \"x\";\nlet b = 2;\n---\nconst a = 'x';\nlet b = 2;\n",
    ],
    [
      'typescript',
      'escaped quotes',
      "const a = 'it\\'s \\n';\nlet b = 1;\n---\nconst a = \"it's \\n\";\nlet b = 2;\n---\nconst a = 'it\\'s \\n';\nlet b = 2;\n",
    ],
    [
      'typescript',
      'semicolons',
      'a();\nlet b = 1;\nc();\n---\na()\nlet b = 2;\nc()\n---\na();\nlet b = 2;\nc();\n',
    ],
    [
      'javascript',
      'semicolons behind break',
      'while (a) {\n  if (b) break;\n  c(1);\n}\n---\nwhile (a) {\n  if (b) break\n  c(2);\n}\n---\nwhile (a) {\n  if (b) break;\n  c(2);\n}\n',
    ],
    [
      'typescript',
      'what separates members',
      'type A = { b: string, c: string };\ninterface D {\n  e: A,\n  f: A\n}\nlet g = 1;\n---\ntype A = { b: string; c: string };\ninterface D {\n  e: A;\n  f: A;\n}\nlet g = 2;\n---\ntype A = { b: string, c: string };\ninterface D {\n  e: A,\n  f: A\n}\nlet g = 2;\n',
    ],
    [
      'javascript',
      'indentation',
      'function f() {\n  a(1);\n  b();\n}\n---\nfunction f() {\n\ta(2);\n\tb();\n}\n---\nfunction f() {\n  a(2);\n  b();\n}\n',
    ],
    [
      'javascript',
      'wrapping with a comma',
      'f(a, b);\nlet c = 1;\n---\nf(\n  a,\n  b,\n);\nlet c = 2;\n---\nf(a, b);\nlet c = 2;\n',
    ],
    [
      'javascript',
      'parentheses of one parameter',
      'f((a) => a);\nlet c = 1;\n---\nf(a => a);\nlet c = 2;\n---\nf((a) => a);\nlet c = 2;\n',
    ],
    [
      'javascript',
      'parentheses around a value',
      'function f() {\n  return (\n    a + b\n  );\n}\nlet c = 1;\n---\nfunction f() {\n  return a + b;\n}\nlet c = 2;\n---\nfunction f() {\n  return (\n    a + b\n  );\n}\nlet c = 2;\n',
    ],
    [
      'javascript',
      'a comment set in anew',
      '{\n  /**\n   * Says it.\n   */\n  a(1);\n}\n---\n{\n\t/**\n\t * Says it.\n\t */\n\ta(2);\n}\n---\n{\n  /**\n   * Says it.\n   */\n  a(2);\n}\n',
    ],
    [
      'typescriptreact',
      'JSX',
      'const a = (\n  <p>\n    <b x="1" />\n  </p>\n);\nlet c = 1;\n---\nconst a = (\n    <p>\n        <b x="1" />\n    </p>\n);\nlet c = 2;\n---\nconst a = (\n  <p>\n    <b x="1" />\n  </p>\n);\nlet c = 2;\n',
    ],
    [
      'javascript',
      'new lines are set in as the file does',
      'if (a) {\n\tb();\n}\n---\nif (a) {\n  b();\n  c();\n}\n---\nif (a) {\n\tb();\n\tc();\n}\n',
    ],
    ['javascript', 'line ends', 'a(1);\r\nb();\r\n---\na(2);\nb();\n---\na(2);\r\nb();\r\n'],
    [
      'go',
      'blanks, not line ends',
      'package p\n\nfunc f() {\n\ta(1)\n\tb()\n}\n---\npackage p\n\nfunc f() {\n    a(2)\n    b()\n}\n---\npackage p\n\nfunc f() {\n\ta(2)\n\tb()\n}\n',
    ],
    [
      'rust',
      'wrapping',
      'fn f() {\n    g(a, b);\n    h(1);\n}\n---\nfn f() {\n  g(\n    a,\n    b,\n  );\n  h(2);\n}\n---\nfn f() {\n    g(a, b);\n    h(2);\n}\n',
    ],
    [
      'java',
      'braces on their own lines',
      'class A {\n  void f() {\n    a(1);\n  }\n}\n---\nclass A\n{\n    void f()\n    {\n        a(2);\n    }\n}\n---\nclass A {\n  void f() {\n    a(2);\n  }\n}\n',
    ],
    [
      'cpp',
      'pointers and braces',
      'int *f(int a) {\n  return g(a, 1);\n}\n---\nint* f(int a)\n{\n    return g(a, 2);\n}\n---\nint *f(int a) {\n  return g(a, 2);\n}\n',
    ],
    [
      'csharp',
      'braces',
      'class A {\n  void F() { G(); }\n  int b = 1;\n}\n---\nclass A\n{\n    void F()\n    {\n        G();\n    }\n    int b = 2;\n}\n---\nclass A {\n  void F() { G(); }\n  int b = 2;\n}\n',
    ],
    [
      'php',
      'indentation',
      '<?php\nfunction f() {\n  a(1);\n  b();\n}\n---\n<?php\nfunction f() {\n    a(2);\n    b();\n}\n---\n<?php\nfunction f() {\n  a(2);\n  b();\n}\n',
    ],
    [
      'ruby',
      'indentation',
      'def f\n  a 1\n  b\nend\n---\ndef f\n    a 2\n    b\nend\n---\ndef f\n  a 2\n  b\nend\n',
    ],
    [
      'css',
      'indentation and quotes',
      "a {\n  color: red;\n  content: 'x';\n}\n---\na {\n\tcolor: blue;\n\tcontent: \"x\";\n}\n---\na {\n  color: blue;\n  content: 'x';\n}\n",
    ],
    [
      'shellscript',
      'indentation',
      'if a; then\n  b 1\n  c\nfi\n---\nif a; then\n\tb 2\n\tc\nfi\n---\nif a; then\n  b 2\n  c\nfi\n',
    ],
    [
      'python',
      'inside brackets, and quotes',
      "a = f('x', 1)\nb = 1\n---\na = f(\n    \"x\",\n    1,\n)\nb = 2\n---\na = f('x', 1)\nb = 2\n",
    ],
    [
      'c',
      'indentation beside a macro that cannot be read',
      'MACRO(x) }\nvoid f(void) {\n    a(1);\n    b();\n}\n---\nMACRO(x) }\nvoid f(void) {\n\ta(2);\n\tb();\n}\n---\nMACRO(x) }\nvoid f(void) {\n    a(2);\n    b();\n}\n',
    ],
  ])('%s: %s', (languageId, _, source) => check(languageId, source));
});

describe('stays, for it is or may be meant', () => {
  test.each([
    ['python', 'indentation', 'def f():\n    a(1)\n    b()\n---\ndef f():\n  a(2)\n  b()\n'],
    ['python', 'a tuple of one', 'a = (1)\nb = 1\n---\na = (1,)\nb = 2\n'],
    [
      'python',
      'a docstring set in anew',
      'def f():\n    """A\n    b."""\n    return 1\n---\ndef f():\n    """A\n      b."""\n    return 2\n',
    ],
    ['javascript', 'inside a string', "a = 'x  y';\nb = 1;\n---\na = 'x y';\nb = 2;\n"],
    ['javascript', 'inside a template', 'a = `x\n  y`;\nb = 1;\n---\na = `x\n\ty`;\nb = 2;\n'],
    ['javascript', 'inside a regex', 'a = /x  y/;\nb = 1;\n---\na = /x y/;\nb = 2;\n'],
    ['typescriptreact', 'in JSX text', 'a = <p>x  y</p>;\nb = 1;\n---\na = <p>x y</p>;\nb = 2;\n'],
    [
      'typescriptreact',
      'a blank between JSX elements',
      'a = <p><b/> <i/></p>;\nb = 1;\n---\na = <p><b/><i/></p>;\nb = 2;\n',
    ],
    [
      'javascript',
      'a line end behind return',
      'function f() {\n  return a;\n}\nb = 1;\n---\nfunction f() {\n  return\n  a;\n}\nb = 2;\n',
    ],
    ['javascript', 'a semicolon before a bracket', 'a();\n(b)();\nc = 1;\n---\na()\n(b)();\nc = 2;\n'],
    ['javascript', 'a semicolon before a template', 'a;\n`b`;\nc = 1;\n---\na\n`b`;\nc = 2;\n'],
    [
      'javascript',
      'a semicolon behind a field named get',
      'class A {\n  get;\n  b() {}\n}\nc = 1;\n---\nclass A {\n  get\n  b() {}\n}\nc = 2;\n',
    ],
    ['javascript', 'the empty statement', 'for (;a;);\nc = 1;\n---\nfor (;a;)\nc = 2;\n'],
    ['javascript', 'a hole in an array', 'a = [1, ,];\nb = 1;\n---\na = [1, ];\nb = 2;\n'],
    ['javascript', 'where an optional chain ends', 'a = (b?.c).d;\nb = 1;\n---\na = b?.c.d;\nb = 2;\n'],
    [
      'javascript',
      'a cast by a comment',
      'a = /** @type {T} */ (b);\nc = 1;\n---\na = /** @type {T} */ b;\nc = 2;\n',
    ],
    [
      'typescript',
      'wrapped below @ts-expect-error',
      '// @ts-expect-error: no\nf(a, b);\nc = 1;\n---\n// @ts-expect-error: no\nf(\n  a,\n  b,\n);\nc = 2;\n',
    ],
    [
      'typescript',
      'a blank line below @ts-ignore',
      '// @ts-ignore\nf(a);\nc = 1;\n---\n// @ts-ignore\n\nf(a);\nc = 2;\n',
    ],
    [
      'javascript',
      'wrapped before eslint-disable-line',
      'f(a, b); // eslint-disable-line no-undef\nc = 1;\n---\nf(\n  a,\n  b,\n); // eslint-disable-line no-undef\nc = 2;\n',
    ],
    [
      'javascript',
      'a doc type set in anew',
      '{\n  /**\n   * @type {T}\n   */\n  let a;\n  b = 1;\n}\n---\n{\n  /**\n      * @type {T}\n    */\n  let a;\n  b = 2;\n}\n',
    ],
    [
      'python',
      'wrapped before noqa',
      'f(a, b)  # noqa: E501\nc = 1\n---\nf(\n    a,\n    b,\n)  # noqa: E501\nc = 2\n',
    ],
    [
      'python',
      'wrapped before type: ignore',
      'a = f(b, c)  # type: ignore\nd = 1\n---\na = f(\n    b, c\n)  # type: ignore\nd = 2\n',
    ],
    [
      'go',
      'a comment for the build',
      '//go:build linux\n\npackage p\n\nvar a = 1\n---\n//go:build linux\npackage p\n\nvar a = 2\n',
    ],
    [
      'go',
      'a line end',
      'package p\n\nfunc f() { a(1); b() }\n---\npackage p\n\nfunc f() {\n\ta(2)\n\tb()\n}\n',
    ],
    ['cpp', 'a macro', '#define A(x) (x)  +  1\nint b = 1;\n---\n#define A(x) (x) + 1\nint b = 2;\n'],
    [
      'cpp',
      'what a macro prints',
      'void f() { assert(a==b); g(1); }\n---\nvoid f() { assert(a == b); g(2); }\n',
    ],
    [
      'rust',
      'what a macro prints',
      'fn f() { assert!(a==b); g(1); }\n---\nfn f() { assert!(a == b); g(2); }\n',
    ],
    ['rust', 'a tuple of one', 'fn f() { let a = (1); g(1); }\n---\nfn f() { let a = (1,); g(2); }\n'],
    ['ruby', 'a blank before the argument', 'a = f (1) + 2\nb = 1\n---\na = f(1) + 2\nb = 2\n'],
    ['ruby', 'a heredoc', 'a = <<~X\n  b\n    c\nX\nd = 1\n---\na = <<~X\n  b\n  c\nX\nd = 2\n'],
    ['shellscript', 'a heredoc', 'cat <<X\n  a\nX\nb 1\n---\ncat <<X\n\ta\nX\nb 2\n'],
    ['shellscript', 'line ends', 'a; b\nc 1\n---\na\nb\nc 2\n'],
    ['php', 'text outside', '<p>  a</p>\n<?php b(1);\n---\n<p> a</p>\n<?php b(2);\n'],
    ['php', 'quotes', '<?php\n$a = \'$b\';\nc(1);\n---\n<?php\n$a = "$b";\nc(2);\n'],
    ['css', 'a descendant', 'a .b { color: red }\n---\na.b { color: blue }\n'],
    [
      'css',
      'a blank in a sum',
      'a { width: calc(1px + 2px); color: red }\n---\na { width: calc(1px +2px); color: blue }\n',
    ],
    [
      'java',
      'a character',
      'class A { char a = \'x\'; int b = 1; }\n---\nclass A { String a = "x"; int b = 2; }\n',
    ],
    ['javascript', 'what follows from a wrapping', 'a();\nb();\n---\nif (c) {\n  a();\n  b();\n}\n'],
    ['javascript', 'a list that was broken because it grew', 'f(a, b);\n---\nf(\n  a,\n  b,\n  c,\n);\n'],
    [
      'go',
      'columns beside what grew',
      'package p\n\ntype T struct {\n\ta int\n\tb int\n}\n---\npackage p\n\ntype T struct {\n\ta       int\n\tb       int\n\tlongest int\n}\n',
    ],
    [
      'javascript',
      'a line below what moved',
      'f(a,\n  b);\nlet c = 1;\nlong(a,\n     b);\n---\nf(a,\n  b);\nlet c = 1;\nlonger(a,\n       b);\n',
    ],
    ['javascript', 'the whole edit', 'a = \'x\';\n---\na = "x";\n'],
    ['javascript', 'text that cannot be read', '}}\nb = 1;\nc = "x";\n---\n}}\nb = 2;\nc = \'x\';\n'],
    ['yaml', 'a language without a grammar', 'a: 1\nb: 1\n---\na:  1\nb: 2\n'],
    [
      'c',
      'lines broken elsewhere, where the parser does not read all',
      'MACRO(x) }\nvoid f(void) {\n  a(1); b();\n}\n---\nMACRO(x) }\nvoid f(void) {\n  a(1);\n  b();\n  c();\n}\n',
    ],
    [
      'c',
      'a raw string that the parser takes for code',
      'MACRO(x) }\nchar *s = R"(a\n  b\n)";\nint c = 1;\n---\nMACRO(x) }\nchar *s = R"(a\n    b\n)";\nint c = 2;\n',
    ],
  ])('%s: %s', async (languageId, _, source) => {
    if (languageId === 'yaml') return expect(check(languageId, source)).rejects.toThrow('no grammar');
    await check(languageId, source);
  });
});

describe('what was asked for', () => {
  test('stays as the model wrote it, and the rest as it was', () =>
    check(
      'javascript',
      "a = 'x';\n«b = 'y';»\nc = 'z';\n---\na = \"x\";\nb = \"y\";\nc = \"z\";\n---\na = 'x';\nb = \"y\";\nc = 'z';\n",
    ));
});
