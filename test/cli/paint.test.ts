import { describe, expect, test } from 'vitest';
import { createPrinter } from '../../server/cli/console.ts';
import { paintFor } from '../../server/cli/paint.ts';
import { wordDiff } from '../../server/cli/word-diff.ts';
import { marked } from '../support/markers.ts';

const plain = paintFor({}, {});
const coloured = paintFor({ isTTY: true }, {});

describe('paint', () => {
  test.each([
    ['no terminal', {}, {}],
    ['NO_COLOR', { isTTY: true }, { NO_COLOR: '1' }],
    ['a dumb terminal', { isTTY: true }, { TERM: 'dumb' }],
  ])('%s: plain markers', (_, output, environment) => {
    const paint = paintFor(output, environment);
    expect([
      paint.ghost('a'),
      paint.added('b'),
      paint.removed('c'),
      paint.faint('d'),
      paint.strong('e'),
    ]).toEqual(['{+a+}', '{+b+}', '[-c-]', 'd', 'e']);
  });

  test('a terminal: no colour runs over a line’s end', () => {
    expect(paintFor({ isTTY: true }, { NO_COLOR: '' }).added('a\n\nb')).toBe(
      '\u001b[32ma\u001b[0m\n\n\u001b[32mb\u001b[0m',
    );
    const { text: _, ...painting } = coloured;
    for (const paint of Object.values(painting)) {
      for (const line of String(paint('x\ny')).split('\n')) {
        expect(line.startsWith('\u001b[')).toBe(true);
        expect(line.endsWith('m')).toBe(true);
        expect(line.slice(line.indexOf('m') + 1, -'\u001b[0m'.length)).toMatch(/^[xy]$/);
      }
    }
  });
});

describe('text from outside', () => {
  const hostile = 'a\u001b[2J\u001b]52;c;eA==\u0007\u009b1m\u202e\u0000\r\n\tb\rc\u001b[32m';
  const harmless = 'a␛[2J␛]52;c;eA==␇<U+009B>1m<U+202E>␀\r\n\tb␍c';

  test.each(['terminal', 'pipe'] as const)('is shown and does nothing on a %s', (kind) => {
    const written: string[] = [];
    const paint = paintFor({ isTTY: kind === 'terminal' }, {});
    const { print, complain } = createPrinter({
      paint,
      isTerminal: kind === 'terminal',
      out: (text) => written.push(text),
      error: (text) => written.push(text),
    });
    print(paint.text(hostile));
    complain(hostile);
    expect(written).toEqual([`${harmless}␛[32m\n`, `whittle: ${harmless}␛[32m\n`]);
    for (const painted of Object.values(paint)) {
      written.length = 0;
      print(painted(hostile));
      expect(written.join('').replaceAll('\u001b[0m', '')).toContain('␛[2J␛]52;c;eA==␇<U+009B>1m<U+202E>␀');
    }
  });

  test('unpainted text can at most be coloured', () => {
    const written: string[] = [];
    const out = (text: string) => written.push(text);
    createPrinter({ paint: plain, isTerminal: true, out, error: out }).print(hostile);
    expect(written).toEqual([`${harmless}\u001b[32m\n`]);
  });

  test('what programs read is whole on a pipe and harmless on a terminal', () => {
    const written: string[] = [];
    const out = (text: string) => written.push(text);
    for (const isTerminal of [false, true])
      createPrinter({ paint: plain, isTerminal, out, error: out }).emit('-a\u001b[2J\r\n+b\u0000');
    expect(written).toEqual(['-a\u001b[2J\r\n+b\u0000\n', '-a␛[2J\r\n+b␀\n']);
  });
});

describe('word diff', () => {
  /** An edit drawn in, and how it is shown. */
  function check(source: string, expected: string): void {
    const { text, edit } = marked(source);
    expect(wordDiff(text, edit, plain)).toBe(expected);
  }

  test('the changed words with a line around them', () => {
    check('0\n1\nlet ❰a↦b❱ = 1;\n3\n4', 'line 2\n1\nlet [-a-]{+b+} = 1;\n3');
  });

  test('at the edges of the text', () => {
    check('❰a↦❱\nb', 'line 1\n[-a-]\nb');
    check('a\nb❰↦c❱', 'line 1\na\nb{+c+}');
    check('❰↦x❱', 'line 1\n{+x+}');
  });

  test('neighbours are one group, others another', () => {
    check('❰a↦b❱\n1\n❰c↦d❱\n3\n4\n5\n❰e↦f❱', 'line 1\n[-a-]{+b+}\n1\n[-c-]{+d+}\n3\nline 6\n5\n[-e-]{+f+}');
  });

  test('several lines at once', () => {
    check('0\n❰a\nb\n↦❱c\n2\n3', 'line 1\n0\n[-a\nb\n-]c\n2');
  });
});
