/** What is walked: stretches of this repository's own files, whole lines. */

import { readFileSync } from 'node:fs';
import type { Stretch } from './walk.ts';

/** A file, and what of it is typed: places and their lengths, in order. */
export interface Journey {
  readonly file: string;
  readonly stretches: readonly (readonly [start: number, end: number])[];
}

const places = [
  ['server/core/text.ts', ['export function offsetAt(', 'export function positionAt(']],
  [
    'server/core/edit.ts',
    ['export function toEdit(', 'export function invert(', 'export function mapOffset('],
  ],
  ['server/features/switch.ts', ['export function createSwitch(']],
] as const;

export interface JourneyOptions {
  /** Typed in each stretch. */
  readonly keys: number;
  readonly files: number;
}

export function journeysIn(root: string, { keys, files }: JourneyOptions): readonly Journey[] {
  return places.slice(0, files).map(([path, marks]) => {
    const file = readFileSync(`${root}${path}`, 'utf8');
    const stretches: (readonly [number, number])[] = [];
    for (const mark of marks) {
      const start = file.indexOf('\n', file.indexOf(mark, stretches.at(-1)?.[1])) + 1;
      stretches.push([start, endOfStatement(file, start, keys)]);
    }
    return { file, stretches };
  });
}

/** The same under another beginning: nobody knows from an earlier walk what is walked here. */
export function headed({ file, stretches }: Journey, head: string): Journey {
  const moved = stretches.map(([start, end]) => [start + head.length, end + head.length] as const);
  return { file: head + file, stretches: moved };
}

/**
 * The end of the line behind which a statement of the same depth begins, or its block ends: what stands below stays in
 * balance, as it does in an editor.
 */
function endOfStatement(file: string, start: number, keys: number): number {
  const indent = /^[ \t]*/.exec(file.slice(start))?.[0] ?? '';
  for (let end = file.indexOf('\n', start); ; end = file.indexOf('\n', end + 1)) {
    const next = file.slice(end + 1, end + 2 + indent.length);
    if (end === -1) return file.length;
    const isBesides = next.startsWith(indent) && /\S/.test(next.charAt(indent.length));
    const isBehind = !next.startsWith(indent) && next.trim() !== '';
    const goesOn = /[)\]}.]/.test(next.charAt(indent.length));
    if (isBehind || (end >= start + keys && isBesides && !goesOn)) return end;
  }
}

export function openedAt({ file, stretches }: Journey): string {
  let text = '';
  let from = 0;
  for (const [start, end] of stretches) {
    text += file.slice(from, start);
    from = end;
  }
  return text + file.slice(from);
}

export const stretchesOf = ({ file, stretches }: Journey): readonly Stretch[] =>
  stretches.map(([start, end]) => ({ file, start, end }));
