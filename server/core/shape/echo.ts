/** What a model repeats of the text around the cursor, taken off. Pieces have `\n` as terminator. */

import { brackets, openString, quoting } from '../brackets.ts';
import { columnsOf, indentOf } from '../indent.ts';
import { wordAtEnd } from '../word.ts';
import { behindLinesAbove, moved } from './again.ts';
import type { Around } from './around.ts';
import { withoutSignsAgain } from './signs.ts';

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

/** What a member's name stands behind. */
const member = /(?:->|\?\.|::)$/;

const quoted = /^(["'])[\p{L}\p{N}_./$%#@~][^"'\n]*\1/u;

/** Without the lines, the line or the word before the cursor, where the piece begins with them again. */
export function withoutPrefixEcho(
  piece: string,
  place: Pick<Around, 'linePrefix' | 'above' | 'below' | 'languageId'>,
): string {
  const { linePrefix: line, above } = place;
  const start = line.trimStart();
  const again = behindLinesAbove(piece, { linePrefix: line, above });
  if (again !== undefined) return again;
  if (start === '') {
    // The line that opens the block, said again before what is in it.
    const stands = above.findLast((each) => each.trim() !== '') ?? '';
    const opening = stands.trim();
    const [first = '', ...others] = piece.trimStart().split('\n');
    const isEcho =
      opening.length >= shortestOpening && /[{([:]$|\)$/.test(opening) && first.trim() === opening;
    if (isEcho && others.some((each) => indentOf(each) !== ''))
      return moved(others, { said: piece, stands, inner: others[0] ?? '' }).join('\n');
    const isNested = others.length === 0 && /^#\s*endif\b/.test(opening);
    if (saidOnce.test(opening) && first.trim() === opening && !isNested)
      return others.join('\n').replace(/^\s*\n/, '');
  }
  if (start.length >= shortestEcho && !/^(.)\1*$/.test(start.trimEnd())) {
    const isBlankAbove = above.at(-1)?.trim() === '';
    const own = (isBlankAbove ? /^\s*/ : /^[ \t]*/).exec(piece)?.[0].length ?? 0;
    // Behind a blank, `default` is no `def` said again.
    const goesOn = own > 0 && /\w$/.test(start) && /^\w/.test(piece.slice(own + start.length));
    const isAnew = !goesOn || piece.startsWith(indentOf(line)) || isBlankAbove;
    if (piece.startsWith(start, own) && isAnew) return piece.slice(own + start.length);
    const trimmed = start.trimEnd();
    if (trimmed.length >= shortestEcho && trimmed !== start && piece.slice(own) === trimmed) return '';
  }
  const signless = start === '' ? undefined : withoutSignsAgain(piece, place);
  if (signless !== undefined) return signless;
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
  // The line's bracket, on a line of its own, and a sign that begins a name of a member.
  if (start === '{' && /^\{[ \t]*\n/.test(piece)) return piece.slice(1);
  const sign = member.exec(line)?.[0];
  if (sign !== undefined && piece.startsWith(sign) && /^\w/.test(piece.slice(sign.length)))
    return piece.slice(sign.length);
  // With its blanks a line is begun anew, however little it says.
  if (start !== '' && start !== line && piece.startsWith(line) && piece !== line)
    return piece.slice(line.length);
  const word = wordAtEnd(line);
  const isEcho = word.length >= shortestWordEcho && piece.startsWith(word) && !/^(?:\d|(.)\1*$)/u.test(word);
  return isEcho || isLetterAgain(word, piece, place) ? piece.slice(word.length) : piece;
}

/** Words that lines begin with nearly everywhere. */
const keywords =
  /^(?:async|await|break|case|class|const|continue|def|else|enum|export|final|for|from|func|function|if|impl|import|interface|let|local|match|private|protected|public|return|static|struct|switch|throw|try|type|var|while|with|yield)$/;

/** Whether the piece says the word whole whose first letter was typed. */
function isLetterAgain(
  letter: string,
  piece: string,
  { linePrefix, above, below }: Pick<Around, 'linePrefix' | 'above' | 'below'>,
): boolean {
  if (!/^\p{L}$/u.test(letter) || !piece.startsWith(letter)) return false;
  const word = /^[\p{L}\p{N}_$]{2,}/u.exec(piece)?.[0];
  if (word === undefined) return false;
  const near = `\n${[...above, ...below].join('\n')}`;
  if (holdsWord(near, letter + word)) return false;
  // Hardly a line begins with a word that begins with the same letter twice.
  const isStart = linePrefix.trim() === letter && word.length > 3;
  return isStart || keywords.test(word) || (word.length > 2 && holdsWord(near, word));
}

function holdsWord(text: string, word: string): boolean {
  const sign = /[\p{L}\p{N}_$]/u;
  for (let at = text.indexOf(word); at !== -1; at = text.indexOf(word, at + 1))
    if (!sign.test(text.charAt(at - 1)) && !sign.test(text.charAt(at + word.length))) return true;
  return false;
}

/** Cut where the piece goes on as the text behind the cursor's line does. `isCut`: its last line may be a part of one. */
export function withoutFollowingLines(
  piece: string,
  { linePrefix, below, languageId }: Pick<Around, 'linePrefix' | 'below' | 'languageId'>,
  isCut = true,
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
    const from = offset;
    const closesOutside = (end: number) => closes.some(({ at }) => at >= from && at < end);
    const all = { line: closesOutside(from + line.length), piece: closesOutside(piece.length) };
    if (
      (i > 0 || whole) &&
      line.trim() !== '' &&
      isEcho([full, ...lines.slice(i + 1)], next, { closesOutside: all, isCut })
    ) {
      return lines.slice(0, i).join('\n');
    }
    offset += line.length + 1;
  }
  return piece;
}

interface Echo {
  /** Whether the first line, or any of them, closes what the piece did not open. */
  readonly closesOutside: Readonly<Record<'line' | 'piece', boolean>>;
  /** The last line may be a part of one. */
  readonly isCut: boolean;
}

function isEcho(lines: readonly string[], next: readonly string[], { closesOutside, isCut }: Echo): boolean {
  const own = lines.filter((line) => line.trim() !== '');
  let same = 0;
  while (same < own.length && same < next.length && sameLine(own[same], next[same])) same++;
  const telling = own.slice(0, same).some((line) => /\w/.test(line));
  if (same >= 2 && telling) return true;
  // What is written is the head of a body that stands there.
  if (same > 0 && /^[ \t]*\{[ \t]*$/.test(own[0] ?? '')) return true;
  // The last line may have been cut by the token limit; what ends by itself with less than a line is another.
  const cut = own[same];
  const restIsCut =
    same === own.length - 1 &&
    cut !== undefined &&
    isCutOf(cut, next[same]) &&
    (isCut || !mayBeWhole(cut, next[same]));
  if (same === own.length || (restIsCut && (same > 0 || cut.trim().length >= 8)))
    return telling || restIsCut || closesOutside.piece;
  // Only brackets in common: they are the ones that already stand there if this piece did not open them.
  return same > 0 && !telling && closesOutside.line;
}

/** What ends a block is told apart by its indentation, other words speak for themselves. */
function sameLine(a: string | undefined, b: string | undefined): boolean {
  if (a === undefined || b === undefined) return false;
  if (!/\w/.test(a)) return a.trimEnd() === b.trimEnd();
  return a.trim() === b.trim() && !(endsBlock.test(a) && columnsOf(indentOf(a)) > columnsOf(indentOf(b)));
}

const endsBlock = /^\s*(?:(?:end\w*|fi|done|esac)\b|<\/|\{\/|\{%-?\s*end)/;

/** Whether a line may be whole as it is: it ends with a word that the other has too, and leaves nothing open. */
function mayBeWhole(line: string, other = ''): boolean {
  const words = line.trim();
  return (
    /\w$/.test(words) && /^\W/.test(other.trim().slice(words.length)) && brackets(words).opens.length === 0
  );
}

function isCutOf(cut: string, line: string | undefined): boolean {
  return line?.trim().startsWith(cut.trim()) === true && cut.trim().length >= shortestEcho;
}
