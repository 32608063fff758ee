/** Indentation of a piece that is put in at a cursor: as the file indents, as deep as the place is. */

import { opensBracket, quoting } from '../brackets.ts';
import { columnsOf, commonStep, converted, type IndentUnit, indentOf, unitOf } from '../indent.ts';
import { statementDepth } from '../statement.ts';
import { isPartedFromBlock, leavesBlock } from './blank-lines.ts';
import { isOdd, longQuotes } from './long-strings.ts';
import { missingBlanks } from './missing-blanks.ts';
import { expectedColumns, isStripped, missingColumns } from './moved-in.ts';
import { unopened } from './surplus.ts';
import type { Wording } from './words.ts';

export interface Place {
  /** The cursor's line up to the cursor. */
  readonly linePrefix: string;
  readonly languageId: string | undefined;
  /** The lines above, the nearest last. */
  readonly above: readonly string[];
  readonly unit: IndentUnit;
  readonly wording: Wording;
  /** Of the string of several lines that the cursor is in. */
  readonly quotes: string | undefined;
}

const isComment = /^\s*(?:\/[/*]|(?:#+|--+|\*)(?:\s|$)|;;|\\\\)/;
/** Goes on with a statement of the lines above, whose depth counts. */
const continues = /^\s*(?:->|where\b|throws\b|[?:+] )/;
const opensBlock = /[{([:]\s*$|\b(?:then|do|else)\s*$/;

/** The blanks the piece begins with, without those that already stand before the cursor. */
export function fittedStart(piece: string, place: Place): string {
  const { linePrefix, unit } = place;
  if (linePrefix.trim() !== '') return begunLine(piece, place);
  const inPlace = piece.replace(/^(?:[ \t]*\n)+/, '');
  const own = indentOf(inPlace);
  if (leavesBlock(piece, place) || isPartedFromBlock(inPlace, place)) return piece;
  const rest = inPlace.slice(own.length);
  if (own === '') return missingBlanks(rest, place) + rest;
  if (own === linePrefix && rest.startsWith('*')) return rest;
  // Either the blanks go on behind the cursor, or the model began the line anew: what fits the lines above better.
  const { columns: expected, isDeeper } = expectedColumns(rest, place);
  const here = columnsOf(linePrefix, unit.width);
  const added = columnsOf(own, unit.width);
  // Whoever types the blanks one by one is within a step: what makes it whole goes on, whatever opened the block.
  const isSame = own === linePrefix && here >= unit.width;
  if (here % unit.width !== 0 && (here + added) % unit.width === 0 && !isSame) return own + rest;
  const goesOn = Math.abs(here + added - expected);
  const anew = Math.abs(Math.max(here, added) - expected);
  // The very blanks that stand there are begun anew, unless what is deeper goes on there and twice as many are right.
  const isInner = isDeeper || /^[.?|&+:*]/.test(rest);
  const isAnew = isSame && (goesOn > 0 || !isInner);
  if (goesOn < anew && !isAnew) return own + rest;
  return own.startsWith(linePrefix) ? own.slice(linePrefix.length) + rest : rest;
}

/** Behind it a name or a value follows, on the line or deeper. */
const goesOn = /(?:[\w)\]]\.|->|::|[^=!<>]=)$/;
/** `a->b` and `A::b`; apart from a name they are an arrow before a type, or a list's. */
const bracketed = /(?:\(|[\w)\]](?:\.|->)|[\w>]::)$/;
const header = /^\s*(?:async|case|class|def|elif|else|except|finally|for|if|match|try|while|with)\b.*:$/;

/** On a line that is begun: a blank or a line break that the model wrote too much, or left out, before what it says. */
function begunLine(piece: string, { linePrefix, above, languageId, unit, wording }: Place): string {
  if (/\s$/.test(linePrefix)) return piece.replace(/^[ \t]+/, '');
  if (wording !== 'code' || languageId === undefined) return piece;
  const depth = columnsOf(indentOf(linePrefix), unit.width);
  const depthOf = (line: string) => columnsOf(indentOf(line), unit.width);
  const broken = /^[ \t]*\n+(?=[ \t]*[^\s)\]}])/.exec(piece)?.[0];
  if (broken !== undefined && goesOn.test(linePrefix) && depthOf(piece.slice(broken.length)) <= depth)
    return piece.slice(broken.length).trimStart();
  const isTight = () => ![...above, linePrefix].some((line) => /\( \S/.test(line));
  if (
    /^ \S/.test(piece) &&
    !piece.endsWith(' ') &&
    bracketed.test(linePrefix) &&
    !spaced.has(languageId) &&
    isTight()
  )
    return piece.slice(1);
  const opens = languageId === 'python' ? header.test(linePrefix) : /[{([]$/.test(linePrefix);
  if (!opens || /^[ \t]*\n/.test(piece)) return piece;
  const [first = '', ...others] = piece.split('\n');
  if (depthOf(first) === depth + unit.width && first.trim() !== '') return `\n${piece}`;
  const second = others.find((line) => line.trim() !== '');
  const isInside = second !== undefined && depthOf(second) === depth + unit.width;
  if (!isInside || indentOf(first) !== '' || opensBlock.test(first) || !/[;,:)\w]$/.test(first)) return piece;
  return languageId === 'python' || first.endsWith(';') ? `\n${indentOf(second)}${piece}` : piece;
}

/** Languages in which a blank behind a bracket may be meant. */
const spaced: ReadonlySet<string> = new Set([
  'bash',
  'haskell',
  'makefile',
  'sh',
  'shellscript',
  'sql',
  'zsh',
]);

/**
 * Lines behind the first in the file's own signs, and moved in where the model began farther out. `said`: the piece as the
 * model wrote it.
 */
export function fittedLines(piece: string, place: Place, said: string): string {
  const { linePrefix, above, languageId, unit, wording } = place;
  const [first = '', ...others] = piece.split('\n');
  const full = others.find((line) => line.trim() !== '');
  if (full === undefined) return piece;
  const base = indentOf(linePrefix.trim() === '' ? linePrefix + indentOf(first) : linePrefix);
  const begun = linePrefix + first;
  const opened = opensBlock.test(begun);
  const from = ownUnit(others, { base, opened, unit });
  // What the first line closes was opened farther out.
  const isEnd = linePrefix.trim() !== '' || unopened(first, quoting(languageId)).length > 0;
  const depth = isEnd
    ? Math.min(columnsOf(base, unit.width), statementDepth([...above, begun], unit.width))
    : columnsOf(base, unit.width);
  const mayStep = wording === 'code' && languageId !== 'yaml' && depth === columnsOf(base, unit.width);
  const own = indentOf(said.replace(/^(?:[ \t]*\n)+/, ''));
  const isAnew = linePrefix.trim() === '' && first.trim() !== '' && !(own !== '' && /^\s/.test(first));
  const asFiles = (indent: string) => converted(indent, from, unit);
  const out = isAnew
    ? missingColumns(
        {
          own: asFiles(own),
          begun,
          second: asFiles(indentOf(full)) + full.trimStart(),
          isNext: full === others[0],
        },
        place,
      )
    : 0;
  const steps =
    mayStep && out === 0 && !opensAsDeep(full, begun, languageId)
      ? otherSteps(others, { begun, base, unit, above, languageId })
      : undefined;
  const isKept = isAsAround(from, base, above);
  const begins = place.quotes ?? '';
  const hasStrings = begins !== '' || longQuotes(languageId).some((quotes) => piece.includes(quotes));
  const inString = hasStrings ? linesInString(begins + first, others, languageId) : undefined;
  const asFile = others.map((line, i) => {
    if (line.trim() === '') return '';
    const indent = indentOf(line);
    if (inString?.[i]) return line;
    const own = steps ? steps(indent) : isKept ? indent : converted(indent, from, unit);
    return own + line.slice(indent.length);
  });
  const second = columnsOf(indentOf(asFile.find((line) => line !== '') ?? ''), unit.width);
  // `else` with a brace on a line of its own, which stands as deep.
  const closer = (/\w\s*$/.test(begun) ? /^[)\]}{]/ : /^[)\]}]/).test(full.trimStart());
  const hasDepth = base !== '' || (languageId === 'python' && wording !== 'comment');
  // Labels may stand as deep as what they divide.
  const isLabel = /^(?:case\b|(?:default|public|private|protected)\s*:)/.test(full.trim());
  const mayBeAsDeep = isLabel || continues.test(begun) || opensAsDeep(full, begun, languageId);
  const tooFarOut = hasDepth && opened && !closer && second <= depth && !(second === depth && mayBeAsDeep);
  // From column 0, with what is inside a step or more deep.
  const isFromMargin = isAnew && own === '' && second > unit.width && second < depth;
  const inner = isComment.test(begun) ? depth : depth + unit.width;
  const isMoved = (line: string, isString: boolean) =>
    line !== '' && (out === 0 || !isString || isStripped(languageId) || (own !== '' && line.startsWith(own)));
  const added =
    out > 0
      ? base.startsWith(own)
        ? base.slice(own.length)
        : indentation(out, unit)
      : tooFarOut
        ? indentation(isFromMargin ? depth : inner - second, unit)
        : '';
  const moved = asFile.map((line, i) => (isMoved(line, inString?.[i] === true) ? added + line : line));
  return [first, ...moved].join('\n');
}

