import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  detached,
  dominantEol,
  lineAt,
  lineCount,
  lineEnd,
  lineFeedBefore,
  lineFeedFrom,
  lineFullEnd,
  lineStart,
  lineText,
  offsetAt,
  positionAt,
  replaced,
  sliceOf,
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

  test('typing in a large text: every piece reads as in the text made anew', () => {
    const filler = 'x'.repeat(16_400);
    const steps = fc.array(fc.tuple(fc.integer({ min: -6, max: 6 }), fc.nat(3), awkwardText(4)), {
      minLength: 1,
      maxLength: 10,
    });
    fc.assert(
      fc.property(awkwardText(12), awkwardText(12), steps, (head, tail, changes) => {
        let value = `${head}\n${filler}\r\n${tail}`;
        let text = toText(value);
        let at = fromEither(changes[0]?.[1] ?? 0, value.length);
        for (const [step, removed, inserted] of changes) {
          const start = Math.max(0, Math.min(at + step, value.length));
          const end = Math.min(start + removed, value.length);
          text = replaced(text, start, end, inserted);
          value = value.slice(0, start) + inserted + value.slice(end);
          at = start + inserted.length;
          const whole = toText(value);
          expect(lineCount(text)).toBe(lineCount(whole));
          for (let line = 0; line <= lineCount(whole); line++) {
            expect(lineStart(text, line)).toBe(lineStart(whole, line));
            expect(lineEnd(text, line)).toBe(lineEnd(whole, line));
            expect(lineFullEnd(text, line)).toBe(lineFullEnd(whole, line));
          }
          for (const offset of [at - 1, at, at + 1, 0, value.length, value.length + 9]) {
            expect(positionAt(text, offset)).toEqual(positionAt(whole, offset));
            expect(lineAt(text, offset)).toBe(lineAt(whole, offset));
            expect(lineFeedFrom(text, offset)).toBe(value.indexOf('\n', offset));
            expect(lineFeedBefore(text, offset)).toBe(value.slice(0, offset + 1).lastIndexOf('\n'));
            expect(sliceOf(text, Math.max(0, offset - 3), offset + 2)).toBe(
              value.slice(Math.max(0, offset - 3), offset + 2),
            );
          }
        }
        expect([text.value, text.lineStarts]).toEqual([value, toText(value).lineStarts]);
      }),
      { numRuns: 300 },
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

test('a large text typed in for long is the text made anew', () => {
  let value = 'line of code\n'.repeat(2000);
  let text = toText(value);
  const at = 13 * 1000;
  for (let i = 0; i < 700; i++) {
    const key = i % 30 === 0 ? '\r\n' : 'typed text';
    text = replaced(text, at + i, at + i, key);
    value = value.slice(0, at + i) + key + value.slice(at + i);
  }
  expect([lineCount(text), text.value]).toEqual([toText(value).lineStarts.length, value]);
  expect(text.lineStarts).toEqual(toText(value).lineStarts);
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

/** A place near the beginning or near the end. */
function fromEither(choice: number, length: number): number {
  return choice % 2 === 0 ? choice * 3 : length - choice * 3;
}

test('a detached piece is the same piece', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.nat(), fc.nat(), (whole, from, to) => {
      const piece = whole.slice(from, to);
      expect(detached(piece)).toBe(piece);
    }),
  );
});

test('a detached piece does not keep the text alive that it was cut from', () => {
  const before = process.memoryUsage().heapUsed;
  const pieces = Array.from({ length: 200 }, (_, i) =>
    detached(
      'x'
        .repeat(1_000_000 + i)
        .replace('x', 'y')
        .slice(500, 540),
    ),
  );
  setFlagsFromString('--expose-gc');
  runInNewContext('gc')();
  expect(process.memoryUsage().heapUsed - before).toBeLessThan(100_000_000);
  expect(pieces).toHaveLength(200);
});
