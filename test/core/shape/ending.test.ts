/** Where a suggestion ends: with its block, before what stands below, before it repeats itself. */

import { describe } from 'vitest';
import { shapingCases } from '../../support/shaping.ts';

describe('with the block', () => {
  shapingCases('typescript', [
    [
      'runs on into the next function',
      'function f() {█',
      '\n  return 1;\n}\n\nfunction g() {\n  return 2;\n}',
      'function f() {█❰↦\n  return 1;\n}❱',
    ],
    [
      'runs on behind the enclosing function',
      'function f() {\n  █',
      'return 1;\n}\n\nfunction g() {',
      'function f() {\n  █❰↦return 1;\n}❱',
    ],
    [
      'tabby limitScope: statements behind the block',
      'f() {\n  if (a) {\n    █\n',
      'b();\n  }\n  c();\n}',
      'f() {\n  if (a) {\n    █❰↦b();\n  }❱\n',
    ],
    [
      'else belongs to it',
      'if (a) {█',
      '\n  b();\n} else {\n  c();\n}\nd();',
      'if (a) {█❰↦\n  b();\n} else {\n  c();\n}❱',
    ],
    [
      'catch on a line of its own belongs to it',
      'try {█',
      '\n  b();\n}\ncatch (e) {\n  c();\n}\nd();',
      'try {█❰↦\n  b();\n}\ncatch (e) {\n  c();\n}❱',
    ],
    [
      'a callback ends with its call',
      "on('x', () => {█",
      "\n  go();\n});\non('y', () => {",
      "on('x', () => {█❰↦\n  go();\n});❱",
    ],
    [
      'a whole block, then a blank line',
      '█',
      'function f() {\n  return 1;\n}\n\nfunction g() {\n  return 2;\n}',
      '█❰↦function f() {\n  return 1;\n}❱',
    ],
    [
      'statements in a row stay together',
      'f() {\n  █',
      'a();\n  b();\n\n  c();',
      'f() {\n  █❰↦a();\n  b();\n\n  c();❱',
    ],
    [
      'a chain of calls',
      'load()█',
      '\n  .then(a)\n  .catch(b);\nnext();',
      'load()█❰↦\n  .then(a)\n  .catch(b);❱',
    ],
    [
      'a template literal may leave the indentation',
      'f() {\n  █',
      'return `\na\nb`;\n}',
      'f() {\n  █❰↦return `\na\nb`;\n}❱',
    ],
    [
      'an object of the cursor line',
      'const a = {█',
      '\n  b: 1,\n};\nconst c = 2;',
      'const a = {█❰↦\n  b: 1,\n};❱',
    ],
  ]);
  shapingCases('python', [
    [
      'runs on into the next function',
      'def f():█',
      '\n    return 1\n\n\ndef g():\n    return 2',
      'def f():█❰↦\n    return 1❱',
    ],
    [
      'runs on behind the body',
      'def f():\n    █',
      'return 1\n\ndef g():\n    return 2',
      'def f():\n    █❰↦return 1❱',
    ],
    [
      'leaves the class',
      'class A:\n    def f(self):\n        █',
      'return 1\n\n    def g(self):\n        return 2\n\nx = A()',
      'class A:\n    def f(self):\n        █❰↦return 1❱',
    ],
    ['else belongs to it', 'if a:█', '\n    b()\nelse:\n    c()\nd()', 'if a:█❰↦\n    b()\nelse:\n    c()❱'],
    [
      'except belongs to it',
      'try:\n    █',
      'b()\nexcept ValueError:\n    c()\nd()',
      'try:\n    █❰↦b()\nexcept ValueError:\n    c()❱',
    ],
    ['a call over several lines', 'x = f(█', '\n    a,\n    b,\n)\ny = 2', 'x = f(█❰↦\n    a,\n    b,\n)❱'],
    [
      'an if of its own may be followed',
      'def f():\n    █',
      'if a:\n        b()\n    c()',
      'def f():\n    █❰↦if a:\n        b()\n    c()❱',
    ],
  ]);
  shapingCases('go', [
    [
      'if err',
      'func f() error {\n\tif err != nil {█',
      '\n\t\treturn err\n\t}\n\treturn nil\n}',
      'func f() error {\n\tif err != nil {█❰↦\n\t\treturn err\n\t}❱',
    ],
    ['struct', 'type A struct {█', '\n\tB int\n}\n\nfunc f() {', 'type A struct {█❰↦\n\tB int\n}❱'],
    [
      'case stays in its switch',
      'switch a {\ncase 1:\n\t█\n}',
      'b()\ncase 2:\n\tc()',
      'switch a {\ncase 1:\n\t█❰↦b()\ncase 2:\n\tc()❱\n}',
    ],
  ]);
  shapingCases('rust', [
    [
      'match arm',
      'match a {\n    Some(x) => {█',
      '\n        b(x)\n    }\n    None => {}\n}',
      'match a {\n    Some(x) => {█❰↦\n        b(x)\n    }❱',
    ],
    ['function', 'fn f() -> i32 {█', '\n    1\n}\n\n#[test]\nfn g() {', 'fn f() -> i32 {█❰↦\n    1\n}❱'],
  ]);
  shapingCases('java', [
    [
      'method',
      'class A {\n    int f() {█',
      '\n        return 1;\n    }\n\n    int g() {',
      'class A {\n    int f() {█❰↦\n        return 1;\n    }❱',
    ],
    [
      'class end of its own',
      'class A {\n    int f() {\n        return 1;\n    }█',
      '\n}',
      'class A {\n    int f() {\n        return 1;\n    }█❰↦\n}❱',
    ],
  ]);
  shapingCases('cpp', [
    [
      'label of a class',
      'class A {\n  int a;\n  █\n};',
      'int b;\npublic:\n  A();',
      'class A {\n  int a;\n  █❰↦int b;\npublic:\n  A();❱\n};',
    ],
    [
      'preprocessor lines',
      'void f() {\n  █\n}',
      '#ifdef A\n  b();\n#endif',
      'void f() {\n  █❰↦#ifdef A\n  b();\n#endif❱\n}',
    ],
  ]);
  shapingCases('csharp', [
    [
      'property, then another',
      'class A\n{\n    public int B█',
      ' { get; set; }\n    public int C { get; set; }\n}\n\nclass D',
      'class A\n{\n    public int B█❰↦ { get; set; }\n    public int C { get; set; }\n}❱',
    ],
  ]);
  shapingCases('ruby', [
    ['method', 'def f█', '\n  1\nend\n\ndef g\n  2\nend', 'def f█❰↦\n  1\nend❱'],
    ['block with do', 'a.each do |x|█', '\n  puts x\nend\nputs 1', 'a.each do |x|█❰↦\n  puts x\nend❱'],
  ]);
  shapingCases('lua', [
    [
      'function',
      'local function f()█',
      '\n  return 1\nend\n\nreturn M',
      'local function f()█❰↦\n  return 1\nend❱',
    ],
    [
      'if with else',
      'if a then█',
      '\n  b()\nelse\n  c()\nend\nd()',
      'if a then█❰↦\n  b()\nelse\n  c()\nend❱',
    ],
  ]);
  shapingCases('php', [
    ['function', 'function f() {█', '\n    return 1;\n}\n\nf();', 'function f() {█❰↦\n    return 1;\n}❱'],
  ]);
  shapingCases('shellscript', [
    ['for', 'for a in *; do█', '\n  echo "$a"\ndone\nls', 'for a in *; do█❰↦\n  echo "$a"\ndone❱'],
    [
      'if with elif',
      'if a; then█',
      '\n  b\nelif c; then\n  d\nfi\nls',
      'if a; then█❰↦\n  b\nelif c; then\n  d\nfi❱',
    ],
  ]);
  shapingCases('yaml', [
    ['leaves the mapping', 'a:\n  b: 1\n  █', 'c: 2\nd: 3', 'a:\n  b: 1\n  █❰↦c: 2❱'],
    [
      'item of a list',
      'steps:\n  - name: a█',
      '\n    run: b\n  - name: c\n    run: d',
      'steps:\n  - name: a█❰↦\n    run: b❱',
    ],
  ]);
  shapingCases('css', [
    ['rule', '.a {█', '\n  color: red;\n}\n\n.b {\n  color: blue;\n}', '.a {█❰↦\n  color: red;\n}❱'],
    [
      'leaves the media query',
      '@media print {\n  .a {\n    █\n',
      'color: red;\n  }\n}\n\n.b {}',
      '@media print {\n  .a {\n    █❰↦color: red;\n  }❱\n',
    ],
  ]);
  shapingCases('html', [
    ['element', '<ul>█', '\n  <li>A</li>\n</ul>\n<p>B</p>', '<ul>█❰↦\n  <li>A</li>\n</ul>❱'],
    [
      'leaves the enclosing element',
      '<div>\n  <p>A</p>\n  █\n',
      '<p>B</p>\n</div>\n<footer>',
      '<div>\n  <p>A</p>\n  █❰↦<p>B</p>\n</div>❱\n',
    ],
  ]);
  shapingCases('sql', [
    [
      'statement',
      'CREATE TABLE a (█',
      '\n  id INT\n);\n\nCREATE TABLE b (',
      'CREATE TABLE a (█❰↦\n  id INT\n);❱',
    ],
  ]);
  shapingCases('markdown', [['lists go on', '- a\n█', '- b\n  - c\n\n- d', '- a\n█❰↦- b\n  - c\n\n- d❱']]);
});

