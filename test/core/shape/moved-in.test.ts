/** Answers whose lines all stand farther out than the place, at a cursor that stands where its line is to begin. */

import { describe } from 'vitest';
import { shapingCases } from '../../support/shaping.ts';

describe('as deep as the block around', () => {
  shapingCases('typescript', [
    [
      'what the model wrote a step farther out',
      'f() {\n  a();\n  g(() => {\n    b();\n    █\n  });\n}\n',
      '  c();\n  d();',
      'f() {\n  a();\n  g(() => {\n    b();\n    █❰↦c();\n    d();❱\n  });\n}\n',
    ],
    [
      'with a block of its own',
      'f() {\n  a();\n  g(() => {\n    b();\n    █\n  });\n}\n',
      '  if (c) {\n    d();\n  }',
      'f() {\n  a();\n  g(() => {\n    b();\n    █❰↦if (c) {\n      d();\n    }❱\n  });\n}\n',
    ],
    [
      'the cursor stands too deep: the model is right',
      'f() {\n  a();\n    █\n}\n',
      '  b();\n  c();',
      'f() {\n  a();\n    █❰↦b();❱\n}\n',
    ],
  ]);
  shapingCases('go', [
    [
      'in a file of tabs',
      'func f() {\n\tfor {\n\t\ta()\n\t\t█\n\t}\n}\n',
      '\tb()\n\tc()',
      'func f() {\n\tfor {\n\t\ta()\n\t\t█❰↦b()\n\t\tc()❱\n\t}\n}\n',
    ],
  ]);
  shapingCases('python', [
    [
      'with the string that says what it does',
      'class A:\n    def a(self):\n        b()\n\n    def c(self):\n        █\n',
      '    """\n    Does it.\n    """\n    d()',
      'class A:\n    def a(self):\n        b()\n\n    def c(self):\n        █❰↦"""\n        Does it.\n        """\n        d()❱\n',
    ],
  ]);
});

describe('from column 0', () => {
  shapingCases('typescript', [
    [
      'statements',
      'f() {\n  a();\n  █\n}\n',
      'b();\nc();\nif (d) {\n  e();\n}',
      'f() {\n  a();\n  █❰↦b();\n  c();\n  if (d) {\n    e();\n  }❱\n}\n',
    ],
    [
      'arguments on lines of their own',
      'f() {\n  if (a) {\n    b();\n    █\n  }\n}\n',
      'c(d,\n  e);\ng();',
      'f() {\n  if (a) {\n    b();\n    █❰↦c(d,\n      e);\n    g();❱\n  }\n}\n',
    ],
    [
      'aligned in their bracket',
      'f() {\n  if (a) {\n    b();\n    █\n  }\n}\n',
      'call(d,\n     e);',
      'f() {\n  if (a) {\n    b();\n    █❰↦call(d,\n         e);❱\n  }\n}\n',
    ],
    [
      'a chain',
      'f() {\n  if (a) {\n    b();\n    █\n  }\n}\n',
      'c\n  .d()\n  .e();',
      'f() {\n  if (a) {\n    b();\n    █❰↦c\n      .d()\n      .e();❱\n  }\n}\n',
    ],
    [
      'a comment of several lines',
      'class A {\n  a() {}\n\n  █\n}\n',
      '/**\n * Does it.\n */\nb() {}',
      'class A {\n  a() {}\n\n  █❰↦/**\n   * Does it.\n   */\n  b() {}❱\n}\n',
    ],
    [
      'with what stands two steps deep',
      'f() {\n  a();\n  if (b) {\n    c()\n      █\n  }\n}\n',
      '.d(\n    e,\n    g,\n)',
      'f() {\n  a();\n  if (b) {\n    c()\n      █❰↦.d(\n          e,\n          g,\n      )❱\n  }\n}\n',
    ],
    [
      'a block that ends is none of it',
      'f() {\n  a();\n  █',
      'b();\n}\n\ng() {\n  c();\n}',
      'f() {\n  a();\n  █❰↦b();\n}❱',
    ],
    [
      'chains of values stand as deep',
      'f() {\n  a =\n    b =\n    █\n}\n',
      'c =\n    d;',
      'f() {\n  a =\n    b =\n    █❰↦c =\n    d;❱\n}\n',
    ],
  ]);
  shapingCases('elixir', [
    [
      'a pipe',
      'def a do\n  b()\n  █\nend\n',
      'c\n|> d()\n|> e()',
      'def a do\n  b()\n  █❰↦c\n  |> d()\n  |> e()❱\nend\n',
    ],
    [
      'a heredoc',
      'defmodule A do\n  def b, do: 1\n\n  █\nend\n',
      '@doc """\nDoes it.\n"""\ndef c, do: 2',
      'defmodule A do\n  def b, do: 1\n\n  █❰↦@doc """\n  Does it.\n  """\n  def c, do: 2❱\nend\n',
    ],
  ]);
  shapingCases('ocaml', [
    [
      'what a value is',
      'module A = struct\n  let a = 1\n\n  █\nend\n',
      'let b =\n  c',
      'module A = struct\n  let a = 1\n\n  █❰↦let b =\n    c❱\nend\n',
    ],
  ]);
  shapingCases('ruby', [
    [
      'a method',
      'class A\n  def a\n    b\n  end\n\n  █\nend\n',
      'def c\n  d\nend',
      'class A\n  def a\n    b\n  end\n\n  █❰↦def c\n    d\n  end❱\nend\n',
    ],
  ]);
  shapingCases('java', [
    [
      'what is annotated',
      'class A {\n    void a() {}\n\n    █\n}\n',
      '@Test\nvoid b() {\n    c();\n}',
      'class A {\n    void a() {}\n\n    █❰↦@Test\n    void b() {\n        c();\n    }❱\n}\n',
    ],
  ]);
  shapingCases('clojure', [
    [
      'a form',
      '(defn a [b]\n  (c b)\n  █)\n',
      '(let [d 1]\n  (e d))',
      '(defn a [b]\n  (c b)\n  █❰↦(let [d 1]\n    (e d))❱)\n',
    ],
  ]);
  shapingCases('python', [
    [
      'a line less deep may end the block',
      'def f():\n    a()\n    █\n',
      'return b\n\nx = f()',
      'def f():\n    a()\n    █❰↦return b❱\n',
    ],
    [
      'comments of several lines',
      'def f():\n    a()\n    █\n',
      '# Does it,\n# and more.\nb()',
      'def f():\n    a()\n    █❰↦# Does it,\n    # and more.\n    b()❱\n',
    ],
  ]);
});

