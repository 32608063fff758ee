/** Several changes in one notification: whatever their order, they are what they are one by one. */

import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { apply, applyToText, compose, type Edit, noEdit } from '../../server/core/edit.ts';
import { lineCount, toText } from '../../server/core/text.ts';
import type { PositionEncoding } from '../../server/lsp/position.ts';
import { type ContentChange, type Counting, toEdit } from '../../server/lsp/synchronisation.ts';
import { awkwardText, codeLikeText } from '../support/texts.ts';

const counted = (encoding: PositionEncoding): Counting => ({ encoding, onlyLineFeeds: false });

/** Each with the text in between made. */
function oneByOne(text: string, changes: readonly ContentChange[], encoding: PositionEncoding): Edit {
  let now = toText(text);
  let edit = noEdit;
  for (const change of changes) {
    const step = toEdit(now, [change], counted(encoding));
    edit = edit.length === 0 ? step : compose(edit, step);
    now = applyToText(now, step);
  }
  return edit;
}

const at = (line: number, character: number) => ({ line, character });
const ranged = (start: ReturnType<typeof at>, end: ReturnType<typeof at>, text: string): ContentChange => ({
  kind: 'range',
  range: { start, end },
  text,
});

const encoding = fc.constantFrom<PositionEncoding>('utf-16', 'utf-8', 'utf-32');
const position = fc.record({ line: fc.nat(9), character: fc.nat(12) });
const change = (text: fc.Arbitrary<string>): fc.Arbitrary<ContentChange> =>
  fc.oneof(
    { weight: 12, arbitrary: fc.tuple(position, position, text).map(([a, b, said]) => ranged(a, b, said)) },
    { weight: 1, arbitrary: text.map((said) => ({ kind: 'full' as const, text: said })) },
  );
const withoutReturns = (text: string) => text.replaceAll('\r', '');
const windows = (text: string) => withoutReturns(text).replaceAll('\n', '\r\n');

test.each<[string, (text: string) => string]>([
  ['any terminators', (text) => text],
  ['line feeds', withoutReturns],
  ['Windows terminators', windows],
])('in any order, with %s', (_, terminated) => {
  const text = fc.oneof(awkwardText(40), codeLikeText()).map(terminated);
  fc.assert(
    fc.property(
      text,
      fc.array(change(awkwardText(6).map(terminated)), { maxLength: 12 }),
      encoding,
      (value, changes, of) => {
        const edit = toEdit(toText(value), changes, counted(of));
        const expected = oneByOne(value, changes, of);
        expect(apply(value, edit)).toBe(apply(value, expected));
        expect(edit).toEqual(expected);
      },
    ),
    { numRuns: 2000 },
  );
});

const lines = 30_000;
const value = 'if (a) return b;\n'.repeat(lines);
const indent = (line: number) => ranged(at(line, 0), at(line, 0), '  ');
const everyLine = Array.from({ length: lines }, (_, line) => line);

test.each([
  ['top down', everyLine],
  ['bottom up', everyLine.toReversed()],
  ['from both ends', everyLine.map((i) => (i % 2 === 0 ? i / 2 : lines - (i + 1) / 2)).slice(0, 4000)],
])('as many as there are lines, %s, make no text in between', (_, order) => {
  const text = toText(value);
  const after = toText(apply(value, toEdit(text, order.map(indent), counted('utf-16'))));
  expect(lineCount(after)).toBe(lineCount(text));
  expect(after.value.length).toBe(value.length + 2 * order.length);
  expect(after.value.match(/^ {2}if/gm)?.length).toBe(order.length);
});

test('a rename in a minified file, all on one line, does not look at all of it for each place', () => {
  const places = 8000;
  const one = 'foo.bar(a,b,c);';
  const rename = Array.from({ length: places }, (_, i) => ranged(at(0, 16 * i), at(0, 16 * i + 3), 'food'));
  const edit = toEdit(toText(one.repeat(places)), rename, counted('utf-16'));
  expect(apply(one.repeat(places), edit)).toBe('food.bar(a,b,c);'.repeat(places));
});

const twice = [...everyLine, ...everyLine.map((line) => lines + line)];

test.each([
  ['top down', twice],
  ['bottom up', twice.toReversed()],
])('whole lines replaced, %s, cost what they hold, though each touches the one before', (_, order) => {
  const line = (i: number): ContentChange => ranged(at(i, 0), at(i + 1, 0), 'if (a) { return b; }\n');
  const edit = toEdit(toText(value.repeat(2)), order.map(line), counted('utf-16'));
  const text = 'if (a) { return b; }\n'.repeat(order.length);
  expect(edit).toEqual([{ start: 0, end: 2 * value.length, text }]);
});
