import fc from 'fast-check';
import { expect, test } from 'vitest';
import { likeness, similarRuns, usualThresholds } from '../../server/core/similar-lines.ts';

const line = fc.string({ unit: fc.constantFrom('a', 'b', ' '), maxLength: 40 });

test('likeness is the Levenshtein distance, wherever it is not less than what is asked for', () => {
  fc.assert(
    fc.property(line, line, fc.constantFrom(0, 0.5, 0.85, 0.9), (a, b, least) => {
      const longer = Math.max(a.length, b.length);
      const whole = longer === 0 ? 1 : 1 - levenshtein(a, b) / longer;
      const told = likeness(a, b, least);
      if (whole >= least) expect(told).toBe(whole);
      else expect(told).toBeLessThan(least);
    }),
    { numRuns: 2_000 },
  );
});

test('the one place that is nearly as it is looked for', () => {
  const lines = ['const a = first(1);', 'const b = second(2);', 'return a + b;'];
  expect(similarRuns(lines, ['const b = secnd(2);', 'return a + b;'], usualThresholds)).toEqual([1]);
});

test('no place where there are too many to compare them all', () => {
  const name = (i: number) => `  const value = compute(first, second, ${10_000 + i});`;
  const lines = Array.from({ length: 4_000 }, (_, i) => name(i));
  const search = lines.slice(0, 2_000).map((each) => each.replace('const', 'let'));
  expect(similarRuns(lines, search, usualThresholds)).toEqual([]);
});

/** By its definition, without anything to make it fast. */
function levenshtein(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const above = row;
    row = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = (above[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      row.push(Math.min(change, (above[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1));
    }
  }
  return row[b.length] ?? 0;
}
