/** Texts of several lines that the lines below end: what a model writes in them does not end them once more. */

import { describe } from 'vitest';
import { shapingCases } from '../../support/shaping.ts';

describe('a comment', () => {
  shapingCases('typescript', [
    [
      'of a function',
      '/**\n * █\n */\nfunction f() {}',
      'Does it.\n * @returns a\n */\nfunction f() {',
      '/**\n * █❰↦Does it.\n * @returns a❱\n */\nfunction f() {}',
    ],
    [
      'of which more stands below',
      '  /*\n   * █\n   * @param a\n   */\n  f() {}',
      'Does it.\n   */\n  f() {',
      '  /*\n   * █❰↦Does it.❱\n   * @param a\n   */\n  f() {}',
    ],
    ['on a line of its own', '/*\n█\n*/\n', 'Does it.\n*/\ng();', '/*\n█❰↦Does it.❱\n*/\n'],
    ['that only the model ends', '/**\n * █\n', 'Does it.\n */', '/**\n * █❰↦Does it.\n */❱\n'],
    [
      'that only the model ends, before another',
      '/**\n * █\nf();\n/** b */',
      'Does it.\n */',
      '/**\n * █❰↦Does it.\n */❱\nf();\n/** b */',
    ],
    [
      'of the piece itself',
      'f();\n█\n/* b */',
      '/*\n * a\n */\ng();',
      'f();\n█❰↦/*\n * a\n */\ng();❱\n/* b */',
    ],
  ]);
  shapingCases('html', [['of HTML', '<!--\n  █\n-->\n<p>', 'a\n-->\n<b>', '<!--\n  █❰↦a❱\n-->\n<p>']]);
});

describe('a fence', () => {
  shapingCases('markdown', [
    ['that stands there', '# A\n\n```js\n█\n```\n', 'f();\n```\n\nText', '# A\n\n```js\n█❰↦f();❱\n```\n'],
    ['of the piece', '# A\n\n█\n\n```\nb\n```\n', '```\na\n```', '# A\n\n█❰↦```\na\n```❱\n\n```\nb\n```\n'],
    ['that nobody closed', '```js\n█\n\n```sh\n', 'f();\n```', '```js\n█❰↦f();\n```❱\n\n```sh\n'],
  ]);
});

describe('a docstring', () => {
  shapingCases('python', [
    [
      'that stands there',
      'def f(a):\n    """Do it.\n\n    █\n    """\n    return a\n',
      'Args:\n        a: it\n    """\n    return b',
      'def f(a):\n    """Do it.\n\n    █❰↦Args:\n        a: it❱\n    """\n    return a\n',
    ],
    [
      'before another',
      'def f():\n    """Do it.\n    █\n\ndef g():\n    """Do that."""\n',
      'Now.\n    """',
      'def f():\n    """Do it.\n    █❰↦Now.\n    """❱\n\ndef g():\n    """Do that."""\n',
    ],
  ]);
});

describe('a docstring that begins farther above than is read', () => {
  const lines = '    line\n'.repeat(60);
  const above = `def f():\n    """Do it.\n${lines}`;
  const next = 'def h():\n    """\n    H.\n    """\n';
  shapingCases('python', [
    [
      'has ended',
      `${above}    """\n    return 1\n\n\n█\n\n\n${next}`,
      'def g():\n    """\n    G.\n    """\n    return 2',
      `${above}    """\n    return 1\n\n\n█❰↦def g():\n    """\n    G.\n    """\n    return 2❱\n\n\n${next}`,
    ],
    [
      'has ended before another',
      `${above}    """\n    return 1\n\n\ndef g():\n    """\n    █\n    """\n`,
      'G.\n    """\n    return 2',
      `${above}    """\n    return 1\n\n\ndef g():\n    """\n    █❰↦G.❱\n    """\n`,
    ],
  ]);
});

describe('a heredoc', () => {
  const own = '    def b\n      self\n    end\n  end\nend\n';
  shapingCases('ruby', [
    [
      'that is none, but a class',
      `class A\n  class << self\n    def a\n      █\n    end\n${own}`,
      '@a = 1\n      self',
      `class A\n  class << self\n    def a\n      █❰↦@a = 1\n      self❱\n    end\n${own}`,
    ],
    [
      'that is none, but put into a list',
      'def a(all, one)\n  all << one\n  █\nend\n\ndef b(one)\n  one\nend\n',
      'log(all)\n  one',
      'def a(all, one)\n  all << one\n  █❰↦log(all)\n  one❱\nend\n\ndef b(one)\n  one\nend\n',
    ],
    ['of Ruby', 'a = <<~SQL\n  █\nSQL\n', 'select 1\nSQL\nb()', 'a = <<~SQL\n  █❰↦select 1❱\nSQL\n'],
  ]);
  shapingCases('shellscript', [
    [
      'that stands there',
      'cat <<EOF\n█\nEOF\nls\n',
      'hello\nEOF\necho done',
      'cat <<EOF\n█❰↦hello❱\nEOF\nls\n',
    ],
    ['that is quoted', "cat <<-'END'\n\t█\n\tEND\n", 'a\n\tEND\nls', "cat <<-'END'\n\t█❰↦a❱\n\tEND\n"],
    ['that nobody ended', 'cat <<EOF\n█\nls\n', 'hello\nEOF', 'cat <<EOF\n█❰↦hello\nEOF❱\nls\n'],
    [
      'that was ended before',
      'cat <<EOF\na\nEOF\n█\ncat <<EOF\nb\nEOF\n',
      'cat <<EOF\nc\nEOF',
      'cat <<EOF\na\nEOF\n█❰↦cat <<EOF\nc\nEOF❱\ncat <<EOF\nb\nEOF\n',
    ],
  ]);
});
