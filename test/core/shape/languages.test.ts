/** What developers of other languages than JavaScript's meet: their quotes, blocks, layout, marks and templates. */

import { describe } from 'vitest';
import { shapingCases } from '../../support/shaping.ts';

describe('Python', () => {
  shapingCases('python', [
    [
      'a docstring that the piece ends, and the body',
      'def f():\n    """█',
      'Return one.\n\n    Args:\n        x: y\n    """\n    return 1',
      'def f():\n    """█❰↦Return one.\n\n    Args:\n        x: y\n    """\n    return 1❱',
    ],
    [
      'a docstring between its quotes',
      'def f():\n    """█"""',
      'Return one.\n\n    Args:\n        x: y\n    """\n    return 1',
      'def f():\n    """█❰"""↦Return one.\n\n    Args:\n        x: y\n    """❱',
    ],
    ['quotes in an f-string', 'print(f"a {d[\'█\']}")', 'key\']}")', 'print(f"a {d[\'█❰\']}")↦key\']}")❱'],
    ['the quote again', "x = '█'", "'abc'", "x = '█❰'↦abc'❱"],
    ['an empty string', "f('█", "', 'b')", "f('█❰↦', 'b')❱"],
    [
      'out of the block behind a blank line',
      'def f(x):\n    if x:\n        a()\n        █\n',
      '\n    return x',
      'def f(x):\n    if x:\n        a()\n        █❰↦\n    return x❱\n',
    ],
    [
      'out of the function',
      'def f(x):\n    a()\n    █\n',
      '\n\ndef g():\n    pass',
      'def f(x):\n    a()\n    █❰↦\n\ndef g():\n    pass❱\n',
    ],
    [
      'a line begun anew is as deep as the cursor',
      'def f(x):\n    a()\n    █\n',
      '\n   b()',
      'def f(x):\n    a()\n    █❰↦b()❱\n',
    ],
    [
      'a clause deeper than its statement',
      'def f(x):\n    if x:\n        a()\n        █',
      'else:\n        b()',
      'def f(x):\n    if x:\n        a()\n        █❰↦\n    else:\n        b()❱',
    ],
    [
      'a clause as if nothing stood before it',
      'def f(x):\n    if x:\n        a()\n        █',
      'else:\n    b()',
      'def f(x):\n    if x:\n        a()\n        █❰↦\n    else:\n        b()❱',
    ],
    [
      'a clause as if the statement stood at the cursor',
      'def f(x):\n    if x:\n        a()\n        █',
      'else:\n            b()',
      'def f(x):\n    if x:\n        a()\n        █❰↦\n    else:\n        b()❱',
    ],
    [
      'a clause of the nearest that it belongs to',
      'for a in b:\n    try:\n        c()\n        █',
      'except E:\n        d()',
      'for a in b:\n    try:\n        c()\n        █❰↦\n    except E:\n        d()❱',
    ],
    [
      'a clause where it belongs',
      'for a in b:\n    if a:\n        c()\n    █',
      'else:\n        d()',
      'for a in b:\n    if a:\n        c()\n    █❰↦else:\n        d()❱',
    ],
    ['a body at column 0', 'def f(x):█\n', '\ny = x\nreturn y', 'def f(x):█❰↦\n    y = x\n    return y❱\n'],
    [
      'a condition over two lines',
      'def f():\n    if (a\n            and █',
      'b):\n        c()\n    d()',
      'def f():\n    if (a\n            and █❰↦b):\n        c()❱',
    ],
    [
      'parameters over several lines',
      'def f(\n    a,\n    █',
      'b):\n    return a',
      'def f(\n    a,\n    █❰↦b):\n    return a❱',
    ],
    [
      'parameters whose bracket has a line of its own',
      'def f(\n    a,\n    █\n',
      'b,\n):\n    return a',
      'def f(\n    a,\n    █❰↦b,\n):\n    return a❱\n',
    ],
    ['a comment begun', 'x = 1\n# █', '# set y\ny = 2', 'x = 1\n# █❰↦set y\ny = 2❱'],
    ['an import said again', 'import os\n█', 'import os\nimport sys', 'import os\n█❰↦import sys❱'],
    ['the sign of a decorator', '@█\ndef f(): pass', '@property', '@█❰↦property❱\ndef f(): pass'],
  ]);
});

