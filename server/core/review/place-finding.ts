/** Where in the text a finding is, by the lines it quotes, and the smallest edit that does what it proposes. */

import type { Region } from '../ask.ts';
import type { Edit } from '../edit.ts';
import { locate } from '../locate.ts';
import { place } from '../place.ts';
import { lineAt, lineStart, lineText, type Text } from '../text.ts';
import type { Finding } from './findings.ts';

export interface PlacedFinding extends Region {
  readonly severity: Finding['severity'];
  readonly message: string;
  /** Empty where nothing is proposed. */
  readonly fix: Edit;
}

/** Nothing where the lines are not found, or found more than once: a place is never guessed. */
export function placeFinding(text: Text, finding: Finding, region: Region): PlacedFinding | undefined {
  const { severity, message, quoted, fixed } = finding;
  const lines = { startLine: lineAt(text, region.start), endLine: lineAt(text, region.end) + 1 };
  const located = locate(text, quoted, { region: lines });
  if (located.kind !== 'found') return undefined;
  const placed =
    fixed && place(text, { search: quoted, replace: fixed, line: located.startLine }, { region: lines });
  const fix = placed?.kind === 'placed' ? placed.edit : [];
  return {
    severity,
    message,
    fix,
    ...(changedBy(text, fix) ?? codeOf(text, located.startLine, located.endLine)),
  };
}

/** What the proposal would change, where that is code: more telling than all the lines quoted around it. */
function changedBy(text: Text, fix: Edit): Region | undefined {
  const [first] = fix;
  const last = fix.at(-1);
  if (!first || !last || text.value.slice(first.start, last.end).trim() === '') return undefined;
  return { start: first.start, end: last.end };
}

/** The lines without the blanks before and behind them. */
function codeOf(text: Text, startLine: number, endLine: number): Region {
  const blank = lineText(text, startLine).search(/\S/);
  const start = lineStart(text, startLine) + Math.max(0, blank);
  const last = Math.max(startLine, endLine - 1);
  const end = lineStart(text, last) + lineText(text, last).trimEnd().length;
  return { start, end: Math.max(start, end) };
}
