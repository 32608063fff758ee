/**
 * Refused: what the user rejected, or took back after it was there, is not suggested again: the same lines made into
 * the same lines. Bounded: the oldest is forgotten.
 */

import type { Replacement } from '../../core/edit.ts';
import { wholeLines } from '../../core/next-edit/hunks.ts';
import type { Text } from '../../core/text.ts';

export interface Refused {
  add(uri: string, text: Text, hunk: Replacement): void;
  has(uri: string, text: Text, hunk: Replacement): boolean;
}

const most = 64;

export function createRefused(): Refused {
  let keys: readonly string[] = [];
  return {
    add(uri, text, hunk) {
      const key = keyOf(uri, text, hunk);
      if (!keys.includes(key)) keys = [key, ...keys].slice(0, most);
    },
    has: (uri, text, hunk) => keys.length > 0 && keys.includes(keyOf(uri, text, hunk)),
  };
}

function keyOf(uri: string, text: Text, hunk: Replacement): string {
  const { before, after } = wholeLines(text, hunk);
  return JSON.stringify([uri, before, after]);
}
