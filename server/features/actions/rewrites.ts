/**
 * Rewrites: what can be asked for without writing it down, of the selection or else of the function around the
 * cursor. Only what makes sense there is offered; each is an instruction like any other.
 */

import type { Region } from '../../core/ask.ts';
import { type EnclosingFunction, enclosingFunction } from '../../core/enclosing-function.ts';
import { isKnownLanguage } from '../../core/syntax.ts';
import { lineAt, lineEnd, lineStart, lineText, type Text } from '../../core/text.ts';
import type { Snapshot } from '../../state/documents.ts';

export interface Rewrite {
  readonly title: string;
  readonly kind: 'refactor.rewrite' | 'refactor.extract';
  readonly instruction: string;
  /** Whole lines. */
  readonly region: Region;
  /** What is plainly wanted here, as opposed to possible. */
  readonly isLikely: boolean;
}

/** Those of the selection where there is one, most wanted first. */
export function rewritesAt({ text, languageId }: Snapshot, selection: Region): readonly Rewrite[] {
  if (!isCode(languageId)) return [];
  const isSelected = text.value.slice(selection.start, selection.end).trim() !== '';
  const around = enclosingFunction(text, selection.start);
  const region = isSelected ? wholeLines(text, selection) : around?.region;
  if (!region) return [];
  const place: Place = {
    text,
    languageId,
    region,
    isSelected,
    whole: around && covers(region, around.region) ? around : undefined,
  };
  return rewrites.flatMap((make) => make(place) ?? []);
}

interface Place {
  readonly text: Text;
  readonly languageId: string;
  readonly region: Region;
  readonly isSelected: boolean;
  /** The function, where the region holds all of it. */
  readonly whole: EnclosingFunction | undefined;
}

const rewrites: readonly ((place: Place) => Rewrite | undefined)[] = [
  ({ region, whole }) =>
    whole?.isUnwritten
      ? {
          title: `Write the body${of(whole)}`,
          kind: 'refactor.rewrite',
          instruction: `Write the body of ${named(whole)}, as its name, its parameters, its comments and its uses in this file ask. Keep its signature and its comments.`,
          region,
          isLikely: true,
        }
      : undefined,
  (place) =>
    written(place, {
      title: 'Add error handling',
      instruction:
        'Add the error handling that is missing: handle what can fail here in the way this file handles errors elsewhere. Change nothing else.',
    }),
  (place) =>
    written(place, {
      title: 'Simplify',
      instruction:
        'Make this code simpler without changing what it does: remove what is not needed, shorten what is long-winded. Keep names that are used elsewhere.',
    }),
  (place) =>
    isDocumented(place)
      ? undefined
      : written(place, {
          title: 'Document',
          instruction:
            'Add a documentation comment in the usual style of this language, in the words of this file: what it is for, its parameters and result where their names do not say it. Change no code.',
        }),
  (place) => {
    const how = typeWords[place.languageId];
    return how === undefined
      ? undefined
      : written(place, { title: 'Add types', instruction: `Add the missing ${how}. Change nothing else.` });
  },
  ({ isSelected, whole, region }) =>
    isSelected && !whole
      ? {
          title: 'Extract into a function',
          kind: 'refactor.extract',
          instruction:
            'Move these lines into a function of their own with a telling name, put it where this file has such functions, and call it here.',
          region,
          isLikely: false,
        }
      : undefined,
  (place) =>
    written(place, {
      title: 'Rename for clarity',
      instruction:
        'Give the local variables and parameters here clearer names where they need them. Keep names that are used outside of these lines.',
    }),
  (place) =>
    place.whole && !place.whole.isAsync && asyncLanguages.has(place.languageId)
      ? written(place, {
          title: 'Make async',
          instruction:
            'Make this function asynchronous: await what can be awaited in it, and adapt its callers in this file.',
        })
      : undefined,
];

function written(
  { region, whole }: Place,
  { title, instruction }: { readonly title: string; readonly instruction: string },
): Rewrite | undefined {
  if (whole?.isUnwritten) return undefined;
  const what = whole ? ` It is about ${named(whole)}.` : '';
  return {
    title: title + (whole ? of(whole, title) : ''),
    kind: 'refactor.rewrite',
    instruction: instruction + what,
    region,
    isLikely: false,
  };
}

/** The longest name a title repeats. */
const longestName = 30;

function of({ name }: EnclosingFunction, title = ''): string {
  if (name === '' || name.length > longestName) return '';
  if (title === '') return ` of ${name}`;
  return /^(?:Add|Rename)/.test(title) ? ` ${title.startsWith('Add') ? 'to' : 'in'} ${name}` : ` ${name}`;
}

function named({ name }: EnclosingFunction): string {
  return name === '' ? 'this function' : `\`${name}\``;
}

const dataLanguages = new Set(
  'css dockerfile graphql html ini json jsonc latex less makefile markdown plaintext properties scss svg terraform tex toml xml yaml'.split(
    ' ',
  ),
);
const typeWords: Readonly<Record<string, string>> = {
  typescript: 'type annotations',
  typescriptreact: 'type annotations',
  javascript: 'types as JSDoc comments',
  javascriptreact: 'types as JSDoc comments',
  python: 'type hints',
  php: 'parameter and return types',
  lua: 'types as LuaLS annotations',
};
const asyncLanguages = new Set(
  'javascript javascriptreact typescript typescriptreact python rust csharp'.split(' '),
);

function isCode(languageId: string): boolean {
  return isKnownLanguage(languageId) && !dataLanguages.has(languageId);
}

/** A selection up to the start of a line does not mean that line. */
function wholeLines(text: Text, { start, end }: Region): Region {
  const last = lineAt(text, end);
  const until = last > lineAt(text, start) && end === lineStart(text, last) ? last - 1 : last;
  return { start: lineStart(text, lineAt(text, start)), end: lineEnd(text, until) };
}

function covers(region: Region, inner: Region): boolean {
  return region.start <= inner.start && inner.end <= region.end;
}

function isDocumented({ text, region, languageId }: Place): boolean {
  const line = lineAt(text, region.start);
  const above = line === 0 ? '' : lineText(text, line - 1).trim();
  if (languageId === 'python')
    return /^[ \t]*(?:[rbu]?"""|[rbu]?''')/m.test(text.value.slice(region.start, region.end));
  return above.endsWith('*/') || /^(?:\/\/\/|##|---|\/\/!)/.test(above);
}
