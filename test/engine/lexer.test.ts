import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Mirror } from '../../server/engine/mirror.ts';
import { lexText } from '../../server/engine/sequence.ts';
import { breakText, codeVocabulary, hasSpace, isBreak, lexemeOf } from '../../server/engine/symbol.ts';
import { documentOf } from './support.ts';

function lexemes(text: string): string[] {
  const vocabulary = codeVocabulary();
  const out = new Uint32Array(4096);
  const size = lexText(text, vocabulary, out);
  return [...out.subarray(0, size)].map((symbol) =>
    isBreak(lexemeOf(symbol)) ? '⏎' : (hasSpace(symbol) ? '·' : '') + vocabulary.text(lexemeOf(symbol)),
  );
}

/** The text again from its symbols, as far as they say it. */
function written(text: string): string {
  const vocabulary = codeVocabulary();
  const out = new Uint32Array(4096);
  const size = lexText(text, vocabulary, out);
  let result = '';
  let indent = '';
  for (const symbol of out.subarray(0, size)) {
    const lexeme = lexemeOf(symbol);
    if (isBreak(lexeme)) {
      const piece = breakText(lexeme, indent, '\n');
      indent = piece.slice(piece.lastIndexOf('\n') + 1);
      result += piece;
    } else result += (hasSpace(symbol) ? ' ' : '') + vocabulary.text(lexeme);
  }
  return result;
}

test.each([
  ['if (a === b) {', ['⏎', 'if', '·(', 'a', '·===', '·b', ')', '·{']],
  ["x?.y ?? 'it'", ['⏎', 'x', '?.', 'y', '·??', "·'", 'it', "'"]],
  ['1.5e3 + 0xff..', ['⏎', '1.5e3', '·+', '·0xff', '..']],
  ['a  =\t1', ['⏎', 'a', '  ', '=', '\t', '1']],
  ['"\\n"', ['⏎', '"', '\\n', '"']],
  ['// ------\nb', ['⏎', '//', '·------', '⏎', 'b']],
  ['für_€ = 1', ['⏎', 'für_€', '·=', '·1']],
])('%s', (text, expected) => expect(lexemes(text)).toEqual(expected));

test('symbols are the text again', () => {
  const text = 'function f(a) {\n  if (a) {\n    return [1, 2];\n  }\n\n  g(a  ,\tb);\n}\n\nf(2);';
  expect(written(text)).toBe(`\n\n\n${text}`);
});

test('a mirror holds the lines that reading the whole text gives', () => {
  const texts = fc.array(fc.constantFrom('a', ' ', '  ', '\t', '\n', '\r\n', '(', '===', '"', '1.5', '😀', '\\')).map((parts) => parts.join('')); // biome-ignore format: a list
  fc.assert(
    fc.property(texts, (text) => {
      const vocabulary = codeVocabulary();
      const mirror = new Mirror(documentOf(text), vocabulary);
      const out = new Uint32Array(4096);
      const whole = [...out.subarray(0, lexText(text, vocabulary, out))].filter(
        (symbol) => !isBreak(lexemeOf(symbol)),
      );
      const lines = mirror.text.lineStarts.length;
      const own = Array.from({ length: lines }, (_, line) => [...mirror.line(line).symbols]).flat();
      expect(own.filter((symbol) => !isBreak(lexemeOf(symbol)))).toEqual(
        whole.filter((symbol) => symbol !== 0),
      );
    }),
  );
});
