/** Indentation: the file's own style, and as deep as the place is. */

import { describe } from 'vitest';
import { shapingCases } from '../../support/shaping.ts';

const tabs = { kind: 'tabs', width: 4 } as const;
const four = { kind: 'spaces', width: 4 } as const;

describe('in the style of the file', () => {
  shapingCases('typescript', [
    [
      'tabby#3361: spaces in a file of tabs',
      'a {\n\tb();\n\tif (x) {█',
      '\n    y();\n  }',
      'a {\n\tb();\n\tif (x) {█❰↦\n\t\ty();\n\t}❱',
    ],
    [
      'four spaces where the file has two',
      'a {\n  b {\n    c();\n  }\n  if (x) {█',
      '\n    y();\n  }',
      'a {\n  b {\n    c();\n  }\n  if (x) {█❰↦\n    y();\n  }❱',
    ],
    [
      'a file that tells nothing, an editor with tabs',
      'if (x) {█',
      '\n  y();\n}',
      'if (x) {█❰↦\n\ty();\n}❱',
      { indent: tabs },
    ],
    [
      'a file that tells nothing, an editor with four spaces',
      'if (x) {█',
      '\n\ty();\n}',
      'if (x) {█❰↦\n    y();\n}❱',
      { indent: four },
    ],
    [
      'a file that tells nothing, two spaces for an editor with four',
      'if (x) {█',
      '\n  if (y) {\n    z();\n  }\n}',
      'if (x) {█❰↦\n    if (y) {\n        z();\n    }\n}❱',
      { indent: four },
    ],
    [
      'two spaces in a file of four, from column 0',
      'f() {\n    a();\n    █\n}',
      'if (x) {\n  y();\n}',
      'f() {\n    a();\n    █❰↦if (x) {\n        y();\n    }❱\n}',
    ],
    [
      'two spaces in a file of four, from where the block stands',
      'f() {\n    if (x) {█\n}',
      '\n      y();\n    }',
      'f() {\n    if (x) {█❰↦\n        y();\n    }❱\n}',
    ],
    [
      'two spaces in a file of four, as deep as the block is',
      'f() {\n    g() {\n        if (x) {█\n    }\n}',
      '\n      y();\n    }',
      'f() {\n    g() {\n        if (x) {█❰↦\n            y();\n        }❱\n    }\n}',
    ],
    [
      'four spaces in a file of two',
      'f() {\n  a();\n}\ng() {█',
      '\n    if (x) {\n        y();\n    }\n}',
      'f() {\n  a();\n}\ng() {█❰↦\n  if (x) {\n    y();\n  }\n}❱',
    ],
    [
      'four spaces in a file of two, an empty line of two between',
      'f() {\n  a();█\n}',
      '\n    b();\n  \n    c();',
      'f() {\n  a();█❰↦\n  b();\n\n  c();❱\n}',
    ],
    [
      'a file that tells nothing, and a blank that was typed',
      'f() {\n █\n}',
      '   return a;',
      'f() {\n █❰↦   return a;❱\n}',
    ],
    [
      'a part of the file that has its own',
      `${'f() {\n    a();\n}\n'.repeat(20)}${'g() {\n  b();\n}\n'.repeat(14)}h() {█`,
      '\n  c();\n}',
      `${'f() {\n    a();\n}\n'.repeat(20)}${'g() {\n  b();\n}\n'.repeat(14)}h() {█❰↦\n  c();\n}❱`,
    ],
    [
      'arguments are indented as their author likes',
      'f() {\n  a();\n}\ng(█',
      '\n    x,\n    y,\n);',
      'f() {\n  a();\n}\ng(█❰↦\n    x,\n    y,\n);❱',
    ],
    [
      'the file counts more than the editor',
      'a {\n  b();\n}\nif (x) {█',
      '\n\ty();\n}',
      'a {\n  b();\n}\nif (x) {█❰↦\n  y();\n}❱',
      { indent: tabs },
    ],
    [
      'CRLF stays',
      'f() {\r\n  a();\r\n  █\r\n}',
      'b();\n  c();',
      'f() {\r\n  a();\r\n  █❰↦b();\r\n  c();❱\r\n}',
    ],
  ]);
  shapingCases('go', [
    [
      'llama.vscode#72: spaces in Go',
      'func f() {\n\tg()\n\tfor {█',
      '\n        h()\n    }',
      'func f() {\n\tg()\n\tfor {█❰↦\n\t\th()\n\t}❱',
    ],
  ]);
  shapingCases('makefile', [['tabs are needed', 'all:\n\ta\nb:█', '\n    c', 'all:\n\ta\nb:█❰↦\n\tc❱']]);
});

