/** What can be put in after all: an edit that the editor refused, and hunks that the guard left out of one. */

import { withoutControls } from '../../core/controls.ts';
import type { Snapshot } from '../../state/documents.ts';
import type { LeftOuts } from '../edits/left-out.ts';
import type { UnappliedEdits } from '../edits/unapplied.ts';
import type { ListedAction } from './listing.ts';

export function unappliedAction(unapplied: UnappliedEdits, snapshot: Snapshot): readonly ListedAction[] {
  const refused = unapplied.of(snapshot);
  if (!refused) return [];
  const { id, title } = refused;
  return [{ does: 'hunk', kind: 'refactor.rewrite', title: withoutControls(title), id, keep: true }];
}

export function includeAction(leftOuts: LeftOuts, snapshot: Snapshot): readonly ListedAction[] {
  const leftOut = leftOuts.of(snapshot);
  if (!leftOut) return [];
  const { id, hunks } = leftOut;
  const title = `Include what was left out (${hunks} ${hunks === 1 ? 'hunk' : 'hunks'})`;
  return [{ does: 'hunk', kind: 'refactor', title, id, keep: true }];
}
