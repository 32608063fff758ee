/** The cache over a long day: what it holds is bounded, and what it shows is still right. */

import { expect, test } from 'vitest';
import { anchorAt } from '../../../server/features/inline/anchor.ts';
import { createCache } from '../../../server/features/inline/cache.ts';
import { createDocuments } from '../../../server/state/documents.ts';

const uri = 'file:///day.ts';

test('a day of typing: thousands of suggestions come and go, few are held', () => {
  const documents = createDocuments();
  let ids = 0;
  const cache = createCache(documents, () => `id-${++ids}`);
  documents.open({ uri, languageId: 'typescript', version: 1, text: '' });
  let cursor = 0;
  for (let key = 0; key < 20_000; key++) {
    const change = documents.change(uri, undefined, [{ start: cursor, end: cursor, text: 'k' }]);
    cursor++;
    if (!change) throw new Error('the document is open');
    if (key % 100 === 0) cache.keepUp(change.after);
    if (key % 5 !== 0) continue;
    const anchor = anchorAt(change.after);
    const piece = { start: cursor, end: cursor, text: `kk${key}` };
    cache.put(`entry-${key}`, { anchor, piece, open: false });
    const [first] = cache.fits(change.after, cursor, { first: 'newest', extent: 'shown' });
    expect(first?.suggestion.text).toBe(`kk${key}`);
    if (first) cache.showing(change.after, [first]);
  }
  const snapshot = documents.get(uri);
  if (!snapshot) throw new Error('the document is open');
  expect([...cache.fits(snapshot, cursor, { first: 'newest', extent: 'shown' })].length).toBeLessThanOrEqual(
    64,
  );
  expect(cache.wasShown('id-1')).toBe(false);
  cache.forget(uri);
  expect([...cache.fits(snapshot, cursor, { first: 'newest', extent: 'shown' })]).toEqual([]);
  expect(cache.wasShown(`id-${ids}`)).toBe(false);
});

test('what was written for a version long gone is let go, not guessed', () => {
  const documents = createDocuments();
  const cache = createCache(documents, () => 'id');
  const opened = documents.open({ uri, languageId: 'typescript', version: 1, text: 'a' });
  cache.put('entry', { anchor: anchorAt(opened), piece: { start: 1, end: 1, text: 'b' }, open: false });
  for (let i = 0; i < 300; i++) documents.change(uri, undefined, [{ start: 0, end: 0, text: ' ' }]);
  const snapshot = documents.get(uri);
  if (!snapshot) throw new Error('the document is open');
  expect([...cache.fits(snapshot, 301, { first: 'newest', extent: 'shown' })]).toEqual([]);
});