describe('as deep as the place', () => {
  shapingCases('python', [
    [
      'kilocode#4340: three blanks too many',
      'def f(name):\n    a = 1\n    █',
      '    print(name)',
      'def f(name):\n    a = 1\n    █❰↦print(name)❱',
    ],
    [
      'tabby#3330: indented twice',
      'class A:\n    def f(self):\n        █',
      '        return 1',
      'class A:\n    def f(self):\n        █❰↦return 1❱',
    ],
    ['mito#1433: begins with an empty line', 'x = 1\n█', '\ny = 2', 'x = 1\n█❰↦y = 2❱'],
    [
      'two empty lines below a block',
      'def f():\n    return 1\n█',
      '\n\ndef g():\n    return 2',
      'def f():\n    return 1\n█❰↦\n\ndef g():\n    return 2❱',
    ],
    [
      'begun at column 0',
      'def f():\n    for a in b:\n        █',
      'if a:\n    c()',
      'def f():\n    for a in b:\n        █❰↦if a:\n            c()❱',
    ],
    [
      'a body at column 0',
      'class A:\n    def f(self):█',
      '\nreturn 1',
      'class A:\n    def f(self):█❰↦\n        return 1❱',
    ],
  ]);
  shapingCases('typescript', [
    ['deeper by one step on an empty line', 'f() {\n█', '  return 1;\n}', 'f() {\n█❰↦  return 1;\n}❱'],
    ['blanks behind blanks', 'return █', '  1;', 'return █❰↦1;❱'],
    [
      'TabNine#445: the cursor is deeper than the block',
      'f() {\n    a();\n    █',
      '    b();',
      'f() {\n    a();\n    █❰↦b();❱',
    ],
  ]);
  shapingCases('yaml', [['list item', 'a:\n  - b\n  █', '  - c', 'a:\n  - b\n  █❰↦- c❱']]);
  shapingCases('html', [
    [
      'child',
      '<ul>\n  <li>A</li>\n  █\n</ul>',
      '  <li>B</li>',
      '<ul>\n  <li>A</li>\n  █❰↦<li>B</li>❱\n</ul>',
    ],
  ]);
});

describe('behind a body without braces', () => {
  shapingCases('c', [
    [
      'it ends its statement',
      'void f() {\n    if (a)\n        b();\n    █\n}',
      '    return c;',
      'void f() {\n    if (a)\n        b();\n    █❰↦return c;❱\n}',
    ],
    [
      'two of them',
      'void f() {\n    for (;;)\n        if (a)\n            b();\n    █\n}',
      '    c();',
      'void f() {\n    for (;;)\n        if (a)\n            b();\n    █❰↦c();❱\n}',
    ],
    [
      'the body itself',
      'void f() {\n    if (a)\n    █\n}',
      '    b();',
      'void f() {\n    if (a)\n    █❰↦    b();❱\n}',
    ],
    [
      'a brace of its own line',
      'void f()\n{\n    if (a)\n    █\n}',
      '    {',
      'void f()\n{\n    if (a)\n    █❰↦{❱\n}',
    ],
  ]);
  shapingCases('csharp', [
    [
      'foreach',
      'void F() {\n    foreach (var a in b)\n        C(a);\n    █\n}',
      '    D();',
      'void F() {\n    foreach (var a in b)\n        C(a);\n    █❰↦D();❱\n}',
    ],
  ]);
  shapingCases('java', [
    [
      'else',
      'void f() {\n    if (a)\n        b();\n    else\n        c();\n    █\n}',
      '    d();',
      'void f() {\n    if (a)\n        b();\n    else\n        c();\n    █❰↦d();❱\n}',
    ],
  ]);
  shapingCases('php', [
    [
      'a condition of two lines',
      'function f() {\n    if ($a &&\n        $b)\n        c();\n    █\n}',
      '    d();',
      'function f() {\n    if ($a &&\n        $b)\n        c();\n    █❰↦d();❱\n}',
    ],
  ]);
});

