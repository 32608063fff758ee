/**
 * locate: where in a text the lines are that a model remembers.
 *
 * Tried in order, the first way with a hit decides: exact; without trailing blanks; without blanks at both ends;
 * with plain punctuation for Unicode's; the same without regard to empty lines; similar lines. (The first four as
 * Codex's `seek_sequence` does, codex-rs/apply-patch.) One hit is found, several are told apart by the region, by
 * the line above or by the line hint, or are ambiguous: a reason, never a guess.
 */

import { lineRuns } from './line-runs.ts';
import { type LocateThresholds, similarRuns, usualThresholds } from './similar-lines.ts';
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

/** A line hint tells places apart up to this far, in lines, as in Zed. */
const hintReach = 200;

interface Hit {
  /** Where it begins among the lines that were looked through. */
  readonly at: number;
  readonly startLine: number;
  readonly endLine: number;
}

export function locate(text: Text, search: readonly string[], options: LocateOptions = {}): Located {
  if (search.every((line) => line.trim() === '')) return locateEmpty(text, search);
  const lines = linesOf(text);
  const all = { lines, options, partners: ({ at }: Hit) => search.map((_, i) => at + i) };
  const asHit = (at: number): Hit => ({ at, startLine: at, endLine: at + search.length });
  const ways: readonly (readonly [Way, (line: string) => string])[] = [
    ['exact', (line) => line],
    ['trailing-blanks', (line) => line.trimEnd()],
    ['trimmed', (line) => line.trim()],
    ['punctuation', plain],
  ];
  for (const [way, key] of ways) {
    const located = decided(way, lineRuns(lines.map(key), search.map(key)).map(asHit), all);
    if (located) return located;
  }
  const full = nonEmpty(lines);
  const wanted = nonEmpty(search);
  const spread = (at: number): Hit => {
    const startLine = full.at[at] ?? 0;
    return { at, startLine, endLine: (full.at[at + wanted.at.length - 1] ?? startLine) + 1 };
  };
  const sparse = {
    lines,
    options,
    partners: ({ at }: Hit) => {
      const partners = new Array<number>(search.length).fill(-1);
      wanted.at.forEach((place, i) => {
        partners[place] = full.at[at + i] ?? -1;
      });
      return partners;
    },
  };
  const thresholds = options.thresholds ?? usualThresholds;
  return (
    decided('empty-lines', lineRuns(full.keys, wanted.keys).map(spread), sparse) ??
    decided('similar', similarRuns(full.keys, wanted.keys, thresholds).map(spread), sparse) ?? {
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

interface Looked {
  readonly lines: readonly string[];
  readonly options: LocateOptions;
  /** Asked for the one hit alone: there may be as many hits as lines. */
  readonly partners: (hit: Hit) => readonly number[];
}

/** The one hit of this way, ambiguity, or nothing where the next way is to be tried. */
function decided(way: Way, hits: readonly Hit[], { lines, options, partners }: Looked): Located | undefined {
  if (hits.length === 0) return undefined;
  const chosen = hits.length === 1 ? hits[0] : toldApart(hits, lines, options);
  if (!chosen) return { kind: 'ambiguous', startLines: hits.map((hit) => hit.startLine) };
  const { startLine, endLine } = chosen;
  return { kind: 'found', way, startLine, endLine, partners: partners(chosen) };
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
  let best: Hit | undefined;
  let distance = hintReach + 1;
  let isTied = false;
  for (const hit of left) {
    const own = Math.abs(hit.startLine - line);
    isTied = own === distance || (isTied && own > distance);
    if (own >= distance) continue;
    best = hit;
    distance = own;
  }
  return isTied ? undefined : best;
}

/** The line of the last of the headings, each looked for behind the one before. */
export function lineUnder(lines: readonly string[], under: readonly string[]): number | undefined {
  const keys = lines.map(plain);
  const lastOf = new Map(keys.map((key, i) => [key, i]));
  let at = -1;
  for (const heading of under) {
    const wanted = plain(heading);
    if (wanted === '') continue;
    // Looked for only where it is: all headings together walk through the lines once.
    const isThere = (lastOf.get(wanted) ?? -1) > at;
    do at++;
    while (at < keys.length && !(isThere ? keys[at] === wanted : keys[at]?.startsWith(wanted)));
    if (at === keys.length) return undefined;
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

const typographic = /[\u00a0\u2000-\u200b\u2010-\u2015\u2018-\u201f\u2026\u202f\u205f\u2212\u3000\ufeff]/;

/** Trimmed, with the quotes, dashes and blanks that keyboards have for those that typography has. */
function plain(line: string): string {
  const trimmed = line.trim();
  if (!typographic.test(trimmed)) return trimmed;
  return trimmed
    .replace(/[\u2010-\u2015\u2212]/g, '-')
    .replace(/[\u2018-\u201b]/g, "'")
    .replace(/[\u201c-\u201f]/g, '"')
    .replace(/\u2026/g, '...')
    .replace(/[\u00a0\u2000-\u200a\u202f\u205f\u3000]/g, ' ')
    .replace(/[\u200b\ufeff]/g, '')
    .trim();
}
