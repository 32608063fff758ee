/** The diffs that others are: jsdiff, diff-match-patch and fast-diff, on the same pairs and the same tokens. */

import { diffArrays } from 'diff';
import diffMatchPatch from 'diff-match-patch';
import fastDiff from 'fast-diff';
import { tokens as tokensOf } from '../../../server/core/diff/tokens.ts';
import type { Pair } from './pairs.ts';
import { trimmedSize } from './sizes.ts';

export interface Library {
  readonly name: string;
  /** The changed runs, as what is taken out and what is put in. */
  readonly changes: (pair: Pair) => readonly (readonly [string, string])[];
}

export const libraries: readonly Library[] = [
  { name: 'diff (jsdiff)', changes: jsdiff },
  { name: 'diff-match-patch', changes: matchPatch },
  { name: 'fast-diff', changes: fast },
];

/** Changed characters, trimmed as ours are. */
export function sizeOf(changes: readonly (readonly [string, string])[]): number {
  return changes.reduce((sum, [out, into]) => sum + trimmedSize(out, into), 0);
}

function jsdiff({ before, after }: Pair): readonly (readonly [string, string])[] {
  const parts = diffArrays(cut(before), cut(after));
  return runs(parts.map(({ added, removed, value }) => [added ? 1 : removed ? -1 : 0, value.join('')]));
}

function matchPatch(pair: Pair): readonly (readonly [string, string])[] {
  const { before, after, textOf } = asSigns(pair);
  return runs(
    new diffMatchPatch().diff_main(before, after, false).map(([kind, signs]) => [kind, textOf(signs)]),
  );
}

function fast(pair: Pair): readonly (readonly [string, string])[] {
  const { before, after, textOf } = asSigns(pair);
  return runs(fastDiff(before, after).map(([kind, signs]) => [kind, textOf(signs)]));
}

function cut(value: string): string[] {
  const starts = tokensOf(value);
  return starts.slice(0, -1).map((start, i) => value.slice(start, starts[i + 1]));
}

/** Each different token as one sign, as diff-match-patch itself does it with lines; no surrogates among them. */
function asSigns({ before, after }: Pair) {
  const known = new Map<string, string>();
  const texts = new Map<string, string>();
  const sign = (token: string): string => {
    let found = known.get(token);
    if (found === undefined) {
      const code = known.size < 0xd7ff ? known.size + 1 : known.size + 0x801;
      found = String.fromCharCode(code);
      known.set(token, found);
      texts.set(found, token);
    }
    return found;
  };
  const signs = (value: string) => cut(value).map(sign).join('');
  const textOf = (some: string) => [...some].map((each) => texts.get(each) ?? '').join('');
  return { before: signs(before), after: signs(after), textOf };
}

function runs(parts: readonly (readonly [number, string])[]): readonly (readonly [string, string])[] {
  const result: [string, string][] = [];
  let isOpen = false;
  for (const [kind, text] of parts) {
    if (kind === 0) {
      isOpen = false;
      continue;
    }
    if (!isOpen) result.push(['', '']);
    isOpen = true;
    const last = result.at(-1);
    if (last) last[kind < 0 ? 0 : 1] += text;
  }
  return result;
}
