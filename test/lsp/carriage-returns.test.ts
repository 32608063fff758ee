/** Documents of clients whose lines end at line feeds alone: line for line and column for column as they are there. */

import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { apply } from '../../server/core/edit.ts';
import { toText } from '../../server/core/text.ts';
import { withoutLoneReturns } from '../../server/lsp/carriage-returns.ts';
import { type PositionEncoding, widthOf } from '../../server/lsp/position.ts';
import { type ContentChange, toEdit } from '../../server/lsp/synchronisation.ts';
import { openServer } from '../support/server.ts';

const uri = 'file:///a.ts';

/** As such a client says where an offset is. */
function positionIn(text: string, offset: number, encoding: PositionEncoding) {
  const before = text.slice(0, offset).split('\n');
  return { line: before.length - 1, character: widthOf(before.at(-1) ?? '', encoding) };
}

/** Blanks and carriage returns alike: which of the two a `\r` is with us depends on what stood behind it once. */
const alike = (text: string) => text.replaceAll('\r', ' ');

test('any changes, one by one and several in one notification', () => {
  const text = fc
    .array(fc.constantFrom('a', 'é', '€', '😀', ' ', '\r', '\n', '\r\n', '\r\n'), { maxLength: 14 })
    .map((parts) => parts.join(''));
  const places = fc.array(fc.tuple(fc.nat(), fc.nat(), text), { minLength: 1, maxLength: 6 });
  const encodings = fc.constantFrom<PositionEncoding>('utf-8', 'utf-16', 'utf-32');
  fc.assert(
    fc.property(text, fc.array(places, { maxLength: 4 }), encodings, (opened, notifications, encoding) => {
      let theirs = opened;
      let ours = withoutLoneReturns(opened);
      for (const wanted of notifications) {
        const changes = wanted.map(([a, b, inserted]): ContentChange => {
          const [start = 0, end = 0] = [a, b].map((at) => whole(theirs, at)).sort((x, y) => x - y);
          const [from, to] = [start, end].map((at) => positionIn(theirs, at, encoding));
          theirs = theirs.slice(0, start) + inserted + theirs.slice(end);
          return { kind: 'range', range: { start: from as never, end: to as never }, text: inserted };
        });
        ours = apply(ours, toEdit(toText(ours), changes, { encoding, onlyLineFeeds: true }));
        expect(alike(ours)).toBe(alike(theirs));
        expect(ours).not.toMatch(/\r(?!\n)/);
      }
    }),
    { numRuns: 3000 },
  );
});

/** An offset, and no half of a pair. */
function whole(text: string, at: number): number {
  const offset = at % (text.length + 1);
  return /[\ud800-\udbff]$/.test(text.slice(0, offset)) ? offset - 1 : offset;
}

describe('terminators in Neovim', () => {
  // So that nothing is asked while it is typed.
  const settings = { whittle: { completion: { mode: 'manual' } } };
  const change = (line: number, [from, to]: readonly [number, number], text: string) => ({
    range: { start: { line, character: from }, end: { line, character: to } },
    text,
  });

  test.each<[string, ReturnType<typeof change>, string]>([
    ['typed behind the `\\r`', change(0, [4, 4], ';'), 'one ;\ntwo\r\nlet x\n'],
    ['the `\\r` taken away', change(1, [3, 4], ''), 'one\r\ntwo\nlet x\n'],
    ['further than the `\\r`', change(0, [3, 9], ';'), 'one;\r\ntwo\r\nlet x\n'],
    ['a `\\r` within a line', change(2, [3, 3], '\r'), 'one\r\ntwo\r\nlet  x\n'],
  ])('%s', async (_, changed, expected) => {
    await seen('one\r\ntwo\r\nlet x\n', [changed], expected);
  });

  test('a file of old Macs has the lines that Neovim says it has', async () => {
    const changes = [change(1, [3, 3], ';'), change(0, [3, 3], '\rthree')];
    await seen('one\rtwo\rlet x\r', changes, 'one\rthree\rtwo;\rlet x\r', 3);
  });

  async function seen(
    opened: string,
    contentChanges: readonly ReturnType<typeof change>[],
    expected: string,
    line = 2,
  ) {
    const { client, model } = await openServer({ editor: 'neovim', settings });
    client.open(uri, opened);
    client.notify('textDocument/didChange', { textDocument: { uri, version: 2 }, contentChanges });
    const asked = client.request('textDocument/inlineCompletion', {
      textDocument: { uri },
      position: { line, character: 6 },
      context: { triggerKind: 1 },
    });
    const { ask, end } = await model.asked(0);
    expect(ask.document.text).toBe(expected);
    end();
    await asked;
  }
});