describe('behind aligned lines', () => {
  shapingCases('cpp', [
    [
      'arguments',
      'void f() {\n    x = g(a,\n          b);\n    █\n}',
      '    h();',
      'void f() {\n    x = g(a,\n          b);\n    █❰↦h();❱\n}',
    ],
  ]);
  shapingCases('python', [
    [
      'arguments',
      'def f():\n    x = g(a,\n          b)\n    █',
      '    return x',
      'def f():\n    x = g(a,\n          b)\n    █❰↦return x❱',
    ],
  ]);
  shapingCases('javascript', [
    [
      'a chain that ends',
      'f() {\n  a\n    .b()\n    .c();\n  █\n}',
      '  d();',
      'f() {\n  a\n    .b()\n    .c();\n  █❰↦d();❱\n}',
    ],
    [
      'a chain that goes on',
      'f() {\n  return a\n    .b()\n  █\n}',
      '  .c();',
      'f() {\n  return a\n    .b()\n  █❰↦  .c();❱\n}',
    ],
  ]);
  shapingCases('rust', [
    [
      'a condition',
      'fn f() {\n    let a = b\n        && c;\n    █\n}',
      '    d();',
      'fn f() {\n    let a = b\n        && c;\n    █❰↦d();❱\n}',
    ],
  ]);
});

describe('in the middle of a line', () => {
  shapingCases('typescript', [
    ['copilot: one line only', 'const █ = f();', 'a\nconst b', 'const █❰↦a❱ = f();'],
    ['argument', 'f(a, █, c)', 'b, c)', 'f(a, █❰↦b❱, c)'],
    ['condition', 'if (█) {', 'a > b) {', 'if (█❰) {↦a > b) {❱'],
    ['arrow', 'a.map(█).join()', 'x => x.id', 'a.map(█❰↦x => x.id❱).join()'],
    ['inside a word', 'con█st a', 'sole.log()', 'middle-of-word'],
    ['a word that meets a word', 'ret█ x;', 'urn', 'ret█❰↦urn❱ x;'],
  ]);
  shapingCases('python', [['keyword', 'x = a █ b', 'and', 'x = a █❰↦and❱ b']]);
  shapingCases('csharp', [['parameter', 'void F(int a, █)', 'int b)', 'void F(int a, █❰)↦int b)❱']]);
  shapingCases('sql', [['column', 'SELECT █ FROM users', 'id, name', 'SELECT █❰↦id, name❱ FROM users']]);
});

describe('blanks typed one by one', () => {
  shapingCases('lua', [
    [
      'behind a line that opens a block without a sign for it',
      'function a(b)\n  c()\nend\n\nfunction d(e)\n █\nend\n',
      ' f(e)',
      'function a(b)\n  c()\nend\n\nfunction d(e)\n █❰↦ f(e)❱\nend\n',
    ],
    [
      'a whole step said again',
      'function a(b)\n  c()\n  █\nend\n',
      '  d()',
      'function a(b)\n  c()\n  █❰↦d()❱\nend\n',
    ],
  ]);
});

describe('blanks typed one by one, and a model that writes none', () => {
  const opened = 'class A {\n    int a;\n\n    int f() {\n';
  shapingCases('java', [
    [
      'inside of what the line above opens',
      `${opened}      █\n    }\n}`,
      'return a;',
      `${opened}      █❰↦  return a;❱\n    }\n}`,
    ],
    [
      'fewer than a step, where the block is two steps deep',
      `${opened} █\n    }\n}`,
      'int b = a;\n        return b;',
      `${opened} █❰↦       int b = a;\n        return b;❱\n    }\n}`,
    ],
    [
      'a blank short of where arguments are aligned',
      'f() {\n    if (a)\n        b();\n    foo(a,\n       █);\n}',
      'b',
      'f() {\n    if (a)\n        b();\n    foo(a,\n       █❰↦ b❱);\n}',
    ],
    [
      'where an argument is aligned with the one above',
      'f() {\n    if (a)\n        b();\n    fo(a,\n       █);\n}',
      'b',
      'f() {\n    if (a)\n        b();\n    fo(a,\n       █❰↦b❱);\n}',
    ],
  ]);
  shapingCases('python', [
    [
      'on the way out of a block',
      'def f(a):\n    if a:\n        g()\n  █\n',
      'return a',
      'def f(a):\n    if a:\n        g()\n  █❰↦  return a❱\n',
    ],
  ]);
  shapingCases('cpp', [
    [
      'a label between two steps',
      'class A {\n  int a;\n █\n};',
      'private:\n  int b;',
      'class A {\n  int a;\n █❰↦private:\n  int b;❱\n};',
    ],
  ]);
});

