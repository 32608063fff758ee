/** Streams in any pieces: what is read of them does not depend on where they were cut. */

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { chatMessages } from '../../../server/gateway/upstreams/messages.ts';
import { createThinkingFilter } from '../../../server/gateway/upstreams/thinking.ts';
import { readersFor } from '../../../server/gateway/upstreams/values.ts';

/** The text in pieces that are cut at the drawn places. */
function cutAt(text: string, places: readonly number[]): readonly string[] {
  const cuts = [...new Set(places.map((place) => place % (text.length + 1)))].sort((a, b) => a - b);
  return [...cuts, text.length].map((cut, i) => text.slice(i === 0 ? 0 : cuts[i - 1], cut));
}

const places = fc.array(fc.nat(10_000), { maxLength: 12 });
const values = fc.array(fc.record({ text: fc.string({ unit: 'grapheme' }), n: fc.integer() }), {
  maxLength: 6,
});

function readAll(contentType: string, pieces: readonly string[]): readonly unknown[] {
  const reader = readersFor(contentType)?.(1 << 20);
  if (!reader) throw new Error('nothing reads this');
  const read = pieces.flatMap((piece) => reader.push(piece).values);
  return [...read, ...reader.end().values];
}

describe('values', () => {
  test('of server-sent events', () => {
    fc.assert(
      fc.property(values, places, fc.constantFrom('\n', '\r\n'), (all, cuts, end) => {
        const text = all
          .map((value) => `: a comment${end}data: ${JSON.stringify(value)}${end}${end}`)
          .join('');
        expect(readAll('text/event-stream; charset=utf-8', cutAt(text, cuts))).toEqual(all);
      }),
    );
  });

  test('of lines, also without a last line end', () => {
    fc.assert(
      fc.property(values, places, fc.boolean(), (all, cuts, ended) => {
        const text = all.map((value) => JSON.stringify(value)).join('\n') + (ended ? '\n' : '');
        expect(readAll('application/x-ndjson', cutAt(text, cuts))).toEqual(all);
      }),
    );
  });

  test('of one whole answer', () => {
    fc.assert(
      fc.property(fc.record({ text: fc.string() }), places, (value, cuts) => {
        expect(readAll('application/json', cutAt(JSON.stringify(value), cuts))).toEqual([value]);
      }),
    );
  });

  test('any text is read to its end without an exception', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: 'binary', maxLength: 12 }), { maxLength: 6 }),
        fc.constantFrom('text/event-stream', 'x-ndjson', 'application/json'),
        (pieces, type) => {
          expect(Array.isArray(readAll(type, pieces))).toBe(true);
        },
      ),
    );
  });

  test('a page is none', () => expect(readersFor('text/html; charset=utf-8')).toBeUndefined());
});

describe('thinking in front of an answer', () => {
  const filtered = (pieces: readonly string[]): string => {
    const filter = createThinkingFilter();
    return pieces.map((piece) => filter.push(piece)).join('') + filter.end();
  };

  test('is left out, wherever the pieces are cut', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), places, (thought, answer, cuts) => {
        fc.pre(!thought.includes('</think>') && !/^[\r\n]/.test(answer));
        expect(filtered(cutAt(`\n<think>${thought}</think>\n\n${answer}`, cuts))).toBe(answer);
      }),
    );
  });

  test('what is no such tag comes through to the letter', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string(), fc.constantFrom('<', '<thin', '<thinking> a', 'x <think> y</think>', '  <t')),
        places,
        (answer, cuts) => {
          fc.pre(!answer.trimStart().startsWith('<think>'));
          expect(filtered(cutAt(answer, cuts))).toBe(answer);
        },
      ),
    );
  });
});

describe('messages', () => {
  test('neighbours of one role become one, and begin the same whatever follows', () => {
    const base = [
      { role: 'system', text: 'rules' },
      { role: 'user', text: 'a file' },
    ] as const;
    expect(chatMessages([...base, { role: 'user', text: 'a task' }], 'own')).toEqual([
      { role: 'system', content: 'rules' },
      { role: 'user', content: 'a file\n\na task' },
    ]);
    expect(chatMessages(base, 'in-user')).toEqual([{ role: 'user', content: 'rules\n\na file' }]);
  });
});
