/** Lines that models begin anew: with the signs that were typed, the lines around, the whole file or a diff of it. */

import { describe } from 'vitest';
import { shapingCases } from '../../support/shaping.ts';

describe('the signs that a line was begun with', () => {
  shapingCases('lua', [
    ['of a comment', 'a()\n--█\nb()\n', '-- sorts them', 'a()\n--█❰↦ sorts them❱\nb()\n'],
    ['that go on', 'a()\n-█\nb()\n', '- sorts them', 'a()\n-█❰↦- sorts them❱\nb()\n'],
    ['of a longer mark', '--- a\n--█\n', '--- b', '--- a\n--█❰↦- b❱\n'],
  ]);
  shapingCases('rust', [
    ['the first of its kind', '///█\nfn a() {}\n', '/// Sorts.', '///█❰↦ Sorts.❱\nfn a() {}\n'],
    ['a part of it', '// a\n/█\n', '// b', '// a\n/█❰↦/ b❱\n'],
    ['several', '#[█\nfn a() {}\n', '#[test]', '#[█❰↦test]❱\nfn a() {}\n'],
  ]);
  shapingCases('gleam', [
    [
      'where both kinds stand, as the line above',
      '//// a\n//█\n/// b\n',
      '//// c',
      '//// a\n//█❰↦// c❱\n/// b\n',
    ],
  ]);
  shapingCases('dockerfile', [
    ['of a comment between lines', 'RUN a \\\n# b\n#█\n  c\n', '# d', 'RUN a \\\n# b\n#█❰↦ d❱\n  c\n'],
    [
      'two of them that are meant',
      'RUN case a in\n  b) c \\\n  ;█\n',
      '; \\',
      'RUN case a in\n  b) c \\\n  ;█❰↦; \\❱\n',
    ],
  ]);
  shapingCases('latex', [
    ['of a command', 'a\n\\█\n', '\\begin{b}', 'a\n\\█❰↦begin{b}❱\n'],
    ['in a line', 'a \\█\n', '\\alpha', 'a \\█❰↦alpha❱\n'],
    ['the other one of an end of line', 'a & b \\█\n', '\\ \\hline', 'a & b \\█❰↦\\ \\hline❱\n'],
  ]);
  shapingCases('svelte', [
    ['of a tag', '<█\n', '<script>', '<█❰↦script>❱\n'],
    ['of its end', '<p>\n  a\n</█\n', '</p>', '<p>\n  a\n</█❰↦p>❱\n'],
  ]);
  shapingCases('elixir', [
    ['of a step', 'a\n|> b()\n|█\n', '|> c()', 'a\n|> b()\n|█❰↦> c()❱\n'],
    [
      'of a value',
      'case a do\n  1 ->\n    :b\n  _ ->\n    :█\nend\n',
      ':c',
      'case a do\n  1 ->\n    :b\n  _ ->\n    :█❰↦c❱\nend\n',
    ],
  ]);
  shapingCases('typescript', [
    ['an operator of two', 'a =\n  b\n  || c\n  |█\n', '| d;', 'a =\n  b\n  || c\n  |█❰↦| d;❱\n'],
    ['a bracket in a bracket', 'a = [\n  [█\n', '[1], [2]],', 'a = [\n  [█❰↦[1], [2]],❱\n'],
  ]);
  shapingCases('terraform', [
    [
      'a line across the page',
      `${'#'.repeat(40)}\n# A\n${'#'.repeat(30)}█\n`,
      '#'.repeat(40),
      `${'#'.repeat(40)}\n# A\n${'#'.repeat(30)}█❰↦${'#'.repeat(10)}❱\n`,
    ],
  ]);
});

describe('the first letter of a word', () => {
  shapingCases('go', [
    ['of a keyword', 'func a() int {\n\tr█\n}\n', 'return 1', 'func a() int {\n\tr█❰↦eturn 1❱\n}\n'],
    ['of a name that stands near', 'total := 1\nt█\n', 'total++', 'total := 1\nt█❰↦otal++❱\n'],
    ['of one that begins the line', 't█\n', 'total++', 't█❰↦otal++❱\n'],
    ['of one that is new elsewhere', 'a = t█\n', 'total', 'a = t█❰↦total❱\n'],
    ['of one that begins with two', 'sshd()\nshd()\ns█\n', 'shd()', 'sshd()\nshd()\ns█❰↦shd()❱\n'],
  ]);
});

