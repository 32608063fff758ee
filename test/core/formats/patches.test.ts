import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { applyPatchParser, writeApplyPatch } from '../../../server/core/formats/apply-patch.ts';
import type { BlockParser } from '../../../server/core/formats/block.ts';
import { parserFor } from '../../../server/core/formats/recognise.ts';
import { unifiedDiffParser } from '../../../server/core/formats/unified-diff.ts';
import { chopped, damaged } from '../../support/chunks.ts';

/** Blocks as `path@line under headings: search → replace`, lines joined by `|`, and the problem if there is one. */
function read(parser: BlockParser, chunks: readonly string[], outcome: 'completed' | 'cut' = 'completed') {
  const blocks = chunks.flatMap((chunk) => parser.push(chunk));
  const end = parser.finish(outcome);
  const shown = [...blocks, ...end.blocks].map(({ path, line, under, atEnd, search, replace }) => {
    const place = `${path ?? ''}${line === undefined ? '' : `@${line}`}${under ? ` under ${under.join(' ')}` : ''}${atEnd ? ' at end' : ''}`;
    return `${place}${place === '' ? '' : ': '}${search.join('|')} → ${replace.join('|')}`;
  });
  return end.problem === undefined ? shown : [...shown, `problem: ${end.problem}`];
}

describe('apply_patch', () => {
  const check = (answer: string, expected: readonly string[], outcome?: 'completed' | 'cut') =>
    expect(read(applyPatchParser(), [answer], outcome)).toEqual(expected);
  const patch = (body: string) => `*** Begin Patch\n*** Update File: a.ts\n${body}*** End Patch\n`;

  test('a hunk', () => check(patch('@@\n a\n-b\n+c\n'), ['a.ts: a|b → a|c']));
  test('two hunks', () => check(patch('@@\n-b\n+c\n@@\n-d\n+e\n'), ['a.ts: b → c', 'a.ts: d → e']));
  test('headings', () => check(patch('@@ class A\n@@ f()\n-b\n+c\n'), ['a.ts under class A f(): b → c']));
  test('headings that are closed as they are opened', () => {
    check(patch('@@ class A @@\n@@ f()@@\n-b\n+c\n'), ['a.ts under class A f(): b → c']);
    check(patch('@@@@\n-b\n+c\n'), ['a.ts: b → c']);
  });
  test('several headings in one', () => {
    check(patch('@@ class A @@ f()\n-b\n+c\n'), ['a.ts under class A f(): b → c']);
  });
  test('line numbers in a heading', () => {
    check(patch('@@ -7,2 +7,2 @@ class A\n-b\n+c\n'), ['a.ts@6: b → c']);
    check(patch('@@ line 7\n-b\n+c\n'), ['a.ts@6: b → c']);
    check(patch('@@ ... @@\n-b\n+c\n'), ['a.ts: b → c']);
  });
  test('marks in other spellings', () => {
    check('*** Begin Patch ***\n*** Update File: `a.ts` ***\n-b\n+c\n*** End Patch ***\n', ['a.ts: b → c']);
    check('***begin patch\n***Update file: a.ts\n-b\n+c\n***End patch\n', ['a.ts: b → c']);
    check(patch('-b\n+c\n*** End of file\n'), ['a.ts at end: b → c']);
  });
  test('a new file whose lines lack their sign', () => {
    check('*** Begin Patch\n*** Add File: b.ts\n+a\n\n b\nc\n\n*** End Patch\n', ['b.ts:  → a|| b|c']);
  });
  test('marks and headings of blanks cost no more than they are long', () => {
    const blanks = ' '.repeat(300_000);
    check(patch(`@@ f()${blanks}x\n-b\n+c\n`), [`a.ts under f()${blanks}x: b → c`]);
    check(`*** Begin Patch\n*** Update File:${blanks}a b${blanks}\n-b\n+c\n*** End Patch\n`, ['a b: b → c']);
  });
  test('without a heading', () => check(patch('-b\n+c\n'), ['a.ts: b → c']));
  test('at the end of the file', () => check(patch('@@\n-b\n+c\n*** End of File\n'), ['a.ts at end: b → c']));
  test('an empty context line', () => check(patch('@@\n a\n\n-b\n'), ['a.ts: a||b → a|']));
  test('a forgotten blank', () => check(patch('@@\na\n-b\n+c\n'), ['a.ts: a|b → a|c']));
  test('prose and a fence', () =>
    check(`Sure.\n\`\`\`\n${patch('@@\n-b\n+c\n')}\`\`\`\nDone.`, ['a.ts: b → c']));
  test('without end: half of a hunk looks like all of it', () => {
    check('*** Begin Patch\n*** Update File: a.ts\n@@\n-b\n+c', ['problem: a hunk that is not finished']);
    check('*** Begin Patch\n*** Update File: a.ts\n@@\n-b\n+c\n@@\n-d\n', [
      'a.ts: b → c',
      'problem: a hunk that is not finished',
    ]);
  });
  test('without end, in a fence that ends', () =>
    check('```\n*** Update File: a.ts\n@@\n-b\n+c\n```\n', ['a.ts: b → c']));
  test('cut off', () =>
    check('*** Update File: a.ts\n@@\n-b\n+c', ['problem: a hunk that is not finished'], 'cut'));
  test('a new file', () =>
    check('*** Begin Patch\n*** Add File: b.ts\n+a\n+b\n*** End Patch', ['b.ts:  → a|b']));
  test('files are not deleted', () =>
    check('*** Begin Patch\n*** Delete File: a.ts\n*** End Patch', ['problem: the deletion of a file']));
  test('nor moved', () => {
    check(patch('*** Move to: b.ts\n@@\n-b\n+c\n'), ['a.ts: b → c', 'problem: the moving of a file']);
  });
});