describe('before it repeats itself or the text', () => {
  shapingCases('typescript', [
    ['tabby removeRepetitiveLines', '█', 'load(a);\nload(a);\nload(a);\nload(a);', '█❰↦load(a);❱'],
    [
      'tabby removeRepetitiveBlocks',
      '█',
      'if (a) {\n  b();\n}\nif (a) {\n  b();\n}\nif (a) {\n  b();\n}\n',
      '█❰↦if (a) {\n  b();\n}❱',
    ],
    [
      'tabby removeLineEndsWithRepetition',
      'const a = █',
      '[1, 2, 3, 1, 2, 3, 1, 2, 3, 1, 2, 3, 1, 2, 3, 1, 2, 3',
      'const a = █❰↦[1, 2, 3,❱',
    ],
    ['the same inside of an earlier line', '█', `x = ${'and so on '.repeat(9)}\ny = 1;`, '█❰↦x = and so on❱'],
    [
      'codeium#271: the same line over and over',
      'load(first);\nload(first);\n█',
      'load(first);',
      'repeats-text',
    ],
    ['two equal lines are none', 'load(first);\n█', 'load(first);', 'load(first);\n█❰↦load(first);❱'],
    [
      'continue: begins with the line above',
      'const a = 1;\nconst b = 2;\n█',
      'const a = 1;\nconst b = 2;\nconst c = 3;',
      'const a = 1;\nconst b = 2;\n█❰↦const c = 3;❱',
    ],
    [
      'tabby removeDuplicateSuffixLines',
      'f() {\n  █\n  const b = 2;\n  return b;\n}',
      'const a = 1;\n  const b = 2;\n  return b;',
      'f() {\n  █❰↦const a = 1;❱\n  const b = 2;\n  return b;\n}',
    ],
    [
      'obsidian-github-copilot#106: the line again',
      '  const world = "Hello wor█',
      'const world = "Hello world";',
      '  const world = "Hello wor█❰↦ld";❱',
    ],
  ]);
  shapingCases('plaintext', [
    ['obsidian-github-copilot#106: prose again', 'Hello wor█', 'Hello world', 'Hello wor█❰↦ld❱'],
  ]);
  shapingCases('python', [
    [
      'the whole function again',
      'def add(a, b):\n    █',
      'def add(a, b):\n    return a + b',
      'def add(a, b):\n    █❰↦return a + b❱',
    ],
    ['the next line', 'a = 1\n█\nc = 3\n', 'b = 2\nc = 3', 'a = 1\n█❰↦b = 2❱\nc = 3\n'],
  ]);
  shapingCases('go', [
    [
      'the function line again',
      'func Add(a, b int) int {\n\t█\n}',
      'func Add(a, b int) int {\n\treturn a + b\n}',
      'func Add(a, b int) int {\n\t█❰↦return a + b❱\n}',
    ],
  ]);
  shapingCases('html', [
    [
      'rows of a table may be alike',
      '<td></td>\n<td></td>\n█',
      '<td></td>',
      '<td></td>\n<td></td>\n█❰↦<td></td>❱',
    ],
  ]);
});