describe('a character that is begun', () => {
  for (const language of ['c', 'cpp', 'csharp', 'go', 'java', 'kotlin', 'rust', 'scala', 'zig'])
    shapingCases(language, [
      [`${language}: an argument`, "f('█')", "a');", "f('█❰')↦a');❱"],
      [`${language}: a further one`, "f(a, '█')", "b');", "f(a, '█❰')↦b');❱"],
      [`${language}: a bracket`, "b.append('█')", "(').append(x);", "b.append('█❰')↦(').append(x);❱"],
      [`${language}: returned`, "return '█'", "a';", "return '█❰'↦a';❱"],
      [`${language}: one that ends before the cursor`, "f('('█)", ');', "f('('█❰)↦);❱"],
    ]);
  shapingCases('java', [['a case', "case '█'", "a':", "case '█❰'↦a':❱"]]);
});

describe('what a comment holds', () => {
  shapingCases('python', [
    [
      'behind a colon, at the margin',
      '# a\n# for e█\n',
      'xample:\n# b\n# c',
      '# a\n# for e█❰↦xample:\n# b\n# c❱\n',
    ],
    ['text of a module', '"""A\nand█\n', ':\n\n- b\n- c', '"""A\nand█❰↦:\n\n- b\n- c❱\n'],
  ]);
  shapingCases('typescript', [
    [
      'behind a bracket',
      'f(() => {\n  // a.s█\n})',
      'hot({\n  //   b: 1,\n  // })',
      'f(() => {\n  // a.s█❰↦hot({\n  //   b: 1,\n  // })❱\n})',
    ],
  ]);
});

describe('a bracket that the line needs besides', () => {
  shapingCases('go', [['of two calls', 'f(g("a█)', '")', 'f(g("a█❰↦")❱)']]);
});

describe("an apostrophe that is no string's", () => {
  shapingCases('rust', [
    [
      'lifetimes before the cursor and in the piece',
      "fn f<'a>(█)",
      "x: &'a str, y: &'a str) -> &'a str {",
      "fn f<'a>(█❰)↦x: &'a str, y: &'a str) -> &'a str {❱",
    ],
    [
      'characters that are quotes and brackets',
      'match c {\n    █\n}',
      "'\"' => a(),\n    '{' => c(),\n    _ => d(),\n}",
      "match c {\n    █❰↦'\"' => a(),\n    '{' => c(),\n    _ => d(),❱\n}",
    ],
    ['a character', "let c = '█';", "x';", "let c = '█❰';↦x';❱"],
    ['a turbofish', 'x.collect::<█>()', 'Vec<_>>()', 'x.collect::<█❰>()↦Vec<_>>()❱'],
  ]);
  shapingCases('c', [
    ['a bracket as a character', 'f(█);', "c == ')');", "f(█❰);↦c == ')');❱"],
    [
      'a label at the margin',
      'int f(void)\n{\n\tif (x)\n\t\tgoto out;\n\t█\n}',
      'a();\nout:\n\treturn 1;\n}',
      'int f(void)\n{\n\tif (x)\n\t\tgoto out;\n\t█❰↦a();\nout:\n\treturn 1;❱\n}',
    ],
  ]);
  shapingCases('ocaml', [
    ['a type variable', 'let f (x : █) = x', "'a list)", "let f (x : █❰)↦'a list)❱ = x"],
    ['a comment', '(* █ *)', 'foo *)', '(* █❰ *)↦foo *)❱'],
  ]);
  shapingCases('clojure', [
    ['a quoted list', '(f █)', "'(1 2 3))", "(f █❰)↦'(1 2 3))❱"],
    ['a quoted name', '(if (eq? x █))', "'a) 1 2)", "(if (eq? x █❰))↦'a) 1 2)❱"],
  ]);
  shapingCases('matlab', [['a transposed matrix', "y = f(A)' * g(█)", 'x)', "y = f(A)' * g(█❰)↦x)❱"]]);
  shapingCases('sql', [
    ['a quote in a string', "WHERE a = '█'", "it''s", "WHERE a = '█❰↦it''s❱'"],
    ['a quote in a string, and its end', "WHERE a = '█'", "it''s'", "WHERE a = '█❰'↦it''s'❱"],
  ]);
  shapingCases('javascript', [
    ['a quote in a regular expression', "a.replace(/'/g, █)", '"b")', 'a.replace(/\'/g, █❰)↦"b")❱'],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: It is the text of a file.
    ['a quote in a template', "x = `a ${b['█']}`;", "c']}`;", "x = `a ${b['█❰']}`;↦c']}`;❱"],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: It is the text of a file.
    ['a call in a template', 'x = `a ${f(█)}`;', 'c)}`;', 'x = `a ${f(█❰)}`;↦c)}`;❱'],
  ]);
  shapingCases('swift', [['an interpolation', 'print("a \\(█)")', 'b)")', 'print("a \\(█❰)")↦b)")❱']]);
  shapingCases('ruby', [
    ['a string in a string', 'puts "a #{h["█"]}"', 'x"]}"', 'puts "a #{h["█❰"]}"↦x"]}"❱'],
  ]);
  shapingCases('php', [
    ['a key in a string', 'echo "a {$x[\'█\']}";', 'k\']}";', 'echo "a {$x[\'█❰\']}";↦k\']}";❱'],
  ]);
  shapingCases('go', [
    [
      'quotes of a struct tag',
      'type A struct {\n\tName string `json:"█"`\n}',
      'name"`',
      'type A struct {\n\tName string `json:"█❰"`↦name"`❱\n}',
    ],
  ]);
  shapingCases('nix', [['two of them', "x = ''█'';", "a'';", "x = ''█❰'';↦a'';❱"]]);
  shapingCases('haskell', [
    ['a pragma', '{-# █ #-}', 'LANGUAGE OverloadedStrings #-}', '{-# █❰ #-}↦LANGUAGE OverloadedStrings #-}❱'],
  ]);
  shapingCases('typescriptreact', [
    ['a comment in JSX', '<div>\n  {/* █ */}\n</div>', 'todo */}', '<div>\n  {/* █❰ */}↦todo */}❱\n</div>'],
  ]);
});