describe('unified diff', () => {
  const check = (answer: string, expected: readonly string[], outcome?: 'completed' | 'cut') =>
    expect(read(unifiedDiffParser(), [answer], outcome)).toEqual(expected);
  const head = '--- a/a.ts\n+++ b/a.ts\n';

  test('a hunk', () => check(`${head}@@ -1,2 +1,2 @@\n a\n-b\n+c\n`, ['a.ts@0: a|b → a|c']));
  test('counts do not count', () => check(`${head}@@ -7,99 +1 @@\n a\n-b\n+c\n`, ['a.ts@6: a|b → a|c']));
  test('half a hunk, though the stream is said to be complete', () => {
    check(`${head}@@ -1,9 +1,9 @@\n a\n-b\n+c\n`, ['problem: a hunk that is not finished']);
    check(`${head}@@ -1,9 +1,9 @@\n a\n-b\n+c\n ret`, ['problem: a hunk that is not finished']);
  });
  test('wrong counts, with context behind the change', () => {
    check(`${head}@@ -1,9 +1,9 @@\n a\n-b\n+c\n d\n`, ['a.ts@0: a|b|d → a|c|d']);
  });
  test('no numbers', () => check(`${head}@@ ... @@\n-b\n+c\n`, ['a.ts: b → c']));
  test('no heading', () => {
    check(`${head}-b\n+c\n`, ['a.ts: b → c']);
    check(`${head}\n a\n-b\n+c\n`, ['a.ts: a|b → a|c']);
  });
  test('headings of words', () => {
    check(`${head}@@ class A\n-b\n+c\n`, ['a.ts under class A: b → c']);
    check(`${head}@@ @@ class A\n@@ f()\n-b\n+c\n`, ['a.ts under class A f(): b → c']);
  });
  test('no names, or names with the time', () => {
    check('--- original\n+++ modified\n@@\n-b\n+c\n', ['b → c']);
    check('--- "a/a.ts" 2024-01-01 00:00:00\n+++ "b/a.ts" 2024-01-01 00:00:01\n@@\n-b\n+c\n', [
      'a.ts: b → c',
    ]);
  });
  test('a file that is moved', () => {
    const moved = 'diff --git a/a.ts b/b.ts\nrename from a.ts\nrename to b.ts\n';
    check(moved, ['problem: the moving of a file']);
  });
  test('no newline at the end', () =>
    check(`${head}@@ -1 +1 @@\n-b\n\\ No newline at end of file\n+c\n`, ['a.ts@0: b → c']));
  test('two files', () => {
    check(
      `${head}@@ -1 +1 @@\n-b\n+c\ndiff --git a/b.ts b/b.ts\n--- a/b.ts\n+++ b/b.ts\n@@ -1 +1 @@\n-d\n+e\n`,
      ['a.ts@0: b → c', 'b.ts@0: d → e'],
    );
  });
  test('a fence and prose', () =>
    check(`\`\`\`diff\n${head}@@ -1 +1 @@\n-b\n+c\n\`\`\`\nDone - it works.\n`, ['a.ts@0: b → c']));
  test('a deleted line that looks like a header', () => {
    check(`${head}@@ -1,2 +1 @@\n--- old comment\n-b\n+c\n`, ['a.ts@0: -- old comment|b → c']);
  });
  test('empty lines behind a hunk are none of it', () => {
    check(`${head}@@ -1 +1 @@\n-b\n+c\n\n@@ -5 +5 @@\n-d\n+e\n`, ['a.ts@0: b → c', 'a.ts@4: d → e']);
  });
  test('a deleted file', () =>
    check('--- a/a.ts\n+++ /dev/null\n@@ -1 +0,0 @@\n-b\n', [
      'a.ts@0: b → ',
      'problem: the deletion of a file',
    ]));
});

