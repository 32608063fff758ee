/**
 * shape: from what a model wrote at a cursor to what the editor is shown there.
 *
 * Laws (checked by property tests)
 * - The replaced range starts at the cursor and ends on the same line; it never parts a surrogate pair or CRLF.
 * - What stands around the cursor is not said twice: echoes are taken off, closers that editors put there by
 *   themselves are covered, so that the text has them once and typing them goes on in the suggestion.
 * - In the middle of a line a suggestion has one line, but between the ends of a pair and up to where brackets that it
 *   opens are closed; never more than `maxLines`. It ends with the block it is in.
 * - No bracket closes what nobody opened: with the suggestion the text has no more of such than without. In comments
 *   brackets are signs.
 * - Of an answer that may go on, lines that stand in the text already are no suggestion: what is new comes behind them.
 * - No statement of it ends inside a bracket that its line leaves open, and what stands behind it is inside none that it
 *   opens: what is before that is shown, or nothing.
 * - It ends without blanks, but where a pair's end is to begin a line behind it; it has the document's line terminators and the file's own indentation.
 * - It brings no control characters that the document does not hold already.
 * - What is left of it changes something, or there is a reason for silence.
 */

import { type BracketOptions, openString, quoting } from './brackets.ts';
import { bringsControls } from './controls.ts';
import { splits } from './edit.ts';
import { defaultUnit, type IndentUnit, unitOf, usualUnit } from './indent.ts';
import { beginsFileAgain, saysOnlyAgain } from './shape/again.ts';
import { type Around, aroundCursor } from './shape/around.ts';
import { isAnnouncement } from './shape/chatter.ts';
import { belowItsOwner } from './shape/clause.ts';
import { cleaned } from './shape/cleaned.ts';
import { withoutFollowingLines, withoutPrefixEcho } from './shape/echo.ts';
import { withinBlock } from './shape/ending.ts';
import { isOnlyClosers, type JoinedLine, joinedToRest, withRestSaid } from './shape/line.ts';
import { fittedLines, fittedStart } from './shape/lines.ts';
import { withoutSecondEnd } from './shape/long-text.ts';
import { goesOnLooping } from './shape/loops.ts';
import { betweenPair, pairAround, takesLines } from './shape/pair.ts';
import { surplusCloser, unopened } from './shape/surplus.ts';
import { closedLength, leftOpen, upToClosed } from './shape/unclosed.ts';
import { isProse, type Wording } from './shape/words.ts';
import type { SilenceReason } from './suggestion.ts';
import { lengthOf, sliceOf, type Text } from './text.ts';

export interface ShapeWish {
  readonly text: Text;
  /** UTF-16 offset. */
  readonly cursor: number;
  /** What the model wrote. */
  readonly suggestion: string;
  readonly maxLines: number;
  readonly languageId?: string;
  /** What the editor indents with, where the text itself does not tell. */
  readonly indent?: IndentUnit | undefined;
  /** What the model was told to begin with, of which `typed` stands before the cursor. */
  readonly begins?: { readonly with: string; readonly typed: string } | undefined;
  /** More of it may come, or should have. */
  readonly open?: boolean;
}

export type Shaped =
  | { readonly kind: 'shown'; readonly start: number; readonly end: number; readonly text: string }
  | { readonly kind: 'silent'; readonly reason: ShapeSilence };

export type ShapeSilence = Extract<
  SilenceReason,
  'nothing-to-say' | 'repeats-text' | 'middle-of-word' | 'control-characters' | 'unclosed'
>;

/** Of what a model wrote, as much as could be shown: 500 long lines. */
const longestRead = 50_000;

/** Lines read beyond those that may be shown: what of them is taken off again. */
const spareLines = 100;

