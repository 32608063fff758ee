import { expect, test } from 'vitest';
import { pathIn, pathInFence } from '../../../server/core/formats/named-path.ts';

test('lines that only name a file', () => {
  for (const line of [
    'src/b.ts',
    '`src/b.ts`',
    '**src/b.ts**',
    '**`src/b.ts`**:',
    '### src/b.ts',
    '#### File: `src/b.ts`',
    '**File:** src/b.ts',
    'file: "src/b.ts"',
    '1. `src/b.ts`',
    '- src/b.ts:',
    '// src/b.ts',
    '# src/b.ts',
    '/* src/b.ts */',
    '<!-- src/b.ts -->',
    '// filepath: src/b.ts',
    'File: src/b.ts (updated)',
    'Update src/b.ts:',
    'In the file `src/b.ts`:',
    'src/b.ts:12-20',
    '[src/b.ts](src/b.ts)',
    '[`src/b.ts`](./src/b.ts#L3)',
    '<file path="src/b.ts">',
    '<edit file="src/b.ts" >',
    '<path>src/b.ts</path>',
  ])
    expect([line, pathIn(line)]).toEqual([line, 'src/b.ts']);
});

test('names of every kind', () => {
  for (const name of [
    'app/[id]/page.tsx',
    'app/(auth)/login.tsx',
    'routes/$id.tsx',
    '[slug].vue',
    '+page.svelte',
    'src/größe.ts',
    'src/日本.md',
    '@scope/a.ts',
    '.gitignore',
    'Dockerfile',
    '/usr/bin/x',
    '..\\a.ts',
    'C:\\p\\a.ts',
    'a-b_c.test.ts',
  ])
    for (const line of [name, `\`${name}\``, `### ${name}`])
      expect([line, pathIn(line)]).toEqual([line, name]);
  expect(pathIn('`my dir/b.ts`')).toBe('my dir/b.ts');
});

test('words are no names', () => {
  for (const line of [
    'Change a.',
    'First, update the import.',
    'Use `a.b` in src/b.ts as well.',
    'typescript',
    'e.g.',
    'v1.2',
    'Done!',
    '',
    '---',
    '```ts',
    'console.log(x).',
  ])
    expect([line, pathIn(line)]).toEqual([line, undefined]);
});

test('what a fence says of its file', () => {
  for (const line of [
    '```ts src/b.ts',
    '```ts:src/b.ts',
    '```src/b.ts',
    '```ts title="src/b.ts"',
    '~~~ts {file=src/b.ts}',
    '```ts src/b.ts:3-9',
  ])
    expect([line, pathInFence(line)]).toEqual([line, 'src/b.ts']);
  for (const line of ['```', '```ts', '```c++', '```asp.net', '```diff'])
    expect([line, pathInFence(line)]).toEqual([line, undefined]);
});

test('long lines cost no more than they are long', () => {
  for (const sign of [' ', '/', '.', 'a', '*', '`', '# ', '- '])
    expect(pathIn(sign.repeat(300_000))).toBeUndefined();
});
