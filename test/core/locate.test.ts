import { describe, expect, test } from 'vitest';
import { type LocateOptions, locate } from '../../server/core/locate.ts';
import { toText } from '../../server/core/text.ts';

/** Lines of the text and of the search are separated by `|`. */
function check(text: string, search: string, expected: string, options: LocateOptions = {}): void {
  const located = locate(toText(text.replaceAll('|', '\n')), search.split('|'), options);
  const shown =
    located.kind === 'found'
      ? `${located.way} ${located.startLine}-${located.endLine}`
      : located.kind === 'ambiguous'
        ? `ambiguous ${located.startLines.join(' ')}`
        : located.kind;
  expect(shown).toBe(expected);
}

describe('ways', () => {
  test('exact', () => check('a|b|c', 'b|c', 'exact 1-3'));
  test('exact before trimmed', () => check('  a|a', 'a', 'exact 1-2'));
  test('blanks at the end', () => check('a  |b', 'a|b ', 'trailing-blanks 0-2'));
  test('indentation', () => check('    a|      b', 'a|  b', 'trimmed 0-2'));
  test('typographic signs', () => check('say("it’s — so")', 'say("it\'s - so")', 'punctuation 0-1'));
  test('an empty line less', () => check('a||b', 'a|b', 'empty-lines 0-3'));
  test('an empty line more', () => check('a|b', 'a||b', 'empty-lines 0-2'));
  test('a slip of the pen', () => {
    check('const total = sum(prices);|x', 'const total = sum(price);|x', 'similar 0-2');
  });
  test('too different', () => check('const total = sum(prices);|x', 'let all = add(them);|x', 'missing'));
  test('a line alone must be more alike than one of several', () => {
    check('const total = sum(prices);|x', 'const totals = sum(price);', 'similar 0-1');
    check('const total = sum(prices);|x', 'const total = add(prices);', 'missing');
    check('const total = sum(prices);|x', 'const total = add(prices);|x', 'similar 0-2');
  });
  test('too short to be similar', () => check('foo(1)', 'foo(2)', 'missing'));
  test('not there', () => check('a|b', 'c', 'missing'));
  test('nothing, in an empty text', () => check('', '', 'exact 0-1'));
  test('nothing, in another', () => check('a', '', 'missing'));
});

describe('several places', () => {
  const text = 'class A|  f()|class B|  f()|class C|  f()';
  test('are ambiguous', () => check(text, '  f()', 'ambiguous 1 3 5'));
  test('but one in the region', () =>
    check(text, '  f()', 'exact 3-4', { region: { startLine: 2, endLine: 4 } }));
  test('but two in the region', () =>
    check(text, '  f()', 'ambiguous 1 3 5', { region: { startLine: 0, endLine: 4 } }));
  test('but one nearest to the hint', () => check(text, '  f()', 'exact 5-6', { line: 6 }));
  test('two as near as each other', () => check(text, '  f()', 'ambiguous 1 3 5', { line: 2 }));
  test('the one under a heading', () => check(text, '  f()', 'exact 3-4', { under: ['class B'] }));
  test('the one under two headings', () => {
    check('a|x|b|x|a|b|x', 'x', 'exact 6-7', { under: ['a', 'b', 'a', 'b'] });
  });
  test('the one at the end', () => check(text, '  f()', 'exact 5-6', { atEnd: true }));
  test('the one under a heading that a line begins with', () => {
    check('f(a)|x|f(b)|x|f|x', 'x', 'exact 3-4', { under: ['f(a', 'f(b'] });
  });
  test('two similar ones', () => {
    check(
      'const total = sum(prices1);|const total = sum(prices2);',
      'const total = sum(prices);',
      'ambiguous 0 1',
    );
  });
  test('a region is no wall', () =>
    check('a|b|c', 'c', 'exact 2-3', { region: { startLine: 0, endLine: 1 } }));
});
