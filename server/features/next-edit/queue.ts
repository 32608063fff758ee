/**
 * Queue: the hunks of answers that are still to come, kept in the coordinates of the present text.
 *
 *   answer ──► A, B, C     A is taken: B and C are next     something else is typed at B: all of them go
 *
 * Laws
 * - A hunk is carried over every change of its document: moved, shortened where it is typed along, done when it stands
 *   there. A change that contradicts one says that the user wants something else: then none is left.
 * - After a change that is no part of them they are stale: shown only when nothing newer is known.
 * - Bounded: at most `most` hunks for each document. Without any, a change costs nothing.
 */

import { type Edit, normalise, type Replacement } from '../../core/edit.ts';
import { rebase } from '../../core/rebase.ts';
import type { DocumentChange } from '../../state/documents.ts';

export interface Queued extends Replacement {
  readonly id: string;
}

export interface Queue {
  readonly hunks: readonly Queued[];
  readonly isStale: boolean;
}

export interface Queues {
  of(uri: string): Queue | undefined;
  /** In coordinates of the present text, behind those there are, or in place of all of them. */
  put(uri: string, hunks: readonly Replacement[], how: 'more' | 'instead'): void;
  /** Whether the change did one of them. */
  changed(change: DocumentChange): 'done' | 'along' | 'other';
  drop(uri: string, id: string): void;
  forget(uri: string): void;
  clear(): void;
}

const most = 16;

export function createQueues(newId: () => string): Queues {
  const queues = new Map<string, Queue>();

  function set(uri: string, queue: Queue): void {
    if (queue.hunks.length === 0) queues.delete(uri);
    else queues.set(uri, queue);
  }

  return {
    of: (uri) => queues.get(uri),
    put(uri, hunks, how) {
      const known = how === 'more' ? (queues.get(uri)?.hunks ?? []) : [];
      // A hunk that stands in the way of one that is known already waits for another answer.
      const fresh = hunks.filter((hunk) => !known.some((each) => touches(each, hunk)));
      const all = [...known, ...fresh.map((hunk) => ({ ...hunk, id: newId() }))];
      set(uri, { hunks: all.toSorted((a, b) => a.start - b.start).slice(0, most), isStale: false });
    },
    changed({ before, after: { uri }, edit }) {
      const queue = queues.get(uri);
      if (!queue) return 'other';
      const touched = queue.hunks.some((hunk) => edit.some((each) => touches(hunk, each)));
      // Only what touches needs the text itself.
      const typed: Edit = touched ? normalise(before.text.value, edit) : edit;
      const base = touched ? before.text.value : undefined;
      const hunks: Queued[] = [];
      let isDone = false;
      for (const hunk of queue.hunks) {
        const { id, ...replacement } = hunk;
        const now = rebase([replacement], typed, base);
        if (now.kind === 'rebased') hunks.push(...now.edit.map((each) => ({ ...each, id })));
        else if (now.reason === 'finished') isDone = true;
        else {
          queues.delete(uri);
          return 'other';
        }
      }
      set(uri, { hunks, isStale: queue.isStale || !touched });
      return isDone ? 'done' : touched ? 'along' : 'other';
    },
    drop(uri, id) {
      const queue = queues.get(uri);
      if (queue) set(uri, { ...queue, hunks: queue.hunks.filter((hunk) => hunk.id !== id) });
    },
    forget: (uri) => void queues.delete(uri),
    clear: () => queues.clear(),
  };
}

function touches(a: Replacement, b: Replacement): boolean {
  return a.start <= b.end && b.start <= a.end;
}