describe('shell', () => {
  shapingCases('shellscript', [
    [
      'the patterns of a case',
      'case "$1" in\n  █\nesac',
      'a)\n    foo\n    ;;\n  *)\n    bar\n    ;;\nesac',
      'case "$1" in\n  █❰↦a)\n    foo\n    ;;\n  *)\n    bar\n    ;;❱\nesac',
    ],
    ['the end of a pattern', 'case "$1" in\n  start█', ') start ;;', 'case "$1" in\n  start█❰↦) start ;;❱'],
    ['a bracket too many elsewhere', 'x=$(foo █', '$(bar)))', 'x=$(foo █❰↦$(bar))❱'],
    ['the first line again', '#!/bin/bash\n\n█', '#!/bin/bash\n\nset -e', '#!/bin/bash\n\n█❰↦set -e❱'],
    ['before a variable', 'cat █$x', 'a/b', 'cat █❰↦a/b❱$x'],
  ]);
});

describe('what begins a line or a name, said again', () => {
  shapingCases('php', [
    ['a variable', '<?php\n$█', '$name = "a";', '<?php\n$█❰↦name = "a";❱'],
    ['the mark of the language', '<?php\n\n█', '<?php\n\nnamespace A;', '<?php\n\n█❰↦namespace A;❱'],
  ]);
  shapingCases('ruby', [['a class variable', '@@█', '@name = 1', '@@█❰↦@name = 1❱']]);
  shapingCases('yaml', [
    ['an item', 'a:\n  - b\n  - █', '- c\n  - d', 'a:\n  - b\n  - █❰↦c\n  - d❱'],
    [
      'a less deep item behind a blank line',
      'steps:\n  - run: a\n    █',
      '\n  - run: b\n    name: c',
      'steps:\n  - run: a\n    █❰↦\n  - run: b\n    name: c❱',
    ],
  ]);
  shapingCases('markdown', [
    ['an item', '- a\n- █', '- b\n- c', '- a\n- █❰↦b\n- c❱'],
    ['a task', '- [ ] a\n- [ ] █', '- [ ] b', '- [ ] a\n- [ ] █❰↦b❱'],
    ['a number', '1. a\n2. █', '2. b', '1. a\n2. █❰↦b❱'],
    ['a heading', '## █', '## Usage', '## █❰↦Usage❱'],
    ['bold is no item', '* a\n* █', '**b** c', '* a\n* █❰↦**b** c❱'],
    ['cells', '| a | b |\n|---|---|\n| █ |  |', '1 | 2 |', '| a | b |\n|---|---|\n| █❰ |  |↦1 | 2 |❱'],
  ]);
  shapingCases('ocaml', [
    [
      'a case',
      'match x with\n  | █',
      '| Some y -> y\n  | None -> 0',
      'match x with\n  | █❰↦Some y -> y\n  | None -> 0❱',
    ],
  ]);
  shapingCases('elixir', [
    ['a pipe', 'x\n|> █', '|> Enum.map(f)\n|> Enum.sum()', 'x\n|> █❰↦Enum.map(f)\n|> Enum.sum()❱'],
  ]);
  shapingCases('go', [
    ['the package', 'package main\n\n█', 'package main\n\nimport "fmt"', 'package main\n\n█❰↦import "fmt"❱'],
  ]);
  shapingCases('json', [['the quote of a key', '{\n  "█"\n}', '"a": 1\n}', '{\n  "█❰"↦a": 1❱\n}']]);
});

