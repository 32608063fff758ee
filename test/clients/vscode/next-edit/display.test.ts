import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { display } from '../../../../clients/vscode/src/next-edit/display.ts';
import { apply } from '../../../../server/core/edit.ts';
import { marked } from '../../../support/markers.ts';

/** What is struck out in `[-…-]`, what is drawn in `{+…+}`, what stands beside in `‖…‖`, with plain blanks. */
function drawn(source: string): { readonly shown: string; readonly hover: string | undefined } {
  const { text, edit } = marked(source);
  const [hunk] = edit;
  if (!hunk) throw new Error('No hunk is marked.');
  const { struck, inserted, beside = [], hover } = display(text, hunk, 4);
  const marks = [
    ...beside.map(({ at, gap, label }) => ({ start: at, end: at, text: `${' '.repeat(gap)}‖${label}‖` })),
    ...struck.map(({ start, end }) => ({ start, end, text: `[-${text.slice(start, end)}-]` })),
    ...inserted.map(({ at, label }) => ({ start: at, end: at, text: `{+${label}+}` })),
  ].toSorted((a, b) => b.start - a.start || b.end - a.end);
  const shown = marks.reduce(
    (now, { start, end, text: mark }) => now.slice(0, start) + mark + now.slice(end),
    text,
  );
  return { shown: shown.replaceAll('\u00a0', ' '), hover };
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
    [
      'a line before one',
      '❰↦const b = 2;\n❱const a = 1;\n',
      '{+⏎+}const a = 1;   ‖const b = 2;‖\n',
      'const b = 2;',
    ],
    ['a line between two', 'f();❰↦\n  go();❱\nconst a = 1;', 'f();{+⏎+}\nconst a = 1;   ‖go();‖', 'go();'],
    ['more than there is room below', 'x = 1;\na;❰↦\nb;\nc;❱', 'x = 1;   ‖b;‖\na;{+⏎+}      ‖c;‖', 'b;\nc;'],
    ['more than there are lines', 'a;❰↦\nb;\nc;❱', 'a;{+⏎+}   ‖… +2 lines‖', 'b;\nc;'],
    [
      'more lines for fewer, each as deep as in the others',
      '  if (x) ❰go();↦{\n    go();\n  }❱\n\tlong(line);\n\n',
      '  [-if (x) go();-]    ‖if (x) {‖\n\tlong(line);   ‖  go();‖\n                  ‖}      ‖\n',
      'if (x) {\n  go();\n}',
    ],
    [
      'fewer for more',
      '❰if (x) {\r\n  go();\r\n}↦if (x) go();❱\r\n',
      '[-if (x) {-]   ‖if (x) go();‖\r\n  [-go();-]\r\n[-}-]\r\n',
      'if (x) go();',
    ],
  ])('new lines stand beside the text: %s', (_, source, expected, hover) => {
    const { shown } = drawn(source);
    expect({ shown: shown.replaceAll(/ +(?=‖$)/gm, ''), hover: drawn(source).hover }).toEqual({
      shown: expected.replaceAll(/ +(?=‖$)/gm, ''),
      hover,
    });
  });

  test('lines that go leave nothing beside', () => {
    expect(drawn('a;\n❰b;\n\nc;\n↦❱d;')).toEqual({
      shown: 'a;\n[-b;-]\n\n[-c;-]\nd;',
      hover: undefined,
    });
  });

  test('of very many the rest is counted', () => {
    const lines = Array.from({ length: 30 }, (_, index) => `line${index};`);
    const { shown, hover } = drawn(`a;❰↦\n${lines.join('\n')}❱${'\n'.repeat(40)}`);
    expect(shown.match(/‖.*‖/g)).toHaveLength(20);
    expect(shown).toContain('‖… +11 lines‖');
    expect(hover).toBe(lines.join('\n'));
  });

  const wide = 'w'.repeat(100);
  test.each([
    ['a line before one', `❰↦const b = 2;\n❱${wide}`, `{+const b = 2; ⏎+}${wide}`],
    ['a line behind one', `${wide}❰↦\n  const b = 2;❱`, `${wide}{+⏎ const b = 2;+}`],
    ['two lines', `${wide};❰↦\nb;\nc;❱`, `${wide};{+⏎ b; … +1 line+}`],
    ['more lines for fewer', `${wide}❰go();↦{\n  go();\n  stop();\n}❱`, `${wide}[-go();-]{+{ … +3 lines+}`],
  ])('where lines are long, the first stands for all: %s', (_, source, expected) => {
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
        const { struck, inserted, beside = [], hover } = display(text, hunk, 4);
        for (const { label } of [...inserted, ...beside]) expect(label).not.toMatch(/[\r\n]/);
        if (beside.length > 0) {
          expect(new Set(beside.map(({ at }) => text.slice(0, at).split('\n').length)).size).toBe(
            beside.length,
          );
          for (const { gap } of beside) expect(gap).toBeGreaterThan(0);
          const gone = struck.map(({ start, end }) => text.slice(start, end));
          expectLines(text, gone.join('\n'), apply(text, [hunk]), hover ?? '');
          return;
        }
        if (text.split('\n').length !== apply(text, [hunk]).split('\n').length) return;
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

/** What stays, with what comes instead of what goes, is the text that is made of it; however deep the lines are. */
function expectLines(text: string, gone: string, made: string, come: string): void {
  const filled = (value: string) => value.split(/\s*\n\s*/).filter((line) => line !== '');
  const without = (all: readonly string[], some: readonly string[]) =>
    some.reduce<readonly string[]>((left, line) => {
      const at = left.indexOf(line);
      expect(at).not.toBe(-1);
      return left.toSpliced(at, 1);
    }, all);
  expect(without(filled(made), filled(come)).toSorted()).toEqual(
    without(filled(text), filled(gone)).toSorted(),
  );
}
