/**
 * Similar lines: where each of some lines stands nearly as it is looked for, by Levenshtein distance.
 *
 * Laws
 * - Work is counted in steps, never by a clock: where they are spent, no place is known, rather than one that may not
 *   be the best.
 */

import type { Budget } from './diff/segment.ts';

export interface LocateThresholds {
  /** Lines are similar from this share of equal signs on: 1 - Levenshtein distance / longer. */
  readonly similarLine: number;
  /** A line that is looked for alone has no others to bear it out. */
  readonly lineAlone: number;
  /** Similar places must be at least so much worse than the best, on average, not to be mistaken for it. */
  readonly clearLead: number;
}

/**
 * Measured on 690 hunks of real changes, whose old lines were looked for alone in the new text (`npm run bench -- edits
 * --data FILE` prints it): 0.5 % of those that were changed are found at a wrong place, and 1.6 % of those that were
 * deleted at any. From 0.8 on it is 1.4 % and 14 %; without a lead, 4.8 % and 23 %. What this costs is lines found: 27
 * instead of 40 %, and with two lines of context 38 instead of 48 %. The others are refused with a reason.
 */
export const usualThresholds: LocateThresholds = { similarLine: 0.85, lineAlone: 0.9, clearLead: 0.1 };
export interface SimilarOptions extends LocateThresholds {
  /** Each different line as a number, the same on both sides; those of `theirs` that are nowhere below zero. */
  readonly numbers?: { readonly ours: Int32Array; readonly theirs: Int32Array };
  /** Steps of several searches together. */
  readonly budget?: Budget;
}

/** One similar line alone must have so many signs, or it says too little. */
const tellingLength = 16;
/** Longer lines are compared for equality only. */
const longestCompared = 300;
/** Places compared sign by sign at most. */
const maxCandidates = 2_000;
/** Lines and pairs of signs that are compared at most, in one search. */
const maxSteps = 20_000_000;
/** More than any distance of lines that are compared. */
const far = 10_000;

/** The lines where places begin that are similar in every line; the best of them alone where it clearly leads. */
export function similarRuns(
  lines: readonly string[],
  search: readonly string[],
  { similarLine, lineAlone, clearLead, numbers, budget: shared }: SimilarOptions,
): readonly number[] {
  const n = search.length;
  const least = n === 1 ? lineAlone : similarLine;
  if (n === 0 || n > lines.length || (n === 1 && (search[0] ?? '').length < tellingLength)) return [];
  const given = Math.min(maxSteps, shared?.steps ?? maxSteps);
  const budget: Budget = { steps: given };
  const sides = numbers ?? numbered(lines, search);
  const found: { readonly at: number; readonly score: number }[] = [];
  for (const at of candidates({ lines, search }, least, { ...sides, budget })) {
    let sum = 0;
    let i = 0;
    for (; i < n && budget.steps > 0; i++) {
      budget.steps--;
      // Whether lines are equal is asked so often that it must not be asked of strings.
      const areEqual = sides.ours[at + i] === sides.theirs[i];
      const score = areEqual ? 1 : compared(lines[at + i] ?? '', search[i] ?? '', { least, budget });
      if (score < least) break;
      sum += score;
    }
    if (i === n) found.push({ at, score: sum / n });
  }
  if (shared) shared.steps -= given - budget.steps;
  if (budget.steps <= 0) return [];
  found.sort((a, b) => b.score - a.score);
  const [best, second] = found;
  const clear = best && (!second || best.score - second.score >= clearLead) ? [best] : found;
  return clear.map(({ at }) => at);
}

/** Share of equal signs, 0 to 1; less than `least` where it is less, and 0 for lines too long to compare. */
export function likeness(a: string, b: string, least: number): number {
  return a === b ? 1 : compared(a, b, { least, budget: { steps: Number.POSITIVE_INFINITY } });
}

interface Sides {
  readonly lines: readonly string[];
  readonly search: readonly string[];
}

/** Each different line as a number, the same on both sides. */
interface Numbered {
  readonly ours: Int32Array;
  readonly theirs: Int32Array;
}

