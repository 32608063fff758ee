/**
 * Lines above the cursor that a model says again before it goes on: a few of them, the function around or the whole
 * file, with the cursor's line, as deep as they stand in the text or farther out.
 *
 *   f() {         f() {             all that stands in the text is taken off, and what is new of `a(1);` and the lines
 *     a(█           a(1);           behind it stays, moved in where the model wrote them farther out
 */

import { columnsOf, indentOf } from '../indent.ts';
import { lineCount, lineText } from '../text.ts';
import type { Around } from './around.ts';

/** So many lines in a row are no accident: what a model said before them is not looked at. */
const farthest = 30;
/** The same of all that is read of a text above: many of its lines are blank. */
const fewest = 12;

type Above = Pick<Around, 'linePrefix' | 'above'>;

/** What the piece says that is new, where it begins with lines above; nothing where it does not. */
export function behindLinesAbove(piece: string, { linePrefix, above }: Above): string | undefined {
  // Most pieces say nothing of the kind.
  const nearest = above.findLast((line) => line.trim() !== '')?.trim();
  if (nearest === undefined || !piece.includes('\n') || !piece.includes(nearest)) return undefined;
  const known = fullLines(above);
  const last = known.at(-1);
  if (last === undefined) return undefined;
  const own = piece.split('\n');
  const said = fullLines(own);
  const start = linePrefix.trimStart();
  for (let count = said.length - 1; count >= 1; count--) {
    if (said[count - 1]?.words !== last.words || !areSame(said, count, known)) continue;
    const next = said[count];
    if (!next) continue;
    if (start === '') {
      if (count === 1 ? !isOneAgain(said, known, linePrefix) : !said.slice(0, count).some(isTelling))
        continue;
      const lines = moved(own.slice(next.at), {
        said: own[said[count - 1]?.at ?? 0] ?? '',
        stands: above[last.at] ?? '',
        inner: own[next.at] ?? '',
      }).join('\n');
      return lines.startsWith(linePrefix) ? lines.slice(linePrefix.length) : lines;
    }
    const line = own[next.at] ?? '';
    if (!next.words.startsWith(start.trimEnd())) continue;
    const [first = '', ...others] = own.slice(next.at);
    const begun = first.trimStart().startsWith(start) ? start.length : start.trimEnd().length;
    const rest = first.trimStart().slice(begun);
    return [rest, ...moved(others, { said: line, stands: linePrefix, inner: '' })].join('\n');
  }
  return undefined;
}

/**
 * Whether all that is said so far are lines of the text before the cursor, so that what is new is still to come. The
 * last line may be a part of one.
 */
export function saysOnlyAgain(piece: string, { linePrefix, above, text }: Around): boolean {
  const begins = /\S.*/.exec(piece)?.[0].trimEnd() ?? '';
  const isKnown = [...above, linePrefix, lineText(text, 0)].some((line) => line.includes(begins));
  if (!isKnown) return false;
  const said = fullLines(piece.split('\n'));
  const start = linePrefix.trim();
  // A bracket alone may well be new, where the model did not begin its line anew.
  if (said.length === 0 || (start === '' && indentOf(piece) === '' && !said.some(isTelling))) return false;
  const known = fullLines(above);
  for (let from = 0; from < known.length; from++) {
    const goesOn = known.length - from;
    if (said.length > goesOn + 1) continue;
    const isHere = (line: FullLine, i: number) =>
      i === goesOn
        ? start !== '' && start.startsWith(line.words)
        : isBegun(line.words, known[from + i]?.words ?? '', i === said.length - 1);
    if (said.every(isHere)) return true;
  }
  return saysFileAgain(said, { above, text });
}

/** Whether they are the first of the file, which stand farther above: nobody writes them there once more. */
function saysFileAgain(said: readonly FullLine[], { above, text }: Pick<Around, 'above' | 'text'>): boolean {
  if (above.length < farthest) return false;
  for (let i = 0, line = 0; i < said.length; line++) {
    if (line === lineCount(text)) return false;
    const words = lineText(text, line).trim();
    if (words === '') continue;
    if (!isBegun(said[i]?.words ?? '', words, i === said.length - 1)) return false;
    i++;
  }
  return true;
}