describe('words without blanks between them, and formulas', () => {
  shapingCases('markdown', [
    ['Chinese', '今天█我们出去', '天气很好，', '今天█❰↦天气很好，❱我们出去'],
    ['Chinese without a comma', '今天█我们出去', '天气很好', '今天█❰↦天气很好❱我们出去'],
    ['Japanese', '今日は█です', 'いい天気', '今日は█❰↦いい天気❱です'],
    ['Latin words are not parted', 'fo█bar', 'x', 'middle-of-word'],
    ['the end of a formula', 'a $█$ b', 'c$', 'a $█❰$↦c$❱ b'],
  ]);
  shapingCases('javascript', [
    ['in a comment', '// 今天█我们', '天气很好', '// 今天█❰↦天气很好❱我们'],
    ['names are not parted', 'let 今天█我们 = 1', '天气', 'middle-of-word'],
    ['nor those with a dollar', 'a█$b', 'c', 'middle-of-word'],
  ]);
  shapingCases('latex', [
    ['between dollars', 'Let $█$ be', 'x^2', 'Let $█❰↦x^2❱$ be'],
    ['before a formula', 'Let█$x$ be', ' a', 'Let█❰↦ a❱$x$ be'],
  ]);
});

describe('marks that end a block', () => {
  shapingCases('svelte', [
    [
      'a template block closed below',
      '{#if a}\n  █\n{/if}',
      '<p>a</p>\n{:else}\n  <p>b</p>\n{/if}',
      '{#if a}\n  █❰↦<p>a</p>\n{:else}\n  <p>b</p>❱\n{/if}',
    ],
    ['a template block', '{#if a}\n  █', '<p>a</p>\n{/if}\n<p/>', '{#if a}\n  █❰↦<p>a</p>\n{/if}❱'],
  ]);
  shapingCases('html', [
    [
      'of Jinja',
      '{% block x %}\n{% if a %}\n  █\n{% endblock %}',
      '<p>a</p>\n{% endif %}\n{% endblock %}',
      '{% block x %}\n{% if a %}\n  █❰↦<p>a</p>\n{% endif %}❱\n{% endblock %}',
    ],
    [
      'of Handlebars',
      '{{#if a}}\n  █',
      '<p>a</p>\n{{else}}\n  <p>b</p>\n{{/if}}',
      '{{#if a}}\n  █❰↦<p>a</p>\n{{else}}\n  <p>b</p>\n{{/if}}❱',
    ],
    [
      'of Ruby in HTML',
      '<% if a %>\n  █',
      '<p>a</p>\n<% else %>\n  <p>b</p>\n<% end %>',
      '<% if a %>\n  █❰↦<p>a</p>\n<% else %>\n  <p>b</p>\n<% end %>❱',
    ],
  ]);
  shapingCases('lua', [['until', 'repeat\n  █', 'x()\nuntil y', 'repeat\n  █❰↦x()\nuntil y❱']]);
  shapingCases('vim', [
    [
      'endfunction',
      'function! s:f() abort\n  █',
      'let x = 1\n  return x\nendfunction',
      'function! s:f() abort\n  █❰↦let x = 1\n  return x\nendfunction❱',
    ],
  ]);
});

