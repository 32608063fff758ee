/** Reindent: lines that a model wrote for a place as it remembers it, indented as the place is. */

import type { Block } from './formats/block.ts';
import { columnsOf, converted, type IndentUnit, indentOf, indentUnit, unitOf } from './indent.ts';
import { lineEnd, lineStart, type Text } from './text.ts';

/** How a new line of the block is indented at the place that was found. */
export function reindenter(
  text: Text,
  { search, replace }: Block,
  partners: readonly number[],
): (line: string) => string {
  const pairs = new Map<string, string>();
  search.forEach((line, i) => {
    const partner = partners[i] ?? -1;
    if (partner === -1 || line.trim() === '' || pairs.has(indentOf(line))) return;
    pairs.set(indentOf(line), indentOf(text.value.slice(lineStart(text, partner), lineEnd(text, partner))));
  });
  if ([...pairs].every(([theirs, ours]) => theirs === ours)) return (line) => line;
  const unit = indentUnit(text);
  const theirUnit = unitOf([...search, ...replace]) ?? unit;
  const mapped = new Map(pairs);
  const known = [...pairs]
    .filter(([theirs]) => theirs !== '' || !isCutOff(search, [...pairs], theirUnit.width))
    .map(([theirs, ours]) => ({ columns: columnsOf(theirs, theirUnit.width), ours }));
  known.sort((a, b) => b.columns - a.columns);
  const lost = isBlankLost([...pairs]);
  return (line) => {
    if (line.trim() === '') return '';
    const indent = indentOf(line);
    const isItsOwn = lost && columnsOf(indent, unit.width) % unit.width === 0;
    const own = mapped.get(indent) ?? (isItsOwn ? indent : indentAmong(known, indent, theirUnit, unit));
    mapped.set(indent, own);
    return own + line.slice(indent.length);
  };
}

/**
 * Whether the first line lost its blanks and no other did: models begin to copy where the code of a line begins. What
 * such a line tells of its place says nothing of other lines.
 */
function isCutOff(
  search: readonly string[],
  pairs: readonly (readonly [string, string])[],
  width: number,
): boolean {
  const filled = search.filter((line) => line.trim() !== '');
  if (filled.filter((line) => indentOf(line) === '').length > 1 || indentOf(filled[0] ?? '') !== '')
    return false;
  const others = pairs.filter(([theirs]) => theirs !== '');
  const moved = others.map(([theirs, ours]) => columnsOf(ours, width) - columnsOf(theirs, width));
  return others.length > 0 && moved.every((by) => by === 0);
}

/**
 * Whether lines are one blank less far in, and no other is moved: the context of a diff whose sign was left out, which
 * says nothing of lines that have theirs. Those are indented by whole steps.
 */
function isBlankLost(pairs: readonly (readonly [string, string])[]): boolean {
  return pairs.every(([theirs, ours]) => theirs === ours || ours === `${theirs} `);
}

interface KnownIndent {
  readonly columns: number;
  readonly ours: string;
}

/** As the deepest known one that is not deeper tells, with what is added; else the least deep one, less what is taken away. */
function indentAmong(
  known: readonly KnownIndent[],
  indent: string,
  from: IndentUnit,
  to: IndentUnit,
): string {
  const width = from.width;
  const columns = columnsOf(indent, width);
  let low = 0;
  let high = known.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((known[middle]?.columns ?? 0) <= columns) high = middle;
    else low = middle + 1;
  }
  const outer = known[low];
  if (outer)
    return outer.ours + converted(' '.repeat(columns - outer.columns), { kind: 'spaces', width }, to);
  const inner = known.at(-1);
  if (!inner) return indent;
  const steps = Math.round((inner.columns - columns) / width);
  const oursColumns = Math.max(0, columnsOf(inner.ours, to.width) - steps * to.width);
  return converted(' '.repeat(oursColumns), { kind: 'spaces', width: to.width }, to);
}
