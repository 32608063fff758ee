/** What a mirror says of the tokens of a document, without looking at it again. */

import * as fc from 'fast-check';
import { expect, test } from 'vitest';
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
