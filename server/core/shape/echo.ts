/** What a model repeats of the text around the cursor, taken off. Pieces have `\n` as terminator. */

import { brackets, openString, quoting } from '../brackets.ts';
import { columnsOf, indentOf } from '../indent.ts';
import { wordAtEnd } from '../word.ts';
import type { Around } from './around.ts';

/** Lines above the cursor a model may begin with again. */
const echoLines = 30;
/** A piece of a line this short is no echo, but the same word twice. */
const shortestEcho = 3;
const shortestWordEcho = 2;
const shortestOpening = 6;

/** What a file says once, so that a second time is none of its own. */
const saidOnce =
  /^(?:#!|<\?(?:php|xml)\b|<!doctype\b|#\s*(?:include|pragma)\b|package\s|import\s|from\s|use\s|using\s|namespace\s|require\b|(['"])use \w+\1|(?:\/\/|#|--|;|%|\/\*|<!--|").*\w{3})/i;
/** All that a line is begun with: the mark of an item, a heading or a comment, an operator. */
const marker = /^((?:[^\s\p{L}\p{N}_()[\]{}'`]+|\d+[.)]|%\w*%)(?:[ \t]+\[[ xX]\])?)[ \t]+$/u;
/** What begins a name, where it stands alone before the cursor. */
const sigils = /(?<![\p{L}\p{N}_$@#&])[$@#]$/u;

const quoted = /^(["'])[\p{L}\p{N}_./$%#@~][^"'\n]*\1/u;

/** Without the lines, the line or the word before the cursor, where the piece begins with them again. */
export function withoutPrefixEcho(piece: string, before: string): string {
  const line = before.slice(before.lastIndexOf('\n') + 1);
  const start = line.trimStart();
  // What is one line, in one that is begun, says none of those above again.
  const lines = start === '' || piece.includes('\n') ? before.split('\n').slice(-echoLines) : [];
  /** Lines with words from there on. */
  let full = lines.filter((each) => each.trim() !== '').length;
  for (let from = 0; from < lines.length - 1 && full >= 2; from++) {
    const first = lines[from] ?? '';
    const echo = piece.startsWith(`${first}\n`) ? lines.slice(from).join('\n') : undefined;
    if (echo !== undefined && piece.startsWith(echo)) return piece.slice(echo.length);
    if (first.trim() !== '') full--;
  }
  if (start === '') {
    // The line that opens the block, said again before what is in it.
    const above = lines.findLast((each) => each.trim() !== '') ?? '';
    const opening = above.trim();
    const again = withoutLinesAgain(piece, lines);
    if (again !== undefined) return again;
    const [first = '', ...others] = piece.trimStart().split('\n');
    const isEcho =
      opening.length >= shortestOpening && /[{([:]$|\)$/.test(opening) && first.trim() === opening;
    if (isEcho && others.some((each) => indentOf(each) !== ''))
      return movedIn(others, { said: piece, stands: above, inner: others[0] ?? '' });
    if (saidOnce.test(opening) && first.trim() === opening) return others.join('\n').replace(/^\s*\n/, '');
  }
  // `- █` and the item with its dash.
  const mark = marker.exec(start)?.[1];
  if (mark !== undefined) {
    const [own = ''] = piece.split('\n', 1);
    const again = own.trimStart();
    if (again.startsWith(mark) && /^[ \t]/.test(again.slice(mark.length)))
      return piece.slice(own.length - again.length + Math.min(start.length, again.length));
  }
  const sigil = sigils.exec(line)?.[0];
  if (sigil !== undefined && piece.startsWith(sigil) && /^[\p{L}_[!]/u.test(piece.slice(sigil.length)))
    return piece.slice(sigil.length);
  // What is said in quotes, with the one that stands there; behind an empty string nothing is said.
  const quote = quoted.exec(piece)?.[1];
  if (quote !== undefined && line.endsWith(quote) && openString(line) === quote) return piece.slice(1);
  if (start.length >= shortestEcho && /\w/.test(start)) {
    const own = indentOf(piece).length;
    if (piece.startsWith(start, own)) return piece.slice(own + start.length);
    const trimmed = start.trimEnd();
    if (trimmed.length >= shortestEcho && trimmed !== start && piece.slice(own) === trimmed) return '';
  }
  const word = wordAtEnd(line);
  return word.length >= shortestWordEcho && piece.startsWith(word) ? piece.slice(word.length) : piece;
}

/**
 * The piece behind the lines above, where it begins with two or more of them at another depth and goes on behind them;
 * the same lines once more and no others are a list's.
 */
function withoutLinesAgain(piece: string, lines: readonly string[]): string | undefined {
  const first = /^\s*(\S.*)\n/.exec(piece)?.[1]?.trimEnd();
  // Most pieces begin with nothing of the kind.
  if (first === undefined || !/\w{2}/.test(first) || !lines.some((each) => each.includes(first)))
    return undefined;
  const own = piece.split('\n');
  const full = own.flatMap((each, at) => (each.trim() === '' ? [] : [at]));
  const above = lines.filter((each) => each.trim() !== '');
  for (let from = 0; from <= above.length - 2; from++) {
    const count = above.length - from;
    if (full.length <= count || above[from]?.trim() !== first) continue;
    if (!full.slice(0, count).every((at, i) => own[at]?.trim() === above[from + i]?.trim())) continue;
    const inner = own[full[1] ?? 0] ?? '';
    return movedIn(own.slice(full[count]), {
      said: own[full[0] ?? 0] ?? '',
      stands: above[from] ?? '',
      inner,
    });
  }
  return undefined;
}

interface Moving {
  /** The line as the model wrote it again, and as it stands in the text. */
  readonly said: string;
  readonly stands: string;
  /** The one the model wrote behind it: where that is deep enough, only the line itself came without its blanks. */
  readonly inner: string;
}

/** Lines that the model wrote behind one that stands deeper in the text, as deep. */
function movedIn(lines: readonly string[], { said, stands, inner }: Moving): string {
  const [from, indent] = [indentOf(said), indentOf(stands)];
  const isDeep = columnsOf(indentOf(inner)) > columnsOf(indent);
  const added = indent.startsWith(from) && !isDeep ? indent.slice(from.length) : '';
  return lines.map((each) => (each.trim() === '' ? each : added + each)).join('\n');
}

/** Cut where the piece goes on as the text behind the cursor's line does. */
export function withoutFollowingLines(
  piece: string,
  { linePrefix, below, languageId }: Pick<Around, 'linePrefix' | 'below' | 'languageId'>,
): string {
  const whole = linePrefix.trim() === '';
  if (!whole && !piece.includes('\n')) return piece;
  const next = below.filter((line) => line.trim() !== '');
  if (next.length === 0) return piece;
  const lines = piece.split('\n');
  const { closes } = brackets(piece, quoting(languageId));
  let offset = 0;
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i] ?? '';
    const full = i === 0 ? linePrefix + line : line;
    const closesOutside = closes.some(({ at }) => at >= offset && at < offset + line.length);
    if (
      (i > 0 || whole) &&
      line.trim() !== '' &&
      isEcho([full, ...lines.slice(i + 1)], next, closesOutside)
    ) {
      return lines.slice(0, i).join('\n');
    }
    offset += line.length + 1;
  }
  return piece;
}

function isEcho(lines: readonly string[], next: readonly string[], closesOutside: boolean): boolean {
  const own = lines.filter((line) => line.trim() !== '');
  let same = 0;
  while (same < own.length && same < next.length && sameLine(own[same], next[same])) same++;
  const telling = own.slice(0, same).some((line) => /\w/.test(line));
  if (same >= 2 && telling) return true;
  // The last line may have been cut by the token limit.
  const cut = own[same];
  const restIsCut = same === own.length - 1 && cut !== undefined && isCutOf(cut, next[same]);
  if (same === own.length || (restIsCut && (same > 0 || cut.trim().length >= 8)))
    return telling || restIsCut || closesOutside;
  // Only brackets in common: they are the ones that already stand there if this piece did not open them.
  return same > 0 && !telling && closesOutside;
}

function sameLine(a: string | undefined, b: string | undefined): boolean {
  if (a === undefined || b === undefined) return false;
  // Brackets alone are told apart by their indentation, words speak for themselves.
  return /\w/.test(a) ? a.trim() === b.trim() : a.trimEnd() === b.trimEnd();
}

function isCutOf(cut: string, line: string | undefined): boolean {
  return line?.trim().startsWith(cut.trim()) === true && cut.trim().length >= shortestEcho;
}
