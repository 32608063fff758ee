/**
 * Further: what an answer says outside of the blocks of the format it began in. Words are left alone; blocks of another
 * format are changes too, and so are marks that nobody can read: without them half of an edit would land.
 */

import type { Budget } from './diff/segment.ts';
import { applyToText, type Edit } from './edit.ts';
import type { Block } from './formats/block.ts';
import { isFence } from './formats/fence-line.ts';
import { parserFor } from './formats/recognise.ts';
import { opensDiffFence } from './formats/rewrite.ts';
import { holdsOpenMarks } from './formats/stray-marks.ts';
import { type LineIndex, lineIndex } from './line-index.ts';
import { locateIn } from './locate.ts';
import type { Text } from './text.ts';

/** The blocks that are left to do once the edit is; nothing where a change cannot be read. */
export function furtherIn(lines: readonly string[], text: Text, edit: Edit): readonly Block[] | undefined {
  const parser = lines.map((line, i) => parserFor(line, lines[i - 1])).find((found) => found !== undefined);
  const own = knownLines(text);
  if (!parser && !lines.some(opensDiffFence)) return holdsOpenMarks(lines, own) ? undefined : [];
  const after = applyToText(text, edit);
  if (!parser) return isSaid(fencedDiff(lines), knownLines(after)) ? [] : undefined;
  const first = parser.push(`${lines.join('\n')}\n`);
  const end = parser.finish('completed');
  if (end.problem !== undefined || holdsOpenMarks(end.outside, own)) return undefined;
  const index = lineIndex(after);
  const budget: Budget = { steps: mostSteps };
  return [...first, ...end.blocks].filter((block) => !isDone(block, index, budget));
}

/** Steps to tell which blocks say once more what is done: about 0.1 s where every one is spent. */
const mostSteps = 20_000_000;

function knownLines({ value }: Text): (line: string) => boolean {
  let known: ReadonlySet<string> | undefined;
  return (line) => {
    known ??= new Set(value.split(/\r\n|\n|\r/).map((each) => each.trim()));
    return known.has(line.trim());
  };
}

/** Changes are often said a second time, to be read by people. */
function isDone({ search, replace }: Block, after: LineIndex, budget: Budget): boolean {
  if (budget.steps < 0) return false;
  const stands = (lines: readonly string[]) =>
    locateIn(after, lines, { isCopied: true, budget }).kind !== 'missing';
  if (replace.every((line) => line.trim() === '')) return !stands(search);
  const isAddition = search.every((line) => replace.includes(line));
  return stands(replace) && (isAddition || !stands(search));
}

interface Signed {
  readonly gone: readonly string[];
  readonly added: readonly string[];
}

function isSaid({ gone, added }: Signed, isKnown: (line: string) => boolean): boolean {
  return added.length > 0 ? added.every(isKnown) : !gone.some(isKnown);
}

/** The signed lines of fences around diffs, without what they are about. */
function fencedDiff(lines: readonly string[]): Signed {
  const signed: { gone: string[]; added: string[] } = { gone: [], added: [] };
  let isInside = false;
  for (const line of lines) {
    if (isFence(line)) isInside = opensDiffFence(line);
    else if (isInside && line.slice(1).trim() === '') continue;
    else if (isInside && line.startsWith('-')) signed.gone.push(line.slice(1));
    else if (isInside && line.startsWith('+')) signed.added.push(line.slice(1));
  }
  return signed;
}
