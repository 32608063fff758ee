import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { diff } from '../../../server/core/diff/diff.ts';
import { unifiedDiff } from '../../../server/core/diff/unified.ts';
import { apply } from '../../../server/core/edit.ts';
import { codeLikeText, editOf } from '../../support/texts.ts';

test('git applies it', () => {
  const folder = mkdtempSync(join(tmpdir(), 'whittle-unified-'));
  const file = join(folder, 'file.txt');
  const patch = join(folder, 'the.patch');
  const edited = codeLikeText()
    .filter((text) => text !== '')
    .chain((text) => editOf(text.length).map((edit) => ({ text, edit })));
  try {
    fc.assert(
      fc.property(edited, fc.nat(4), ({ text, edit }, contextLines) => {
        const result = apply(text, edit);
        // Files hold no lone surrogates.
        fc.pre(result !== text && result !== '' && Buffer.from(result).toString() === result);
        for (const each of [edit, diff(text, result)]) {
          writeFileSync(file, text);
          writeFileSync(patch, unifiedDiff('file.txt', text, each, contextLines));
          execFileSync('git', ['apply', '--unidiff-zero', '--whitespace=nowarn', 'the.patch'], {
            cwd: folder,
          });
          expect(readFileSync(file, 'utf8')).toBe(result);
        }
      }),
      { numRuns: 40 },
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
});

describe('as git writes it', () => {
  const check = (before: string, after: string, expected: string) =>
    expect(unifiedDiff('a/b.ts', before, diff(before, after))).toBe(expected);
  const head = '--- a/a/b.ts\n+++ b/a/b.ts\n';
  test('nothing', () => check('a\n', 'a\n', ''));
  test('a changed line', () => check('a\nb\nc\n', 'a\nx\nc\n', `${head}@@ -1,3 +1,3 @@\n a\n-b\n+x\n c\n`));
  test('no newline at the end', () => {
    check('a\nb', 'a\nb\n', `${head}@@ -1,2 +1,2 @@\n a\n-b\n\\ No newline at end of file\n+b\n`);
    check('a\nb', 'x\nb', `${head}@@ -1,2 +1,2 @@\n-a\n+x\n b\n\\ No newline at end of file\n`);
  });
  test('an empty file', () => check('', 'a\n', '--- a/a/b.ts\n+++ b/a/b.ts\n@@ -0,0 +1 @@\n+a\n'));
  test('two hunks', () => {
    const lines = (x: string, y: string) => `${x}\n1\n2\n3\n4\n5\n6\n7\n${y}\n`;
    check(
      lines('a', 'b'),
      lines('c', 'd'),
      `${head}@@ -1,4 +1,4 @@\n-a\n+c\n 1\n 2\n 3\n@@ -6,4 +6,4 @@\n 5\n 6\n 7\n-b\n+d\n`,
    );
  });
});
