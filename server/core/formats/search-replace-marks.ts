/**
 * The marks of SEARCH/REPLACE blocks, in the forms that models give them: longer and shorter, with a word of another
 * editor, with a path behind the word, and closed with the word on the wrong sign.
 */

const openingWords = 'SEARCH|ORIGINAL|OLD|FIND|BEFORE';
const closingWords = 'REPLACE|UPDATED|NEW|AFTER';

/** A path may stand behind the word. */
const opener = new RegExp(
  String.raw`^\s*(<{3,}|-{5,})\s*(?:${openingWords})\b(?:\W*|\W{1,4}(\S+)\W*)$|^(<{7})$`,
  'i',
);
const divider = /^\s*(={3,})\s*$/;
/** Some write the word of the end mark on the divider as well. */
const wordedDivider = new RegExp(String.raw`^\s*(={5,})\s*(?:${closingWords}|WITH)\W*$`, 'i');
const closer = new RegExp(String.raw`^\s*[>+]{5,}\s*(?:${closingWords})\b\W*$|^>{5,}$`, 'i');
/** Words that begin lines of code and headings as well, `>>> new`, are none of marks so short, or with other signs. */
const replaceCloser = /^\s*(?:>{3,}|[<=]{5,})\s*REPLACE\s*$/;
/** The end mark behind the last line, where it should stand on a line of its own. */
const glued = /^(.*[^\s>])\s*>{5,}\s*REPLACE\s*$/;

/** As version control writes them: marks only where nothing says that they are lines of the document. */
const conflictOpener = /^\s*(<{5,})\s*([^\s<].*)$/;
const conflictCloser = /^\s*(>{5,})\s*[^\s>].*$/;

export interface OpeningMark {
  readonly length: number;
  /** What stands where a path may. */
  readonly behind: string | undefined;
}

/** No mark is longer, with its path. */
const longestMark = 1000;

export function openingMark(line: string): OpeningMark | undefined {
  const [, sign, behind, bare] = (line.length <= longestMark && opener.exec(line)) || [];
  // `<<<OLD` begins a text in many languages.
  if (sign !== undefined && /^<{3,4}$/.test(sign) && !/\bSEARCH\b/.test(line)) return undefined;
  // A word behind the word makes it a sentence.
  if (behind !== undefined && !/[./\\]/.test(behind)) return undefined;
  const signs = sign ?? bare;
  return signs === undefined ? undefined : { length: signs.length, behind };
}

/** `<<<<<<< HEAD`, or with a path. */
export function conflictOpening(line: string): OpeningMark | undefined {
  const [, signs, behind] = conflictOpener.exec(line) ?? [];
  return signs === undefined ? undefined : { length: signs.length, behind };
}

/** How many signs a line has that may be the divider. */
export function dividerLength(line: string): number | undefined {
  return divider.exec(line)?.[1]?.length;
}

export function wordedDividerLength(line: string): number | undefined {
  return wordedDivider.exec(line)?.[1]?.length;
}

export function isClosing(line: string): boolean {
  return closer.test(line) || replaceCloser.test(line);
}

/** Whether an end mark has the word that no branch is called. */
export function isOwnClosing(line: string): boolean {
  return isClosing(line) && /REPLACE/i.test(line);
}

/** `>>>>>>> branch`, or a word that no end mark has. */
export function conflictClosingLength(line: string): number | undefined {
  return conflictCloser.exec(line)?.[1]?.length;
}

/** What stands before an end mark on the same line. */
export function beforeGluedMark(line: string): string | undefined {
  return !line.includes('>>>>>') || isClosing(line) ? undefined : glued.exec(line)?.[1];
}

const direction = /^\s*:(start|end)_line:?\s*(\d{1,9})\s*$/;

/** `:start_line:4`, which some editors ask for before the lines looked for; the line where it says where they start. */
export function directionIn(line: string): { readonly line?: number } | undefined {
  const [, which, number] = direction.exec(line) ?? [];
  if (which === undefined) return undefined;
  return which === 'start' ? { line: Math.max(0, Number(number) - 1) } : {};
}

/** What stands between such directions and the lines. */
export function endsDirections(line: string): boolean {
  return /^\s*-{5,}\s*$/.test(line);
}

/** Whether a divider behind the line is how text marks a heading; else it is one too many. */
export function mayBeUnderlined(line: string | undefined): boolean {
  return line !== undefined && /^\S/.test(line) && !/[;{}(),\]:]$/.test(line.trimEnd());
}
