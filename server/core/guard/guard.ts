/**
 * The guard against over-editing: of an edit it leaves out what nobody asked for and what only restyles.
 *
 * Laws
 * - apply(kept) and then apply(leftOut) is the model's text, sign by sign.
 * - The text with only `kept` is proven to mean what the model's text means: the same tokens in the same syntax tree
 *   (`meaning`), read by the parser from that very text. Without that proof nothing is left out.
 * - Nothing on asked lines is left out, and never the whole edit: then the restyling is what was wanted.
 */

import { diff } from '../diff/diff.ts';
import { hunks } from '../diff/hunks.ts';
import { apply, type Edit } from '../edit.ts';
import type { Parsed, SyntaxTree } from '../syntax-tree.ts';
import { guardedLanguage } from './language.ts';
import { firstDifference, type Meaning, meaningOf } from './meaning.ts';
import { type AskedLines, editFrom, type Given, givenBack } from './restyle.ts';

export interface GuardWish {
  readonly languageId: string;
  readonly before: Parsed;
  /** The model's text. */
  readonly after: Parsed;
  readonly asked: readonly AskedLines[];
  /** Nothing where the time is over. */
  readonly parse: (text: string) => SyntaxTree | undefined;
}

export interface Guarded {
  /** Of the text before. */
  readonly kept: Edit;
  /** Of the text after `kept`. */
  readonly leftOut: Edit;
  /** Left out, counted as runs of neighbouring lines. */
  readonly hunks: number;
}

/** Where the proof fails, the model's layout stays around the place, so many tokens to each side, wider and wider. */
const reaches = [40, 40, 40, 400, 400, Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];

/** Nothing where nothing is to be left out. */
export function guarded({ languageId, before, after, asked, parse }: GuardWish): Guarded | undefined {
  const language = guardedLanguage(languageId);
  if (!language) return undefined;
  const nestings = new Map<string, number>();
  const old = meaningOf(before, language, nestings);
  const now = old && meaningOf(after, language, nestings);
  if (!old || !now) return undefined;
  let given = givenBack(old, now, asked);
  for (const reach of reaches) {
    if (given.length === 0) return undefined;
    const text = apply(now.text, editFrom(given));
    if (text === now.text || text === old.text) return undefined;
    const tree = parse(text);
    const read = tree && meaningOf({ text, tree }, language, nestings);
    if (!read) return undefined;
    const wrong = firstDifference(now, read);
    if (wrong === undefined) {
      const leftOut = diff(text, now.text);
      return { kept: diff(old.text, text), leftOut, hunks: hunks(text, leftOut).length };
    }
    given = without(given, now, { wrong, reach });
  }
  return undefined;
}

/** Without what stands near the token, at most in the same outermost node and at its borders. */
function without(
  given: readonly Given[],
  { tokens, items }: Meaning,
  { wrong, reach }: { readonly wrong: number; readonly reach: number },
): readonly Given[] {
  const at = tokens[Math.min(wrong, tokens.length - 1)]?.start ?? 0;
  const item = items.findLastIndex((start) => start <= at);
  const from = items[item] ?? 0;
  const to = items[item + 1] ?? Number.POSITIVE_INFINITY;
  return given.filter(
    ({ token, replacement: { start, end } }) => end < from || start > to || Math.abs(token - wrong) > reach,
  );
}
