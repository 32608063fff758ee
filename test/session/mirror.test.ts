/** What a mirror says of a document without looking at it again, and what a peer is told of it. */

import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { WorkspaceEvent } from '../../server/core/ask.ts';
import { apply } from '../../server/core/edit.ts';
import { estimateTokens } from '../../server/core/prompt/prompt.ts';
import { roughTokens } from '../../server/core/tokens.ts';
import { createMirror } from '../../server/session/mirror.ts';
import { askDocument } from '../support/asks.ts';

const counted = (text: string) => roughTokens(text) - estimateTokens(text.length);
const text = fc.string({ unit: fc.constantFrom('a', '\n', 'é', 'я', '語', '😀') });

test('never fewer than there are, exactly as many before anything changed, and those of a stranger by looking', () => {
  fc.assert(
    fc.property(
      text,
      fc.array(fc.record({ at: fc.nat(), length: fc.nat(8), text, isAsked: fc.boolean() })),
      (opened, changes) => {
        const mirror = createMirror();
        const { uri } = askDocument('');
        mirror.tell({ kind: 'opened', document: askDocument(opened) });
        expect(mirror.tokensBeyondLength(askDocument(opened))).toBe(counted(opened));
        let now = opened;
        let version = 1;
        for (const change of changes) {
          const start = change.at % (now.length + 1);
          const edit = [{ start, end: Math.min(now.length, start + change.length), text: change.text }];
          now = apply(now, edit);
          mirror.tell({ kind: 'changed', uri, version: ++version, edit });
          if (change.isAsked) mirror.has(askDocument(now, { version }));
          // Each edit may round up once.
          expect(mirror.tokensBeyondLength(askDocument(now, { version })) + version).toBeGreaterThanOrEqual(
            counted(now),
          );
        }
        expect(mirror.tokensBeyondLength(askDocument('語語語', { version: version + 1 }))).toBe(2);
      },
    ),
  );
});

test('a peer that is told what has room has the newest text of each document that fits, also one that begins anew', () => {
  const mostBytes = 60;
  const wide = fc.string({ unit: fc.constantFrom('a', '\n', '語', '\u0001', '😀'), maxLength: 40 });
  fc.assert(
    fc.property(
      wide,
      fc.array(
        fc.record({
          at: fc.nat(),
          length: fc.nat(60),
          text: wide,
          isNew: fc.boolean(),
          isAsked: fc.boolean(),
        }),
      ),
      (opened, changes) => {
        const mirror = createMirror(mostBytes);
        const { uri } = askDocument('');
        let copy: string | undefined;
        const hear = (event: WorkspaceEvent | undefined): void => {
          const texts: readonly string[] =
            event?.kind === 'opened'
              ? [event.document.text]
              : event?.kind === 'changed'
                ? [event.edit.map(({ text }) => text).join('')]
                : [];
          for (const each of texts)
            expect(Buffer.byteLength(JSON.stringify(each))).toBeLessThanOrEqual(mostBytes);
          if (event?.kind === 'opened') copy = event.document.text;
          else if (event?.kind === 'closed') copy = undefined;
          else if (event?.kind === 'changed') copy = apply(copy ?? '', event.edit);
        };
        hear(mirror.tell({ kind: 'opened', document: askDocument(opened) }));
        let now = opened;
        let version = 1;
        for (const { at, length, text, isNew, isAsked } of changes) {
          const start = at % (now.length + 1);
          const edit = [{ start, end: Math.min(now.length, start + length), text }];
          now = apply(now, edit);
          hear(mirror.tell({ kind: 'changed', uri, version: ++version, edit }));
          if (isNew) {
            copy = undefined;
            mirror.replay().forEach(hear);
          }
          const document = askDocument(now, { version });
          if (isAsked) expect(mirror.has(document)).toBe(true);
          expect(copy).toBe(mirror.fits(document) ? now : undefined);
          // The longest that takes fewest bytes at the widest always has room.
          if (now.length <= mostBytes / 6) expect(mirror.fits(document)).toBe(true);
        }
        hear(mirror.tell({ kind: 'closed', uri }));
        expect([copy, mirror.knows(uri), mirror.replay()]).toEqual([undefined, false, []]);
      },
    ),
  );
});
