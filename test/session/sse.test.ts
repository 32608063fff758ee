import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { createSseReader } from '../../server/session/protocol/sse.ts';

test('every event is read whole, whatever the chunks and line ends', () => {
  const eol = fc.constantFrom('\n', '\r\n', '\r');
  const data = fc.string({ unit: 'grapheme', maxLength: 12 }).map((text) => text.replace(/[\r\n]/g, ' '));
  fc.assert(
    fc.property(
      fc.array(data, { maxLength: 5 }),
      eol,
      fc.array(fc.nat({ max: 120 }), { maxLength: 8 }),
      (all, end, cuts) => {
        const stream = all.map((each) => `event: x${end}: note${end}data: ${each}${end}${end}`).join('');
        const reader = createSseReader();
        const places = [...cuts.map((cut) => Math.min(cut, stream.length)), stream.length].sort(
          (a, b) => a - b,
        );
        const read = places.flatMap((place, i) => [...reader.push(stream.slice(places[i - 1] ?? 0, place))]);
        // A lone carriage return at the very end may still be followed by a line feed.
        read.push(...reader.push('\n'));
        expect(read).toEqual(all.map((data) => ({ name: 'x', data })));
      },
    ),
  );
});

test('lines of data are joined, an event without data is none', () => {
  expect(createSseReader().push('data: a\ndata:b\ndata\n\nevent: ping\n\nid: 7\ndata: c\n\n')).toEqual([
    { name: undefined, data: 'a\nb\n' },
    { name: undefined, data: 'c' },
  ]);
});

test.each(['data: a', 'data: a\n', 'data: a\r', 'data: a\r\n'])('%j at the end is an event', (text) => {
  const reader = createSseReader();
  expect([...reader.push(text), ...reader.end()]).toEqual([{ name: undefined, data: 'a' }]);
  expect(createSseReader().end()).toEqual([]);
});

test('a byte order mark before the first line is none of it', () => {
  const reader = createSseReader();
  expect([...reader.push('\ufeffda'), ...reader.push('ta: a\n\n')]).toEqual([{ name: undefined, data: 'a' }]);
});

test('a line of an error is an event of that name', () => {
  expect(createSseReader().push('error: {"code":500}\n\n')).toEqual([
    { name: 'error', data: '{"code":500}' },
  ]);
});
