/** What was put off is begun only where it may still be. */

import { expect, test } from 'vitest';
import { createHopes } from '../../../server/features/inline/hope.ts';
import { createDocuments } from '../../../server/state/documents.ts';
import { virtualClock } from '../../support/clock.ts';

/** Types a letter for which work is put off for 100 ms; `then` happens before it begins. */
function check(then: { readonly mayAsk: boolean }, expected: 'begun' | 'not begun'): void {
  const clock = virtualClock();
  const documents = createDocuments();
  const uri = 'file:///a.ts';
  documents.open({ uri, languageId: 'typescript', version: 1, text: '' });
  let now = { mayAsk: true };
  let begun = 0;
  const hopes = createHopes({
    documents,
    clock,
    eager: { cursorAfter: () => 1, asked() {}, delayMs: () => 100, forget() {} },
    ahead: { shown() {}, nothing() {}, nothingHere() {}, forget() {}, dispose() {} },
    pursuits: () => ({ agreeing: () => undefined, firstTextMs: () => undefined }),
    fitting: () => undefined,
    mayAsk: () => now.mayAsk,
    start: () => begun++,
    isFree: () => false,
  });
  const change = documents.change(uri, 2, [{ start: 0, end: 0, text: 'a' }]);
  if (change) hopes.changed(change, 'user');
  clock.advance(50);
  now = then;
  clock.advance(100);
  expect(begun === 1 ? 'begun' : 'not begun').toBe(expected);
}

test('where asking is still allowed', () => {
  check({ mayAsk: true }, 'begun');
});

test('not where it was switched off, snoozed or found out meanwhile', () => {
  check({ mayAsk: false }, 'not begun');
});