/** Items of YAML stand as deep as what holds them, where their author likes; so do the bodies of Nix. */
function opensAsDeep(line: string, above: string, languageId: string | undefined): boolean {
  return languageId === 'yaml' ? /^\s*-\s/.test(line) : languageId === 'nix' && above.endsWith(':');
}

/** Of each line whether it begins inside a string of several lines. Each line is read once. */
function linesInString(
  before: string,
  lines: readonly string[],
  languageId: string | undefined,
): readonly boolean[] {
  const quotes = longQuotes(languageId);
  let isOpen = quotes.map((each) => isOdd(before, each));
  return lines.map((line) => {
    const begins = isOpen.includes(true);
    // No such quote goes over the end of a line.
    isOpen = isOpen.map((open, i) => open !== isOdd(line, quotes[i] as string));
    return begins;
  });
}

/**
 * Whether lines are indented with the signs of those around them, whatever the file has elsewhere: some files have both,
 * one within the other.
 */
function isAsAround({ kind }: IndentUnit, base: string, above: readonly string[]): boolean {
  const isMixed =
    above.some((line) => line.startsWith('\t')) && above.some((line) => /^ {2,}[^\s*]/.test(line));
  if (isMixed || base === '') return isMixed;
  return base.includes('\t') ? kind === 'tabs' && !base.includes(' ') : kind === 'spaces';
}

