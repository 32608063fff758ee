import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type FimWindow, fimWindow } from '../../../../server/core/prompt/fim/window.ts';

const numbered = Array.from({ length: 300 }, (_, i) => `line ${i}\n`).join('');

function at(text: string, room = 1000, mostBegun = 200) {
  const cursor = text.indexOf('█');
  return { text: text.replace('█', ''), cursor, room, mostBegun };
}

/** Types `typed` at the cursor, one code unit after the other; the windows of all keys. */
function typing(start: string, typed: string, { room = 1000, mostBegun = 200 } = {}): FimWindow[] {
  const windows: FimWindow[] = [];
  let { text, cursor } = at(start);
  for (const key of typed) {
    text = text.slice(0, cursor) + key + text.slice(cursor);
    cursor++;
    windows.push(fimWindow({ text, cursor, room, mostBegun }, windows.at(-1)));
  }
  return windows;
}

describe('fimWindow', () => {
  test('a small document is shown whole, cut at the line of the cursor', () => {
    expect(fimWindow(at('a\nb\n  c█d\ne\n'))).toEqual({
      start: 0,
      head: 'a\nb\n',
      begun: '  c',
      tail: 'd\ne\n',
    });
  });

  test.each([
    ['before', `${'x'.repeat(500_000)}\nfoo.█\n`],
    ['behind', `foo.█\n${'x'.repeat(500_000)}\n`],
    ['of its own', `${'x'.repeat(250_000)}foo.█${'x'.repeat(250_000)}`],
  ])('a long line %s takes no more than the room', (_, text) => {
    const { head, begun, tail } = fimWindow(at(text));
    expect(head + begun).toMatch(/foo\.$/);
    expect(head.length + begun.length + tail.length).toBeLessThanOrEqual(1000);
  });

  test('a large one is cut at lines, with more of it before the cursor', () => {
    const { head, tail } = fimWindow(at(numbered.replace('line 150', 'line █150')));
    expect(head).toMatch(/^line \d+\n[\s\S]*line 149\n$/);
    expect(tail).toMatch(/^150\n[\s\S]*line \d+\n$/);
    expect(head.length).toBeGreaterThan(tail.length);
  });

  test('head and tail stay to the letter while text is typed, over lines too', () => {
    const windows = typing(numbered.replace('line 150', '█line 150'), 'const a = 1;\nconst b = 2;\n');
    expect(new Set(windows.map(({ head }) => head)).size).toBe(1);
    expect(new Set(windows.map(({ tail }) => tail)).size).toBe(1);
    expect(windows.at(-1)?.begun).toBe('const a = 1;\nconst b = 2;\n');
  });

  test('the head takes in what was typed once it is much, and keeps its start', () => {
    const windows = typing(numbered.replace('line 250', '█line 250'), 'value();\n'.repeat(26), {
      room: 2000,
    });
    const starts = new Set(windows.map(({ start }) => start));
    const heads = new Set(windows.map(({ head }) => head));
    expect(starts.size).toBe(1);
    expect(heads.size).toBe(2);
  });

  test('a full window moves in a step, not with every line', () => {
    const windows = typing(numbered.replace('line 150', '█line 150'), 'value();\n'.repeat(200));
    const starts = windows.map(({ start }) => start);
    const steps = starts.filter((start, i) => i > 0 && start !== starts[i - 1]);
    expect(steps.length).toBeGreaterThan(3);
    expect(steps.length).toBeLessThan(12);
  });

  test.each([
    ['above its first line', 'import a;\nlet b;\nlet c = █\nd();\n'],
    ['behind its last line', 'let b;\nlet c = █\nd();\ne();\n'],
  ])('what is put %s is shown where there is room', (_, after) => {
    const before = fimWindow(at('let b;\nlet c = █\nd();\n'));
    const { start, head, begun, tail } = fimWindow(at(after), before);
    expect([start, `${head}${begun}█${tail}`]).toEqual([0, after]);
  });

  test('an edit far above moves the window along', () => {
    const before = at(numbered.replace('line 150', 'line █150'));
    const window = fimWindow(before);
    const text = `// new\n${before.text}`;
    const next = fimWindow({ ...before, text, cursor: before.cursor + 7 }, window);
    expect(next).toEqual({ ...window, start: window.start + 7 });
  });

  test('what stands behind the cursor is followed when it changes', () => {
    const before = at('f(█\nrest\n');
    const window = fimWindow(before);
    expect(fimWindow({ ...before, text: 'f()\nrest\n' }, window).tail).toBe(')\nrest\n');
  });

  test('a line that has no room itself is cut around the cursor', () => {
    const { head, begun, tail } = fimWindow(at(`x\n${'a'.repeat(5000)}█${'b'.repeat(5000)}\n`));
    expect([head, begun, tail]).toEqual(['', 'a'.repeat(750), 'b'.repeat(250)]);
  });

  const wishes = fc.record({
    text: fc.string({ unit: fc.constantFrom('a', 'b', '\n', '😀', ' '), maxLength: 120 }),
    at: fc.nat(120),
    room: fc.integer({ min: 8, max: 80 }),
    mostBegun: fc.integer({ min: 0, max: 20 }),
  });

  test('the laws hold for any text, after any other', () => {
    fc.assert(
      fc.property(fc.array(wishes, { minLength: 1, maxLength: 4 }), (all) => {
        let previous: FimWindow | undefined;
        for (const { text, at: place, room, mostBegun } of all) {
          const cursor = Math.min(place, text.length);
          const window = fimWindow({ text, cursor, room, mostBegun }, previous);
          const { start, head, begun, tail } = window;
          expect(start + head.length + begun.length).toBe(cursor);
          expect(text.startsWith(head + begun + tail, start)).toBe(true);
          expect(head.length + begun.length + tail.length).toBeLessThanOrEqual(room + 1);
          if (head !== '') expect(head.endsWith('\n')).toBe(true);
          previous = window;
        }
      }),
    );
  });
});
