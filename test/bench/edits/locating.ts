/**
 * Locating by similar lines, by threshold: how often lines that a model remembers as they once were are found where
 * they now are, found elsewhere, or not found. Old lines of real changes are looked for in the new text: those that
 * were changed have a place there; those that were deleted have none, and any place is wrong.
 */

import { diff } from '../../../server/core/diff/diff.ts';
import { hunks } from '../../../server/core/diff/hunks.ts';
import { linesIn } from '../../../server/core/formats/windows/window.ts';
import { locate } from '../../../server/core/locate.ts';
import { type LocateThresholds, usualThresholds } from '../../../server/core/similar-lines.ts';
import { lineCount, type Text, toText } from '../../../server/core/text.ts';
import type { Print } from '../statistics.ts';
import type { Pair } from './pairs.ts';

interface Wanted {
  readonly text: Text;
  readonly search: readonly string[];
  /** So many lines of it stand before the hunk, and as many behind. */
  readonly context: number;
  /** Where they are now, if they are. */
  readonly startLine: number | undefined;
}

const candidates: readonly LocateThresholds[] = [
  { similarLine: 0.7, lineAlone: 0.7, clearLead: 0.1 },
  { similarLine: 0.8, lineAlone: 0.8, clearLead: 0.1 },
  { similarLine: 0.8, lineAlone: 0.8, clearLead: 0 },
  { similarLine: 0.85, lineAlone: 0.9, clearLead: 0.1 },
  { similarLine: 0.9, lineAlone: 0.9, clearLead: 0.1 },
];
/** One in so many files: comparing every line sign by sign takes its time. */
const everyFile = 5;
/** Lines of context around each hunk, for one round of measurements each. */
const contexts = [0, 2];
/** Hunks of one file, so that no large change outweighs the others. */
const perFile = 3;

export function benchLocating(pairs: readonly Pair[], print: Print): void {
  for (const context of contexts)
    benchContext(
      pairs.filter((_, i) => i % everyFile === 0),
      context,
      print,
    );
}

function benchContext(pairs: readonly Pair[], context: number, print: Print): void {
  const all = pairs.flatMap((pair) => wantedOf(pair, context));
  const placed = all.filter(({ startLine }) => startLine !== undefined);
  const gone = all.filter(({ startLine }) => startLine === undefined);
  print(
    `  locating old lines in new texts with ${context} lines of context: ${placed.length} that changed, ${gone.length} that were deleted`,
  );
  for (const thresholds of candidates) {
    const right = placed.filter((each) => found(each, thresholds) === each.startLine).length;
    const missed = placed.filter((each) => found(each, thresholds) === undefined).length;
    const made = gone.filter((each) => found(each, thresholds) !== undefined).length;
    const share = (count: number, of: readonly Wanted[]) => `${((100 * count) / of.length).toFixed(2)} %`;
    print(
      `  ${isUsual(thresholds) ? '*' : ' '} similar from ${thresholds.similarLine}, alone ${thresholds.lineAlone}, lead ${thresholds.clearLead}: found ${share(right, placed)}, missed ${share(missed, placed)}, at a wrong place ${share(placed.length - right - missed, placed)}, deleted lines found somewhere ${share(made, gone)}`,
    );
  }
}

function isUsual({ similarLine, lineAlone, clearLead }: LocateThresholds): boolean {
  const usual = usualThresholds;
  return similarLine === usual.similarLine && lineAlone === usual.lineAlone && clearLead === usual.clearLead;
}

/** Where the first line of the hunk itself was found. */
function found({ text, search, context }: Wanted, thresholds: LocateThresholds): number | undefined {
  const located = locate(text, search, { thresholds });
  return located.kind === 'found' ? located.partners[context] : undefined;
}

/** Lines that are not in the new text as they were: what equals a place there is no question of likeness. */
function wantedOf({ before, after }: Pair, context: number): readonly Wanted[] {
  const old = toText(before);
  const text = toText(after);
  const known = new Set(linesIn(text, { startLine: 0, endLine: lineCount(text) }).map((line) => line.trim()));
  const wanted: Wanted[] = [];
  let grown = 0;
  for (const { startLine, endLine, after: piece } of hunks(old, diff(before, after))) {
    const added = piece.split(/\r\n|\n|\r/).length - (/[\r\n]$/.test(piece) || piece === '' ? 1 : 0);
    const search = linesIn(old, { startLine, endLine });
    const isNew = search.length > 0 && search.every((line) => line.trim() !== '' && !known.has(line.trim()));
    const isInside = startLine >= context && endLine + context <= lineCount(old);
    if (isNew && isInside && wanted.length < perFile) {
      const range = { startLine: startLine - context, endLine: endLine + context };
      const wish = { text, search: linesIn(old, range), context };
      if (added === search.length) wanted.push({ ...wish, startLine: startLine + grown });
      else if (added === 0) wanted.push({ ...wish, startLine: undefined });
    }
    grown += added - search.length;
  }
  return wanted;
}
