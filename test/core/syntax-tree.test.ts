/** What is asked of a syntax tree: what stands around a place, where a block ends, and what an edit broke. */

import { describe, expect, test } from 'vitest';
import { apply } from '../../server/core/edit.ts';
import {
  blockEnd,
  childrenOf,
  enclosing,
  errorsIntroduced,
  faults,
  kindOf,
} from '../../server/core/syntax-tree.ts';
import { lineAt, lineStart, toText } from '../../server/core/text.ts';
import { atCursor, marked } from '../support/markers.ts';
import { parsed } from '../support/syntax.ts';

describe('enclosing', () => {
  const around = async (languageId: string, source: string) => {
    const { text, cursor } = atCursor(source);
    return enclosing(await parsed(languageId, text), cursor).map(({ kind }) => kind);
  };

  test.each([
    ['typescript', 'f(a, █b);', 'identifier arguments call_expression expression_statement program'],
    ['typescript', 'f(a, b█);', 'arguments call_expression expression_statement program'],
    ['typescript', 'f(); █ g();', 'program'],
    ['typescript', 'const s = "😀█";', 'string variable_declarator lexical_declaration program'],
    ['python', 'def f():\n    return 1█\n', 'integer return_statement block function_definition module'],
    ['go', 'package p\nfunc f() {█}\n', 'block function_declaration source_file'],
  ])('%s: %s', async (languageId, source, kinds) => {
    expect((await around(languageId, source)).join(' ')).toBe(kinds);
  });
});

describe('where the block begun at the cursor ends', () => {
  const end = async (languageId: string, source: string) => {
    const { text, cursor } = atCursor(source);
    const lines = toText(text);
    const tree = await parsed(languageId, text);
    const at = blockEnd(tree, { lineStart: lineStart(lines, lineAt(lines, cursor)), from: cursor });
    return at === undefined ? undefined : text.slice(cursor, at);
  };

  test.each([
    ['javascript', 'g();\n█if (a) {\n  b();\n}\nc();', 'if (a) {\n  b();\n}'],
    ['javascript', 'function f() {\n  if (a) {█\n    b();\n  }\n  c();\n}', '\n    b();\n  }'],
    ['javascript', 'const x = █f(\n  1,\n);\ny();', 'f(\n  1,\n);'],
    ['python', 'def f():█\n    a()\n    b()\n\nc()\n', '\n    a()\n    b()'],
    ['rust', 'fn f() {\n    █let a = 1;\n    b();\n}', 'let a = 1;'],
  ])('%s: %s', async (languageId, source, expected) => {
    expect(await end(languageId, source)).toBe(expected);
  });

  test.each([
    ['javascript', '█if (a) {\n  b();\n'],
    ['javascript', '█f(1,'],
    ['javascript', 'a();█'],
  ])('not yet: %s %s', async (languageId, source) => {
    expect(await end(languageId, source)).toBe(undefined);
  });
});

describe('errors that an edit brings in', () => {
  const introduced = async (languageId: string, source: string) => {
    const { text, edit } = marked(source);
    const after = apply(text, edit);
    const trees = await Promise.all([parsed(languageId, text), parsed(languageId, after)]);
    return errorsIntroduced(...trees, edit).map(
      ({ start, end, missing }) => missing ?? after.slice(start, end),
    );
  };

  test.each([
    ['typescript', 'f(a❰)↦❱;\n', [')']],
    ['typescript', 'let a = 1;\nlet b = ❰2↦2 3❱;\n', ['3']],
    ['typescript', 'let a = ❰1↦2❱;\n', []],
    ['typescript', 'f(a;\nlet b = ❰1↦2❱;\n', []],
    ['typescript', 'f(a❰↦)❱;\n', []],
    ['python', 'x = [1❰]↦❱\n', ['x = [1']],
    ['java', 'class A { void f() { g()❰;↦❱ } }', ['g()']],
  ] as const)('%s: %s', async (languageId, source, expected) => {
    expect(await introduced(languageId, source)).toEqual(expected);
  });
});

test('a tree counts in UTF-16, whatever the text: astral signs, lone surrogates, byte order marks', async () => {
  for (const text of [
    'let a = "😀"; last;',
    'let a = "\ud83d"; last;',
    '\ufefflet a; last;',
    'let é漢 = 1; last;',
  ]) {
    const tree = await parsed('typescript', text);
    const last = childrenOf(tree, 0).at(-1) ?? 0;
    expect(text.slice(tree.start[last], tree.end[last])).toBe('last;');
    expect(kindOf(tree, last)).toBe('expression_statement');
    expect(faults(tree)).toEqual([]);
  }
});
