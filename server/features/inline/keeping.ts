/**
 * Keeping: whether what was accepted still stands half a minute later, which says more of a suggestion than that it
 * was taken. Counted on this machine, told to nobody.
 *
 * Law: one timer for each acceptance, at most `mostWatched`; closing the document or ending the server takes them along.
 */

import type { Clock } from '../../core/clock.ts';
import { mapOffset } from '../../core/edit.ts';
import { sliceOf } from '../../core/text.ts';
import type { Documents, Snapshot } from '../../state/documents.ts';
import { type Anchor, anchorAt, carriedTo, editsSince } from './anchor.ts';

export interface Keeping {
  /** Inserted at `start` of the snapshot, or about to be. */
  accepted(snapshot: Snapshot, start: number, text: string): void;
  /** Carries what is watched along, because the way from old versions is only known for so long. */
  keepUp(snapshot: Snapshot): void;
  forget(uri: string): void;
  dispose(): void;
}

export interface KeepingParts {
  readonly documents: Documents;
  readonly clock: Clock;
  readonly decided: (fate: 'kept' | 'changed') => void;
}

const afterMs = 30_000;
const mostWatched = 32;
/** Of its characters: a name put right in a line that was taken does not undo the line. */
const keptShare = 0.7;

interface Watched {
  anchor: Anchor;
  readonly start: number;
  readonly text: string;
  readonly cancel: () => void;
}

export function createKeeping({ documents, clock, decided }: KeepingParts): Keeping {
  const watched = new Set<Watched>();

  function carry(each: Watched, snapshot: Snapshot): boolean {
    const anchor = carriedTo(each.anchor, snapshot, editsSince(documents, snapshot.uri));
    if (anchor) each.anchor = anchor;
    return anchor !== undefined;
  }

  function decide(each: Watched): void {
    watched.delete(each);
    const snapshot = documents.get(each.anchor.uri);
    if (!snapshot || !carry(each, snapshot)) return;
    const from = mapOffset(each.anchor.typed, each.start, 'before');
    // What was typed into it makes it longer.
    const now = sliceOf(snapshot.text, from, from + each.text.length * 2);
    decided(sharedEnds(each.text, now) >= each.text.length * keptShare ? 'kept' : 'changed');
  }

  function drop(gone: (each: Watched) => boolean): void {
    for (const each of [...watched]) {
      if (!gone(each)) continue;
      each.cancel();
      watched.delete(each);
    }
  }

  return {
    accepted(snapshot, start, text) {
      if (watched.size >= mostWatched) return;
      const cancel = clock.after(afterMs, () => decide(each));
      const each: Watched = { anchor: anchorAt(snapshot), start, text, cancel };
      watched.add(each);
    },
    keepUp(snapshot) {
      for (const each of watched) if (each.anchor.uri === snapshot.uri) carry(each, snapshot);
    },
    forget(uri) {
      drop(({ anchor }) => anchor.uri === uri);
    },
    dispose() {
      drop(() => true);
    },
  };
}

/** Characters of the text that still stand, at its beginning and behind what was put into it. */
function sharedEnds(text: string, now: string): number {
  let head = 0;
  while (head < text.length && text[head] === now[head]) head++;
  let tail = 0;
  for (let from = head; from < text.length; from++) {
    if (!now.includes(text.slice(from), head)) continue;
    tail = text.length - from;
    break;
  }
  return head + tail;
}