describe('behind the end of a statement of several lines', () => {
  shapingCases('typescript', [
    [
      'closed on a line of its own',
      'f() {\n  const a =\n    g(\n      b,\n    );█\n}',
      '\n  h();\n}\n\nk();',
      'f() {\n  const a =\n    g(\n      b,\n    );█❰↦\n  h();❱\n}',
    ],
    [
      'a chain of calls',
      'f() {\n  a\n    .b()\n    .c();█\n}',
      '\n  h();',
      'f() {\n  a\n    .b()\n    .c();█❰↦\n  h();❱\n}',
    ],
    [
      'arguments below each other',
      'f() {\n  g(a,\n    b);█\n}',
      '\n  h();\n  k();',
      'f() {\n  g(a,\n    b);█❰↦\n  h();\n  k();❱\n}',
    ],
    [
      'not what stands less deep than its beginning',
      'f() {\n  if (a) {\n    const b =\n      c();█',
      '\n    d();\n  }\n  e();',
      'f() {\n  if (a) {\n    const b =\n      c();█❰↦\n    d();\n  }❱',
    ],
  ]);
  shapingCases('kotlin', [
    [
      'on a line of its own',
      'fun f() {\n    val n =\n        s.toInt()█\n}',
      '\n    g(n)\n}',
      'fun f() {\n    val n =\n        s.toInt()█❰↦\n    g(n)❱\n}',
    ],
  ]);
});

