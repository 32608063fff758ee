/**
 * stream: the lines of a rewritten window become replacements while the model still writes.
 *
 *            line differs                       enough lines are as further down
 *   aligned ──────────────► diverged (collects) ────────────────────────────────► aligned, the hunk leaves
 *
 * Laws (checked by property tests)
 * - All replacements together, those of `finish` included, make the window read as the lines that were pushed.
 * - Each is made of lines that have converged: nothing the model writes later takes it back.
 * - Kept lines are not touched; inside a hunk the edit is the smallest (`diff`).
 */

import type { Edit } from './edit.ts';
import { pendingLines } from './pending-lines.ts';
import { type LineRange, rewritten } from './place.ts';
import { dominantEol, lineEnd, lineFullEnd, lineText, type Text } from './text.ts';

export interface StreamDiff {
  /** Replacements that became certain with this line, in offsets of the text. */
  push(line: string): Edit;
  /** The rest: what the model did not write any more is gone. */
  finish(): Edit;
}

/** So many lines in a row that say something end a hunk, wherever else they occur. */
const linesToConverge = 2;
/** A line that says so much, and occurs once in what is left of the window, ends a hunk alone. */
const tellingLength = 6;
/** For so many lines of the window that would be gone, one more line in a row must be there to believe it. */
const linesPerProof = 4;
/** So many lines in a row prove anything. */
const fullProof = 24;
/** Of a line that occurs often the next places are looked at, and so many lines up from each: else equal lines are slow. */
const nextPlaces = 64;
const longestRun = 96;

export function streamDiff(text: Text, window: LineRange): StreamDiff {
  /** Lines as numbers, equal ones alike: long lines are compared once. */
  const names = new Map<string, number>();
  const positions: number[][] = [];
  const old: number[] = [];
  for (let line = window.startLine; line < window.endLine; line++) {
    const content = lineText(text, line);
    const number = names.get(content) ?? names.size;
    if (number === names.size) {
      names.set(content, number);
      positions.push([]);
    }
    positions[number]?.push(old.length);
    old.push(number);
  }
  /** The next line of the window, and what was written since it did not follow. */
  let at = 0;
  let pending = pendingLines(names);

  /** How many of the last pending lines stand in the window up to `end`, at most back to `at`. */
  function runEndingAt(end: number): number {
    const { numbers } = pending;
    const most = Math.min(longestRun, numbers.length, end - at + 1);
    let length = 0;
    while (length < most && old[end - length] === numbers[numbers.length - 1 - length]) length++;
    return length;
  }

  function convergence(): { readonly end: number; readonly length: number } | undefined {
    const places = positions[pending.numbers.at(-1) ?? -1];
    // Rules and brackets end no hunk, however many places they have.
    if (!places || pending.tellingIn(longestRun) === 0) return undefined;
    const isAlone = endsAlone(pending.lastTelling());
    const next = firstFrom(places, at);
    for (let i = next; i < Math.min(places.length, next + nextPlaces); i++) {
      const end = places[i] as number;
      const length = runEndingAt(end);
      const telling = pending.tellingIn(length);
      const gone = end - length + 1 - at;
      const needed = Math.min(fullProof, linesToConverge + Math.floor(gone / linesPerProof));
      // With more telling lines than one they are enough where so few are gone.
      if (telling >= needed || (telling === 1 && isAlone && gone < linesPerProof)) return { end, length };
    }
    return undefined;
  }

  /** Whether a pending line says enough, and occurs once both in what is left of the window and in what is pending. */
  function endsAlone(index: number): boolean {
    const number = pending.numbers[index] ?? -1;
    const places = positions[number];
    if (!places || pending.countOf(number) !== 1) return false;
    const isLast = firstFrom(places, at) === places.length - 1;
    return isLast && (pending.lines[index] ?? '').trim().length >= tellingLength;
  }

  function hunk(end: number, lines: readonly string[]): Edit {
    const startLine = window.startLine + at;
    const endLine = window.startLine + end;
    if (startLine === endLine && lines.length === 0) return [];
    // New lines at the end of the window go behind its last line, which may lack a terminator.
    if (startLine === endLine && end === old.length && at > 0) {
      const behind = lineEnd(text, endLine - 1);
      const own = text.value.slice(behind, lineFullEnd(text, endLine - 1));
      const eol = own === '' ? dominantEol(text) : own;
      const added = lines.map((line) => eol + line).join('');
      // A line feed behind a lone carriage return would end no line of its own.
      const joins = eol === '\n' && text.value.charAt(behind - 1) === '\r';
      return [{ start: behind, end: behind, text: joins ? `\r${added}` : added }];
    }
    return rewritten(text, { startLine, endLine }, lines);
  }

  return {
    push(line) {
      if (pending.lines.length === 0 && at < old.length && old[at] === names.get(line)) {
        at++;
        return [];
      }
      pending.push(line);
      const found = convergence();
      if (!found) return [];
      const { lines } = pending;
      const edit = hunk(found.end - found.length + 1, lines.slice(0, lines.length - found.length));
      at = found.end + 1;
      pending = pendingLines(names);
      return edit;
    },
    finish() {
      const edit = hunk(old.length, pending.lines);
      at = old.length;
      pending = pendingLines(names);
      return edit;
    },
  };
}

/** Index of the first place that is not before `at`, by halving. */
function firstFrom(places: readonly number[], at: number): number {
  let low = 0;
  let high = places.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((places[middle] as number) < at) low = middle + 1;
    else high = middle;
  }
  return low;
}
