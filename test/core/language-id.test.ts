import { expect, test } from 'vitest';
import { isAmong, languageIdOf, languageNamed } from '../../server/core/language-id.ts';

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

test.each([
  ['typescript', 'typescript'],
  ['cs', 'csharp'],
  ['sh', 'shellscript'],
  ['objc', 'objective-c'],
  ['C++', 'cpp'],
  ['TSX', 'typescriptreact'],
  ['javascript.jsx', 'javascriptreact'],
  ['yaml.ansible', 'yaml'],
  ['ios.swift', 'swift'],
  ['a.b', 'a.b'],
  ['constructor', 'constructor'],
])('%s of an editor is %s', (name, language) => {
  expect(languageNamed(name)).toBe(language);
  expect(isAmong(['go', name], language)).toBe(true);
  expect(isAmong(['go'], language)).toBe(false);
});
