/** Several changes in one notification: whatever their order, they are what they are one by one. */

import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { apply, applyToText, compose, type Edit, noEdit } from '../../server/core/edit.ts';
import { lineCount, toText } from '../../server/core/text.ts';
import type { PositionEncoding } from '../../server/lsp/position.ts';
import { type ContentChange, toEdit } from '../../server/lsp/synchronisation.ts';
import { awkwardText, codeLikeText } from '../support/texts.ts';

/** Each with the text in between made. */
function oneByOne(text: string, changes: readonly ContentChange[], encoding: PositionEncoding): Edit {
  let now = toText(text);
  let edit = noEdit;
  for (const change of changes) {
    const step = toEdit(now, [change], encoding);
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
        const edit = toEdit(toText(value), changes, of);
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
  const after = toText(apply(value, toEdit(text, order.map(indent), 'utf-16')));
  expect(lineCount(after)).toBe(lineCount(text));
  expect(after.value.length).toBe(value.length + 2 * order.length);
  expect(after.value.match(/^ {2}if/gm)?.length).toBe(order.length);
});
