/** What stood in real files arrives as it was said, where a rule for bad answers would take part of it away. */

import { describe } from 'vitest';
import { shapingCases } from '../../support/shaping.ts';

describe('the end of a block is none of the next block that ends', () => {
  shapingCases('ruby', [
    [
      'before the end of the block around it',
      'class A\n  def f█\nend\n',
      '(a)\n    a\n  end',
      'class A\n  def f█❰↦(a)\n    a\n  end❱\nend\n',
    ],
    [
      'on a line of its own',
      'a do\n  b do\n    c\n█\nend\n',
      '  end',
      'a do\n  b do\n    c\n█❰↦  end❱\nend\n',
    ],
    ['as deep as that which stands there', 'a do\n  █\nend\n', 'b\nend', 'a do\n  █❰↦b❱\nend\n'],
    ['farther out than that which stands there', 'def f\n  █\n  end\n', 'a\nend', 'def f\n  █❰↦a❱\n  end\n'],
  ]);
  shapingCases('lua', [
    [
      'of a condition in a loop',
      'for _, v in t do\n  if v then█\nend\n',
      '\n    f(v)\n  end',
      'for _, v in t do\n  if v then█❰↦\n    f(v)\n  end❱\nend\n',
    ],
  ]);
  shapingCases('html', [
    ['a tag', '<p>\n  <p>\n    a\n█\n</p>\n', '  </p>', '<p>\n  <p>\n    a\n█❰↦  </p>❱\n</p>\n'],
  ]);
  shapingCases('c', [
    ['a second one', '#if A\n#if B\n#endif\n\n█', '#endif', '#if A\n#if B\n#endif\n\n█❰↦#endif❱'],
  ]);
});

describe('the beginning of the next line may be a line', () => {
  shapingCases('haskell', [
    [
      'of its own',
      '█\nimport Twitter.Options\n',
      'import Twitter',
      '█❰↦import Twitter❱\nimport Twitter.Options\n',
    ],
    ['or one that was cut in a word', '█\nimport Twitter.Options\n', 'import Twitter.Opt', 'repeats-text'],
    [
      'or one that was cut, as the stream says',
      '█\nimport Twitter.Options\n',
      'import Twitter',
      'repeats-text',
      { open: true },
    ],
  ]);
});

describe('comments and strings of the language', () => {
  shapingCases('ocaml', [
    [
      'a comment that begins with a sentence',
      'let f a =█\n',
      '\n  (* TODO use it when it is available:\n     as said *)\n  g a',
      'let f a =█❰↦\n  (* TODO use it when it is available:\n     as said *)\n  g a❱\n',
    ],
    [
      'a label is no string',
      'let f () =\n  g `A (h ());\n  (█\n',
      'k `OK ~body);',
      'let f () =\n  g `A (h ());\n  (█❰↦k `OK ~body);❱\n',
    ],
  ]);
  shapingCases('powershell', [
    ['a backtick goes on', 'f `\n  -a (█\n', 'b `\n  -c)', 'f `\n  -a (█❰↦b `\n  -c)❱\n'],
  ]);
  shapingCases('nix', [
    [
      'a sentence in a string of several lines',
      "a = ''\n█\n  b\n'';\n",
      '  Lines to be appended to the end of the file.',
      "a = ''\n█❰↦  Lines to be appended to the end of the file.❱\n  b\n'';\n",
    ],
  ]);
  shapingCases('python', [
    [
      'what goes on in a docstring farther out',
      'def f():\n    """Does it::\n\n        a = 1█\n    """\n',
      '\n\n    Both are the same.',
      'def f():\n    """Does it::\n\n        a = 1█❰↦\n\n    Both are the same.❱\n    """\n',
    ],
  ]);
  shapingCases('go', [
    [
      'the end of a string of several lines',
      'const a = `b\nc (█\n\nfunc f() {\n}\n',
      'd)\n  e\n`',
      'const a = `b\nc (█❰↦d)\n  e\n`❱\n\nfunc f() {\n}\n',
    ],
  ]);
  shapingCases('dockerfile', [
    [
      'the end of a heredoc before the next',
      'RUN <<EOF\na\n█\n\nRUN <<EOF\nb\nEOF\n',
      'c\nEOF',
      'RUN <<EOF\na\n█❰↦c\nEOF❱\n\nRUN <<EOF\nb\nEOF\n',
    ],
  ]);
});

