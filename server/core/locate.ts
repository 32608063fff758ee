/**
 * locate: where in a text the lines are that a model remembers.
 *
 * Tried in order, the first way with a hit decides: exact; without trailing blanks; without blanks at both ends;
 * with plain punctuation for Unicode's; the same without regard to empty lines; similar lines. (The first four as
 * Codex's `seek_sequence` does, codex-rs/apply-patch.) One hit is found, several are told apart by the region, by
 * the line above or by the line hint, or are ambiguous: a reason, never a guess.
 */

import { lineCount, lineText, type Text } from './text.ts';

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
}

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
/** One similar line alone must have so many signs, or it says too little. */
const tellingLength = 16;
/** Longer lines are compared for equality only. */
const longestCompared = 300;
/** A line hint tells places apart up to this far, in lines, as in Zed. */
const hintReach = 200;
/** Places compared sign by sign at most. */
const maxCandidates = 2_000;

interface Hit {
  readonly startLine: number;
  readonly endLine: number;
  readonly partners: readonly number[];
}

export function locate(text: Text, search: readonly string[], options: LocateOptions = {}): Located {
  if (search.every((line) => line.trim() === '')) return locateEmpty(text, search);
  const lines = linesOf(text);
  const ways: readonly (readonly [Way, (line: string) => string])[] = [
    ['exact', (line) => line],
    ['trailing-blanks', (line) => line.trimEnd()],
    ['trimmed', (line) => line.trim()],
    ['punctuation', plain],
  ];
  for (const [way, key] of ways) {
    const located = decided(way, runs(lines.map(key), search.map(key)), lines, options);
    if (located) return located;
  }
  const full = nonEmpty(lines);
  const wanted = nonEmpty(search);
  const spread = (hit: Hit): Hit => spreadOut(hit, full, wanted, search.length);
  const sparse = runs(full.keys, wanted.keys).map(spread);
  return (
    decided('empty-lines', sparse, lines, options) ??
    decided('similar', similar(full.keys, wanted.keys, options.thresholds).map(spread), lines, options) ?? {
      kind: 'missing',
    }
  );
}