export function shape({
  text,
  cursor,
  suggestion,
  maxLines,
  languageId,
  indent,
  begins,
  open,
}: ShapeWish): Shaped {
  if (cursor < 0 || cursor > lengthOf(text) || splits(sliceOf(text, cursor - 1, cursor + 1), 1))
    return silent('middle-of-word');
  const around = aroundCursor(text, cursor, languageId);
  const { linePrefix, rest, above, wording } = around;

  const written = cleaned(suggestion.slice(0, longestRead), { ...around, isCut: open === true });
  if (written.trim() === '') return silent('nothing-to-say');
  const first = firstLines(written, maxLines + spareLines);
  const isCut = open || first.length < written.length;
  const isAgain = isCut ? saysOnlyAgain(first, around) : beginsFileAgain(first, around);
  if (isAgain) return silent('repeats-text');
  if (isCut && wording !== 'code' && isAnnouncement(first)) return silent('nothing-to-say');
  const fresh =
    begins && first.startsWith(begins.with)
      ? first.slice(begins.typed.length)
      : withoutPrefixEcho(first, around);
  const unit = usualUnit(languageId) ?? around.unit ?? assumedUnit(fresh, around, indent) ?? defaultUnit;
  const place = { linePrefix, above, languageId, unit, wording, quotes: around.quotes };
  const isCode = !isProse(languageId);
  const begun = fittedStart(fresh, place);
  const lines = fittedLines(languageId === 'python' ? belowItsOwner(begun, place) : begun, place, fresh);
  let piece = lines;
  const closed = isCode ? pairAround(linePrefix, rest) : undefined;
  const pair = closed && takesLines(closed, piece) ? closed : undefined;
  if (!pair && !isOnlyClosers(rest)) piece = inOneLine(piece, wording);
  piece = withoutSecondEnd(withoutFollowingLines(piece, around, isCut), around);
  if (isCode) piece = withinBlock(piece, around, unit.width);
  piece = withoutTrailingBlanks(piece.split('\n').slice(0, maxLines), languageId);
  const isWhole = piece.split('\n').length >= maxLines;
  const between = pair && betweenPair(piece, pair, around, open && !isWhole);
  const meaningfulEnd = rest !== '' && !/^[\s)\]}"'`>;,:]/.test(rest);
  const padding = isPadded(piece, around, isCode) ? ' ' : '';
  if (!meaningfulEnd || /[ \t]{2}$/.test(piece)) piece = piece.trimEnd();
  if (linePrefix.trim() === '' && goesOnLooping(linePrefix + piece, above)) return silent('repeats-text');

  let joined = between ?? (isCode ? balanced(piece, around) : joinedToRest(piece, around));
  if (!pair) joined = withRestSaid(lines, around, joined) ?? joined;
  if (wording === 'code' && !pair && !isOnlyClosers(rest)) {
    const sound = closedInLine(joined, firstLines(lines, maxLines), around);
    if (sound.text === '' && joined.text !== '') return silent('unclosed');
    joined = sound;
  }
  const end = cursor + joined.covers;
  const replaced = sliceOf(text, cursor, end);
  const isSame = joined.text.length <= replaced.length && joined.text.trim() === replaced.trim();
  if (joined.text.trim() === '' || isSame) return silent('repeats-text');
  if (bringsControls(joined.text, text.value)) return silent('control-characters');
  if (wording === 'code') {
    const closed = closedLength(joined.text, { linePrefix, rest: rest.slice(joined.covers), languageId });
    if (closed < joined.text.length) {
      const sound = joined.text.slice(0, closed).trimEnd();
      if (sound === '' || joined.covers > 0) return silent('unclosed');
      // What was cut off may have opened what a bracket of the text below closes.
      joined = balanced(sound, around);
      if (joined.text === '') return silent('unclosed');
    }
  }
  const parts = joined.covers === 0 ? linePrefix.at(-1) : joined.text.at(-1);
  const behind = sliceOf(text, end, end + 1);
  if (partsWord(parts, behind, around) || partsWord(joined.text.at(-1), behind, around))
    return silent('middle-of-word');
  const shown = joined.covers === 0 ? joined.text + padding : joined.text;
  return { kind: 'shown', start: cursor, end, text: shown.replaceAll('\n', around.eol) };
}

/** In the middle of a line a line break before all that is said is none of it. */
function inOneLine(piece: string, wording: Wording): string {
  const [first = '', ...others] = piece.split('\n');
  if (first.trim() !== '' || wording === 'markup') return first;
  const said = others.filter((line) => line.trim() !== '');
  return said.length === 1 ? (said[0]?.trim() ?? '') : first;
}

/**
 * Whether the blank at the end of the piece is meant: the other one of that behind the bracket (`{ a }`, `[ -f a ]`), or
 * the last of a string.
 */
function isPadded(piece: string, { linePrefix, rest, languageId }: Around, isCode: boolean): boolean {
  if (!/\S $/.test(piece) || piece.includes('\n')) return false;
  if (/^["'`]/.test(rest)) return isCode && openString(linePrefix, quoting(languageId)) === rest.charAt(0);
  const line = linePrefix + piece;
  const opener = line.lastIndexOf(openerOf[rest.charAt(0)] ?? '\n', linePrefix.length - 1);
  const inner = line.charAt(opener + 1);
  return opener !== -1 && (inner === ' ' || (inner === '-' && line.charAt(opener - 1) === '{'));
}

const openerOf: Readonly<Record<string, string>> = { ')': '(', ']': '[', '}': '{' };

/** Code units around the cursor that are read to find what a bracket closes; before it, where that is not enough. */
const nearest = 6000;
const farthest = 64_000;
/** More closing brackets than this that close nothing are no accident. */
const mostSurplus = 8;

/** The piece joined to the rest of the line, without brackets that close nothing. */
function balanced(piece: string, around: Around): JoinedLine {
  const { text, cursor, rest, before, below } = around;
  // Sentences count no brackets.
  if (isCommentOnly(piece, around)) return joinedToRest(piece, around);
  const options = bracketing(piece, around);
  const widths = [() => before.slice(-nearest), () => sliceOf(text, Math.max(0, cursor - farthest), cursor)];
  let left = piece;
  for (let tries = 0; tries <= mostSurplus; tries++) {
    const joined = closedAlready(joinedToRest(left, around), around, widths[0]?.() ?? '');
    const at = surplusCloser(joined.text, {
      before: (step) => widths[step]?.(),
      replaced: rest.slice(0, joined.covers),
      behind: [rest.slice(joined.covers), ...below].join('\n').slice(0, nearest),
      options,
    });
    if (at === undefined) return joined;
    left = joined.text.slice(0, at).trimEnd();
  }
  return { text: '', covers: 0 };
}

/** Where brackets behind the cursor close nothing before it, and the piece ends with them: they are the piece's own. */
function closedAlready(joined: JoinedLine, { rest, languageId }: Around, before: string): JoinedLine {
  const end = rest.trimEnd();
  if (joined.covers > 0 || !/^[)\]}]+[;,]?$/.test(end) || !joined.text.trimEnd().endsWith(end)) return joined;
  const quotes = quoting(languageId);
  const closes = (text: string) => unopened(text, quotes).length;
  if (closes(joined.text) > 0 || closes(before + joined.text) === closes(before + joined.text + end))
    return joined;
  return { text: joined.text.trimEnd(), covers: end.length };
}

