/**
 * locate: where in a text the lines are that a model remembers.
 *
 * Tried in order, the first way with a hit decides: exact; without trailing blanks; without blanks at both ends;
 * with plain punctuation for Unicode's; the same without regard to empty lines; similar lines. (The first four as
 * Codex's `seek_sequence` does, codex-rs/apply-patch.) One hit is found, several are told apart by the region, by
 * the line above or by the line hint, or are ambiguous: a reason, never a guess.
 */

import type { Budget } from './diff/segment.ts';
import { type LineIndex, type LineKey, lineIndex, plainLine } from './line-index.ts';
import { lineRuns } from './line-runs.ts';
import { type LocateThresholds, similarRuns, usualThresholds } from './similar-lines.ts';
import { lineCount, type Text } from './text.ts';

export type Way = 'exact' | 'trailing-blanks' | 'trimmed' | 'punctuation' | 'empty-lines' | 'similar';

export type Located =
  | {
      readonly kind: 'found';
      readonly way: Way;
      /** Lines of the text, half open. */
      readonly startLine: number;
      readonly endLine: number;
      /** For each line looked for its line in the text; -1 for an empty one that is not there. */
      readonly partners: readonly number[];
    }
  | { readonly kind: 'ambiguous'; readonly startLines: readonly number[] }
  | { readonly kind: 'missing' };

export interface LocateOptions {
  /** Where it is looked for first, lines half open. */
  readonly region?: { readonly startLine: number; readonly endLine: number };
  /** Zero-based line where the model thinks it is. */
  readonly line?: number;
  /** Lines that stand above it, outermost first; each is found after the one before. */
  readonly under?: readonly string[];
  /** It ends with the text. */
  readonly atEnd?: boolean;
  readonly thresholds?: LocateThresholds;
  /** Every line is one of the text, but for blanks, empty lines and typographic signs: none is only similar. */
  readonly isCopied?: boolean;
  /** Steps that all searches of an answer may take together; without it one search has its own. */
  readonly budget?: Budget;
}

/** What a hit costs that must be told from others, in steps. */
const stepsPerHit = 8;
/** A line hint tells places apart up to this far, in lines, as in Zed. */
const hintReach = 200;

export function locate(text: Text, search: readonly string[], options: LocateOptions = {}): Located {
  return locateIn(lineIndex(text), search, options);
}

const keyOf: Readonly<Record<Exclude<Way, 'empty-lines' | 'similar'>, LineKey>> = {
  exact: 'exact',
  'trailing-blanks': 'trailing-blanks',
  trimmed: 'trimmed',
  punctuation: 'plain',
};
const oneForOne = ['exact', 'trailing-blanks', 'trimmed', 'punctuation'] as const;

/** Where they are in a text that is searched more than once. */
export function locateIn(index: LineIndex, search: readonly string[], options: LocateOptions = {}): Located {
  if (search.every((line) => line.trim() === '')) return locateEmpty(index.text, search);
  const budget = options.budget ?? { steps: Number.POSITIVE_INFINITY };
  const all: Looked = {
    index,
    options,
    startLine: (at) => at,
    endLine: (at) => at + search.length,
    partners: (at) => search.map((_, i) => at + i),
  };
  for (const way of oneForOne) {
    const located = decided(way, index.runs(keyOf[way], search, budget), all);
    if (located) return located;
  }
  const full = index.filled();
  const places: number[] = [];
  search.forEach((line, i) => {
    if (plainLine(line) !== '') places.push(i);
  });
  const wanted = places.map((i) => plainLine(search[i] ?? ''));
  const numbers = { ours: full.numbers, theirs: index.numbersOf('plain', wanted) };
  const sparse: Looked = {
    index,
    options,
    startLine: (at) => full.at[at] ?? 0,
    endLine: (at) => (full.at[at + wanted.length - 1] ?? 0) + 1,
    partners(at) {
      const partners = new Array<number>(search.length).fill(-1);
      places.forEach((place, i) => {
        partners[place] = full.at[at + i] ?? -1;
      });
      return partners;
    },
  };
  budget.steps -= full.numbers.length;
  const spread = numbers.theirs.some((number) => number < 0) ? [] : lineRuns(numbers.ours, numbers.theirs);
  const located = decided('empty-lines', spread, sparse);
  if (located) return located;
  if (options.isCopied) return { kind: 'missing' };
  const thresholds = options.thresholds ?? usualThresholds;
  const similar = similarRuns(full.lines, wanted, { ...thresholds, numbers, budget });
  return decided('similar', similar, sparse) ?? { kind: 'missing' };
}