function linesOf(text: Text): readonly string[] {
  return Array.from({ length: lineCount(text) }, (_, line) => lineText(text, line));
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

function runs(lines: readonly string[], search: readonly string[]): readonly Hit[] {
  const hits: Hit[] = [];
  const first = search[0] ?? '';
  for (let at = lines.indexOf(first); at !== -1; at = lines.indexOf(first, at + 1)) {
    let same = 1;
    while (same < search.length && lines[at + same] === search[same]) same++;
    if (same === search.length) {
      hits.push({ startLine: at, endLine: at + same, partners: search.map((_, i) => at + i) });
    }
  }
  return hits;
}

/** The one hit of this way, ambiguity, or nothing where the next way is to be tried. */
function decided(
  way: Way,
  hits: readonly Hit[],
  lines: readonly string[],
  options: LocateOptions,
): Located | undefined {
  if (hits.length === 0) return undefined;
  const chosen = hits.length === 1 ? hits[0] : toldApart(hits, lines, options);
  return chosen
    ? { kind: 'found', way, ...chosen }
    : { kind: 'ambiguous', startLines: hits.map((hit) => hit.startLine) };
}

function toldApart(hits: readonly Hit[], lines: readonly string[], options: LocateOptions): Hit | undefined {
  let left = hits;
  const only = (keep: (hit: Hit) => boolean) => {
    const kept = left.filter(keep);
    if (kept.length > 0) left = kept;
  };
  const { region, under, line } = options;
  if (options.atEnd) only((hit) => hit.endLine >= lines.length - 1);
  if (region) only((hit) => hit.startLine >= region.startLine && hit.endLine <= region.endLine);
  if (under && left.length > 1) {
    const above = lineUnder(lines, under);
    if (above !== undefined) {
      const next = left.find((hit) => hit.startLine > above);
      if (next) return next;
    }
  }
  if (left.length === 1) return left[0];
  if (line === undefined) return undefined;
  const near = left
    .map((hit) => ({ hit, distance: Math.abs(hit.startLine - line) }))
    .sort((a, b) => a.distance - b.distance);
  const [best, second] = near;
  if (!best || best.distance > hintReach || second?.distance === best.distance) return undefined;
  return best.hit;
}

/** The line of the last of the headings, each looked for behind the one before. */
export function lineUnder(lines: readonly string[], under: readonly string[]): number | undefined {
  let at = -1;
  for (const heading of under) {
    const wanted = plain(heading);
    if (wanted === '') continue;
    const found = lines.findIndex((line, i) => i > at && plain(line) === wanted);
    const starts =
      found === -1 ? lines.findIndex((line, i) => i > at && plain(line).startsWith(wanted)) : found;
    if (starts === -1) return undefined;
    at = starts;
  }
  return at === -1 ? undefined : at;
}

interface NonEmpty {
  readonly keys: readonly string[];
  /** Where each of them is among all lines. */
  readonly at: readonly number[];
}

function nonEmpty(lines: readonly string[]): NonEmpty {
  const keys: string[] = [];
  const at: number[] = [];
  lines.forEach((line, i) => {
    const key = plain(line);
    if (key === '') return;
    keys.push(key);
    at.push(i);
  });
  return { keys, at };
}

/** A hit among lines that are not empty, as a hit among all. */
function spreadOut(hit: Hit, full: NonEmpty, wanted: NonEmpty, length: number): Hit {
  const partners = new Array<number>(length).fill(-1);
  wanted.at.forEach((place, i) => {
    partners[place] = full.at[hit.startLine + i] ?? -1;
  });
  const startLine = full.at[hit.startLine] ?? 0;
  return { startLine, endLine: (full.at[hit.endLine - 1] ?? startLine) + 1, partners };
}

/** Places where every line is similar; the best of them alone where it clearly leads. */
function similar(
  lines: readonly string[],
  search: readonly string[],
  { similarLine, lineAlone, clearLead }: LocateThresholds = usualThresholds,
): readonly Hit[] {
  const n = search.length;
  const least = n === 1 ? lineAlone : similarLine;
  if (n === 1 && (search[0] ?? '').length < tellingLength) return [];
  const found: { readonly at: number; readonly score: number }[] = [];
  for (const at of candidates(lines, search, least)) {
    let sum = 0;
    let i = 0;
    for (; i < n; i++) {
      const score = likeness(lines[at + i] ?? '', search[i] ?? '', least);
      if (score < least) break;
      sum += score;
    }
    if (i === n) found.push({ at, score: sum / n });
  }
  found.sort((a, b) => b.score - a.score);
  const [best, second] = found;
  const clear = best && (!second || best.score - second.score >= clearLead) ? [best] : found;
  return clear.map(({ at }) => ({ startLine: at, endLine: at + n, partners: search.map((_, i) => at + i) }));
}

/** Where it could be: where at least one line is equal, or anywhere if that is not too many places. */
function candidates(lines: readonly string[], search: readonly string[], least: number): readonly number[] {
  const last = lines.length - search.length;
  const starts = new Set<number>();
  search.forEach((line, i) => {
    for (
      let at = lines.indexOf(line);
      at !== -1 && starts.size < maxCandidates;
      at = lines.indexOf(line, at + 1)
    ) {
      if (at - i >= 0 && at - i <= last) starts.add(at - i);
    }
  });
  if (starts.size === 0) {
    const first = search[0] ?? '';
    for (let at = 0; at <= last && starts.size < maxCandidates; at++) {
      if (Math.abs((lines[at] ?? '').length - first.length) <= first.length * (1 - least) + 1) starts.add(at);
    }
  }
  return [...starts];
}

/** Share of equal signs, 0 to 1; 0 for lines too long to compare and where lengths alone make it less than `least`. */
export function likeness(a: string, b: string, least: number): number {
  if (a === b) return 1;
  const longer = Math.max(a.length, b.length);
  if (longer > longestCompared || Math.abs(a.length - b.length) > longer * (1 - least)) return 0;
  return 1 - distance(a, b) / longer;
}

/** Levenshtein distance in UTF-16 code units, two rows. */
function distance(a: string, b: string): number {
  const row = Uint16Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    let diagonal = row[0] as number;
    row[0] = i;
    for (let j = 1; j <= b.length; j++) {
      const above = row[j] as number;
      const change = diagonal + (a.charCodeAt(i - 1) === b.charCodeAt(j - 1) ? 0 : 1);
      row[j] = Math.min(change, above + 1, (row[j - 1] as number) + 1);
      diagonal = above;
    }
  }
  return row[b.length] as number;
}

/** Trimmed, with the quotes, dashes and blanks that keyboards have for those that typography has. */
function plain(line: string): string {
  const trimmed = line.trim();
  if (!/[^\0-\x7f]/.test(trimmed)) return trimmed;
  return trimmed
    .replace(/[\u2010-\u2015\u2212]/g, '-')
    .replace(/[\u2018-\u201b]/g, "'")
    .replace(/[\u201c-\u201f]/g, '"')
    .replace(/\u2026/g, '...')
    .replace(/[\u00a0\u2000-\u200a\u202f\u205f\u3000]/g, ' ')
    .replace(/[\u200b\ufeff]/g, '')
    .trim();
}
