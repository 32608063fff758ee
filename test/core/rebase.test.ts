import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { apply, type Edit, toEdit } from '../../server/core/edit.ts';
import { rebase } from '../../server/core/rebase.ts';
import { drawn, marked } from '../support/markers.ts';
import { editOf } from '../support/texts.ts';

/** The suggestion and the typing are drawn into the same text; the result into the text after the typing. */
function check(suggestion: string, typing: string, expected: string): void {
  const { text, edit } = marked(suggestion);
  const typed = marked(typing);
  expect(typed.text).toBe(text);
  const result = rebase(edit, typed.edit, text);
  const now = apply(text, typed.edit);
  expect(result.kind === 'rebased' ? drawn(now, result.edit) : result.reason).toBe(expected);
}

describe('typing along an insertion', () => {
  test.each([
    ['a letter', 'const a = ❰↦value;❱', 'const a = ❰↦v❱', 'const a = v❰↦alue;❱'],
    ['all of it', 'a❰↦bc❱', 'a❰↦bc❱', 'finished'],
    ['something else', 'a❰↦bc❱', 'a❰↦x❱', 'conflict'],
    ['more than it', 'a❰↦bc❱', 'a❰↦bcd❱', 'conflict'],
    ['a new line', 'f() {❰↦\n  a();\n}❱', 'f() {❰↦\n  ❱', 'f() {\n  ❰↦a();\n}❱'],
    ['a bracket that is closed', 'call❰↦(a, b)❱', 'call❰↦()❱', 'call(❰)↦a, b)❱'],
    ['and further', 'call❰↦(a, b)❱', 'call❰↦(a)❱', 'call(a❰)↦, b)❱'],
    ['two brackets that are closed', 'x = ❰↦[{ a: 1 }]❱', 'x = ❰↦[{}]❱', 'x = [{❰}]↦ a: 1 }]❱'],
    ['a quote that is closed', 'x = ❰↦"abc";❱', 'x = ❰↦""❱', 'x = "❰"↦abc";❱'],
    ['a bracket it does not close', 'if ❰↦(a❱', 'if ❰↦()❱', 'if (❰↦a❱)'],
    ['a bracket, all typed', 'call❰↦(❱', 'call❰↦()❱', 'finished'],
    ['a closing bracket alone', 'f(a❰↦, b)❱', 'f(a❰↦)❱', 'conflict'],
  ])('%s', (_, suggestion, typing, expected) => check(suggestion, typing, expected));
});

describe('typing along a replacement', () => {
  test.each([
    ['where it starts', 'f(❰)↦a, b)❱', 'f(❰↦a❱)', 'f(a❰)↦, b)❱'],
    ['up to what stands behind it', 'f(❰)↦a)❱', 'f(❰↦a❱)', 'finished'],
    ['inside it', 'x = ❰foo↦foobar❱;', 'x = foo❰↦b❱;', 'x = foob❰↦ar❱;'],
    ['deleting what it deletes', 'a❰bcd↦❱e', 'a❰b↦❱cde', 'a❰cd↦❱e'],
    ['replacing as it does', '❰old↦new❱', '❰old↦ne❱', 'ne❰↦w❱'],
    ['something else inside', 'a❰bcd↦x❱e', 'ab❰c↦y❱de', 'conflict'],
    ['right before it', 'a❰bc↦x❱', 'a❰↦y❱bc', 'conflict'],
    ['across its edge', 'a❰bc↦x❱d', '❰ab↦❱cd', 'conflict'],
  ])('%s', (_, suggestion, typing, expected) => check(suggestion, typing, expected));
});

describe('typing elsewhere', () => {
  test.each([
    ['before', 'a\nb❰↦c❱', '❰↦xx\n❱a\nb', 'xx\na\nb❰↦c❱'],
    ['behind', 'a❰↦c❱ b', 'a b❰↦xx❱', 'a❰↦c❱ bxx'],
    ['between', '❰a↦b❱ c ❰d↦e❱', 'a ❰c↦xyz❱ d', '❰a↦b❱ xyz ❰d↦e❱'],
    ['along one of two', '❰↦b❱ c ❰↦e❱', '❰↦b❱ c ', 'b c ❰↦e❱'],
    ['over two', '❰a↦b❱ c ❰d↦e❱', '❰a c d↦❱', 'conflict'],
  ])('%s', (_, suggestion, typing, expected) => check(suggestion, typing, expected));
});

test('without the text, typing along is followed from the start of a replacement', () => {
  const { text, edit } = marked('f(❰)↦a, b)❱');
  const typed = marked('f(❰↦a❱)').edit;
  const result = rebase(edit, typed);
  expect(result.kind === 'rebased' && drawn(apply(text, typed), result.edit)).toBe('f(a❰)↦, b)❱');
  expect(rebase(marked('❰foo↦foob❱').edit, marked('foo❰↦b❱').edit)).toEqual({
    kind: 'dropped',
    reason: 'conflict',
  });
});

test('rebase commutes with typing or drops', () => {
  const text = fc.string({ unit: fc.constantFrom('a', 'b', '\n'), maxLength: 12 });
  const both = text.chain((value) =>
    fc.record({
      value: fc.constant(value),
      suggestion: editOf(value.length, text),
      typed: editOf(value.length, text),
    }),
  );
  const touches = (a: Edit[number], b: Edit[number]) => a.start <= b.end && b.start <= a.end;
  let rebased = 0;
  fc.assert(
    fc.property(both, ({ value, suggestion, typed }) => {
      const result = rebase(suggestion, typed, value);
      const elsewhere = typed.filter((each) => !suggestion.some((other) => touches(each, other)));
      if (elsewhere.length === typed.length && suggestion.length > 0) expect(result.kind).toBe('rebased');
      if (result.kind === 'dropped' && result.reason === 'conflict') return;
      rebased++;
      const edit = result.kind === 'rebased' ? result.edit : [];
      const expected = apply(value, toEdit([...suggestion, ...elsewhere]) ?? []);
      expect(apply(apply(value, typed), edit)).toBe(expected);
    }),
    { numRuns: 20_000 },
  );
  expect(rebased).toBeGreaterThan(1000);
});
