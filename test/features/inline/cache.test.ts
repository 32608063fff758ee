/** The cache over a long day: what it holds is bounded, and what it shows is still right. */

import fc from 'fast-check';
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

test('of suggestions all over a document those fit at a cursor that would if they were the only ones', () => {
  const change = fc.tuple(fc.nat(30), fc.nat(2), fc.constantFrom('', 'a', 'ab', 'b', 'xx', '\n'));
  const wish = fc.tuple(fc.nat(30), fc.nat(2), fc.constantFrom('a', 'ab', 'abab', 'xxx'));
  fc.assert(
    fc.property(
      fc.array(wish, { minLength: 1, maxLength: 8 }),
      fc.array(change, { maxLength: 8 }),
      (wishes, changes) => {
        const documents = createDocuments();
        const open = documents.open({
          uri,
          languageId: 'typescript',
          version: 1,
          text: 'abcdefghij'.repeat(3),
        });
        const newId = () => 'id';
        const entries = wishes.map(([start, length, text], i) => ({
          key: `entry-${i}`,
          written: {
            anchor: anchorAt(open),
            piece: { start, end: Math.min(30, start + length), text },
            open: false,
          },
        }));
        const often = createCache(documents, newId);
        for (const { key, written } of entries) often.put(key, written);
        const order = { first: 'newest', extent: 'shown' } as const;
        for (const [at, length, text] of changes) {
          const most = documents.get(uri)?.text.value.length ?? 0;
          const start = Math.min(at, most);
          const after = documents.change(uri, undefined, [
            { start, end: Math.min(most, start + length), text },
          ])?.after;
          if (!after) throw new Error('the document is open');
          for (let cursor = 0; cursor <= after.text.value.length; cursor++) {
            const alone = entries.flatMap(({ key, written }) => {
              const once = createCache(documents, newId);
              once.put(key, written);
              return [...once.fits(after, cursor, order)];
            });
            expect([...often.fits(after, cursor, order)].reverse()).toEqual(alone);
          }
        }
      },
    ),
    { numRuns: 60 },
  );
});

test.each([
  ['typed to their end', 'ab', true],
  ['typed otherwise', 'xy', false],
])('suggestions that are %s', (_, typed, isFollowed) => {
  const documents = createDocuments();
  let ids = 0;
  const cache = createCache(documents, () => `id-${++ids}`);
  let snapshot = documents.open({ uri, languageId: 'typescript', version: 1, text: '' });
  for (let count = 0; count < 10; count++) {
    const { length } = snapshot.text.value;
    const piece = { start: length, end: length, text: 'ab' };
    cache.put(`entry-${count}`, { anchor: anchorAt(snapshot), piece, open: false });
    cache.showing(snapshot, [...cache.fits(snapshot, length, { first: 'newest', extent: 'shown' })]);
    const change = documents.change(uri, undefined, [{ start: length, end: length, text: typed }]);
    if (!change) throw new Error('the document is open');
    snapshot = change.after;
    expect([...cache.fits(snapshot, length + 2, { first: 'shown', extent: 'shown' })]).toEqual([]);
  }
  if (isFollowed) expect(cache.followed()).toBe(1);
  else expect(cache.followed()).toBeLessThan(0.3);
});
