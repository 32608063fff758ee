import { expect, test } from 'vitest';
import { readLineRange, readPlace } from '../../server/cli/place.ts';

test.each([
  ['a.ts', { file: 'a.ts' }],
  ['a.ts:3', { file: 'a.ts', line: 3 }],
  ['a.ts:3:14', { file: 'a.ts', line: 3, column: 14 }],
  ['C:\\a.ts:3', { file: 'C:\\a.ts', line: 3 }],
  ['C:\\a.ts', { file: 'C:\\a.ts' }],
  ['a:b.ts', { file: 'a:b.ts' }],
  ['a.ts:', { file: 'a.ts:' }],
  ['a.ts:x', { file: 'a.ts:x' }],
  [':3', { file: ':3' }],
  ['', { file: '' }],
])('readPlace(%j)', (argument, place) => {
  expect(readPlace(argument)).toEqual(place);
});

test.each([
  ['a.ts', { file: 'a.ts' }],
  ['a.ts:3', { file: 'a.ts', from: 3, to: 3 }],
  ['a.ts:3-5', { file: 'a.ts', from: 3, to: 5 }],
  ['a.ts:3-', { file: 'a.ts:3-' }],
  ['a-b.ts', { file: 'a-b.ts' }],
])('readLineRange(%j)', (argument, range) => {
  expect(readLineRange(argument)).toEqual(range);
});
