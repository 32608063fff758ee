/**
 * Refused: what the user rejected, or took back after it was there, is not suggested again: the same lines made into
 * the same lines, in the same place. Lines that are alike elsewhere are another suggestion: who takes one of them back
 * may want the others. Bounded: the oldest is forgotten.
 */

import { mapOffset, type Replacement } from '../../core/edit.ts';
import { wholeLines } from '../../core/next-edit/hunks.ts';
import { lineAt } from '../../core/text.ts';
import type { Documents, Snapshot } from '../../state/documents.ts';

export interface Refused {
  add(snapshot: Snapshot, hunk: Replacement): void;
  has(snapshot: Snapshot, hunk: Replacement): boolean;
}

interface Place {
  readonly uri: string;
  readonly version: number;
  readonly offset: number;
}

interface Entry extends Place {
  readonly change: string;
}

const most = 64;

export function createRefused(documents: Pick<Documents, 'get' | 'editSince'>): Refused {
  let entries: readonly Entry[] = [];

  /** The line of a place as the document is now; nothing where it was changed too often since. */
  function lineNow({ uri, version, offset }: Place): number | undefined {
    const present = documents.get(uri);
    const since = documents.editSince(uri, version);
    return present && since && lineAt(present.text, mapOffset(since, offset, 'after'));
  }

  function has(snapshot: Snapshot, hunk: Replacement): boolean {
    if (entries.length === 0) return false;
    const wanted = entryOf(snapshot, hunk);
    return entries.some((entry) => {
      if (entry.uri !== wanted.uri || entry.change !== wanted.change) return false;
      const [line, own] = [lineNow(entry), lineNow(wanted)];
      return line === undefined || own === undefined || line === own;
    });
  }

  return {
    add(snapshot, hunk) {
      if (!has(snapshot, hunk)) entries = [entryOf(snapshot, hunk), ...entries].slice(0, most);
    },
    has,
  };
}

function entryOf({ uri, version, text }: Snapshot, hunk: Replacement): Entry {
  const { before, after } = wholeLines(text, hunk);
  return { uri, version, offset: hunk.start, change: JSON.stringify([before, after]) };
}