function numbered(lines: readonly string[], search: readonly string[]): Numbered {
  const numbers = new Map<string, number>();
  const number = (line: string): number => {
    const known = numbers.get(line);
    if (known !== undefined) return known;
    numbers.set(line, numbers.size);
    return numbers.size - 1;
  };
  const ours = Int32Array.from(lines, number);
  const theirs = Int32Array.from(search, number);
  return { ours, theirs };
}

/** Where it could be: where at least one line is equal, or anywhere if that is not too many places. */
function candidates(
  { lines, search }: Sides,
  least: number,
  { ours, theirs, budget }: Numbered & { readonly budget: Budget },
): readonly number[] {
  const last = lines.length - search.length;
  const starts: number[] = [];
  const isKnown = new Uint8Array(last + 1);
  // Where each line stands first, and for each place the next of an equal line.
  const numbers = ours.reduce((most, number) => Math.max(most, number), -1) + 1;
  const firstOf = new Int32Array(numbers).fill(-1);
  const next = new Int32Array(ours.length);
  for (let at = ours.length - 1; at >= 0; at--) {
    const line = ours[at] as number;
    next[at] = firstOf[line] as number;
    firstOf[line] = at;
  }
  for (let i = 0; i < theirs.length; i++) {
    if (starts.length >= maxCandidates || starts.length > last || budget.steps <= 0) break;
    const line = theirs[i] as number;
    let at = firstOf[line] ?? -1;
    // Before `i` no place has room for the lines above, for this line or for any that follows.
    while (at !== -1 && at < i) at = next[at] as number;
    firstOf[line] = at;
    for (; at !== -1 && at - i <= last && starts.length < maxCandidates; at = next[at] as number) {
      budget.steps--;
      if (isKnown[at - i] === 1) continue;
      isKnown[at - i] = 1;
      starts.push(at - i);
    }
  }
  if (starts.length > 0) return starts;
  const first = search[0] ?? '';
  for (let at = 0; at <= last && starts.length < maxCandidates; at++) {
    if (Math.abs((lines[at] ?? '').length - first.length) <= first.length * (1 - least) + 1) starts.push(at);
  }
  return starts;
}

interface Comparing {
  readonly least: number;
  readonly budget: Budget;
}

function compared(a: string, b: string, { least, budget }: Comparing): number {
  const longer = Math.max(a.length, b.length);
  if (longer > longestCompared || Math.abs(a.length - b.length) > longer * (1 - least)) return 0;
  return 1 - distance(a, b, { most: Math.ceil(longer * (1 - least)), budget }) / longer;
}

/**
 * Levenshtein distance in UTF-16 code units, as far as it is not more than `most`: only cells so near to the diagonal
 * can be part of it (Ukkonen 1985). More than `most`, without saying how much, where it is.
 */
function distance(
  a: string,
  b: string,
  { most, budget }: { readonly most: number; readonly budget: Budget },
): number {
  let start = 0;
  let n = a.length;
  let m = b.length;
  while (start < n && start < m && a.charCodeAt(start) === b.charCodeAt(start)) start++;
  while (n > start && m > start && a.charCodeAt(n - 1) === b.charCodeAt(m - 1)) {
    n--;
    m--;
  }
  budget.steps -= start + a.length - n + 1;
  n -= start;
  m -= start;
  const row = new Uint16Array(m + 1).fill(far);
  for (let j = 0; j <= m && j <= most; j++) row[j] = j;
  for (let i = 1; i <= n; i++) {
    const from = Math.max(1, i - most);
    const to = Math.min(m, i + most);
    let diagonal = row[from - 1] as number;
    let left = from === 1 ? i : far;
    row[from - 1] = left;
    let least = left;
    for (let j = from; j <= to; j++) {
      const above = row[j] as number;
      const change = diagonal + (a.charCodeAt(start + i - 1) === b.charCodeAt(start + j - 1) ? 0 : 1);
      left = Math.min(change, above + 1, left + 1);
      row[j] = left;
      if (left < least) least = left;
      diagonal = above;
    }
    budget.steps -= Math.max(0, to - from) + 1;
    if (least > most) return most + 1;
  }
  return row[m] as number;
}
