/** How a piece joins what stands behind the cursor on its line: closers are covered, echoes taken off. */

import { type BracketOptions, brackets, closerOf, openString, quoting } from '../brackets.ts';
import { splits } from '../edit.ts';
import type { Around } from './around.ts';
import { isProse } from './words.ts';

export interface JoinedLine {
  readonly text: string;
  /** Code units behind the cursor that the text replaces. */
  readonly covers: number;
}

/** What ends a tag, a comment or a template, and closes no bracket. */
const marks: readonly string[] = ['>', '/>', '-->', '*/', '?>', '%>', '%}', '|', '\\', '"""', "'''"];

const word = /[\p{L}\p{N}_$]/u;

/** Whether the rest of the line is only what editors close by themselves, so that several lines may come before it. */
export function isOnlyClosers(rest: string): boolean {
  return /^[\s)\]}"'`>;,:]*$/.test(rest);
}

export function joinedToRest(
  piece: string,
  { linePrefix, rest, languageId }: Pick<Around, 'linePrefix' | 'rest' | 'languageId'>,
): JoinedLine {
  const end = rest.trimEnd();
  // Blanks that it begins with are those that stand there.
  if (end === '') return { text: piece, covers: piece.startsWith(rest) ? rest.length : 0 };
  const text = piece.trimEnd();
  if (word.test(end) && text.endsWith(end)) return { text: text.slice(0, -end.length), covers: 0 };
  const formula = isProse(languageId) ? endOfFormula(text, linePrefix, end) : 0;
  if (formula > 0) return { text, covers: formula };
  const tags = endTagsCovered(text, end);
  if (tags > 0) return { text, covers: tags };
  if (bringsAll(text, linePrefix, end.trimStart())) return { text, covers: end.length };
  const covered = closersCovered(text, { linePrefix, rest: end, quotes: quoting(languageId) });
  if (covered.covers > 0) return covered;
  // An operator or an opening bracket that it begins with is the one that stands there.
  if (!word.test(end) && text.trimStart().startsWith(end.trimStart())) return { text, covers: end.length };
  if (/[([{]/.test(end) && text.endsWith(end)) return { text: text.slice(0, -end.length), covers: 0 };
  if (!word.test(end)) return { text: isOnlyClosers(rest) ? text : piece, covers: 0 };
  const overlap = commonEnds(text, end);
  if (overlap >= 2) return { text: text.slice(0, -overlap), covers: 0 };
  // The piece is the rest of the line anew: what stands there is found in it, in order.
  if (text.at(-1) === end.at(-1) && isSubsequence(tokensOf(end), tokensOf(text)))
    return { text, covers: end.length };
  return { text: piece, covers: 0 };
}

/**
 * Where the lines behind the piece's first are those below the cursor's: the first ends with the rest of its line, which
 * the model said as well.
 */
export function withRestSaid(
  piece: string,
  { rest, below }: Pick<Around, 'rest' | 'below'>,
  joined: JoinedLine,
): JoinedLine | undefined {
  const end = rest.trim();
  const [text = '', ...others] = piece.split('\n');
  if (end === '' || others.length === 0 || !text.trimEnd().endsWith(end)) return undefined;
  const [own, next] = [others, below].map((lines) => lines.filter((line) => line.trim() !== ''));
  const same = own?.findIndex((line, i) => line.trim() !== next?.[i]?.trim()) ?? 0;
  const said = own?.slice(0, same === -1 ? own.length : same) ?? [];
  const isBelow = said.length > 1 || (said.length === own?.length && /\w{3}/.test(said[0] ?? ''));
  if (!isBelow || !said.some((line) => /\w/.test(line))) return undefined;
  // Where it comes to the same, less is replaced.
  return (joined.text + rest.slice(joined.covers)).trimEnd() === text.trimEnd()
    ? undefined
    : { text: text.trimEnd(), covers: rest.trimEnd().length };
}

/** Length of the end tags that the rest begins with, and what is before them, where the piece ends the elements itself. */
function endTagsCovered(text: string, rest: string): number {
  let covers = 0;
  const seen = new Map<string, number>();
  for (const { 0: tag, 1: name = '', index } of rest.slice(0, longestEndTags).matchAll(endTag)) {
    if (/[^\s"'/>)}]/.test(rest.slice(covers, index))) break;
    const count = (seen.get(name) ?? 0) + 1;
    seen.set(name, count);
    const ends = text.split(`</${name}>`).length;
    const begins = text.split(new RegExp(`<${name.replaceAll('.', '\\.')}(?=[\\s/>])`)).length;
    if (ends - begins < count) break;
    covers = index + tag.length;
  }
  return covers;
}

const endTag = /<\/([\w.:-]+)\s*>/g;
const longestEndTags = 200;

/** Length of the `$` or `$$` that the cursor stands before, where the piece ends the formula it is in. */
function endOfFormula(text: string, linePrefix: string, rest: string): number {
  const end = /^\$\$?/.exec(rest)?.[0];
  if (end === undefined || !text.endsWith(end)) return 0;
  const count = (part: string) => part.split(end).length - 1;
  return count(linePrefix) % 2 === 1 && count(text) === 1 ? end.length : 0;
}

/**
 * Whether the piece ends with all of the rest, which closes what it did not open: strings inside of an interpolation
 * (`key']}")` in `f"{d['█']}")`), marks of comments and cells. Counts alone, whatever the quotes mean; a bracket that the
 * line still needs besides is left where it is.
 */
function bringsAll(text: string, linePrefix: string, rest: string): boolean {
  if (/[\p{L}\p{N}_([{]/u.test(rest)) return false;
  const cells = /^\|[\s|]*$/.test(rest);
  if (cells ? !text.endsWith('|') : !text.endsWith(rest) || !/[)\]}"'`]/.test(rest)) return false;
  const own = cells ? '' : text.slice(0, -rest.length);
  const count = (sign: string, part = own) => part.split(sign).length - 1;
  const pairs = Object.entries(closerOf);
  const line = linePrefix + text + rest;
  const brought = pairs.filter(([, closer]) => rest.includes(closer));
  if (brought.length > 0 && brought.every(([opener, closer]) => count(closer, line) <= count(opener, line)))
    return false;
  return (
    pairs.every(([opener, closer]) => count(opener) === count(closer)) &&
    ['"', "'", '`'].every((quote) => !rest.includes(quote) || count(quote) % 2 === 0)
  );
}

/**
 * How much of the rest the piece brings itself: brackets and quotes that it closes without having opened them, in
 * the order they stand in the rest, and what stands behind them in both.
 */
function closersCovered(text: string, { linePrefix, rest, quotes }: Line): JoinedLine {
  const whole = { text, covers: rest.length };
  if (marks.includes(rest.trim()) && text.endsWith(rest.trim())) return whole;
  const closes = rest.startsWith('>')
    ? angleFirst(text, { linePrefix, rest, quotes })
    : closesOf(text, { linePrefix, rest, quotes });
  let covered = 0;
  let next = 0;
  let behind = 0;
  let closed = 0;
  while (covered < rest.length) {
    const sign = rest.charAt(covered);
    const close = closes[next];
    const isBlank = sign === ' ' && rest.slice(covered).trimStart().charAt(0) === close?.sign;
    if (close?.sign === sign) {
      behind = close.at + 1;
      closed = covered + 1;
      next++;
    } else if (!isBlank && next > 0 && text.charAt(behind) === sign) behind++;
    else if (!isBlank && next > 0 && /[;,:>]/.test(sign) && text.slice(behind).trimStart().startsWith(sign))
      behind = text.indexOf(sign, behind) + 1;
    else if (next === 0 && covered === 0 && /^[;,:.]$/.test(rest) && text.endsWith(rest)) return whole;
    else if (!isBlank) break;
    covered++;
  }
  // Signs may be the same in their first half.
  if (splits(rest, covered)) [covered, behind] = [covered - 1, behind - 1];
  const left = rest.slice(covered).trim();
  if (next > 0 && left !== '' && text.slice(behind).endsWith(left)) return whole;
  // Blanks before something that is not covered stay where they are.
  const covers = rest.slice(0, covered).trimEnd().length;
  // Where both go on in the same way and part then, the text's own way is kept: `a), c)` before `), b)` is `a), b)`.
  return { text: left !== '' && covers > closed ? text.slice(0, behind).trimEnd() : text, covers };
}

/** What a piece comes between. */
interface Line {
  readonly linePrefix: string;
  readonly rest: string;
  readonly quotes: BracketOptions;
}

interface Close {
  readonly sign: string;
  readonly at: number;
}

/** What the piece closes: where it begins inside an interpolation, first that and then the string around it. */
function closesOf(text: string, { linePrefix, rest, quotes }: Line): readonly Close[] {
  const slash = opensRegex(linePrefix)
    ? /^(?:[^\\/[]|\\.|\[(?:[^\]\\]|\\.)*\])*\//.exec(text)?.[0].length
    : undefined;
  if (slash !== undefined) {
    const { closes } = brackets(text.slice(slash), quotes);
    return [{ sign: '/', at: slash - 1 }, ...closes.map(({ sign, at }) => ({ sign, at: at + slash }))];
  }
  const pipe = opensPipe(linePrefix) ? text.indexOf('|') : -1;
  if (pipe !== -1) {
    const { closes } = brackets(text.slice(pipe + 1), quotes);
    return [{ sign: '|', at: pipe }, ...closes.map(({ sign, at }) => ({ sign, at: at + pipe + 1 }))];
  }
  const inString = openString(linePrefix, quotes);
  const { closes } = brackets(text, quotes);
  if (inString === undefined) return closes;
  const [first] = closes;
  if (!isInterpolated(linePrefix, inString) || first?.sign !== '}')
    return brackets(text, { ...quotes, inString }).closes;
  const behind = first.at + 1;
  const others = brackets(text.slice(behind), { ...quotes, inString }).closes;
  // Some editors close the string and leave what is put into it open.
  const isClosed = rest.includes('}');
  return [...(isClosed ? [first] : []), ...others.map(({ sign, at }) => ({ sign, at: at + behind }))];
}

/** Type arguments are begun before the cursor: what closes them comes first. Elsewhere `>` compares, or ends an arrow. */
function angleFirst(text: string, line: Line): readonly Close[] {
  const { linePrefix, quotes } = line;
  let depth = /(?:\w|::)<[^<>;=(){}]*$/.test(linePrefix.slice(-longestArguments)) ? 1 : 0;
  for (let at = 0; depth > 0 && at < text.length; at++) {
    const sign = text.charAt(at);
    if (sign === '<') depth++;
    else if (sign === '>' && !/[-=]/.test(text.charAt(at - 1)) && --depth === 0) {
      const { closes } = brackets(text.slice(at + 1), quotes);
      return [{ sign, at }, ...closes.map((close) => ({ ...close, at: close.at + at + 1 }))];
    }
  }
  return closesOf(text, line);
}

const longestArguments = 200;

/** Parameters of a block or closure are begun: `|x`. */
function opensPipe(linePrefix: string): boolean {
  return /(?:[{(,=]|\bdo|\bmove)\s*\|[^|]*$/.test(linePrefix);
}

/** A regular expression is begun, as far as one can tell: a comment or a quotient would be another. */
function opensRegex(linePrefix: string): boolean {
  return /(?:=~|[=(,:[!&|?]|\breturn)\s*\/(?![/*])[^/]*$/.test(linePrefix.slice(-longestArguments));
}

/** `${`, `#{` or `{` of a string that is not closed yet. */
function isInterpolated(linePrefix: string, quote: string): boolean {
  const opening = linePrefix.lastIndexOf('{');
  return opening > linePrefix.indexOf(quote) && !linePrefix.includes('}', opening);
}

/** Length of the longest end of `text` that is a beginning of `rest`. */
function commonEnds(text: string, rest: string): number {
  for (let length = Math.min(text.length, rest.length); length > 0; length--) {
    if (text.endsWith(rest.slice(0, length))) return length;
  }
  return 0;
}

function tokensOf(text: string): readonly string[] {
  return text.match(/[\p{L}\p{N}_$]+|\S/gu) ?? [];
}

function isSubsequence(wanted: readonly string[], all: readonly string[]): boolean {
  let next = 0;
  for (const token of all) if (token === wanted[next]) next++;
  return next === wanted.length;
}
