/** An edit repeated, in the marker dialect: the first edit is the user's, the others are the places offered for it. */

import { expect } from 'vitest';
import { apply } from '../../server/core/edit.ts';
import { repeats } from '../../server/core/repeat.ts';
import { toText } from '../../server/core/text.ts';
import { drawn, marked } from './markers.ts';

/** Drawn in the text that the user's edit made. */
export function checkRepeats(source: string, languageId = 'typescript'): void {
  const { text, edit } = marked(source);
  const [made, ...offered] = edit;
  if (!made) throw new Error('no edit was made');
  const now = apply(text, [made]);
  const shift = made.text.length - (made.end - made.start);
  const expected = offered.map((each) => ({ ...each, start: each.start + shift, end: each.end + shift }));
  const last = { before: text.slice(made.start, made.end), after: made.text, start: made.start };
  expect(drawn(now, repeats(toText(now), last, languageId))).toBe(drawn(now, expected));
}
