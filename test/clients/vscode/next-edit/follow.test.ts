import { describe, expect, test } from 'vitest';
import { follow } from '../../../../clients/vscode/src/next-edit/follow.ts';
import { apply, type Replacement } from '../../../../server/core/edit.ts';
import { marked } from '../../../support/markers.ts';

/** The text after the typing with what is left of the hunk marked in it, or nothing. */
function left(source: string, ...typed: readonly Replacement[]): string | undefined {
  const { text, edit } = marked(source);
  const [hunk] = edit;
  if (!hunk) throw new Error('No hunk is marked.');
  const rest = follow(hunk, typed, text);
  if (!rest) return undefined;
  const after = apply(
    text,
    typed.toSorted((a, b) => a.start - b.start),
  );
  return `${after.slice(0, rest.start)}❰${after.slice(rest.start, rest.end)}↦${rest.text}❱${after.slice(rest.end)}`;
}

const insert = (start: number, text: string): Replacement => ({ start, end: start, text });

describe('follow', () => {
  test('typing along leaves the rest', () => {
    expect(left('f(a❰↦, b❱)', insert(3, ','))).toBe('f(a,❰↦ b❱)');
  });

  test('also where old text is to go', () => {
    expect(left('x = ❰old↦fresh❱;', { start: 4, end: 7, text: 'fr' })).toBe('x = fr❰↦esh❱;');
    expect(left('x = ❰old↦fresh❱;', insert(4, 'f'))).toBe('x = f❰old↦resh❱;');
  });

  test('in several changes at once, last first as VS Code tells them', () => {
    expect(left('❰a b↦xa yb z❱', insert(2, 'y'), insert(0, 'x'))).toBe('xa y❰b↦b z❱');
  });

  test.each([
    ['all of it is typed', 'f(a❰↦, b❱)', insert(3, ', b')],
    ['something else is typed there', 'f(a❰↦, b❱)', insert(3, ';')],
    ['a change is elsewhere', 'f(a❰↦, b❱)', insert(0, 'x')],
    ['a change reaches out of it', 'x = ❰old↦fresh❱;', { start: 2, end: 5, text: 'f' }],
  ])('nothing is left where %s', (_, source, typed) => {
    expect(left(source, typed)).toBeUndefined();
  });

  test('no change at all leaves nothing to follow, nor do changes that overlap', () => {
    expect(left('f(a❰↦, b❱)')).toBeUndefined();
    const twice = { start: 4, end: 6, text: 'f' };
    expect(left('x = ❰old↦fresh❱;', twice, { ...twice, start: 5 })).toBeUndefined();
  });
});
