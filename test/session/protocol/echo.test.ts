// What a server repeats of a request is cut from what it says, however it is escaped; the rest stays.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { saidWithoutEcho, textsIn, withoutEcho } from '../../../server/session/protocol/echo.ts';

const file = 'export function pay(amount: number) {\n  return "canary" + amount * 17;\n}\n';

describe('withoutEcho', () => {
  test.each([
    ['bare', `Invalid input: ${file}`, 'Invalid input: …'],
    ['as JSON', `Invalid input: ${JSON.stringify(file)}`, /^Invalid input: \W*…[\Wn]*$/],
    [
      'as JSON in JSON',
      `Invalid input: ${JSON.stringify(JSON.stringify(file))}`,
      /^Invalid input: \W*…[\Wn]*$/,
    ],
    ['in one line', `Invalid input: ${file.replace(/\s+/g, ' ')}`, /^Invalid input: …\s*$/],
    ['as HTML', `Bad: ${file.replaceAll('"', '&quot;')} there`, /^Bad: …/],
  ])('cuts what was sent: %s', (_, words, left) => {
    const cut = withoutEcho(words, [file]);
    if (typeof left === 'string') expect(cut.trim()).toBe(left);
    else expect(cut).toMatch(left);
    expect(cut).not.toMatch(/canary|amount|17/);
  });

  test('keeps what was not sent, and the names of fields also where the file has them', () => {
    const words = 'Unsupported parameter: previous_response_id is not supported with this model.';
    expect(withoutEcho(words, [file])).toBe(words);
    expect(withoutEcho(words, ['frame.previous_response_id = undefined;'])).toBe(words);
  });

  test('no run of 12 visible characters of what was sent is left, whatever stands around and between', () => {
    const piece = fc.string({
      unit: fc.constantFrom(...'abxy01 (){};.\n\t"\\nu'),
      minLength: 0,
      maxLength: 60,
    });
    fc.assert(
      fc.property(
        piece,
        fc.array(piece, { maxLength: 3 }),
        fc.nat(60),
        fc.boolean(),
        (own, sent, from, escaped) => {
          const echo = (sent[0] ?? '').slice(from);
          const left = withoutEcho(own + (escaped ? JSON.stringify(echo) : echo) + own, sent);
          const plain = (text: string) =>
            text.replace(/\\+(?:u[\da-f]{4}|[nrtbf])?/gi, '').replace(/[\s"'`]/g, '');
          for (const part of left.split('…').map(plain)) {
            for (let at = 0; at + 12 <= part.length; at++) {
              const run = part.slice(at, at + 12);
              expect(sent.some((text) => plain(text).includes(run))).toBe(false);
            }
          }
        },
      ),
      { numRuns: 400 },
    );
  });
});

describe('saidWithoutEcho', () => {
  test('says the code where nothing else is left', () => {
    expect(saidWithoutEcho({ message: file, code: 'server_error' }, [file])).toBe('server_error');
    expect(saidWithoutEcho({ message: file, code: file, param: 'input' }, [file])).not.toContain('canary');
    expect(saidWithoutEcho({ message: '', code: 'bad_thing' }, [file])).toBe('bad_thing');
  });
});

test('textsIn finds every string of a body', () => {
  expect(textsIn({ a: ['x', { b: 'y', c: 1 }], d: null })).toEqual(['x', 'y']);
});
