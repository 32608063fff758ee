import { describe, expect, test } from 'vitest';
import { bringsControls, shown, withoutControls } from '../../server/core/controls.ts';

describe('control characters', () => {
  test.each([
    ['tabs\tand\nlines\r\n', 'tabs\tand\nlines\r\n', 'tabs\tand\nlines\r\n'],
    ['\u001b]0;title\u0007', '␛]0;title␇', ']0;title'],
    ['a\u007f\u0085', 'a␡<U+0085>', 'a'],
    ['\u202eabc\u202c\u2066x\u2069', '<U+202E>abc<U+202C><U+2066>x<U+2069>', 'abcx'],
    ['over\rwritten', 'over␍written', 'over\rwritten'],
    ['Größe 中 😀\u2028', 'Größe 中 😀\u2028', 'Größe 中 😀\u2028'],
  ])('%j', (text, seen, plain) => {
    expect(shown(text)).toBe(seen);
    expect(withoutControls(text)).toBe(plain);
  });

  test('those that stand there already are no news', () => {
    expect(bringsControls('\f\u001b', 'a\fb')).toBe(true);
    expect(bringsControls('\f\u001b', 'a\fb\u001b')).toBe(false);
    expect(bringsControls('\t\r\nplain', '')).toBe(false);
  });
});
