import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { display } from '../../../../clients/vscode/src/next-edit/display.ts';
import { apply } from '../../../../server/core/edit.ts';
import { marked } from '../../../support/markers.ts';

/** What is struck out in `[-…-]`, what is drawn in `{+…+}`, with plain blanks. */
function drawn(source: string): { readonly shown: string; readonly hover: string | undefined } {
  const { text, edit } = marked(source);
  const [hunk] = edit;
  if (!hunk) throw new Error('No hunk is marked.');
  const { struck, inserted, hover } = display(text, hunk);
  const marks = [
    ...struck.map(({ start, end }) => ({ start, end, text: `[-${text.slice(start, end)}-]` })),
    ...inserted.map(({ at, label }) => ({
      start: at,
      end: at,
      text: `{+${label.replaceAll('\u00a0', ' ')}+}`,
    })),
  ].toSorted((a, b) => b.start - a.start || b.end - a.end);
  const shown = marks.reduce(
    (now, { start, end, text: mark }) => now.slice(0, start) + mark + now.slice(end),
    text,
  );
  return { shown, hover };
}

describe('display', () => {
  test.each([
    ['what goes is struck, what comes stands behind it', 'a ❰old↦new❱ b', 'a [-old-]{+new+} b'],
    ['what stays the same is neither', 'call(❰first, old↦first, new❱)', 'call(first, [-old-]{+new+})'],
    ['an insertion strikes nothing', 'f(a❰↦, b❱)', 'f(a{+, b+})'],
    ['a deletion draws nothing', 'f(a❰, b↦❱)', 'f(a[-, b-])'],
    [
      'as many lines are drawn each at its place',
      '❰x = old;\ny = 1;\nz = old;↦x = new;\ny = 1;\nz = new;❱',
      'x = [-old-]{+new+};\ny = 1;\nz = [-old-]{+new+};',
    ],
    ['also where lines end in CRLF', '❰a1\r\nb1↦a2\r\nb2❱', 'a[-1-]{+2+}\r\nb[-1-]{+2+}'],
    ['blanks stay, tabs are four', 'x❰↦ \ty❱', 'x{+     y+}'],
    ['characters that would break the line are dots', 'x❰↦\u2028\u0007❱', 'x{+··+}'],
  ])('%s', (_, source, expected) => {
    expect(drawn(source)).toEqual({ shown: expected, hover: undefined });
  });

  test.each([
    ['a line before one', '❰↦const b = 2;\n❱const a = 1;', '{+const b = 2; ⏎+}const a = 1;'],
    ['a line behind one', 'const a = 1;❰↦\n  const b = 2;❱', 'const a = 1;{+⏎ const b = 2;+}'],
    ['two lines', 'a;❰↦\nb;\nc;❱', 'a;{+⏎ b; … +1 line+}'],
    ['more lines for fewer', 'if (x) ❰go();↦{\n  go();\n  stop();\n}❱', 'if (x) [-go();-]{+{ … +3 lines+}'],
  ])('of new lines the first stands for all, which show on hovering: %s', (_, source, expected) => {
    const { edit } = marked(source);
    expect(drawn(source)).toEqual({ shown: expected, hover: edit[0]?.text });
  });

  test('a line too long to draw shows whole on hovering', () => {
    const long = 'x'.repeat(500);
    const { shown, hover } = drawn(`a❰↦${long}❱`);
    expect(shown).toBe(`a{+${'x'.repeat(160)}…+}`);
    expect(hover).toBe(long);
  });

  test('of any hunk, what is drawn without a hover is what comes of it', () => {
    const line = fc.string({ unit: fc.constantFrom('a', 'b', '(', '\n', '😀'), maxLength: 8 });
    fc.assert(
      fc.property(fc.constantFrom('\n', '\r\n'), fc.tuple(line, line, line, line), (ending, parts) => {
        const [before, old, wanted, after] = parts.map((part) => part.replaceAll('\n', ending));
        if (before === undefined || old === undefined || wanted === undefined)
          throw new Error('Unreachable.');
        const text = before + old + after;
        const hunk = { start: before.length, end: before.length + old.length, text: wanted };
        const { struck, inserted, hover } = display(text, hunk);
        for (const { label } of inserted) expect(label).not.toMatch(/[\r\n]/);
        if (hover !== undefined) {
          expect(hover).toBe(wanted);
          return;
        }
        const pieces = [
          ...struck.map(({ start, end }) => ({ start, end, text: '' })),
          ...inserted.map(({ at, label }) => ({ start: at, end: at, text: label })),
        ].toSorted((a, b) => b.start - a.start || b.end - a.end);
        const made = pieces.reduce(
          (now, { start, end, text: piece }) => now.slice(0, start) + piece + now.slice(end),
          text,
        );
        expect(made).toBe(apply(text, [hunk]));
      }),
    );
  });
});
