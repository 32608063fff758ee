/** What is asked of a syntax tree: what an edit broke. */

import { describe, expect, test } from 'vitest';
import { apply } from '../../server/core/edit.ts';
import { childrenOf, errorsIntroduced, faults, kindOf } from '../../server/core/syntax-tree.ts';
import { marked } from '../support/markers.ts';
import { parsed } from '../support/syntax.ts';

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
