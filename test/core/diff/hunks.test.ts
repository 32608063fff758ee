import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { hunks } from '../../../server/core/diff/hunks.ts';
import { apply } from '../../../server/core/edit.ts';
import { toText } from '../../../server/core/text.ts';
import { marked } from '../../support/markers.ts';
import { codeLikeText, editOf } from '../../support/texts.ts';

function check(source: string, expected: readonly string[]): void {
  const { text, edit } = marked(source);
  const shown = hunks(text, edit).map(
    (hunk) =>
      `${hunk.startLine}-${hunk.endLine} → ${hunk.newStartLine}-${hunk.newEndLine}: ${JSON.stringify(hunk.before)} → ${JSON.stringify(hunk.after)}`,
  );
  expect(shown).toEqual(expected);
}

test('hunks put together are the edit', () => {
  const edited = codeLikeText().chain((text) => editOf(text.length).map((edit) => ({ text, edit })));
  fc.assert(
    fc.property(edited, ({ text, edit }) => {
      const all = hunks(text, edit);
      expect(all.flatMap((hunk) => hunk.edit)).toEqual(edit);
      let result = '';
      let at = 0;
      for (const hunk of all) {
        const start = toText(text).lineStarts[hunk.startLine] ?? text.length;
        result += text.slice(at, start) + hunk.after;
        at = start + hunk.before.length;
        expect(text.slice(start, at)).toBe(hunk.before);
      }
      expect(result + text.slice(at)).toBe(apply(text, edit));
    }),
    { numRuns: 3000 },
  );
});

describe('which lines', () => {
  test('a word', () => check('a\n❰b↦c❱\nd\n', ['1-2 → 1-2: "b\\n" → "c\\n"']));
  test('inserted lines', () => check('a\n❰↦b\n❱c\n', ['1-1 → 1-2: "" → "b\\n"']));
  test('deleted lines', () => check('a\n❰b\nc\n↦❱d\n', ['1-3 → 1-1: "b\\nc\\n" → ""']));
  test('a last line appended', () => check('a❰↦\nb❱', ['0-1 → 0-2: "a" → "a\\nb"']));
  test('two on a line are one', () => check('❰a↦b❱ = ❰c↦d❱\n', ['0-1 → 0-1: "a = c\\n" → "b = d\\n"']));
  test('neighbours are one', () => check('❰a↦b❱\n❰c↦d❱\n', ['0-2 → 0-2: "a\\nc\\n" → "b\\nd\\n"']));
  test('later hunks know what came before', () => {
    check('❰↦x\n❱a\nb\n❰c↦d❱', ['0-0 → 0-1: "" → "x\\n"', '2-3 → 3-4: "c" → "d"']);
  });
});
