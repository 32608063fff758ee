/** Two meanings side by side: partners, the gaps between tokens, and the lines on which something really changed. */

import { lineAt, lineCount, lineStart, lineText, type Text, toText } from '../text.ts';
import type { Meaning, Token } from './meaning.ts';
import { partners } from './partners.ts';

export interface Compared {
  readonly before: Meaning;
  readonly after: Meaning;
  readonly textBefore: Text;
  readonly textAfter: Text;
  /** Lines of the text before that hold a token which the text after has not. */
  readonly changedBefore: ReadonlySet<number>;
  /** Lines of the text after that hold a token which the text before has not. */
  readonly changedAfter: ReadonlySet<number>;
  /** The index in `before` of a token of `after`, or -1. */
  partner(token: number): number;
  oldToken(token: number): Token | undefined;
  /** Where a token of `after` stands in the text before, or the one before it that stands there. */
  oldStart(token: number): number;
  /** Whether what stands before the partners are partners as well; or, at line ends, stands in place of each other. */
  areNeighbours(old: number, token: number): boolean;
  /** Whether something changed on a line on which the gap before the partners begins or ends. */
  isInChangedLine(old: number, token: number): boolean;
  /** Whether something changed on the line of the token, or on one beside it, in either text. */
  isBesideChange(old: number, token: number): boolean;
  /** Redundant pairs of either text as tokens of `after`; -1 for an end that it has not. */
  pairs(): readonly (readonly [number, number])[];
}

export interface GapText {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** Lines that are looked at for what an alignment goes by. */
const alignedLines = 100;

export function compared(before: Meaning, after: Meaning): Compared {
  const old = partners(before, after);
  const textBefore = toText(before.text);
  const textAfter = toText(after.text);
  const now = new Int32Array(before.tokens.length).fill(-1);
  const changedBefore = new Set<number>();
  const changedAfter = new Set<number>();
  for (const [token, partner] of old.entries()) {
    if (partner >= 0) now[partner] = token;
    else addLines(changedAfter, textAfter, after.tokens[token] as Token);
  }
  for (const [token, partner] of now.entries())
    if (partner < 0) addLines(changedBefore, textBefore, before.tokens[token] as Token);

  const partner = (token: number) => old[token] ?? -1;
  return {
    before,
    after,
    textBefore,
    textAfter,
    changedBefore,
    changedAfter,
    partner,
    oldToken: (token) => before.tokens[partner(token)],
    oldStart(token) {
      for (let at = token; at >= 0; at--) {
        const i = partner(at);
        if (i >= 0) return before.tokens[i]?.start ?? 0;
      }
      return 0;
    },
    areNeighbours(i, token) {
      if (token === 0 || i === 0) return token === i;
      const last = partner(token - 1);
      if (last >= 0 || (now[i - 1] ?? -1) >= 0) return last === i - 1;
      const ends = lineEnds(gapOf(after, token).text);
      return ends > 0 && ends === lineEnds(gapOf(before, i).text);
    },
    isInChangedLine(i, token) {
      const oldGap = gapOf(before, i);
      const gap = gapOf(after, token);
      return (
        [oldGap.start, oldGap.end].some((offset) => changedBefore.has(lineAt(textBefore, offset))) ||
        [gap.start, gap.end].some((offset) => changedAfter.has(lineAt(textAfter, offset)))
      );
    },
    isBesideChange(i, token) {
      const beside = (lines: ReadonlySet<number>, line: number) =>
        lines.has(line - 1) || lines.has(line) || lines.has(line + 1);
      return (
        beside(changedBefore, lineAt(textBefore, before.tokens[i]?.start ?? 0)) ||
        beside(changedAfter, lineAt(textAfter, after.tokens[token]?.start ?? 0))
      );
    },
    pairs: () => [
      ...after.pairs,
      ...before.pairs.map(([one, other]) => [now[one] ?? -1, now[other] ?? -1] as const),
    ],
  };
}

/** What stands before the token: blanks, and signs that say nothing. */
export function gapOf({ text, tokens }: Meaning, token: number): GapText {
  const start = tokens[token - 1]?.end ?? 0;
  const end = tokens[token]?.start ?? text.length;
  return { start, end, text: text.slice(start, end) };
}

/** The indentation that a gap ends with; nothing where no line begins in it, or not with blanks alone. */
export function tailOf(gap: string): string | undefined {
  const tail = gap.slice(gap.lastIndexOf('\n') + 1);
  return tail.length < gap.length && /^[ \t]*$/.test(tail) ? tail : undefined;
}

/** Whether the token, first of its line, stands below what its node begins with, rather than indented by steps. */
export function isAligned({ tokens }: Meaning, token: number, text: Text): boolean {
  const { start, sharedStart } = tokens[token] as Token;
  const column = start - lineStart(text, lineAt(text, start));
  const line = lineAt(text, sharedStart);
  const from = lineStart(text, line);
  if (
    lineAt(text, start) === line ||
    lineText(text, line)
      .slice(0, sharedStart - from)
      .trim() === ''
  )
    return false;
  if (column === sharedStart - from) return true;
  for (let i = token - 1; i >= 0; i--) {
    const opening = tokens[i] as Token;
    if (opening.start > sharedStart) continue;
    const first = tokens[i + 1];
    return first !== undefined && lineAt(text, first.start) === line && column === first.start - from;
  }
  return false;
}

/** Whether something changed in the lines around the line, up to the next blank ones: columns are aligned so far. */
export function isInChangedBlock(text: Text, changed: ReadonlySet<number>, at: number): boolean {
  for (const step of [-1, 1]) {
    for (let line = at; Math.abs(line - at) < alignedLines; line += step) {
      if (line < 0 || line >= lineCount(text) || lineText(text, line).trim() === '') break;
      if (changed.has(line)) return true;
    }
  }
  return false;
}

export function lineEnds(gap: string): number {
  return gap.split('\n').length - 1;
}

function addLines(lines: Set<number>, text: Text, { start, end }: Token): void {
  for (let line = lineAt(text, start); line <= lineAt(text, end); line++) lines.add(line);
}
