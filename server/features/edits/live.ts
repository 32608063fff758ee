/**
 * Live: hunks of an answer land one after the other while the model writes the rest (`edit.live`).
 *
 * Laws
 * - One request at a time: what becomes certain meanwhile goes together with the next.
 * - A hunk that does not land ends the edit, with its reason; what landed before stays.
 * - At the end the document reads as if the whole edit had landed at once: what landed early and is not part of it
 *   after all is taken back by the rest.
 */

import { apart } from '../../core/apart.ts';
import {
  apply,
  compose,
  type Edit,
  invert,
  map,
  noEdit,
  normalise,
  type Replacement,
  toEdit,
} from '../../core/edit.ts';
import type { Documents, Snapshot } from '../../state/documents.ts';
import type { FileEdit } from './landing.ts';
import { type EditOutcome, type Failure, failure } from './outcome.ts';

export interface Live {
  /** Changes that are certain, in coordinates of the base. One that touches an earlier one is left to the rest. */
  push(edit: Edit): void;
  /** Once everything that was pushed has landed, or one has not. */
  settled(): Promise<LiveLanded>;
}

export interface LiveLanded {
  /** In coordinates of the base. */
  readonly edit: Edit;
  /** How many changes the editor made. */
  readonly edits: number;
  readonly failure: Failure | undefined;
}

export interface LiveParts {
  readonly land: (edit: Edit) => Promise<EditOutcome>;
  /** One did not land. */
  readonly failed: (failure: Failure) => void;
}

export function createLive({ land, failed }: LiveParts): Live {
  const pushed = apart();
  const landed = apart();
  let edits = 0;
  let waiting: Replacement[] = [];
  let ended: Failure | undefined;
  let working: Promise<void> | undefined;

  async function work(): Promise<void> {
    while (waiting.length > 0 && !ended) {
      const piece = toEdit(waiting) ?? noEdit;
      waiting = [];
      const outcome = await land(piece);
      if (outcome.ok) {
        landed.add(piece);
        edits += outcome.edits;
      } else if (outcome.reason !== 'nothing-to-change') {
        ended = outcome;
        failed(outcome);
      }
    }
    working = undefined;
  }

  return {
    push(edit) {
      for (const each of edit) {
        if (pushed.touches([each])) continue;
        pushed.add([each]);
        waiting.push(each);
      }
      if (waiting.length > 0) working ??= work();
    },
    async settled() {
      await working;
      return { edit: landed.edit, edits, failure: ended };
    },
  };
}

/** What is missing of `whole` where `landed` stands already, for the document as it is now. */
export function restOf(
  documents: Documents,
  base: Snapshot,
  { landed, whole }: { readonly landed: Edit; readonly whole: Edit },
): Extract<FileEdit, { base: Snapshot }> | Failure {
  const now = documents.get(base.uri);
  const since = documents.editSince(base.uri, base.version);
  if (!now || !since) return failure('conflict', 'The document was closed before the edit was ready.');
  const before = base.text.value;
  const back = invert(before, landed);
  const after = apply(before, landed);
  const typed = normalise(after, compose(back, since));
  const carried = map(normalise(after, compose(back, whole)), typed);
  return carried
    ? { base: now, edit: carried }
    : failure('conflict', 'You changed the same place meanwhile; ask again to redo the edit.');
}

/** The failure of an edit of which some has landed already. */
export function staying(reason: Failure, edits: number): Failure {
  if (edits === 0) return reason;
  const changes = edits === 1 ? '1 change that has landed stays' : `${edits} changes that have landed stay`;
  return {
    ...reason,
    message: `${reason.message.replace(/\.$/, '')}; ${changes}, and the action Undo takes back all.`,
  };
}
