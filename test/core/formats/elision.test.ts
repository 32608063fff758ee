import { expect, test } from 'vitest';
import { elides, leavesOut, mayElide } from '../../../server/core/formats/elision.ts';

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

test('comments that may stand for others, where there are fewer lines than before', () => {
  for (const line of [
    '// ... imports ...',
    '# … resto del código …',
    '  // [unchanged]',
    '// --- existing code ---',
    '// same as before',
    '// Implementation remains the same',
    '// code omitted for brevity',
    '// keep existing code',
    '/* remaining code unchanged */',
    '// 其余代码保持不变',
    '// 既存のコード',
    '# 나머지 코드는 동일',
    '// Rest bleibt unverändert',
    '// остальной код без изменений',
  ])
    expect([line, mayElide(line)]).toEqual([line, true]);
  for (const line of [
    '// the existing code path is slow, so results are kept',
    '// unchanged values are skipped',
    '// returns the remaining items',
    '# current user',
    'rest();',
    '// TODO: handle the rest of the errors',
  ])
    expect([line, mayElide(line)]).toEqual([line, false]);
});

/** As long as an answer may be: what takes steps with the square of a line would not come to an end. */
test('lines of blanks cost no more than they are long', () => {
  const blanks = ' '.repeat(300_000);
  for (const begin of ['//', '// ...', '// existing code', '# (', '...'])
    expect(leavesOut([`${begin}${blanks}x`])).toBe(false);
});
