/**
 * Unwrapped: the lines that were asked about, where an answer shows them inside of what stands around them: a method
 * between `class A {` and `}`, with dots for the others. Where it shows some of the others too, it stays as it is.
 */

import { mayStandForOthers } from './formats/elision.ts';
import { indentOf } from './indent.ts';
import { tells } from './window-ends.ts';

export interface Surroundings {
  readonly before: readonly string[];
  readonly own: readonly string[];
  readonly behind: readonly string[];
}

export function unwrapped(lines: readonly string[], around: Surroundings): readonly string[] {
  const { before, own, behind } = around;
  const first = own.find(tells) ?? '';
  const outer = new Set(enclosing(before, indentOf(first)));
  let inner = lines;
  for (let head = headOf(inner); head !== undefined && outer.has(head.trim()); head = headOf(inner)) {
    const held = inside(inner, head);
    if (!held || head.trim() === first.trim()) break;
    inner = held;
  }
  if (inner === lines) return lines;
  const others = new Set(
    [...before, ...behind].filter((line) => indentOf(line) === indentOf(first)).map((line) => line.trim()),
  );
  const isOther = (line: string) => tells(line) && others.has(line.trim()) && !own.includes(line);
  return inner.some(isOther) ? lines : inner;
}

function headOf(lines: readonly string[]): string | undefined {
  return lines.find((line) => line.trim() !== '');
}

/** The lines that hold the ones behind them, of which the first is so deep. */
function enclosing(before: readonly string[], indent: string): readonly string[] {
  const found: string[] = [];
  let depth = indent.length;
  for (let i = before.length - 1; i >= 0 && depth > 0; i--) {
    const line = before[i] ?? '';
    if (!tells(line) || indentOf(line).length >= depth) continue;
    found.push(line.trim());
    depth = indentOf(line).length;
  }
  return found;
}

/** What the first line holds, where that is all of the rest. */
function inside(lines: readonly string[], head: string): readonly string[] | undefined {
  const held = lines.slice(lines.indexOf(head) + 1);
  const isLeft = (line: string) => line.trim() === '' || mayStandForOthers(line);
  const last = held.findLastIndex((line) => line.trim() !== '');
  const closes = last >= 0 && !tells(held[last] ?? '') && indentOf(held[last] ?? '') === indentOf(head);
  const within = closes ? held.slice(0, last) : held;
  const depth = indentOf(head).length;
  if (within.some((line) => line.trim() !== '' && indentOf(line).length <= depth)) return undefined;
  const from = within.findIndex((line) => !isLeft(line));
  const to = within.findLastIndex((line) => !isLeft(line));
  return from === -1 ? undefined : within.slice(from, to + 1);
}
