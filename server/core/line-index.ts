/**
 * Line index: the lines of a text by what they are the same as, for a search that is asked for many lines of one text.
 *
 * Laws
 * - Two lines have the same number for a key exactly where that key makes them the same.
 * - The index of an edited text is made of the one before: only the lines of the edit are looked at anew.
 * - Nothing is made before it is asked for.
 */

import type { Budget } from './diff/segment.ts';
import type { Edit } from './edit.ts';
import { lineRuns } from './line-runs.ts';
import { lineAt, lineCount, lineText, type Text } from './text.ts';

/** What makes two lines the same; `plain` is `plainLine`. */
export type LineKey = 'exact' | 'trailing-blanks' | 'trimmed' | 'plain';

export interface FilledLines {
  /** As `plain` has them. */
  readonly lines: readonly string[];
  readonly numbers: Int32Array;
  /** Where each of them is among all lines. */
  readonly at: Int32Array;
}

export interface LineIndex {
  readonly text: Text;
  readonly lines: readonly string[];
  /** Where a run of such lines begins, in order; runs may overlap. */
  runs(key: LineKey, search: readonly string[], budget: Budget): readonly number[];
  /** Whether a line is one of these. */
  has(key: LineKey, line: string): boolean;
  /** The number of such a line, of each that there never was another one below zero. */
  numbersOf(key: LineKey, lines: readonly string[]): Int32Array;
  /** The lines that are not empty. */
  filled(): FilledLines;
  /** Each line as `plain` has it. */
  plainLines(): readonly string[];
  /** Their numbers, and for each number where it stands last. */
  plainPlaces(): { readonly numbers: Int32Array; readonly lastOf: Int32Array };
  /** The index of the text that an edit makes of this one. */
  after(edit: Edit, text: Text): LineIndex;
}

const keys: Readonly<Record<LineKey, (line: string) => string>> = {
  exact: (line) => line,
  'trailing-blanks': (line) => line.trimEnd(),
  trimmed: (line) => line.trim(),
  plain: plainLine,
};

export function lineIndex(text: Text): LineIndex {
  const lines = Array.from({ length: lineCount(text) }, (_, line) => lineText(text, line));
  return indexOf({ text, lines, numbered: new Map(), names: new Map() });
}

/** The numbers of different lines, by what they are; shared by the indices of all versions of a text. */
type Names = Map<string, number>;

interface Parts {
  readonly text: Text;
  readonly lines: readonly string[];
  readonly numbered: Map<LineKey, Int32Array>;
  readonly names: Map<LineKey, Names>;
}

/** Where each different line stands first, how often, and behind each line the next equal one; -1 where there is none. */
interface Places {
  readonly first: Int32Array;
  readonly count: Int32Array;
  readonly next: Int32Array;
}