describe('breaks and blanks too much or missing', () => {
  shapingCases('typescript', [
    ['a blank behind a bracket', 'foo(█', ' a, b);', 'foo(█❰↦a, b);❱'],
    ['a blank behind a bracket, as elsewhere', 'bar( 1 );\nfoo(█', ' a );', 'bar( 1 );\nfoo(█❰↦ a );❱'],
    ['a break behind a dot', '  return foo.█', '\nbar();', '  return foo.█❰↦bar();❱'],
    ['a break behind a bracket', '  foo(█', '\n    bar,\n  );', '  foo(█❰↦\n    bar,\n  );❱'],
    ['a break in the middle of a line', 'foo(█, b)', '\n  a', 'foo(█❰↦a❱, b)'],
    ['no break before a block', '  if (a) {█', '    b();\n  }', '  if (a) {█❰↦\n    b();\n  }❱'],
    [
      'no break and no blanks before a block',
      '  if (a) {█',
      'b();\n    c();\n  }',
      '  if (a) {█❰↦\n    b();\n    c();\n  }❱',
    ],
    ['a block on one line', 'if (a) {█', ' b(); }', 'if (a) {█❰↦ b(); }❱'],
    ['the other blank of a pair', 'import {█}', ' a ', 'import {█❰↦ a ❱}'],
    ['the other blank behind a name', 'import { a█} from "a";', 'b ', 'import { a█❰↦b ❱} from "a";'],
    ['a blank of none', 'foo(█)', 'a ', 'foo(█❰↦a❱)'],
    ['the last of a string', "log('a█')", 'b: ', "log('a█❰↦b: ❱')"],
    ['both blanks of a pair', 'foo(█)', ' a ', 'foo(█❰↦ a ❱)'],
    ['blanks and line ends behind a name', 'x = █(a)', 'foo  \n\n', 'x = █❰↦foo❱(a)'],
    [
      'a bracket in whole steps',
      'if (a) {\n  b();\n  if (c) {\n    d();\n  █',
      '  }',
      'if (a) {\n  b();\n  if (c) {\n    d();\n  █❰↦}❱',
    ],
    [
      'steps of another width, behind a statement',
      'if (a) {\n  b();\n  c█\n}',
      '();\n    d();\n    if (e) {\n        f();\n    }',
      'if (a) {\n  b();\n  c█❰↦();\n  d();\n  if (e) {\n    f();\n  }❱\n}',
    ],
    [
      'steps of another width, from the margin',
      'if (a) {\n  if (b) {\n    if (c) {█\n  }\n}',
      '\n            d();\n        }',
      'if (a) {\n  if (b) {\n    if (c) {█❰↦\n      d();\n    }❱\n  }\n}',
    ],
    ['a line of a comment', '/**\n * a\n █\n */', ' * b', '/**\n * a\n █❰↦* b❱\n */'],
  ]);
  shapingCases('python', [
    ['no break before a block', 'def f():█', '    return 1', 'def f():█❰↦\n    return 1❱'],
    ['a block on one line', 'def f():█', ' return 1', 'def f():█❰↦ return 1❱'],
  ]);
  shapingCases('shellscript', [['a blank that is meant', 'if [█', ' -f a ]; then', 'if [█❰↦ -f a ]; then❱']]);
  shapingCases('cpp', [
    [
      'a label as deep as what it divides',
      '  switch (a█',
      ') {\n  case 1:\n    b();',
      '  switch (a█❰↦) {\n  case 1:\n    b();❱',
    ],
  ]);
  shapingCases('c', [
    [
      'tabs among blanks, as in the lines above',
      'int\nf (void)\n{\n  int a;\n  if (a)\n    {\n      b ();\n\tc ();\n\t█\n}',
      'if (d)\n\t  {\n\t    e ();\n\t  }',
      'int\nf (void)\n{\n  int a;\n  if (a)\n    {\n      b ();\n\tc ();\n\t█❰↦if (d)\n\t  {\n\t    e ();\n\t  }❱\n}',
    ],
  ]);
});