describe('what goes on', () => {
  shapingCases('shellscript', [
    [
      'with the next arm of a case',
      'case "$a" in\n    b)\n        c\n        ;;█\nesac\n',
      '\n    *)\n        d\n        ;;',
      'case "$a" in\n    b)\n        c\n        ;;█❰↦\n    *)\n        d\n        ;;❱\nesac\n',
    ],
    [
      'with the end of what is put into a string that the editor closed',
      'A="#{1%█"\n',
      '/}"',
      'A="#{1%█❰"↦/}"❱\n',
    ],
  ]);
  shapingCases('haskell', [
    [
      'with its names',
      'f v = case a of\n    x -> g█\n',
      '\n  where\n    a = v',
      'f v = case a of\n    x -> g█❰↦\n  where\n    a = v❱\n',
    ],
  ]);
  shapingCases('dart', [
    [
      'behind a function without a body',
      'class A {\n  B f(C c) =>\n      g(c);█\n}\n',
      '\n\n  // Ends it.',
      'class A {\n  B f(C c) =>\n      g(c);█❰↦\n\n  // Ends it.❱\n}\n',
    ],
  ]);
  shapingCases('mdx', [['with the blank before a brace', 'const {█} = a', ' b ', 'const {█❰↦ b ❱} = a']]);
  shapingCases('nix', [
    [
      'behind the same sign many times',
      'a = █;',
      `"/nix/store/${'0'.repeat(32)}-dunst/bin/dunst"`,
      `a = █❰↦"/nix/store/${'0'.repeat(32)}-dunst/bin/dunst"❱;`,
    ],
  ]);
  shapingCases('julia', [
    [
      'a list of one word',
      'a = █',
      `[${'nothing, '.repeat(12)}nothing]`,
      `a = █❰↦[${'nothing, '.repeat(12)}nothing]❱`,
    ],
  ]);
});

describe('indentation that is meant', () => {
  shapingCases('css', [
    [
      'a list that goes on',
      'body {\n  margin: 0;\n}\n\ncode {\n  font-family: Menlo,█\n}\n',
      '\n    monospace;',
      'body {\n  margin: 0;\n}\n\ncode {\n  font-family: Menlo,█❰↦\n    monospace;❱\n}\n',
    ],
  ]);
  shapingCases('typescript', [
    [
      'arguments that go on, deeper than a step',
      'f() {\n  g();\n  h(a,█\n}\n',
      '\n    b);',
      'f() {\n  g();\n  h(a,█❰↦\n    b);❱\n}\n',
    ],
    [
      'entries of a model that counts in fours',
      'a = {\n  b: 1,█\n};\n',
      '\n    c: {\n        d: 2,\n    },',
      'a = {\n  b: 1,█❰↦\n  c: {\n    d: 2,\n  },❱\n};\n',
    ],
  ]);
  shapingCases('go', [
    [
      'tabs in a file with much text in blanks',
      `var a = \`\n${'    text\n'.repeat(60)}\`\n\nfunc f() {\n${'\ta()\n'.repeat(45)}\tb(█\n}\n`,
      'c)\n\td()',
      `var a = \`\n${'    text\n'.repeat(60)}\`\n\nfunc f() {\n${'\ta()\n'.repeat(45)}\tb(█❰↦c)\n\td()❱\n}\n`,
    ],
    [
      'tabs, whatever most of the file holds',
      `var a = \`\n${'    text\n'.repeat(60)}\`\n\nfunc f() {█\n`,
      '\n\ta()\n}',
      `var a = \`\n${'    text\n'.repeat(60)}\`\n\nfunc f() {█❰↦\n\ta()\n}❱\n`,
    ],
    [
      'blanks in a string of several lines',
      'func f() {\n\ta()\n}\n\n█\n',
      'const b = `c\n  d\n`',
      'func f() {\n\ta()\n}\n\n█❰↦const b = `c\n  d\n`❱\n',
    ],
  ]);
});

describe('between the ends of a pair while more is to come: the line is ended', () => {
  const open = { open: true };
  shapingCases('typescript', [
    ['a body', '  f() {█}', '\n    a();', '  f() {█❰↦\n    a();\n  ❱}', open],
    ['blanks before its end', 'f() { █ }', '\n  a();', 'f() { █❰ ↦\n  a();\n❱}', open],
    ['a list', 'a = [█];', '\n  1,', 'a = [█❰↦\n  1,\n❱];', open],
    ['arguments', 'f(█);', '\n  a,', 'f(█❰↦\n  a,\n❱);', open],
    ['a comment', '  /**█*/', '\n   * Says a.', '  /**█❰↦\n   * Says a.\n   ❱*/', open],
    [
      'no more lines than may be shown',
      'f() {█}',
      '\n  a();',
      'f() {█❰↦\n  a();❱}',
      { open: true, maxLines: 2 },
    ],
    ['one line', 'f({█});', ' a: 1', 'f({█❰↦ a: 1❱});', open],
    ['the pair closed', 'f() {█}', '\n  a();\n}', 'f() {█❰}↦\n  a();\n}❱', open],
  ]);
  shapingCases('java', [['arguments of others', 'f(█);', '\n    a,', 'f(█❰↦\n    a,❱);', open]]);
  shapingCases('clojure', [['a vector', '(let [█])', '\n  a 1', '(let [█❰↦\n  a 1❱])', open]]);
  shapingCases('html', [['an element', '<p>█</p>', '\n  <b/>', '<p>█❰↦\n  <b/>\n❱</p>', open]]);
});
