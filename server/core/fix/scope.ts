/**
 * Scope: what the fix of a problem may change. Its own lines with the function around them, the imports, and the lines
 * that the problem's related information points to; beyond that, somebody has to say yes.
 */

import type { Diagnostic, FixAsk, Region } from '../ask.ts';
import type { Edit, Replacement } from '../edit.ts';
import { enclosingFunction } from '../enclosing-function.ts';
import { importPlace } from '../imports.ts';
import { linesAround } from '../prompt/excerpt.ts';
import { lineAt, type Text, toText } from '../text.ts';

/** Lines around a place that is in no function: a statement, its neighbours. */
const linesBeside = 3;

/**
 * Lines a fix changes at most without a word about it. Of the 492 fixes of HumanEvalFix (JavaScript, Python, Rust) half
 * change 1 line, 99 % at most 4 and the largest 6. Real ones add a case or a helper too: five times the largest is a
 * rewrite, which nobody asked for.
 */
export const quietLines = 30;

/** The first replacement that is beyond the fix's scope. */
export function beyondFix({ region, targets }: FixAsk, text: Text, edit: Edit): Replacement | undefined {
  const allowed = [region, ...targets, ...targets.flatMap(relatedHere)].map((place) => around(text, place));
  const isInside = (each: Replacement) =>
    allowed.some(({ start, end }) => start <= each.start && each.end <= end) || isImport(text, each);
  return edit.find((each) => !isInside(each));
}

/** Lines that the edit takes away or brings, whichever are more, place by place. */
export function changedLines(text: Text, edit: Edit): number {
  return edit.reduce((sum, { start, end, text: inserted }) => {
    const before = lineAt(text, end) - lineAt(text, start);
    return sum + Math.max(before, inserted.split('\n').length - 1, 1);
  }, 0);
}

/** Whether the related information of a problem points to another file of this path. */
export function pointsTo(targets: readonly Diagnostic[], path: string): boolean {
  return targets.some(({ related = [] }) =>
    related.some((each) => each.region === undefined && each.path === path),
  );
}

function relatedHere({ related = [] }: Diagnostic): readonly Region[] {
  return related.flatMap(({ region }) => region ?? []);
}

function around(text: Text, place: Region): Region {
  const own = linesAround(text, place, linesBeside);
  const functions = [place.start, place.end].flatMap((at) => enclosingFunction(text, at)?.region ?? []);
  return functions.reduce(
    (all, each) => ({ start: Math.min(all.start, each.start), end: Math.max(all.end, each.end) }),
    own,
  );
}

/** At the top, and nothing but imports, there or in what comes. */
function isImport(text: Text, { start, end, text: inserted }: Replacement): boolean {
  const place = importPlace(text);
  if (start < place.start || end > place.end) return false;
  return inserted.trim() === '' || importPlace(toText(inserted.trim())).end > 0;
}
