import { expect, test } from 'vitest';
import { isAmong, languageIdOf, languageNamed, languageOf } from '../../server/core/language-id.ts';

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
  ['ECMAScript 6', 'javascript'],
  ['TypeScript JSX', 'typescriptreact'],
  ['ios.swift', 'swift'],
  ['a.b', 'a.b'],
  ['constructor', 'constructor'],
])('%s of an editor is %s', (name, language) => {
  expect(languageNamed(name)).toBe(language);
  expect(isAmong(['go', name], language)).toBe(true);
  expect(isAmong(['go'], language)).toBe(false);
});

test.each([
  ['', 'a.go', 'go'],
  ['textmate', 'a.rs', 'rust'],
  ['ObjectiveC', 'a.hpp', 'cpp'],
  ['helm', 'a.yaml', 'helm'],
  ['main.go', 'main.go', 'go'],
])('%j of an editor for %s is %s', (name, path, language) => {
  expect(languageOf(name, path)).toBe(language);
});
