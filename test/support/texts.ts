/** Arbitrary texts and edits for property tests: every line terminator, surrogate pairs, combining marks. */

import fc from 'fast-check';
import { type Edit, type Replacement, toEdit } from '../../server/core/edit.ts';

const signs = [
  'a',
  'b',
  'x',
  ' ',
  '\t',
  '\n',
  '\r',
  '\r\n',
  '😀',
  'é',
  'e\u0301',
  '(',
  ')',
  '👨‍👩‍👧',
  '\ud83d',
];

/** Short texts of few signs, so that repetitions and awkward neighbours are common. */
export function awkwardText(maxLength = 20, size: fc.SizeForArbitrary = 'max'): fc.Arbitrary<string> {
  return fc.string({ unit: fc.constantFrom(...signs), maxLength, size });
}

/** Texts that look like code: words, signs and indentation in lines. */
export function codeLikeText(maxLines = 12, size: fc.SizeForArbitrary = 'max'): fc.Arbitrary<string> {
  const word = fc.constantFrom(
    'foo',
    'bar',
    'x',
    'return',
    '1',
    "'s'",
    '{',
    '}',
    '(',
    ')',
    ' ',
    '=',
    ';',
    ',',
    'größe',
  );
  const line = fc
    .tuple(fc.constantFrom('', '  ', '    ', '\t'), fc.array(word, { maxLength: 6, size }))
    .map(([indent, words]) => indent + words.join(''));
  const eol = fc.constantFrom('\n', '\n', '\n', '\r\n', '\r');
  return fc
    .tuple(fc.array(fc.tuple(line, eol), { maxLength: maxLines, size }), line)
    .map(([lines, last]) => lines.map(([text, end]) => text + end).join('') + last);
}

/** An Edit of a text of `length` code units; replacements may fall anywhere, also inside pairs and CRLF. */
export function editOf(length: number, text: fc.Arbitrary<string> = awkwardText(6)): fc.Arbitrary<Edit> {
  return fc.array(fc.tuple(fc.nat(length), fc.nat(length), text), { maxLength: 4 }).map((raw) => {
    const sorted = raw
      .map(([a, b, inserted]) => ({ start: Math.min(a, b), end: Math.max(a, b), text: inserted }))
      .sort((a, b) => a.start - b.start);
    const disjoint: Replacement[] = [];
    for (const replacement of sorted) {
      if (replacement.start > (disjoint.at(-1)?.end ?? -1)) disjoint.push(replacement);
    }
    return toEdit(disjoint) ?? [];
  });
}