describe('what stands as deep as its beginning', () => {
  shapingCases('csharp', [
    [
      'a brace behind `else`',
      'void F()\n{\n    if (a)\n    {\n        b();\n    }\n    █\n}\n',
      'else\n    {\n        c();\n    }',
      'void F()\n{\n    if (a)\n    {\n        b();\n    }\n    █❰↦else\n    {\n        c();\n    }❱\n}\n',
    ],
  ]);
  shapingCases('swift', [
    [
      'the body behind a condition of types',
      'class A {\n    func a<T>() -> T\n        █\n}\n',
      'where T: B {\n        c()\n    }',
      'class A {\n    func a<T>() -> T\n        █❰↦where T: B {\n        c()\n    }❱\n}\n',
    ],
  ]);
  shapingCases('yaml', [
    [
      'items',
      'a:\n  b:\n    c: 1\n    █\n',
      'd:\n    - e\n    - g',
      'a:\n  b:\n    c: 1\n    █❰↦d:\n    - e\n    - g❱\n',
    ],
    [
      'a comment that ends with a colon',
      'a:\n  b: 1\n  █\n',
      '## c:\n  ## d: 2\n  c: {}',
      'a:\n  b: 1\n  █❰↦## c:\n  ## d: 2\n  c: {}❱\n',
    ],
  ]);
  shapingCases('nix', [
    [
      'the body of a function',
      'a {\n  b = 1;\n  c = map (\n    █\n  );\n}\n',
      'd:\n    e d',
      'a {\n  b = 1;\n  c = map (\n    █❰↦d:\n    e d❱\n  );\n}\n',
    ],
  ]);
  shapingCases('java', [
    [
      'what follows a line that stands above as well',
      'class A {\n    void a() {\n        list.addEverything(b);\n        █\n    }\n}\n',
      'list.addEverything(b);\n        c();\n        d();',
      'class A {\n    void a() {\n        list.addEverything(b);\n        █❰↦c();\n        d();❱\n    }\n}\n',
    ],
  ]);
});
