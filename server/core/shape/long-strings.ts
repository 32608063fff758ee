/** Strings of several lines, by the quotes they are put into: whether a text ends in one. */

import { lineAt, sliceOf, type Text } from '../text.ts';

const anywhere: readonly string[] = ['"""', "'''"];
const withBacktick: readonly string[] = [...anywhere, '`'];
const ofNix: readonly string[] = ["''"];
/** Elsewhere backticks stand alone in comments, as signs or around commands. */
const backticked: ReadonlySet<string> = new Set(
  'astro go html javascript javascriptreact svelte typescript typescriptreact vue'.split(' '),
);

/** What strings of several lines are put into. */
export function longQuotes(languageId: string | undefined): readonly string[] {
  if (languageId === 'nix') return ofNix;
  return languageId === undefined || backticked.has(languageId) ? withBacktick : anywhere;
}

/** Whether a text ends inside a string of several lines. */
export function endsInLongString(text: string, languageId: string | undefined): boolean {
  return longStringAt(text, languageId) !== undefined;
}

/** What the string of several lines is put into that a text ends in. */
function longStringAt(text: string, languageId: string | undefined): string | undefined {
  return longQuotes(languageId).find((quote) => isOdd(text, quote));
}

/** In Nix `'''`, `''$` and `''\\` stand for signs of the string. */
const escapes = /''['$\\]/g;

/** Whether the quotes stand in the text an odd number of times. */
export function isOdd(text: string, quotes: string): boolean {
  const all = quotes === "''" ? text.replace(escapes, '') : text;
  return all.split(quotes).length % 2 === 0;
}

/**
 * Where such quotes stand around nothing else, so that all of them can be counted. Backticks stand in comments too: only
 * those near by tell.
 */
const telling: ReadonlyMap<string, ReadonlySet<string>> = new Map([
  [
    '"""',
    new Set(
      'coffeescript csharp dart elixir fsharp gdscript graphql groovy java julia kotlin nim python scala starlark swift toml'.split(
        ' ',
      ),
    ),
  ],
  ["'''", new Set('coffeescript dart elixir gdscript groovy python starlark toml'.split(' '))],
  ["''", new Set(['nix'])],
]);

/** Code units before a cursor in which the beginning of such a string is looked for: docstrings are long. */
const farthest = 64_000;

interface Place {
  readonly text: Text;
  readonly cursor: number;
  readonly languageId: string | undefined;
  /** The lines above that are read for all else, and all of that up to the cursor. */
  readonly above: readonly string[];
  readonly before: string;
}

/** The quotes of the string of several lines that a cursor is in. */
export function quotesAround(place: Place): string | undefined {
  const { text, cursor, languageId } = place;
  const start = Math.max(0, cursor - farthest);
  let far: string | undefined;
  return longQuotes(languageId).find((quotes) => {
    if (start > 0 || !telling.get(quotes)?.has(languageId ?? '')) return isWithin(quotes, place);
    far ??= sliceOf(text, start, cursor);
    return isOdd(far, quotes);
  });
}

/** The same, as far as the lines above tell. */
function isWithin(quotes: string, { above, before, text, cursor }: Place): boolean {
  if (!before.includes(quotes)) return false;
  const isOpen = isOdd(before, quotes);
  if (above.length === lineAt(text, cursor)) return isOpen;
  // The first that is read may end a text that begins farther above.
  const first = above.findIndex((line) => line.includes(quotes));
  const isEnd = above[first]?.trim() === quotes && !above[first - 1]?.trimEnd().endsWith(':');
  return isOpen !== isEnd;
}
