/**
 * Stray marks: lines of an answer that are marks of a format, or a part of a diff, though nothing could read it as
 * such. Taken for code they would stand in the document.
 */

import { withoutEntities } from './disguise.ts';
import { isFence } from './fence-line.ts';
import { conflictOpening, isOwnClosing, openingMark } from './search-replace-marks.ts';

const patchMark = /^\*{3}\s?(?:Begin Patch|End Patch|Update File|Add File|Delete File)\b/i;
const endOfFile = /^\*{3} End of File\s*$/;
const hunkMark = /^@@(?:\s|$)/;
const oldTag = /^<(?:search|find|original|old(?:_?(?:text|str|string|code))?)(?:\s[^<>]*)?>/i;
const newTag = /^<(?:replace|replacement|updated|new(?:_?(?:text|str|string|code))?)(?:\s[^<>]*)?>/i;

/** The words of marks, alone on their lines: `SEARCH:`, `**Replace**`. */
const oldWord = /^\W*(?:search|find)\W*$/i;
const newWord = /^\W*replace(?: with)?\W*$/i;

/** What a tool would be called with. */
const oldKey = /"(?:search|old_?(?:str|string|text|code))"\s*:/i;
const newKey = /"(?:replace|replacement|new_?(?:str|string|text|code))"\s*:/i;
/** Of which so much tells, in UTF-16 code units. */
const mostOfCall = 4000;

/** A line without what a chat puts around it: a quotation, bold type, code, a backslash. */
function plain(line: string): string {
  return withoutEntities(line.slice(0, 200))
    .replace(/^(?:[>*_`\\]{1,3} ?)(?=[<*@-])/, '')
    .replace(/[*_`]{1,3}$/, '');
}

/** Most lines are told from marks by how they begin. */
const mayBeMark = /^[\s>*_`\\]*[<>@&*+=-]/;

/** Whether a line is the mark of a format. */
export function isStrayMark(line: string): boolean {
  if (!mayBeMark.test(line)) return false;
  const own = line.trim();
  const bare = plain(own);
  // Indented, a hunk is the text of one.
  const isHunk = hunkMark.test(bare) && !/^\s/.test(line);
  return (
    openingMark(bare) !== undefined ||
    isOwnClosing(bare) ||
    patchMark.test(own) ||
    endOfFile.test(own) ||
    isHunk
  );
}

/** Whether some of the lines are marks, and stand in no line that is known. */
export function holdsStrayMarks(lines: readonly string[], isKnown: (line: string) => boolean): boolean {
  const unknown = (is: (line: string) => boolean) => lines.some((line) => is(line) && !isKnown(line));
  if (unknown(isStrayMark)) return true;
  const startsWith = (tag: RegExp) => unknown((line) => tag.test(line.trimStart()));
  if (startsWith(oldTag) && startsWith(newTag)) return true;
  // What is written about conflicts shows them in fences.
  return !lines.some(isFence) && unknown((line) => conflictOpening(line) !== undefined);
}

/**
 * Whether some of the lines open a change, or divide one. Marks that only end one are said twice by some models, and
 * are in nobody's way.
 */
export function holdsOpenMarks(lines: readonly string[], isKnown: (line: string) => boolean): boolean {
  const has = (mark: RegExp) => lines.some((line) => mark.test(line.trim()) && !isKnown(line));
  const opens = (line: string) =>
    isStrayMark(line) && !isOwnClosing(plain(line.trim())) && !/^\*{3}\s?End\b/i.test(line.trim());
  return (
    lines.some((line) => opens(line) && !isKnown(line)) ||
    (has(oldTag) && has(newTag)) ||
    (has(oldWord) && has(newWord)) ||
    (has(/^={5,}$/) && has(/^>{5,}\s*REPLACE$/))
  );
}

/** Whether the lines are what a tool would be called with, unless the text is JSON itself. */
export function holdsCall(lines: readonly string[]): boolean {
  const begin = lines.join('\n').slice(0, mostOfCall);
  return /^\s*[[{]/.test(begin) && oldKey.test(begin) && newKey.test(begin);
}

/**
 * Whether a line has the sign of a diff before one of the text's own, which goes: indented, as a list's items are not.
 */
export function isGoneLine(line: string, isKnown: (line: string) => boolean): boolean {
  return /^-(?: {2}|\t)/.test(line) && isKnown(line.slice(1)) && !isKnown(line);
}

/** Whether some of the lines are those of a diff of the text's own. */
export function holdsDiff(lines: readonly string[], own: readonly string[]): boolean {
  // What is written about changes shows them in fences.
  if (lines.some(isFence)) return false;
  // Lines of a text that are made a list have other blanks.
  const exact = new Set(own.map((line) => line.trimEnd()));
  if (lines.some((line) => isGoneLine(line, (other) => exact.has(other.trimEnd())))) return true;
  const known = new Set(own.map((line) => line.trim()));
  const isKnown = (line: string) => known.has(line.trim());
  const isNew = (line: string) => !isKnown(line);
  return (
    lines.some((line) => /^-./.test(line) && isKnown(line.slice(1)) && isNew(line)) &&
    lines.some((line) => /^\+./.test(line) && isNew(line))
  );
}

/**
 * The lines of a diff that has nothing but signs: those of a hunk without its heading. `isTold` where a fence says
 * that it is one; else some of what goes must be there, something must come, and the rest must be context.
 */
export function isBareHunk(
  lines: readonly string[],
  { isKnown, isTold }: { readonly isKnown: (line: string) => boolean; readonly isTold: boolean },
): boolean {
  const filled = lines.filter((line) => line.trim() !== '');
  const signed = filled.filter((line) => /^[-+]/.test(line));
  if (signed.length === 0 || signed.some(isKnown)) return false;
  if (isTold) return true;
  const gone = signed.filter((line) => line.startsWith('-'));
  if (gone.length === 0 || gone.length === signed.length) return false;
  return (
    gone.every((line) => isKnown(line.slice(1))) &&
    filled.every((line) => signed.includes(line) || isKnown(line))
  );
}