describe('recognised', () => {
  test.each([
    ['<<<<<<< SEARCH', true],
    ['*** Begin Patch', true],
    ['*** Update File: a', true],
    ['--- a/a.ts\n+++ b/a.ts', true],
    ['--- a comment of Lua', false],
    ['@@ -1 +1 @@', true],
    ['```ts', false],
    ['---', false],
    ['Here it is:', false],
    ['*** bold ***', false],
  ])('%s: %s', (text, known) => {
    const [previous = '', line = previous] = text.split('\n');
    expect(parserFor(line, previous) !== undefined).toBe(known);
  });
});

describe('laws', () => {
  const line = fc.constantFrom('a', 'b', '  c', '', '@@', '--- x', '*** y', '```', '+d', '-e', '\tf');
  const lines = fc.array(line, { maxLength: 5 });
  const block = fc
    .record({ search: fc.tuple(fc.constant('first'), lines), replace: lines })
    .map(({ search: [first, rest], replace }) => ({ search: [first, ...rest], replace }));

  test('what is written is read', () => {
    fc.assert(
      fc.property(fc.array(block, { minLength: 1, maxLength: 3 }), (blocks) => {
        const parser = applyPatchParser();
        const read = [...parser.push(writeApplyPatch(blocks, 'a.ts')), ...parser.finish('completed').blocks];
        expect(read).toEqual(blocks.map((each) => ({ ...each, path: 'a.ts' })));
      }),
    );
  });

  test('chunks change nothing, and no damage is an exception', () => {
    const parsers = fc.constantFrom(applyPatchParser, unifiedDiffParser);
    const marks = fc.constantFrom(
      '*** Begin Patch',
      '*** End Patch',
      '*** Update File: a',
      '@@',
      '@@ -1 +1 @@',
      '--- a',
      '+++ b',
      'x',
    );
    const texts = fc.oneof(
      fc.array(block, { maxLength: 3 }).map((blocks) => writeApplyPatch(blocks, 'a.ts')),
      fc.array(fc.oneof(line, marks), { maxLength: 20 }).map((all) => all.join('\n')),
    );
    const cases = texts.chain(damaged).chain((text) => fc.tuple(fc.constant(text), chopped(text)));
    fc.assert(
      fc.property(
        parsers,
        cases,
        fc.constantFrom('completed' as const, 'cut' as const),
        (create, [text, chunks], outcome) => {
          expect(read(create(), chunks, outcome)).toEqual(read(create(), [text], outcome));
        },
      ),
      { numRuns: 3000 },
    );
  });
});
