/** Which file a document is, for the engine, as the disk names it. */

import { expect, test } from 'vitest';
import { pathOf } from '../../server/engine/language.ts';

test.each([
  ['file:///home/a/b.ts', '/home/a/b.ts'],
  ['file:///home/a%20b/%C3%A4%F0%9F%98%80.ts', '/home/a b/ä😀.ts'],
  // Some editors escape nothing.
  ['file:///home/a b/ä😀.ts', '/home/a b/ä😀.ts'],
  ['file:///home/😀%20b.ts', '/home/😀 b.ts'],
  ['file:///home/%FF.ts', '/home/\ufffd.ts'],
  ['file:///home/%EF%BB%BFa.ts', '/home/\ufeffa.ts'],
  ['file:///home/100%/a.ts', '/home/100%/a.ts'],
  ['file:///C%3A/a.ts', 'C:/a.ts'],
  ['file:///c:/a.ts', 'c:/a.ts'],
  ['file://host/share/a.ts', '/share/a.ts'],
  ['untitled:Untitled-1', 'name.ts'],
])('%s is %s', (uri, path) => expect(pathOf({ uri, path: 'name.ts' })).toBe(path));
