/** Which lines are marks of a format, and which only look like one. */

import { expect, test } from 'vitest';
import { isStrayMark } from '../../../server/core/formats/stray-marks.ts';

test.each([
  '<<<<<<< SEARCH',
  '> <<<<<<< SEARCH',
  '>>>>>>> REPLACE',
  '*** Begin Patch',
  '  *** Update File: src/a.ts',
  '*** End Patch',
  '*** End of File',
  '@@',
  '@@ -1,2 +1,3 @@',
])('%j is one', (line) => {
  expect(isStrayMark(line)).toBe(true);
});

test.each([
  '',
  'a >>>>>>> REPLACE',
  '* Update File: how it is done',
  '**Update File**',
  '*** Important ***',
  '  @@index',
  '@decorator',
  '=======',
  '-- End of File',
])('%j is none', (line) => {
  expect(isStrayMark(line)).toBe(false);
});
