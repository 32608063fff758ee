import { expect, test } from 'vitest';
import { elides, leavesOut } from '../../../server/core/formats/elision.ts';

test('lines that stand for others, with and without brackets', () => {
  for (const line of [
    '// ... existing code ...',
    '# [... rest of the file]',
    '/* ( … unchanged … ) */',
    '... remaining methods',
    '// the rest of the code stays the same',
    '<!-- existing content -->',
  ])
    expect([line, elides([line], () => false)]).toEqual([line, true]);
  for (const line of ['// the rest', 'call(...rest);', '// other things'])
    expect([line, elides([line], () => false)]).toEqual([line, false]);
  expect(leavesOut(['  // ...  '])).toBe(true);
});

/** As long as an answer may be: what takes steps with the square of a line would not come to an end. */
test('lines of blanks cost no more than they are long', () => {
  const blanks = ' '.repeat(300_000);
  for (const begin of ['//', '// ...', '// existing code', '# (', '...'])
    expect(leavesOut([`${begin}${blanks}x`])).toBe(false);
});