describe('lines that stand for others', () => {
  shapingCases('typescript', [
    ['at the end', 'class A {\n  █\n}', 'f() {}\n\n  // ... rest of the class', 'class A {\n  █❰↦f() {}❱\n}'],
    [
      'in words',
      'function f() {\n  █\n}',
      'a();\n  // rest of the code remains the same',
      'function f() {\n  █❰↦a();❱\n}',
    ],
    [
      'at the beginning',
      'function f() {\n  █\n}',
      '// ... existing code ...\n  a();\n}',
      'function f() {\n  █❰↦a();❱\n}',
    ],
    ['nothing else', 'function f() {\n  █\n}', '// ... existing code ...', 'nothing-to-say'],
    [
      'a note is none',
      'function f() {\n  █\n}',
      '// TODO: handle the rest\n  a();',
      'function f() {\n  █❰↦// TODO: handle the rest\n  a();❱\n}',
    ],
  ]);
});

describe('what stands behind the cursor, brought in the middle of the piece', () => {
  shapingCases('html', [
    ['an end tag', '<p>█</p>', 'b</p><i>c</i>', '<p>█❰</p>↦b</p><i>c</i>❱'],
    [
      'the end of an attribute and its element',
      '<a href="█"></a>',
      'x" class="y">b</a>',
      '<a href="█❰"></a>↦x" class="y">b</a>❱',
    ],
    ['one of two end tags', '<b><b>█</b></b>', 'a</b>, c', '<b><b>█❰</b>↦a</b>, c❱</b>'],
    ['an element of its own', '<p>█</p>', 'a <b>c</b>', '<p>█❰↦a <b>c</b>❱</p>'],
  ]);
  shapingCases('typescriptreact', [
    ['an end tag and a semicolon', 'const a = <p>█</p>', 'b</p>;', 'const a = <p>█❰</p>↦b</p>;❱'],
  ]);
  shapingCases('typescript', [
    ['another argument than the one there', 'f(g(█), b)', 'a), c)', 'f(g(█❰),↦a),❱ b)'],
    ['another operand', 'x = f(█) + 1', 'a) + 2', 'x = f(█❰) +↦a) +❱ 1'],
    ['another operator', 'x = f(█) + 1', 'a) * 2', 'x = f(█❰)↦a) * 2❱ + 1'],
    ['a regular expression and its flags', 'const r = /█/;', 'a/g;', 'const r = /█❰/;↦a/g;❱'],
    [
      'a regular expression in a call',
      'x.replace(/█/, "")',
      'a[/]b/g, "")',
      'x.replace(/█❰/, "")↦a[/]b/g, "")❱',
    ],
    ['a quotient', 'x = (a / █)', 'b)', 'x = (a / █❰)↦b)❱'],
  ]);
});

describe('lines above, said again', () => {
  shapingCases('python', [
    [
      'a method as if it stood at the margin',
      'class A:\n    def f(self):\n        y = 1\n        █',
      'def f(self):\n    y = 1\n    return y',
      'class A:\n    def f(self):\n        y = 1\n        █❰↦return y❱',
    ],
    [
      'its first line alone',
      'class A:\n    def f(self):\n        █',
      'def f(self):\n    y = 1\n    return y',
      'class A:\n    def f(self):\n        █❰↦y = 1\n        return y❱',
    ],
    [
      'a comment that says what to do',
      '# sort the list\n█',
      '# sort the list\nxs.sort()',
      '# sort the list\n█❰↦xs.sort()❱',
    ],
  ]);
  shapingCases('typescript', [
    [
      'a method with the depth of its lines, but its first',
      'class A {\n  f(x: number) {\n    █\n  }\n}',
      'f(x: number) {\n    return x;\n  }',
      'class A {\n  f(x: number) {\n    █❰↦return x;❱\n  }\n}',
    ],
    [
      'two lines as if they stood at the margin',
      'class A {\n  f(x: number) {\n    const y = 1;\n    █\n  }\n}',
      'f(x: number) {\n  const y = 1;\n  return x;\n}',
      'class A {\n  f(x: number) {\n    const y = 1;\n    █❰↦return x;❱\n  }\n}',
    ],
  ]);
  shapingCases('html', [
    [
      'an item like the one above',
      '<li>\n  <b/>\n</li>\n█',
      '<li>\n  <b/>\n</li>',
      '<li>\n  <b/>\n</li>\n█❰↦<li>\n  <b/>\n</li>❱',
    ],
  ]);
  shapingCases('dockerfile', [
    ['the first line', 'FROM node\n\n█', 'FROM node\n\nWORKDIR /app', 'FROM node\n\n█❰↦WORKDIR /app❱'],
  ]);
});