const lineComment = /^\s*(\/\/|(?:#|--|\*)(?=\s|$))/;

/** Whether the cursor's line is a comment, and all that the piece says as well. */
function isCommentOnly(piece: string, { linePrefix, wording }: Around): boolean {
  const mark = wording === 'comment' ? lineComment.exec(linePrefix)?.[1] : undefined;
  if (mark === undefined) return false;
  return piece.split('\n').every((line, i) => i === 0 || lineComment.exec(line)?.[1] === mark);
}

const shells: ReadonlySet<string> = new Set(['bash', 'sh', 'shellscript', 'zsh']);
const beginsCase = /\bcase\s.*\sin\b/;

function bracketing(piece: string, { linePrefix, before, languageId }: Around): BracketOptions {
  const quotes = quoting(languageId);
  const inString = openString(linePrefix, quotes);
  const isShell = languageId !== undefined && shells.has(languageId);
  const all = isShell && beginsCase.test(before + piece) ? { ...quotes, patterns: true } : quotes;
  return inString === undefined ? all : { ...all, inString };
}

/**
 * In the middle of a line, a piece that opens a bracket which nothing closes: the lines up to where the model closes it,
 * or what stands before it.
 */
function closedInLine(joined: JoinedLine, lines: string, around: Around): JoinedLine {
  const { linePrefix, rest, languageId } = around;
  const openOf = ({ text, covers }: JoinedLine) => {
    const place = { linePrefix, rest: rest.slice(covers), languageId };
    return leftOpen(text, place, rest.slice(0, covers));
  };
  if (openOf(joined) === undefined) return joined;
  const closed = upToClosed(lines, languageId);
  const whole = closed === undefined ? joined : balanced(closed, around);
  const open = openOf(whole);
  return open === undefined ? whole : balanced(whole.text.slice(0, open).trimEnd(), around);
}

const fourSpaces: IndentUnit = { kind: 'spaces', width: 4 };

/** What a text without indentation of its own is taken to indent with. */
function assumedUnit(
  piece: string,
  { languageId, linePrefix }: Around,
  indent: IndentUnit | undefined,
): IndentUnit | undefined {
  if (languageId === 'makefile') return { kind: 'tabs', width: 4 };
  const conventional = languageId === 'python' || languageId === 'rust' ? fourSpaces : undefined;
  const own = indent ?? unitOf(piece.split('\n'));
  // Odd steps are what is left of a line whose first blanks were typed.
  const isLeft = own && own.width % 2 === 1 && linePrefix !== '' && linePrefix.trim() === '';
  return (isLeft ? unitOf((linePrefix + piece).split('\n')) : own) ?? conventional;
}

function firstLines(text: string, most: number): string {
  let end = -1;
  for (let line = 0; line < most; line++) {
    end = text.indexOf('\n', end + 1);
    if (end === -1) return text;
  }
  return text.slice(0, end);
}

function silent(reason: ShapeSilence): Shaped {
  return { kind: 'silent', reason };
}

/** Two blanks at the end of a line of Markdown break the line. */
function withoutTrailingBlanks(lines: readonly string[], languageId: string | undefined): string {
  if (languageId === 'markdown') return lines.join('\n');
  return lines.map((line, i) => (i === lines.length - 1 ? line : line.trimEnd())).join('\n');
}

/** Languages in whose names a `$` may stand; elsewhere it begins something. */
const dollarNames: ReadonlySet<string> = new Set(
  'dart groovy java javascript javascriptreact kotlin scala typescript typescriptreact'.split(' '),
);
/** Scripts that put no blanks between words. */
const unspaced =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;

/** Whether a word would go on from the first sign to the second. */
function partsWord(before: string | undefined, behind: string, { wording, languageId }: Around): boolean {
  if (before === undefined || !/[\p{L}\p{N}_$]/u.test(before) || !/[\p{L}\p{N}_$]/u.test(behind))
    return false;
  if (wording !== 'code' && (unspaced.test(before) || unspaced.test(behind))) return false;
  const hasDollars = languageId === undefined || dollarNames.has(languageId);
  return hasDollars || (before !== '$' && behind !== '$');
}
