/**
 * What is walked: stretches of files of this repository, whole lines. The files in `typed/` are copies that stay as they
 * are, so that figures of different days are about the same typing.
 */

import { readFileSync } from 'node:fs';
import { type Language, languages } from './system.ts';
import type { Stretch } from './walk.ts';

/** A file, and what of it is typed: places and their lengths, in order. */
export interface Journey {
  readonly file: string;
  readonly languageId: Language;
  readonly stretches: readonly (readonly [start: number, end: number])[];
}

const places = [
  ['text.ts', ['export function offsetAt(', 'export function positionAt(']],
  ['edit.ts', ['export function toEdit(', 'export function invert(', 'export function mapOffset(']],
  ['asking.lua', ['function M.asker(', 'function M.soon(']],
  ['switch.ts', ['export function createSwitch(']],
] as const;

export interface JourneyOptions {
  /** Typed in each stretch. */
  readonly keys: number;
  readonly files: number;
}

export function journeysIn(root: string, { keys, files }: JourneyOptions): readonly Journey[] {
  return places.slice(0, files).map(([name, marks]) => {
    const file = readFileSync(`${root}test/bench/completion/typed/${name}.txt`, 'utf8');
    const stretches: (readonly [number, number])[] = [];
    for (const mark of marks) {
      const start = file.indexOf('\n', file.indexOf(mark, stretches.at(-1)?.[1])) + 1;
      stretches.push([start, endOfStatement(file, start, keys)]);
    }
    return { file, languageId: name.endsWith('.lua') ? 'lua' : 'typescript', stretches };
  });
}

/** The same under another first line, a comment: nobody knows from an earlier walk what is walked here. */
export function headed({ file, languageId, stretches }: Journey, comment: string): Journey {
  const head = `${languages[languageId].comment} ${comment}\n`;
  const moved = stretches.map(([start, end]) => [start + head.length, end + head.length] as const);
  return { file: head + file, languageId, stretches: moved };
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
