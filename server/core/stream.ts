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
  const old: string[] = [];
  const positions = new Map<string, number[]>();
  for (let line = window.startLine; line < window.endLine; line++) {
    const content = lineText(text, line);
    const known = positions.get(content);
    if (known) known.push(old.length);
    else positions.set(content, [old.length]);
    old.push(content);
  }
  /** The next line of the window, and what was written since it did not follow. */
  let at = 0;
  let pending: string[] = [];

  /** How many of the last pending lines stand in the window up to `end`, at most back to `at`. */
  function runEndingAt(end: number): number {
    let length = 0;
    while (
      length < longestRun &&
      length < pending.length &&
      end - length >= at &&
      old[end - length] === pending[pending.length - 1 - length]
    ) {
      length++;
    }
    return length;
  }

  function convergence(): { readonly end: number; readonly length: number } | undefined {
    const line = pending.at(-1) ?? '';
    const places = positions.get(line) ?? [];
    const next = firstFrom(places, at);
    for (const end of places.slice(next, next + nextPlaces)) {
      const length = runEndingAt(end);
      const telling = pending.slice(pending.length - length).filter((each) => /\w/.test(each));
      const gone = end - length + 1 - at;
      const needed = Math.min(fullProof, linesToConverge + Math.floor(gone / linesPerProof));
      const alone =
        gone < linesPerProof &&
        telling.some((each) => each.trim().length >= tellingLength && occursOnce(each));
      if (telling.length >= needed || alone) return { end, length };
    }
    return undefined;
  }

  function occursOnce(line: string): boolean {
    const places = positions.get(line) ?? [];
    const isLast = firstFrom(places, at) === places.length - 1;
    return isLast && pending.indexOf(line) === pending.lastIndexOf(line);
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
      if (pending.length === 0 && at < old.length && old[at] === line) {
        at++;
        return [];
      }
      pending.push(line);
      const found = convergence();
      if (!found) return [];
      const edit = hunk(found.end - found.length + 1, pending.slice(0, pending.length - found.length));
      at = found.end + 1;
      pending = [];
      return edit;
    },
    finish() {
      const edit = hunk(old.length, pending);
      at = old.length;
      pending = [];
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