function indexOf({ text, lines, numbered, names }: Parts): LineIndex {
  const placed = new Map<LineKey, Places>();
  let filled: FilledLines | undefined;
  let plain: readonly string[] | undefined;
  let lastOf: Int32Array | undefined;

  function namesOf(key: LineKey): Names {
    const known = names.get(key) ?? new Map<string, number>();
    names.set(key, known);
    return known;
  }

  function numbersIn(key: LineKey): Int32Array {
    const known = numbered.get(key) ?? numbersFor(namesOf(key), lines, keys[key]);
    numbered.set(key, known);
    return known;
  }

  function placesIn(key: LineKey): Places {
    const known = placed.get(key) ?? placesOf(numbersIn(key), namesOf(key).size);
    placed.set(key, known);
    return known;
  }

  function numbersOf(key: LineKey, wanted: readonly string[]): Int32Array {
    numbersIn(key);
    const known = namesOf(key);
    let unknown = 0;
    const fresh = new Map<string, number>();
    return Int32Array.from(wanted, (line) => {
      const name = keys[key](line);
      const number = known.get(name) ?? fresh.get(name);
      if (number !== undefined) return number;
      fresh.set(name, --unknown);
      return unknown;
    });
  }

  function plainLines(): readonly string[] {
    plain ??= lines.map(plainLine);
    return plain;
  }

  return {
    text,
    lines,
    numbersOf,
    plainLines,
    plainPlaces() {
      lastOf ??= lastPlaces(numbersIn('plain'), namesOf('plain').size);
      return { numbers: numbersIn('plain'), lastOf };
    },
    has(key, line) {
      const { first } = placesIn(key);
      return (first[namesOf(key).get(keys[key](line)) ?? first.length] ?? -1) !== -1;
    },
    runs(key, search, budget) {
      const wanted = numbersOf(key, search);
      budget.steps -= wanted.length;
      if (wanted.some((number) => number < 0)) return [];
      const numbers = numbersIn(key);
      const { first, count, next } = placesIn(key);
      // All of them stand where the rarest of them does.
      let rarest = 0;
      const occurs = (i: number) => count[wanted[i] as number] ?? 0;
      for (let i = 1; i < wanted.length; i++) if (occurs(i) < occurs(rarest)) rarest = i;
      if (occurs(rarest) === 0) return [];
      if (occurs(rarest) * wanted.length > numbers.length) {
        budget.steps -= numbers.length;
        return lineRuns(numbers, wanted);
      }
      budget.steps -= occurs(rarest) * wanted.length;
      const starts: number[] = [];
      for (let at = first[wanted[rarest] as number] ?? -1; at !== -1; at = next[at] as number) {
        const start = at - rarest;
        if (start >= 0 && wanted.every((number, i) => numbers[start + i] === number)) starts.push(start);
      }
      return starts;
    },
    filled() {
      filled ??= filledOf(plainLines(), numbersIn('plain'));
      return filled;
    },
    after(edit, edited) {
      const [head, tail] = untouched(text, edit, edited);
      const middle: string[] = [];
      for (let line = head; line < lineCount(edited) - tail; line++) middle.push(lineText(edited, line));
      const joined = [...lines.slice(0, head), ...middle, ...lines.slice(lines.length - tail)];
      const moved = new Map<LineKey, Int32Array>();
      for (const [key, numbers] of numbered) {
        const own = new Int32Array(joined.length);
        own.set(numbers.subarray(0, head));
        own.set(numbersFor(namesOf(key), middle, keys[key]), head);
        own.set(numbers.subarray(numbers.length - tail), head + middle.length);
        moved.set(key, own);
      }
      return indexOf({ text: edited, lines: joined, numbered: moved, names });
    },
  };
}

function numbersFor(names: Names, lines: readonly string[], key: (line: string) => string): Int32Array {
  return Int32Array.from(lines, (line) => {
    const name = key(line);
    const known = names.get(name);
    if (known !== undefined) return known;
    names.set(name, names.size);
    return names.size - 1;
  });
}

function placesOf(numbers: Int32Array, names: number): Places {
  const first = new Int32Array(names).fill(-1);
  const count = new Int32Array(names);
  const next = new Int32Array(numbers.length);
  for (let at = numbers.length - 1; at >= 0; at--) {
    const number = numbers[at] as number;
    next[at] = first[number] as number;
    first[number] = at;
    (count[number] as number)++;
  }
  return { first, count, next };
}

function lastPlaces(numbers: Int32Array, names: number): Int32Array {
  const last = new Int32Array(names).fill(-1);
  numbers.forEach((number, at) => {
    last[number] = at;
  });
  return last;
}

function filledOf(plain: readonly string[], numbers: Int32Array): FilledLines {
  const at: number[] = [];
  plain.forEach((line, i) => {
    if (line !== '') at.push(i);
  });
  return {
    lines: at.map((i) => plain[i] ?? ''),
    numbers: Int32Array.from(at, (i) => numbers[i] as number),
    at: Int32Array.from(at),
  };
}

/** How many lines before the edit and behind it are the same: a terminator next to it may have been made or broken. */
function untouched(before: Text, edit: Edit, after: Text): readonly [number, number] {
  const first = edit[0];
  const last = edit.at(-1);
  const most = Math.min(lineCount(before), lineCount(after));
  if (!first || !last) return [most, 0];
  const head = Math.min(most, Math.max(0, lineAt(before, first.start) - 1));
  return [head, Math.max(0, Math.min(most - head, lineCount(before) - 1 - lineAt(before, last.end)))];
}

const typographic = /[\u00a0\u2000-\u200b\u2010-\u2015\u2018-\u201f\u2026\u202f\u205f\u2212\u3000\ufeff]/;

/** Trimmed, with the quotes, dashes and blanks that keyboards have for those that typography has. */
export function plainLine(line: string): string {
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
