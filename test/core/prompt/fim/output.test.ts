import { describe, expect, test } from 'vitest';
import { fimContext } from '../../../../server/core/prompt/fim/context.ts';
import { lineLimit } from '../../../../server/core/prompt/fim/limit.ts';

describe('lineLimit', () => {
  test.each([
    [1, 'a = 1;\nb', 'a = 1;'],
    [2, 'a\nb\nc\n', 'a\nb'],
    [2, '\n  a\n  b\n  c', '\n  a\n  b'],
    [3, 'a', 'a'],
  ])('%i lines of %j', (lines, answer, taken) => {
    for (const size of [1, 2, 100]) {
      const limit = lineLimit(lines);
      let text = '';
      for (let at = 0; at < answer.length && !limit.reached(); at += size) {
        text += limit.take(answer.slice(at, at + size));
      }
      expect(text).toBe(taken);
      expect(limit.reached()).toBe(text !== answer);
    }
  });
});

describe('fimContext', () => {
  const piece = (path: string) => ({ path, text: 'x'.repeat(20) });
  const paths = (pieces: readonly { path: string }[]) => pieces.map(({ path }) => path).join('');

  test('the most helpful one stands nearest to the file', () => {
    expect(paths(fimContext([piece('a'), piece('b')], 1000))).toBe('ba');
  });

  test('what was shown keeps its order, what is new comes behind it', () => {
    const before = fimContext([piece('a'), piece('b')], 1000);
    expect(paths(fimContext([piece('c'), piece('a'), piece('b')], 1000, before))).toBe('bac');
    expect(paths(fimContext([piece('c'), piece('a')], 1000, before))).toBe('ac');
  });

  test('what does not fit is left out, the least helpful first', () => {
    expect(paths(fimContext([piece('a'), piece('b'), piece('c')], 100))).toBe('ba');
  });
});
