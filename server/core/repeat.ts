/**
 * Repeat: the other places of a text where the user's last edit means the same.
 *
 * Laws
 * - Never a guess: a renamed name fits where it is used the same way; anything else fits where the code around it
 *   is the same but for arguments and operands that the edit did not touch.
 * - Never at the place of the edit itself, never where it was done already; code fits code, a word of a comment
 *   fits words of comments, a string fits the same string.
 * - At most `maxPlaces`, in the order of the text.
 */

import type { Replacement } from './edit.ts';
import { type Tokens, tokenKinds, tokensOf, tokenText } from './lexical.ts';
import { matches } from './repeat/match.ts';
import { isTellingWord } from './repeat/name.ts';
import { patternOf } from './repeat/pattern.ts';
import { renames } from './repeat/rename.ts';
import { type TokenRun, tokenRuns } from './repeat/runs.ts';
import { isProse } from './shape/words.ts';
import { lineAt, lineEnd, lineFullEnd, type Text } from './text.ts';

export interface LastEdit {
  readonly before: string;
  readonly after: string;
  /** Where `after` stands in the text, UTF-16 offset. */
  readonly start: number;
}

const maxPlaces = 1_000;
/** A larger edit is no replacement but new code. */
const longestEdit = 2_000;
const mostLines = 6;

export function repeats(text: Text, last: LastEdit, languageId?: string): readonly Replacement[] {
  const { before, after, start } = last;
  const { value } = text;
  const end = start + after.length;
  if (before === after || before.length + after.length > longestEdit) return [];
  if (value.slice(start, end) !== after) return [];
  const line = lineAt(text, start);
  // With the line ends around them: they are context as words are.
  const from = line === 0 ? 0 : lineEnd(text, line - 1);
  const to = lineFullEnd(text, lineAt(text, end));
  const oldLines = value.slice(from, start) + before + value.slice(end, to);
  if (oldLines.split('\n').length > mostLines || lineAt(text, end) - lineAt(text, start) >= mostLines)
    return [];
  const changed = { old: tokensOf(oldLines, languageId), now: tokensOf(value.slice(from, to), languageId) };
  const runs = tokenRuns(changed);
  if (runs.length === 0) return [];
  if (!mayFit(value, changed, runs)) return [];
  const tokens = tokensOf(value, languageId);
  const isElsewhere = (place: Replacement) => place.end < start || place.start >= end;
  return places(text, tokens, { ...changed, from, languageId }, runs)
    .filter(isElsewhere)
    .slice(0, maxPlaces);
}

/** Whether the words that went are anywhere in the text: most often not, and then it need not be read. */
function mayFit(value: string, { old }: Pick<Changed, 'old'>, runs: readonly TokenRun[]): boolean {
  return runs.every((run) => {
    for (let i = run.oldFrom; i < run.oldTo; i++) {
      if (old.kinds[i] === tokenKinds.word && !value.includes(tokenText(old, i))) return false;
    }
    return true;
  });
}

interface Changed {
  readonly old: Tokens;
  readonly now: Tokens;
  /** Where the changed lines begin in the text. */
  readonly from: number;
  readonly languageId: string | undefined;
}

function places(
  text: Text,
  tokens: Tokens,
  changed: Changed,
  runs: readonly TokenRun[],
): readonly Replacement[] {
  const { old, now, from, languageId } = changed;
  const [first] = runs;
  if (!first) return [];
  const single = (run: TokenRun) => run.oldTo - run.oldFrom === 1 && run.to - run.from === 1;
  const oldText = tokenText(old, first.oldFrom);
  const newText = tokenText(now, first.from);
  const same = runs.every(
    (run) => single(run) && tokenText(old, run.oldFrom) === oldText && tokenText(now, run.from) === newText,
  );
  const kind = old.kinds[first.oldFrom];
  if (same && kind === now.kinds[first.from]) {
    const at = tokens.starts.indexOf(from + (now.starts[first.from] ?? 0));
    if (kind === tokenKinds.word) {
      if (isProse(languageId) && !isTellingWord(oldText, newText, languageId)) return [];
      const renamed =
        at === -1 ? [] : renames(text, tokens, { at, oldName: oldText, newName: newText, languageId });
      if (renamed) return renamed;
    }
    if (kind === tokenKinds.comment)
      return words(tokens, { oldComment: oldText, newComment: newText, languageId });
    if (kind === tokenKinds.string && isTelling(oldText))
      return equalStrings(tokens, {
        oldText,
        newText,
        isKey: isJson(languageId) ? isKey(tokens, at) : undefined,
      });
  }
  const pattern = patternOf(changed, runs);
  return pattern ? matches(tokens, pattern, maxPlaces) : [];
}

/** A string that says something: it means the same wherever it stands. */
function isTelling(literal: string): boolean {
  return /[\p{L}\p{N}_]{4}/u.test(literal);
}

interface Literal {
  readonly oldText: string;
  readonly newText: string;
  /** Where keys are strings as well: whether it is one. */
  readonly isKey: boolean | undefined;
}

function isJson(languageId: string | undefined): boolean {
  return languageId === 'json' || languageId === 'jsonc';
}

function isKey(tokens: Tokens, at: number): boolean {
  return tokenText(tokens, at + 1) === ':';
}

function equalStrings(tokens: Tokens, { oldText, newText, isKey: wanted }: Literal): readonly Replacement[] {
  const found: Replacement[] = [];
  for (let i = 0; i < tokens.count; i++) {
    if (tokens.kinds[i] !== tokenKinds.string || tokenText(tokens, i) !== oldText) continue;
    if (wanted !== undefined && isKey(tokens, i) !== wanted) continue;
    found.push({ start: tokens.starts[i] as number, end: tokens.ends[i] as number, text: newText });
  }
  return found;
}

/** The one word of a comment that was exchanged for another, in all comments. */
interface Comment {
  readonly oldComment: string;
  readonly newComment: string;
  readonly languageId: string | undefined;
}

function words(tokens: Tokens, { oldComment, newComment, languageId }: Comment): readonly Replacement[] {
  const split = (comment: string) => comment.split(/([\p{L}\p{N}_]+)/u);
  const a = split(oldComment);
  const b = split(newComment);
  const differing = a.flatMap((piece, i) => (piece === b[i] ? [] : [i]));
  const [at] = differing;
  if (a.length !== b.length || differing.length !== 1 || at === undefined || at % 2 === 0) return [];
  const oldWord = a[at] ?? '';
  if (!isTellingWord(oldWord, b[at] ?? '', languageId)) return [];
  const found: Replacement[] = [];
  for (let i = 0; i < tokens.count; i++) {
    if (tokens.kinds[i] !== tokenKinds.comment) continue;
    let offset = tokens.starts[i] as number;
    for (const piece of split(tokenText(tokens, i))) {
      if (piece === oldWord) found.push({ start: offset, end: offset + piece.length, text: b[at] ?? '' });
      offset += piece.length;
    }
  }
  return found;
}
