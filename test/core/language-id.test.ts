import { expect, test } from 'vitest';
import { languageIdOf } from '../../server/core/language-id.ts';

test.each([
  ['a.ts', 'typescript'],
  ['a.TSX', 'typescriptreact'],
  ['/x/a.py', 'python'],
  ['a.zig', 'zig'],
  ['Makefile', 'plaintext'],
  ['/x.d/Makefile', 'plaintext'],
])('the language of %s', (path, language) => {
  expect(languageIdOf(path)).toBe(language);
});