// Found where answers that go on like real files were cut inside of a statement that a parser says is not over.
describe('not inside of what is still open', () => {
  shapingCases('c', [
    [
      'lines for the preprocessor at the margin',
      '█',
      'int main() {\n  int n = 0;\n\n#ifdef WIN32\n  n = 1;\n#endif\n  return n;\n}\n\nint g() {',
      '█❰↦int main() {\n  int n = 0;\n\n#ifdef WIN32\n  n = 1;\n#endif\n  return n;\n}❱',
    ],
  ]);
  shapingCases('go', [
    [
      'a label',
      '█',
      'func f() {\n\tn := 0\n\nLoop:\n\tfor {\n\t\tbreak Loop\n\t}\n}\n\nfunc g() {',
      '█❰↦func f() {\n\tn := 0\n\nLoop:\n\tfor {\n\t\tbreak Loop\n\t}\n}❱',
    ],
  ]);
  shapingCases('java', [
    [
      'a comment at the margin',
      'class A {\n  █\n}',
      'void f() {\n    a();\n//    b();\n    c();\n  }',
      'class A {\n  █❰↦void f() {\n    a();\n//    b();\n    c();\n  }❱\n}',
    ],
  ]);
  shapingCases('csharp', [
    [
      'else with its brace on a line of its own',
      'void F()\n{\n    █\n}',
      'if (a)\n    {\n        B();\n    }\n    else\n    {\n        C();\n    }',
      'void F()\n{\n    █❰↦if (a)\n    {\n        B();\n    }\n    else\n    {\n        C();\n    }❱\n}',
    ],
  ]);
  shapingCases('rust', [
    [
      'a string that goes on at the margin',
      'fn f() {\n    █\n}',
      'let text = "\\\n1:one\n2:two\n";\n    g(text);',
      'fn f() {\n    █❰↦let text = "\\\n1:one\n2:two\n";\n    g(text);❱\n}',
    ],
  ]);
});
