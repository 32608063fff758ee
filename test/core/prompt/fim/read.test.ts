import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fimFormats } from '../../../../server/core/prompt/fim/format.ts';
import { readFimPrompt } from '../../../../server/core/prompt/fim/read.ts';
import { renderFim } from '../../../../server/core/prompt/fim/render.ts';

const code = fc
  .array(fc.constantFrom('a', '\n', ' = ', '<|', '[', '<PRE', 'é'), { maxLength: 20 })
  .map((p) => p.join(''));

test('every text is such a prompt or none', () => {
  const tokens = Object.values(fimFormats).flatMap(({ prefix, suffix, middle }) => [prefix, suffix, middle]);
  const piece = fc.constantFrom(...tokens, 'x', '\n');
  fc.assert(fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => void readFimPrompt(pieces.join(''))));
});

test.each(Object.values(fimFormats))('what is written for $name is read', (format) => {
  fc.assert(
    fc.property(code, code, code, (head, begun, tail) => {
      const parts = {
        path: 'a.ts',
        comment: { open: '//', close: '' },
        context: [],
        window: { head, begun, tail },
      };
      const { text } = renderFim(parts, format);
      const read = readFimPrompt(text);
      // The path stands inside the prefix of some families.
      expect(read?.head.endsWith(head + begun)).toBe(true);
      expect(read?.tail).toBe(tail);
    }),
  );
});

test.each([
  ['<|fim_prefix|>let a<|fim_suffix|>;<|fim_middle|>', 'let a', ';'],
  ['<PRE> let a <SUF>; <MID>', 'let a', ';'],
  ['[SUFFIX];[PREFIX]let a', 'let a', ';'],
  ['<｜fim▁begin｜>let a<｜fim▁hole｜>;<｜fim▁end｜>', 'let a', ';'],
  ['<|code_prefix|>let a<|code_suffix|>;<|code_middle|>', 'let a', ';'],
])('%s', (prompt, head, tail) => {
  expect(readFimPrompt(prompt)).toEqual({ head, tail, before: '' });
});

test.each(['let a = [SUFFIX]', 'f([PREFIX], [SUFFIX])', '<|fim_middle|><|fim_prefix|><|fim_suffix|>'])(
  'no prompt: %s',
  (text) => {
    expect(readFimPrompt(text)).toBeUndefined();
  },
);