/** Whether all that is said is the file's own beginning. */
export function beginsFileAgain(piece: string, around: Around): boolean {
  const first = /\S.*/.exec(piece)?.[0].trim() ?? '';
  if (!isLong(first) || lineText(around.text, 0).trim() !== first) return false;
  return saysFileAgain(fullLines(piece.split('\n')), around);
}

function isBegun(words: string, line: string, isLast: boolean): boolean {
  return isLast ? line.startsWith(words) : line === words;
}

/** Whether so many lines that were said end as those above do, all of them or as many as are no accident. */
function areSame(said: readonly FullLine[], count: number, known: readonly FullLine[]): boolean {
  const most = Math.min(count, known.length);
  if (most < count && most < (most === known.length ? fewest : farthest)) return false;
  for (let i = 1; i <= most; i++) if (said[count - i]?.words !== known[known.length - i]?.words) return false;
  return true;
}

/**
 * Whether the one line above is said again before what is new: the line that opens the block, as deep as it stands, or
 * one that says more than a few signs. Of 40,000 such lines in code 5 stand twice and no more often.
 */
function isOneAgain(said: readonly FullLine[], known: readonly FullLine[], linePrefix: string): boolean {
  const [first, next] = said;
  const above = known.at(-1);
  if (!first || !next || !above || first.words === next.words) return false;
  const depth = columnsOf(above.indent);
  const isDeeper = columnsOf(linePrefix) > depth || columnsOf(next.indent) > depth;
  if (first.indent === above.indent && opening.test(first.words) && isDeeper) return true;
  // Two in a row as deep close nothing, and no statement stands deeper than the place it is written at.
  if (first.indent === above.indent && columnsOf(next.indent) >= columnsOf(linePrefix)) {
    if (closing.test(first.words) && columnsOf(next.indent) <= depth) return true;
    if (columnsOf(linePrefix) < depth && next.indent === linePrefix) return true;
  }
  return (
    isLong(first.words) &&
    (first.indent === above.indent || linePrefix !== '') &&
    known.at(-2)?.words !== above.words
  );
}

const closing = /^(?:[)\]}]+[;,]?|(?:end\w*|fi|done|esac)[;,.]?|<\/[\w.:-]+>)$/;
/** A line across the page. */
const rule = /([-=#*/~_])\1{19}/;
const opening = /(?:[{([:]|\b(?:then|do|else))$/;

interface FullLine {
  readonly words: string;
  readonly indent: string;
  /** Its index among all lines. */
  readonly at: number;
}

/** Those that are not blank. */
function fullLines(lines: readonly string[]): readonly FullLine[] {
  return lines.flatMap((line, at) => {
    const words = line.trim();
    return words === '' ? [] : [{ words, indent: indentOf(line), at }];
  });
}

function isTelling({ words }: FullLine): boolean {
  return /\w{2}/.test(words);
}

function isLong(words: string): boolean {
  return (words.match(/\w/g)?.length ?? 0) >= 8 || rule.test(words);
}

interface Moving {
  /** The line as the model wrote it again, and as it stands in the text. */
  readonly said: string;
  readonly stands: string;
  /** The one the model wrote behind it: where that is deep enough, only the line itself came without its blanks. */
  readonly inner: string;
}

/** Lines that the model wrote behind one that stands deeper in the text, as deep. */
export function moved(lines: readonly string[], { said, stands, inner }: Moving): readonly string[] {
  const [from, indent] = [indentOf(said), indentOf(stands)];
  const [here, next] = [columnsOf(indent), columnsOf(indentOf(inner))];
  const isDeep = next > here || (next === here && here > 0 && !opening.test(said));
  const added = indent.startsWith(from) && !isDeep ? indent.slice(from.length) : '';
  return lines.map((each) => (each.trim() === '' ? each : added + each));
}
