/**
 * Where a piece ends: with the block it is in. By indentation and closing marks, in any language.
 *
 *   if (a) {█      ⏎ go(); ⏎ }      the cursor's line opened the block: its closing line is the last
 *     █            x(); ⏎ }          the block around the cursor: closed once, by the text below or by the piece
 *       .map(a);█  ⏎ b(); ⏎ }       the line ends a statement: the next may stand as deep as its beginning
 *   █              f() {…} ⏎ ⏎ g()   a block that is complete, and a blank line
 *
 * Law: what is cut off is known to be behind the end from the lines before it, so that a stream that goes on never
 * brings back what was cut.
 */

import { type BracketOptions, opensBracket, quoting } from '../brackets.ts';
import { columnsOf, indentOf } from '../indent.ts';
import { statementDepth } from '../statement.ts';
import type { Around } from './around.ts';
import { endsInLongString } from './long-strings.ts';
import { unopened } from './surplus.ts';

/** What closes a block where it begins a line. */
const closingMark =
  /^(?:[)\]}]+|(?:end|fi|done|esac|until|end(?:if|for|foreach|while|try|switch|case|module|task|macro|class|generate|func(?:tion)?|def))\b|<\/[\w.:-]*|-->|\*\/|\{\/\w+|\{\{[-~]?\s*(?:\/\w+|end\b)|\{%[-+]?\s*end\w*|<%-?\s*(?:end\b|\})|@end\w+)/;
/** A mark that a template is divided with. */
const template = /^(?:\{[/{%]|<%|@)/;
/** What goes on with the statement whose block has just ended. */
const goesOn =
  /^(?:\{:\w|\{%[-+]?\s*(?:else|elif|elsif|elseif|when)\b|\{\{[-~]?\s*else\b|<%-?\s*(?:else|elsif|when|rescue)\b|@else)|^(?:[)\]}]\s*)*(?:(?:else|elif|elsif|elseif|except|finally|catch|rescue|ensure|when|case|default|where|deriving|and|or|then|do)(?![\w$-])|\??\.\w+\s*[(<]|[?:+]\s|\|>|&&|\|\|)/;
/** Less deep than what they divide: labels, `public:`, lines for a preprocessor. */
const divides = /^(?:#\s*\w|(?:public|private|protected|signals|default)\s*:|case\b.*:)/;
/** Behind it the next arm of a shell's `case` begins. */
const endsArm = /;;&?$/;
/** A label that is jumped to stands farther out than what it names. */
const label = /^[A-Za-z_]\w*:$/;
const labelled: ReadonlySet<string> = new Set([
  'c',
  'cpp',
  'csharp',
  'cuda-cpp',
  'go',
  'objective-c',
  'objective-cpp',
]);

/** `width`: columns of a tab. */
export function withinBlock(piece: string, around: Around, width: number): string {
  const lines = piece.split('\n');
  if (lines.length === 1) return piece;
  const { linePrefix, rest, above, below, languageId } = around;
  const quotes = quoting(languageId);
  const words = lines.map((line, i) => (i === 0 ? linePrefix + line : line).trim());
  const depths = lines.map((line, i) => columnsOf(indentOf(i === 0 ? linePrefix + line : line), width));
  const start = words.findIndex((line) => line !== '');
  if (start === -1) return piece;
  const closers = unopened(piece, quotes);
  const covered = unopened(rest).length;
  const behind = rest.trimStart();
  const hasLabels = languageId !== undefined && labelled.has(languageId);
  const opened = endOfString(piece, around, width);
  /** The cursor's line is one of the document, which the piece goes on with. */
  const isBegun = linePrefix.trim() !== '';
  const inner = depths[start] ?? 0;
  // Behind the end of a statement that went on over several lines the next one stands as deep as its beginning.
  let base = isBegun ? Math.min(inner, statementDepth([...above, linePrefix + lines[0]], width)) : inner;
  /** A block was opened at the base, and lines of it have come. */
  let hasBlock = false;
  let end = lines.slice(0, start + 1).join('\n').length;
  for (let i = start + 1; i < lines.length; i++) {
    const from = end;
    end += 1 + (lines[i] ?? '').length;
    const word = words[i] ?? '';
    if (word === '' || from < opened || endsInLongString(piece.slice(opened, from), languageId)) continue;
    const depth = depths[i] ?? 0;
    const mark = closingMark.exec(word)?.[0];
    const isOuter =
      mark !== undefined &&
      (/^[)\]}]/.test(mark)
        ? closers.some((at) => at > from && at < end)
        : !wasOpenedIn({ words, depths, from: isBegun ? 1 : 0 }, i));
    if (isOuter && depth <= base) {
      const closed = closers.filter((at) => at < end).length;
      const isCovered = /^[)\]}]/.test(mark)
        ? closed <= covered
        : /^\W/.test(mark) && behind.startsWith(mark);
      if (!isCovered && isClosedBelow(mark, { depth, below, width })) return piece.slice(0, from).trimEnd();
      const next = words.findIndex((each, at) => at > i && each !== '');
      const reopens = /[{([:]$|\b(?:then|do|else)$/.test(word);
      if (!reopens && !(depths[next] === depth && goesOn.test(words[next] ?? ''))) return piece.slice(0, end);
      base = depth;
      hasBlock = false;
    } else if (depth < base) {
      if (divides.test(word) || (hasLabels && label.test(word)) || isWithin(piece.slice(0, from), quotes))
        continue;
      const last = words.slice(0, i).findLast((each) => each !== '');
      const isArm = last !== undefined && endsArm.test(last);
      if (!goesOn.test(word) && !isArm) return piece.slice(0, from).trimEnd();
      base = depth;
      hasBlock = true;
    } else if (depth > base) hasBlock = true;
    else if (
      hasBlock &&
      mark === undefined &&
      !goesOn.test(word) &&
      !isWithin(piece.slice(0, from), quotes) &&
      !(word.startsWith('{') && words[i - 1] !== '') &&
      (isBegun || base < inner || words[i - 1] === '')
    ) {
      return piece.slice(0, from).trimEnd();
    }
  }
  return piece;
}

/**
 * Where the piece ends the string of several lines that it begins in, or leaves it for a line farther out than the one
 * that opened it; 0 where it begins in none.
 */
function endOfString(piece: string, around: Around, width: number): number {
  const { above, linePrefix, quotes } = around;
  if (quotes === undefined) return 0;
  const at = piece.indexOf(quotes);
  if (at !== -1) return at + quotes.length;
  if (quotes === '`') return piece.length;
  const opener = [...above, linePrefix].findLast((line) => line.includes(quotes)) ?? '';
  const depth = columnsOf(indentOf(opener), width);
  let end = piece.indexOf('\n');
  while (end !== -1) {
    const next = piece.indexOf('\n', end + 1);
    const line = piece.slice(end + 1, next === -1 ? undefined : next);
    if (line.trim() !== '' && columnsOf(indentOf(line), width) < depth) return end;
    end = next;
  }
  return piece.length;
}

interface PieceLines {
  readonly words: readonly string[];
  readonly depths: readonly number[];
  /** The first line of the piece alone. */
  readonly from: number;
}

/**
 * Whether a bracket that the lines opened is still open: what follows is inside of it, however deep it stands (labels,
 * comments and preprocessor lines at the margin, lines of a string).
 */
function isWithin(lines: string, quotes: BracketOptions): boolean {
  // A string whose line ends in a backslash goes on in the next, as in Rust.
  if (/"\\(?:\n[^"]*)?$/.test(lines)) return true;
  return opensBracket(lines, { ...quotes, kinds: 'apart' });
}

/** Whether the block that the line closes with a word or tag was opened by a line of the piece. */
function wasOpenedIn({ words, depths, from }: PieceLines, line: number): boolean {
  const depth = depths[line] ?? 0;
  for (let i = line - 1; i >= from; i--) {
    const word = words[i] ?? '';
    if (word !== '' && (depths[i] ?? 0) <= depth) return !closingMark.test(word);
  }
  return false;
}

interface Below {
  readonly depth: number;
  readonly below: readonly string[];
  readonly width: number;
}

/** Whether the text below goes on inside the block, or closes it in its next line that says something. */
function isClosedBelow(mark: string, { depth, below, width }: Below): boolean {
  const next = below.find((line) => line.trim() !== '');
  if (next === undefined) return false;
  const nextDepth = columnsOf(indentOf(next), width);
  if (nextDepth !== depth) return nextDepth > depth;
  return next.trim().startsWith(/^\w/.test(mark) || template.test(mark) ? mark : mark.slice(0, 2));
}
