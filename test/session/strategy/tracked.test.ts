/** How far a document has come since its base: the way there, told or only assumed, leads to the very text. */

import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { apply } from '../../../server/core/edit.ts';
import { makeBase } from '../../../server/core/prompt/base.ts';
import { createMirror } from '../../../server/session/mirror.ts';
import { follow, sinceOf, type Tracked } from '../../../server/session/strategy/tracked.ts';
import { askDocument } from '../../support/asks.ts';

const text = fc.string({ unit: fc.constantFrom('a', 'b', ' ', '\n', '\r\n', '😀'), maxLength: 30 });
const change = fc.record({ at: fc.nat(), length: fc.nat(6), text });

const editOf = (now: string, { at, length, text }: { at: number; length: number; text: string }) => {
  const start = at % (now.length + 1);
  return [{ start, end: Math.min(now.length, start + length), text }];
};

const noContext = { snippets: [], history: [], contextTokens: 8_192 };

test('the way from a base leads to what was told, and to what is assumed beyond it', () => {
  fc.assert(
    fc.property(
      text,
      fc.array(change, { maxLength: 8 }),
      change,
      fc.boolean(),
      (opened, changes, assumed, isKnown) => {
        const mirror = createMirror();
        const { uri } = askDocument('');
        mirror.tell({ kind: 'opened', document: askDocument(opened) });
        const base = makeBase({ document: askDocument(opened), ...noContext }, { start: 0, end: 0 });
        const tracked: Tracked = { base, since: isKnown ? [] : undefined };
        let now = opened;
        let version = 1;
        for (const each of changes) {
          const edit = editOf(now, each);
          now = apply(now, edit);
          mirror.tell({ kind: 'changed', uri, version: ++version, edit });
          follow(tracked, edit);
        }
        const future = apply(now, editOf(now, assumed));
        const ahead = sinceOf(tracked, askDocument(future, { version: -version }), mirror);
        expect(ahead && apply(opened, ahead)).toBe(future);
        const told = sinceOf(tracked, askDocument(now, { version }), mirror);
        expect(told && apply(opened, told)).toBe(now);
      },
    ),
  );
});

test('a text that differs at many places, or of a document nobody told of, is to be compared', () => {
  const lines = Array.from({ length: 400 }, (_, i) => `value${i}\n`);
  const opened = lines.join('');
  const base = makeBase({ document: askDocument(opened), ...noContext }, { start: 0, end: 0 });
  const mirror = createMirror();
  const other = askDocument(`x${opened.slice(1, -2)}y\n`, { version: 7 });
  expect(sinceOf({ base, since: [] }, other, mirror)).toBe(undefined);
  mirror.tell({ kind: 'opened', document: askDocument(opened) });
  expect(sinceOf({ base, since: [] }, other, mirror)).toBe(undefined);
  const near = askDocument(`x${opened}`, { version: 7 });
  expect(sinceOf({ base, since: [] }, near, mirror)).toEqual([{ start: 0, end: 0, text: 'x' }]);
});
