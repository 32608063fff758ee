/**
 * The guard on texts whose blanks were changed at random, whether that restyles or changes what they mean: what lands
 * has the model's syntax tree and the model's leaves, looked at here without any of the guard's own reading.
 */

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { childrenOf, has, kindOf, named, type SyntaxTree } from '../../../server/core/syntax-tree.ts';
import { landing } from '../../support/guard.ts';
import { parserFor } from '../../support/syntax.ts';

const samples: Readonly<Record<string, string>> = {
  typescript:
    "// @ts-expect-error: no\nconst a = f('x', [1, 2], (b) => b + 1);\nclass A {\n  get;\n  c = `x  y`;\n}\nfunction g() {\n  return (\n    a && b\n  );\n}\nlet d = /x y/g;\n",
  typescriptreact: 'const a = (\n  <p x="1">\n    hi {b} <i /> there\n    <b/> <u/>\n  </p>\n);\n',
  python:
    "import a\n\n\ndef f(b, c=(1,)):\n    # noqa: E501\n    if b:\n        return 'x'\n    return [b, c]\n",
  go: 'package p\n\n//go:build x\n\nfunc f(a, b int) (int, error) {\n\tif a < b {\n\t\treturn g(a, "x y"), nil\n\t}\n\treturn a, nil\n}\n',
  rust: 'fn f(a: u8) -> Option<u8> {\n    let b = vec![1, 2];\n    match a {\n        1 => Some(b[0]),\n        _ => None,\n    }\n}\n',
  ruby: 'def f(a)\n  b = g a, 1\n  b.map { |c| c - 1 } if a\n  <<~X\n    text\n  X\nend\n',
  shellscript: 'if [ "$a" = b ]; then\n  echo "x  y" | cat - > c\nfi\nfor d in 1 2; do e; done\n',
  cpp: '#define A(x) x\n#if B\nint *f(int a) { return a - -1; }\n#endif\nint b = A(1);\n',
  css: 'a .b, c > d:hover {\n  margin: 1px -2px;\n  width: calc(1px + 2px);\n}\n',
  php: '<p> a </p>\n<?php\nfunction f($a) {\n  return "x $a" . g($a);\n}\n?>\n<b> </b>\n',
};

const blanks = fc.constantFrom('', ' ', '  ', '\t', '\n', '\n  ', '\n\n', '\r\n', '\n\t');

interface Shape {
  readonly leaves: readonly string[];
  readonly named: string;
}

/** Leaves as they are written, and the named nodes as brackets; strings and comments are leaves like others. */
function shapeOf(text: string, tree: SyntaxTree): Shape {
  const leaves: string[] = [];
  const walk = (node: number): string => {
    const children = childrenOf(tree, node);
    const said = text.slice(tree.start[node], tree.end[node]);
    if (children.length === 0 && !/^[\s;,]*$/.test(said)) leaves.push(said);
    const inside = children.map(walk).join('');
    const kind = kindOf(tree, node);
    if (!has(tree, node, named) || kind.endsWith('comment') || kind === 'parenthesized_expression')
      return inside;
    return `(${kind}${inside})`;
  };
  const shape = walk(0);
  return { leaves: leaves.filter((said) => said !== '(' && said !== ')'), named: shape };
}

describe('what lands means what the model wrote', () => {
  test.each(Object.keys(samples))('%s', async (languageId) => {
    const before = samples[languageId] ?? '';
    const parse = await parserFor(languageId);
    const pieces = before.split(/([ \t\r\n]+|\b)/);
    const changes = fc.array(
      fc.record({
        at: fc.nat(pieces.length - 1),
        to: fc.oneof({ weight: 4, arbitrary: blanks }, fc.constant('z')),
      }),
      { minLength: 1, maxLength: 6 },
    );
    let leftOut = 0;
    await fc.assert(
      fc.asyncProperty(changes, async (list) => {
        const changed = [...pieces];
        for (const { at, to } of list) {
          const piece = changed[at] ?? '';
          if (/^\s*$/.test(piece) ? to !== 'z' : to === 'z') changed[at] = to;
        }
        const after = changed.join('');
        const landed = await landing({ languageId, before, after });
        if (landed.leftOut === 0) return;
        leftOut++;
        expect(shapeOf(landed.text, parse(landed.text))).toEqual(shapeOf(after, parse(after)));
      }),
      { numRuns: 120 },
    );
    expect(leftOut).toBeGreaterThan(2);
  });
});
