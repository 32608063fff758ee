/**
 * What makes a word a name, by language: `margin-top`, `foo'` and `empty?` are one name each, a value of CSS or YAML is
 * none, and neither is a word that every sentence or every block holds.
 */

import { isCommonWord, isProse } from '../shape/words.ts';

/** Signs that names hold beside letters and digits. */
const lispSigns = '-?!*<>=+';
const signs: Readonly<Record<string, string>> = {
  ...all(
    '-',
    'css dockercompose dockerfile hcl html less makefile nix sass scss sh bash zsh shellscript stylus svelte svg terraform toml vue xml yaml',
  ),
  ...all(lispSigns, 'clojure commonlisp emacs-lisp lisp racket scheme'),
  ...all("'", 'agda elm fsharp haskell idris lean ocaml purescript reason rust'),
  ...all('?!', 'crystal elixir ruby'),
};

/** What of a longer name stands before and behind a word. */
export interface Affixes {
  readonly before: string;
  readonly behind: string;
}

/** Looked at on either side of a word: names that are the same for so long are the same. */
const longestAffix = 256;

const none: Affixes = { before: '', behind: '' };

export function affixes(
  value: string,
  { start, end }: { readonly start: number; readonly end: number },
  languageId: string | undefined,
): Affixes {
  const own = signsOf(languageId);
  if (own === undefined) return none;
  const [least, most] = [start - longestAffix, end + longestAffix];
  let from = start;
  while (from > least && beginsEarlier(value, from, own)) from--;
  let to = end;
  while (to < most && goesOn(value, to, own)) to++;
  return { before: value.slice(from, start), behind: value.slice(end, to) };
}

/** Whether these are the affixes of a word. Of a chain of thousands of words each is read once. */
export function hasAffixes(
  value: string,
  { start, end }: { readonly start: number; readonly end: number },
  { before, behind }: Affixes,
  languageId: string | undefined,
): boolean {
  const own = signsOf(languageId);
  if (own === undefined) return true;
  const [from, to] = [start - before.length, end + behind.length];
  if (!value.startsWith(before, from) || !value.startsWith(behind, end)) return false;
  if (before.length < longestAffix && beginsEarlier(value, from, own)) return false;
  return behind.length === longestAffix || !goesOn(value, to, own);
}

function signsOf(languageId: string | undefined): string | undefined {
  return languageId === undefined ? undefined : signs[languageId];
}

/** `?` and `!` end a name, and compare where `=` follows. */
const endSigns = '?!';

function beginsEarlier(value: string, at: number, own: string): boolean {
  return own !== endSigns && isPart(value.charAt(at - 1), own);
}

function goesOn(value: string, at: number, own: string): boolean {
  return isPart(value.charAt(at), own) && !(own === endSigns && value.charAt(at + 1) === '=');
}

function isPart(sign: string, own: string): boolean {
  return sign !== '' && (own.includes(sign) || /[\p{L}\p{N}_$]/u.test(sign));
}

/** Words that languages are made of: one that was exchanged says nothing about the others. */
const ownWord =
  /^(?:if|else|elif|elsif|elseif|unless|while|until|for|foreach|return|break|continue|yield|throw|raise|and|or|not|in|is|do|then|switch|case|void|u?int(?:8|16|32|64)?(?:_t)?|[iuf](?:8|16|32|64|128)|[iu]size|float|double|bool|boolean)$/;
/** Others are names as well: they are none where one was exchanged for another. */
const type = /^(?:string|String|str|number|object|long|short|char|byte|u?int\d*|float|double|bool|boolean)$/;

const styles: ReadonlySet<string> = new Set(['css', 'less', 'sass', 'scss', 'stylus']);

/** Whether the word at an offset is one that is meant wherever it stands. */
export function isName(
  value: string,
  at: number,
  { oldName, newName }: { readonly oldName: string; readonly newName: string },
  languageId: string | undefined,
): boolean {
  if (languageId === undefined || isProse(languageId)) return true;
  const line = value.slice(value.lastIndexOf('\n', at - 1) + 1, at);
  const isMember = /(?:\.|->|::)$/.test(line);
  if (!isMember && (ownWord.test(oldName) || (type.test(oldName) && type.test(newName)))) return false;
  if (/^[$@]/.test(oldName)) return true;
  if (styles.has(languageId)) return !/:[^;{}]*$/.test(line) || /--[\w-]*$/.test(line);
  if (languageId === 'yaml') return !/:\s.*$/.test(line) || /[&*]$/.test(line);
  return true;
}

/** Whether a word of a sentence is meant wherever it stands: a name, or one that was misspelled. */
export function isTellingWord(before: string, after: string, languageId: string | undefined): boolean {
  if (isCommonWord(before) || isCommonWord(after)) return isTransposed(before, after);
  if (languageId === undefined || !isProse(languageId)) return true;
  return /[\p{Lu}\p{N}_]/u.test(before) || isTransposed(before, after) || isMisspelled(before, after);
}

const shortestMisspelled = 5;

/** A letter too many, too few, or another one in the middle of a long word. */
function isMisspelled(before: string, after: string): boolean {
  if (
    Math.min(before.length, after.length) < shortestMisspelled ||
    Math.abs(before.length - after.length) > 1
  )
    return false;
  let head = 0;
  while (head < before.length && before[head] === after[head]) head++;
  let tail = 0;
  const most = Math.min(before.length, after.length) - head;
  while (tail < most && before.at(-1 - tail) === after.at(-1 - tail)) tail++;
  return head > 0 && tail > 0 && Math.max(before.length, after.length) - head - tail <= 1;
}

/** `teh` for `the`. */
function isTransposed(before: string, after: string): boolean {
  const sorted = (word: string) => [...word].sort().join('');
  return before.length > 2 && before.length === after.length && sorted(before) === sorted(after);
}

function all(own: string, languages: string): Readonly<Record<string, string>> {
  return Object.fromEntries(languages.split(' ').map((language) => [language, own]));
}