const opensBody = /[{:]\s*$|\b(?:then|do|else)\s*$/;
const likelySteps: readonly number[] = [2, 3, 4];
/** Languages whose declarations hold lists and end with a semicolon. */
const endedBySemicolon = /^(?:css|less|scss)$/;

/**
 * Spaces of a piece whose steps are not as wide as the file's, told by the first line in the block that is opened:
 * counted from where the block stands, from column 0, or as deep as the block is in steps of its own.
 */
function otherSteps(
  lines: readonly string[],
  {
    begun,
    base,
    unit,
    above,
    languageId,
  }: Pick<Place, 'unit' | 'above' | 'languageId'> & Readonly<Record<'begun' | 'base', string>>,
): ((indent: string) => string) | undefined {
  const full = lines.find((line) => line.trim() !== '') ?? '';
  const first = indentOf(full).length;
  const isSpaces = unit.kind === 'spaces' && !base.includes('\t') && !/^\s*\t/m.test(lines.join('\n'));
  const opens = opensBody.test(begun);
  // A statement has ended: the next stands as deep.
  const isNext = !opens && base !== '' && /[;,}]$/.test(begun) && first !== base.length;
  if (!isSpaces || first === unit.width || !(opens || isNext) || /^\s*[)\]}]/.test(full)) return undefined;
  const atDepth = first / (base.length / unit.width + (opens ? 1 : 0));
  const fromBase = opens && first > base.length && likelySteps.includes(first - base.length);
  const isAtDepth = !fromBase && (atDepth === 2 || atDepth === 4);
  const isWhole = (line: string) => line.trim() === '' || indentOf(line).length % atDepth === 0;
  if (isNext && !(isAtDepth && lines.every(isWhole))) return undefined;
  // What goes on behind a comma stands deeper than where it begins, and tells nothing of steps.
  if (isNext && begun.endsWith(',') && (endedBySemicolon.test(languageId ?? '') || opensBracket(begun)))
    return undefined;
  const start = fromBase ? base.length : 0;
  const step = isAtDepth ? atDepth : first - start;
  if (step === unit.width || !likelySteps.includes(step)) return undefined;
  // Some files have more than one style.
  if (base.length % unit.width !== 0 || commonStep(above) === step) return undefined;
  return (indent) => {
    const columns = indent.length - start;
    if (columns < 0) return indent;
    return ' '.repeat(start + Math.floor(columns / step) * unit.width + (columns % step));
  };
}

function indentation(columns: number, { kind, width }: IndentUnit): string {
  return kind === 'tabs' ? '\t'.repeat(Math.round(columns / width)) : ' '.repeat(columns);
}

interface Beginning {
  readonly base: string;
  readonly opened: boolean;
  readonly unit: IndentUnit;
}

/** What the piece itself indents with. */
function ownUnit(lines: readonly string[], { base, opened, unit }: Beginning): IndentUnit {
  const indents = lines.filter((line) => line.trim() !== '').map(indentOf);
  const indented = indents.filter((indent) => indent !== '');
  if (indented.length === 0) return unit;
  if (indented.some((indent) => indent.includes('\t'))) return { kind: 'tabs', width: unit.width };
  if (unit.kind === 'spaces') return unit;
  // Spaces in a file of tabs: the depth of the place tells how many make a step.
  const depth = columnsOf(base, unit.width) / unit.width + (opened ? 1 : 0);
  const width = (indents[0] ?? '').length / depth;
  const likely = [2, 3, 4, 8].includes(width) ? width : (unitOf(lines)?.width ?? unit.width);
  return { kind: 'spaces', width: likely };
}
