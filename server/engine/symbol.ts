/**
 * Symbol: what the model predicts, one number.
 *
 * A symbol is a lexeme and whether one space stands before it: `symbol = lexeme * 2 + space`. Contexts are
 * compared by lexeme alone, so that a difference in spacing does not hide that two places are alike.
 *
 * A line break is a symbol too, coded by how many blank lines it passes and by how much deeper or shallower the
 * next line is indented, in characters: the same code fits at any depth, and is text again only beside a line.
 */

import { Vocabulary } from './vocabulary.ts';

const mostBlankLines = 2;
const mostDedent = 16;
const mostIndent = 8;
const deltas = mostDedent + mostIndent + 1;

/** Lexeme of the start and end of a text, and of the cursor: equal to nothing, not even itself. */
export const boundary = 1;
/** First of the line-break lexemes. */
const firstBreak = 2;
/** First lexeme that is plain text. */
export const firstText = firstBreak + (mostBlankLines + 1) * deltas;

export function lexemeOf(symbol: number): number {
  return symbol >>> 1;
}

export function hasSpace(symbol: number): boolean {
  return (symbol & 1) === 1;
}

export function toSymbol(lexeme: number, space: boolean): number {
  return lexeme * 2 + (space ? 1 : 0);
}

export function isBreak(lexeme: number): boolean {
  return lexeme >= firstBreak && lexeme < firstText;
}

/**
 * The symbol's lexeme as a context compares it: of a line break only whether the next line is deeper, shallower or
 * neither. So a place is recognised in a file indented otherwise, and on a line whose indentation is odd.
 */
export function contextLexeme(symbol: number): number {
  const lexeme = symbol >>> 1;
  return lexeme < firstText ? (comparedAs[lexeme] as number) : lexeme;
}

/** The lexeme of a line break, or `boundary`-like `0` for a change of depth that is too big to be a habit. */
export function breakLexeme(blankLines: number, indentDelta: number): number {
  if (indentDelta > mostIndent || indentDelta < -mostDedent) return 0;
  return firstBreak + Math.min(blankLines, mostBlankLines) * deltas + indentDelta + mostDedent;
}

function breakBlankLines(lexeme: number): number {
  return Math.floor((lexeme - firstBreak) / deltas);
}

function breakIndentDelta(lexeme: number): number {
  return ((lexeme - firstBreak) % deltas) - mostDedent;
}

/** The text of a line break behind a line indented by `indent`; its last line is the new indentation. */
export function breakText(lexeme: number, indent: string, eol: string): string {
  return eol.repeat(breakBlankLines(lexeme) + 1) + indentAfter(lexeme, indent);
}

export function indentAfter(lexeme: number, indent: string): string {
  const delta = breakIndentDelta(lexeme);
  if (delta <= 0) return indent.slice(0, Math.max(0, indent.length + delta));
  // One character deeper is a tab wherever code is indented by tabs; a single space is nobody's indentation.
  const tab = indent.endsWith('\t') || (indent === '' && delta === 1);
  return indent + (tab ? '\t' : ' ').repeat(delta);
}

const comparedAs = Uint32Array.from({ length: firstText }, (_, lexeme) => {
  if (!isBreak(lexeme)) return lexeme;
  return breakLexeme(breakBlankLines(lexeme), Math.sign(breakIndentDelta(lexeme)));
});

/** A vocabulary whose first ids are the lexemes above. */
export function codeVocabulary(limits?: ConstructorParameters<typeof Vocabulary>[0]): Vocabulary {
  const vocabulary = new Vocabulary(limits);
  // Control characters are no lexemes of any lexer, so these texts can never come from a file.
  for (let id = boundary; id < firstText; id++) {
    const name = `\u0000${id}`;
    vocabulary.intern(name, 0, name.length);
  }
  return vocabulary;
}
