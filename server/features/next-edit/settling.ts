/**
 * Settling: when a change is an edit whose next one is worth looking for.
 *
 *   key key key ── settledMs ──► looked for        a line cut, a paste, an accepted edit ── momentMs ──► looked for
 *
 * Laws
 * - Nothing is looked for ahead where nobody would see it: in editors that did not ask for a while, unless a model is
 *   set for next edits alone, which then stand in the menu of code actions.
 * - Latest wins: one wait for each document, begun anew by each change.
 */

import type { Clock } from '../../core/clock.ts';
import type { DocumentChange, Snapshot } from '../../state/documents.ts';

export interface Settling {
  /** An editor asked for next edits. */
  asked(uri: string): void;
  changed(change: DocumentChange, kind: 'typed' | 'accepted'): void;
  /** Takes back what waits. */
  forget(uri: string): void;
  clear(): void;
}

export interface SettlingParts {
  readonly clock: Clock;
  /** A model is set for next edits alone. */
  readonly isWanted: () => boolean;
  /** The user is at `cursor`, and has settled there. */
  readonly settled: (snapshot: Snapshot, cursor: number) => void;
}

/** A pause between words; editors that ask by themselves do so after 100 to 500 ms. */
const settledMs = 250;
/** What goes with the same change, ghost text above all, comes first. */
const momentMs = 10;
/** Looked for so often in a row without a question: the editor does not show them. */
const mostUnasked = 5;

export function createSettling({ clock, isWanted, settled }: SettlingParts): Settling {
  const waiting = new Map<string, () => void>();
  let unasked = mostUnasked;

  function forget(uri: string): void {
    waiting.get(uri)?.();
    waiting.delete(uri);
  }

  return {
    asked(uri) {
      unasked = 0;
      // The question itself says that the edit has settled.
      forget(uri);
    },
    changed({ after, edit }, kind) {
      const { uri } = after;
      forget(uri);
      const last = edit.at(-1);
      if (!last || (unasked >= mostUnasked && !isWanted())) return;
      const [only] = edit;
      const isKey = edit.length === 1 && only !== undefined && isTyping(only.text, only.end - only.start);
      const cursor = edit.reduce((at, { start, end, text }) => at + text.length - (end - start), last.end);
      const cancel = clock.after(kind === 'typed' && isKey ? settledMs : momentMs, () => {
        waiting.delete(uri);
        unasked++;
        settled(after, cursor);
      });
      waiting.set(uri, cancel);
    },
    forget,
    clear() {
      for (const uri of [...waiting.keys()]) forget(uri);
    },
  };
}

/** A key, or what an editor joins of a few. */
function isTyping(text: string, removed: number): boolean {
  return text.length <= 8 && removed <= 1 && !/[\r\n]/.test(text);
}
