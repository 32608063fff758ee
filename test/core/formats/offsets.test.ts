import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { apply, toEdit } from '../../../server/core/edit.ts';
import { readOffsets, takeOffsets, writeOffsets } from '../../../server/core/formats/offsets.ts';

const document = fc.string({ maxLength: 60, unit: 'binary' });

function edits(length: number) {
  const offset = fc.nat({ max: length });
  return fc
    .array(fc.tuple(offset, offset, fc.string({ maxLength: 8, unit: 'binary' })), { maxLength: 5 })
    .map((triples) =>
      toEdit(triples.map(([a, b, text]) => ({ start: Math.min(a, b), end: Math.max(a, b), text }))),
    );
}

test('every edit survives writing and reading', () => {
  fc.assert(
    fc.property(
      document.chain((text) => fc.tuple(fc.constant(text), edits(text.length))),
      ([text, edit]) => {
        fc.pre(edit !== undefined);
        const read = readOffsets(writeOffsets(edit ?? []), text.length);
        expect(apply(text, read ?? [])).toBe(apply(text, edit ?? []));
      },
    ),
  );
});

test('a stream cut anywhere gives the same replacements as the whole', () => {
  fc.assert(
    fc.property(edits(40), fc.array(fc.nat({ max: 200 }), { maxLength: 6 }), (edit, cuts) => {
      const whole = writeOffsets(edit ?? []);
      const places = [...cuts.map((cut) => Math.min(cut, whole.length)), whole.length].sort((a, b) => a - b);
      const read = [];
      let rest = '';
      let at = 0;
      for (const place of places) {
        const taken = takeOffsets(rest + whole.slice(at, place));
        read.push(...taken.replacements);
        rest = taken.rest;
        at = place;
      }
      expect(rest).toBe('');
      expect(read).toEqual(edit ?? []);
    }),
  );
});

test.each([
  ['words', 'Here is the edit:\n'],
  ['half a line', '{"start":1,"end'],
  ['a negative offset', '{"start":-1,"end":2,"text":""}\n'],
  ['an end before its start', '{"start":3,"end":2,"text":""}\n'],
  ['a place past the end', '{"start":3,"end":11,"text":""}\n'],
  ['overlapping replacements', '{"start":1,"end":5,"text":""}\n{"start":4,"end":6,"text":""}\n'],
  ['a fraction', '{"start":1.5,"end":2,"text":""}\n'],
  ['no text', '{"start":1,"end":2}\n'],
  ['null', 'null\n'],
])('%s is no edit', (_, answer) => {
  expect(readOffsets(answer, 10)).toBeUndefined();
});

test('a last line without terminator and blank lines are read', () => {
  expect(readOffsets('\n{"start":1,"end":2,"text":"x"}\r\n\n{"start":4,"end":4,"text":"y"}', 10)).toEqual([
    { start: 1, end: 2, text: 'x' },
    { start: 4, end: 4, text: 'y' },
  ]);
});