describe('lines above', () => {
  shapingCases('swift', [
    [
      'the end of a block alone',
      'class A {\n  func b() {\n  }\n\n  █\n}\n',
      '  }\n\n  func c() {\n  }',
      'class A {\n  func b() {\n  }\n\n  █❰↦func c() {\n  }❱\n}\n',
    ],
    [
      'a short statement',
      'switch a {\ncase b:\n  return\n█\n}\n',
      '  return\ncase c:\n  d()',
      'switch a {\ncase b:\n  return\n█❰↦case c:\n  d()❱\n}\n',
    ],
  ]);
  shapingCases('ruby', [
    [
      'an end that is another',
      'def a\n  if b\n  end\n  █',
      'end\n\ndef c',
      'def a\n  if b\n  end\n  █❰↦end❱',
    ],
  ]);
  const lines = Array.from({ length: 60 }, (_, i) => (i % 3 === 0 ? '' : `call${i}();`)).join('\n');
  shapingCases('typescript', [
    [
      'the whole file, of which only a part is read',
      `${lines}\nlet a = █\nb();\n`,
      `${lines}\nlet a = 1;\nb();\n`,
      `${lines}\nlet a = █❰↦1;❱\nb();\n`,
    ],
  ]);
});

describe('lines below', () => {
  shapingCases('csharp', [
    [
      'a body that stands there',
      'class A\n{\n    █\n    {\n        b();\n    }\n}\n',
      'void C()\n    {\n        d();\n    }',
      'class A\n{\n    █❰↦void C()❱\n    {\n        b();\n    }\n}\n',
    ],
  ]);
  shapingCases('sql', [
    [
      'that end what is open',
      "SELECT a(\n    'b█\n    ''\n);\n",
      "',\n    ''\n);\n",
      "SELECT a(\n    'b█❰↦',❱\n    ''\n);\n",
    ],
  ]);
  shapingCases('rust', [
    [
      'with the rest of the line',
      'struct A {\n    a: Vec█>,\n    b: C,\n    c: D,\n}\n',
      '<B>,\n    b: C,\n    c: D,\n}\n',
      'struct A {\n    a: Vec█❰>,↦<B>,❱\n    b: C,\n    c: D,\n}\n',
    ],
    ['a bracket behind the cursor that closes nothing', 'a = b█)\n', ' (c (d))', 'a = b█❰)↦ (c (d))❱\n'],
    ['one that closes what is above', 'a(\n  b█)\n', '(c)', 'a(\n  b█❰↦(c)❱)\n'],
    ['the end of a sentence', '/// Runs a █.\n', 'command.', '/// Runs a █❰.↦command.❱\n'],
  ]);
  shapingCases('dockerfile', [
    ['the sign that a line goes on', 'RUN█ \\\n  a\n', ' set -eux; \\', 'RUN█❰ \\↦ set -eux; \\❱\n  a\n'],
  ]);
});

describe('the blanks of the line', () => {
  shapingCases('elixir', [
    [
      'below what is aligned',
      'def a do\n  b(c: 1,\n     d: 2,\n     █\nend\n',
      '     e: 3)',
      'def a do\n  b(c: 1,\n     d: 2,\n     █❰↦e: 3)❱\nend\n',
    ],
    [
      'below what goes on deeper',
      'def a do\n  raise "b" <>\n          "c"\n  █\n',
      '  end',
      'def a do\n  raise "b" <>\n          "c"\n  █❰↦end❱\n',
    ],
  ]);
});

describe('the blanks of a line farther out than the one above', () => {
  shapingCases('ocaml', [
    [
      'are said again',
      'module A = struct\n  let a =\n    b;\n    c\n\n  █\nend\n',
      '  let d = e',
      'module A = struct\n  let a =\n    b;\n    c\n\n  █❰↦let d = e❱\nend\n',
    ],
  ]);
  shapingCases('typescript', [
    [
      'go on in a block that is opened',
      'f() {\n  if (a) {\n  █\n}\n',
      '  b();',
      'f() {\n  if (a) {\n  █❰↦  b();❱\n}\n',
    ],
  ]);
});

describe('a diff', () => {
  shapingCases('typescript', [
    [
      'with names',
      'a();\nb(█',
      '--- a/a.ts\n+++ b/a.ts\n@@ -1,2 +1,2 @@\n a();\n-b(\n+b(1);',
      'a();\nb(█❰↦1);❱',
    ],
    ['that has only begun', 'a();\n█', '--- a/a.ts\n+++ b/a.ts', 'nothing-to-say', { open: true }],
    [
      'with a place above',
      'import a;\n\nb();\nc(█',
      '```diff\n@@ -1 +1,2 @@\n import a;\n+import d;\n@@ -3,2 +4,2 @@\n b();\n-c(\n+c(d);\n```',
      'import a;\n\nb();\nc(█❰↦d);❱',
    ],
  ]);
});

describe('arrows and types', () => {
  shapingCases('python', [['behind an arrow', 'def a() ->█:\n', ' None', 'def a() ->█❰↦ None❱:\n']]);
  shapingCases('ocaml', [['of a list', 'let a = 1 ::█\n', ' b', 'let a = 1 ::█❰↦ b❱\n']]);
  shapingCases('cpp', [['of a member', 'a->█\n', ' b();', 'a->█❰↦b();❱\n']]);
  shapingCases('haskell', [
    [
      'a value that is called so',
      'a = if b then return█\n',
      ' Nothing',
      'a = if b then return█❰↦ Nothing❱\n',
    ],
  ]);
});
