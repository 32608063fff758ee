/**
 * Elided: a block that leaves lines out in the middle of what it looks for, and the same ones in what takes their place.
 * What stands between them are blocks of their own, each to be found below the ones before.
 */

import type { Block } from './block.ts';
import { leavesOut, mayStandForOthers } from './elision.ts';

/** Each is looked for below all before it: a text of nothing else would have as many as lines. */
const mostParts = 16;

/** Its parts that change something; nothing where the two halves leave out other lines. */
export function elidedParts(block: Block): readonly Block[] | undefined {
  const { search, replace, under = [], line: _, ...about } = block;
  if (!leavesOut(search)) return undefined;
  const [before, after] = [partsOf(search), partsOf(replace)];
  if (before.length !== after.length || before.length > mostParts) return undefined;
  const parts: Block[] = [];
  // The line that a block is said to begin at says nothing of its later parts.
  const above: string[] = [];
  for (const [i, lines] of before.entries()) {
    const fresh = after[i] ?? [];
    const first = lines.find((line) => line.trim() !== '');
    if (first === undefined) {
      // New lines where nothing stands: nobody knows where.
      if (fresh.some((line) => line.trim() !== '')) return undefined;
      continue;
    }
    const isSame = lines.length === fresh.length && lines.every((line, at) => line === fresh[at]);
    if (!isSame) parts.push({ ...about, search: lines, replace: fresh, under: [...under, ...above] });
    above.push(first.trim());
  }
  return parts;
}

function partsOf(lines: readonly string[]): readonly (readonly string[])[] {
  const parts: string[][] = [[]];
  for (const line of lines) {
    if (mayStandForOthers(line)) parts.push([]);
    else parts.at(-1)?.push(line);
  }
  return parts;
}
