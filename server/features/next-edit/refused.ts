/**
 * Refused: what the user rejected, or took back after it was there, is not suggested again: the same lines made into
 * the same lines, in the same place. Lines that are alike elsewhere are another suggestion: who takes one of them back
 * may want the others. Bounded: the oldest is forgotten.
 *
 * A place is carried through the changes of its document. Once it cannot be, because the document was closed meanwhile
 * or changed too often since, it is known by the lines around it.
 */

import { mapOffset, type Replacement } from '../../core/edit.ts';
import { wholeLines } from '../../core/next-edit/hunks.ts';
import { lineAt, lineCount, lineText } from '../../core/text.ts';
import type { Documents, Snapshot } from '../../state/documents.ts';

export interface Refused {
  add(snapshot: Snapshot, hunk: Replacement): void;
  has(snapshot: Snapshot, hunk: Replacement): boolean;
  closed(uri: string): void;
}

interface Place {
  readonly uri: string;
  /** Nothing once the document was closed: another that is opened counts anew. */
  readonly version: number | undefined;
  readonly offset: number;
}

interface Entry extends Place {
  readonly change: string;
  readonly around: string;
}

const most = 64;

export function createRefused(documents: Pick<Documents, 'get' | 'editSince'>): Refused {
  let entries: readonly Entry[] = [];

  /** The line of a place as the document is now; nothing where that is not known any more. */
  function lineNow({ uri, version, offset }: Place): number | undefined {
    const present = documents.get(uri);
    const since = version === undefined ? undefined : documents.editSince(uri, version);
    return present && since && lineAt(present.text, mapOffset(since, offset, 'after'));
  }

  function has(snapshot: Snapshot, hunk: Replacement): boolean {
    if (entries.length === 0) return false;
    const wanted = entryOf(snapshot, hunk);
    return entries.some((entry) => {
      if (entry.uri !== wanted.uri || entry.change !== wanted.change) return false;
      const [line, own] = [lineNow(entry), lineNow(wanted)];
      return line === undefined || own === undefined ? entry.around === wanted.around : line === own;
    });
  }

  return {
    add(snapshot, hunk) {
      if (!has(snapshot, hunk)) entries = [entryOf(snapshot, hunk), ...entries].slice(0, most);
    },
    has,
    closed(uri) {
      entries = entries.map((entry) => (entry.uri === uri ? { ...entry, version: undefined } : entry));
    },
  };
}

function entryOf({ uri, version, text }: Snapshot, hunk: Replacement): Entry {
  const { before, after } = wholeLines(text, hunk);
  const lineOr = (line: number) => (line >= 0 && line < lineCount(text) ? lineText(text, line).trim() : '');
  const around = [lineOr(lineAt(text, hunk.start) - 1), lineOr(lineAt(text, hunk.end) + 1)];
  return {
    uri,
    version,
    offset: hunk.start,
    change: JSON.stringify([before, after]),
    around: JSON.stringify(around),
  };
}
