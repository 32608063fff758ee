import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  dominantEol,
  lineAt,
  lineCount,
  lineEnd,
  lineFullEnd,
  lineStart,
  lineText,
  offsetAt,
  positionAt,
  replaced,
  toText,
} from '../../server/core/text.ts';
import { awkwardText } from '../support/texts.ts';

const runs = { numRuns: 5000 };

describe('laws', () => {
  test('replaced is toText of the result', () => {
    fc.assert(
      fc.property(awkwardText(), fc.nat(30), fc.nat(30), awkwardText(6), (value, a, b, inserted) => {
        const start = Math.min(a, b, value.length);
        const end = Math.min(Math.max(a, b), value.length);
        const result = value.slice(0, start) + inserted + value.slice(end);
        expect(replaced(toText(value), start, end, inserted)).toEqual(toText(result));
      }),
      runs,
    );
  });

  test('lines are the text, whatever the terminators', () => {
    fc.assert(
      fc.property(awkwardText(40), (value) => {
        const text = toText(value);
        const split = value.split(/\r\n|\r|\n/u);
        expect(Array.from({ length: lineCount(text) }, (_, line) => lineText(text, line))).toEqual(split);
        let joined = '';
        for (let line = 0; line < lineCount(text); line++) {
          joined += value.slice(lineStart(text, line), lineFullEnd(text, line));
        }
        expect(joined).toBe(value);
      }),
      runs,
    );
  });

  test('a position of an offset leads back, except between the two of a CRLF', () => {
    fc.assert(
      fc.property(awkwardText(), fc.nat(60), (value, offset) => {
        const text = toText(value);
        const clamped = Math.min(offset, value.length);
        const position = positionAt(text, offset);
        const line = lineAt(text, clamped);
        expect(position.line).toBe(line);
        expect(offsetAt(text, position)).toBe(Math.min(clamped, lineEnd(text, line)));
      }),
      runs,
    );
  });

  test('every position has an offset', () => {
    fc.assert(
      fc.property(
        awkwardText(),
        fc.integer({ min: -5, max: 60 }),
        fc.integer({ min: -5, max: 60 }),
        (value, line, character) => {
          const offset = offsetAt(toText(value), { line, character });
          expect(offset).toBeGreaterThanOrEqual(0);
          expect(offset).toBeLessThanOrEqual(value.length);
        },
      ),
      runs,
    );
  });
});

describe('dominantEol', () => {
  test.each([
    ['', '\n'],
    ['a', '\n'],
    ['a\nb\r\nc\n', '\n'],
    ['a\r\nb\r\nc\n', '\r\n'],
    ['a\rb\r', '\r'],
    ['a\rb\n', '\n'],
  ])('%j → %j', (value, expected) => {
    expect(dominantEol(toText(value))).toBe(expected);
  });
});
