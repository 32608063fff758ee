/**
 * Landing: an edit made for one version of a document gets into the editor, or the reason why not comes back.
 *
 * Laws
 * - The edit is carried over what was typed since its base; where both touch the same characters nothing is sent.
 * - One request, one undo step, for the version it is sent for. A refused version is tried once more on the newer one.
 * - What the editor says is not believed but checked: the edit has landed when the document reads so
 *   (Neovim answers `applied: true` for edits it has skipped).
 */

import type { Clock } from '../../core/clock.ts';
import { apply, type Edit, map, normalise } from '../../core/edit.ts';
import type { Documents, Snapshot } from '../../state/documents.ts';
import type { Editor } from '../editor.ts';
import { type EditOutcome, failure } from './outcome.ts';

/** Neovim sends a change up to 150 ms after it was made, a busy editor later. */
const confirmWithinMs = 2_000;
const attempts = 2;

export interface Landing {
  land(label: string, base: Snapshot, edit: Edit, signal: AbortSignal): Promise<EditOutcome>;
  /** The same for taking text back: what lands makes no new hunks. */
  revert(label: string, base: Snapshot, edit: Edit, signal: AbortSignal): Promise<EditOutcome>;
  /** Told after every change of a document. */
  changed(uri: string): void;
}

export interface LandingParts {
  readonly documents: Documents;
  readonly editor: Editor;
  readonly clock: Clock;
  /** The edit has landed: `edit` made `after` out of `before`. */
  readonly landed: (before: Snapshot, edit: Edit, after: Snapshot) => void;
}

export function createLanding({ documents, editor, clock, landed }: LandingParts): Landing {
  const waiters = new Set<{ readonly uri: string; check(): void }>();

  /** The first version from `from` on that reads `expected`, or nothing when the time is up. */
  function confirmed(uri: string, expected: string, signal: AbortSignal): Promise<Snapshot | undefined> {
    return new Promise((resolve) => {
      const settle = (snapshot: Snapshot | undefined) => {
        waiters.delete(waiter);
        takeBack();
        signal.removeEventListener('abort', giveUp);
        resolve(snapshot);
      };
      const giveUp = () => settle(undefined);
      const waiter = {
        uri,
        check() {
          const snapshot = documents.get(uri);
          if (!snapshot || snapshot.text.value === expected) settle(snapshot);
        },
      };
      const takeBack = clock.after(confirmWithinMs, giveUp);
      signal.addEventListener('abort', giveUp);
      waiters.add(waiter);
      if (signal.aborted) giveUp();
      else waiter.check();
    });
  }

  type Landed = LandingParts['landed'];

  async function land(
    wish: { readonly label: string; readonly base: Snapshot; readonly edit: Edit; readonly landed: Landed },
    signal: AbortSignal,
  ): Promise<EditOutcome> {
    const { label, base, edit } = wish;
    let why = '';
    for (let attempt = 0; attempt < attempts; attempt++) {
      const now = documents.get(base.uri);
      if (!now) return failure('conflict', 'The document was closed before the edit was ready.');
      const typed = now === base ? [] : documents.editSince(base.uri, base.version);
      const carried = typed && map(edit, typed);
      if (!carried)
        return failure('conflict', 'You changed the same place meanwhile; ask again to redo the edit.');
      const minimal = normalise(now.text.value, carried);
      if (minimal.length === 0) return failure('nothing-to-change', 'There is nothing to change.');
      const expected = apply(now.text.value, minimal);
      const watching = new AbortController();
      const seen = confirmed(base.uri, expected, AbortSignal.any([signal, watching.signal]));
      const answer = await editor.applyEdit(label, now, minimal, signal);
      if (signal.aborted && !answer.applied)
        return failure('cancelled', 'The edit was cancelled before it was applied.');
      if (answer.applied) {
        const after = await seen;
        if (after) wish.landed(now, minimal, after);
        const moved = after ?? documents.get(base.uri);
        if (moved && moved !== now) return { ok: true, edits: minimal.length, files: 1 };
        why = 'the document did not change';
        break;
      }
      watching.abort();
      why = answer.why;
      if (documents.get(base.uri) === now) break;
    }
    return failure('not-applied', `The editor did not apply the edit: ${why || 'it gave no reason'}.`);
  }

  return {
    land: (label, base, edit, signal) => land({ label, base, edit, landed }, signal),
    revert: (label, base, edit, signal) => land({ label, base, edit, landed() {} }, signal),
    changed(uri) {
      for (const waiter of [...waiters]) if (waiter.uri === uri) waiter.check();
    },
  };
}
