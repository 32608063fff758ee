import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { defuse } from '../../../../server/core/prompt/fim/defuse.ts';
import { allControls, fimFormats } from '../../../../server/core/prompt/fim/format.ts';

describe('defuse', () => {
  test('text without control tokens stays as it is', () => {
    const texts = ['if (a < b) return;', '<div>'];
    expect(defuse(texts, allControls).texts).toBe(texts);
  });

  test('text about a model is read as text, and comes back as it was', () => {
    const { controls } = fimFormats.qwen;
    const { texts, restore } = defuse(['"<|fim_prefix|>"'], controls);
    expect(texts[0]).not.toContain('<|fim_prefix|>');
    expect(restore(texts[0] ?? '')).toBe('"<|fim_prefix|>"');
  });

  test('all tokens are gone, and restoring gives the text back in any chunks', () => {
    const piece = fc.oneof(
      fc.constantFrom(...allControls),
      fc.constantFrom('<', '|', '<|', '>', '[', '\u2060', '\u200b'),
      fc.string({ maxLength: 4 }),
    );
    const text = fc.array(piece, { maxLength: 8 }).map((pieces) => pieces.join(''));
    fc.assert(
      fc.property(fc.array(text, { maxLength: 4 }), fc.integer({ min: 1, max: 5 }), (texts, size) => {
        const defused = defuse(texts, allControls);
        for (const [i, made] of defused.texts.entries()) {
          expect(allControls.filter((token) => made.includes(token))).toEqual([]);
          const chunks = Array.from({ length: Math.ceil(made.length / size) }, (_, n) =>
            made.slice(n * size, (n + 1) * size),
          );
          expect(chunks.map((chunk) => defused.restore(chunk)).join('')).toBe(texts[i]);
        }
      }),
    );
  });
});