/** Only empty lines can be looked for in an empty text alone. */
function locateEmpty(text: Text, search: readonly string[]): Located {
  if (text.value.trim() !== '') return { kind: 'missing' };
  return {
    kind: 'found',
    way: 'exact',
    startLine: 0,
    endLine: lineCount(text),
    partners: search.map((_, i) => (i < lineCount(text) ? i : -1)),
  };
}

/** What hits are, told by where they begin among the lines that were looked through: there may be as many as lines. */
interface Looked {
  readonly index: LineIndex;
  readonly options: LocateOptions;
  readonly startLine: (at: number) => number;
  readonly endLine: (at: number) => number;
  readonly partners: (at: number) => readonly number[];
}

/** The one hit of this way, ambiguity, or nothing where the next way is to be tried. */
function decided(way: Way, hits: readonly number[], looked: Looked): Located | undefined {
  if (hits.length === 0) return undefined;
  const chosen = hits.length === 1 ? hits[0] : toldApart(hits, looked);
  if (chosen === undefined) return { kind: 'ambiguous', startLines: hits.map(looked.startLine) };
  return {
    kind: 'found',
    way,
    startLine: looked.startLine(chosen),
    endLine: looked.endLine(chosen),
    partners: looked.partners(chosen),
  };
}

function toldApart(
  hits: readonly number[],
  { index, options, startLine, endLine }: Looked,
): number | undefined {
  let left = hits;
  const only = (keep: (at: number) => boolean) => {
    const kept = left.filter(keep);
    if (kept.length > 0) left = kept;
  };
  const { region, under, line, budget } = options;
  if (budget) budget.steps -= stepsPerHit * hits.length;
  if (options.atEnd) only((at) => endLine(at) >= index.lines.length - 1);
  if (region) only((at) => startLine(at) >= region.startLine && endLine(at) <= region.endLine);
  if (under && left.length > 1) {
    const above = lineUnder(index, under, budget);
    if (above !== undefined) {
      const next = left.find((at) => startLine(at) > above);
      if (next !== undefined) return next;
    }
  }
  if (left.length === 1) return left[0];
  if (line === undefined) return undefined;
  let best: number | undefined;
  let distance = hintReach + 1;
  let isTied = false;
  for (const at of left) {
    const own = Math.abs(startLine(at) - line);
    isTied = own === distance || (isTied && own > distance);
    if (own >= distance) continue;
    best = at;
    distance = own;
  }
  return isTied ? undefined : best;
}

/** The line of the last of the headings, each looked for behind the one before. */
export function lineUnder(index: LineIndex, under: readonly string[], budget?: Budget): number | undefined {
  const lines = index.plainLines();
  const { numbers, lastOf } = index.plainPlaces();
  const wanted = index.numbersOf('plain', under);
  if (budget) budget.steps -= lines.length;
  let at = -1;
  for (const [i, heading] of under.map(plainLine).entries()) {
    if (heading === '') continue;
    const number = wanted[i] as number;
    // Looked for only where it is: all headings together walk through the lines once.
    const isThere = (lastOf[number] ?? -1) > at;
    do at++;
    while (at < lines.length && !(isThere ? numbers[at] === number : lines[at]?.startsWith(heading)));
    if (at === lines.length) return undefined;
  }
  return at === -1 ? undefined : at;
}
