/** Tracked: a base, and how far its document has come since. */

import type { AskDocument } from '../../core/ask.ts';
import { compose, type Edit } from '../../core/edit.ts';
import type { Base } from '../../core/prompt/base.ts';
import { changesBetween } from '../../core/prompt/drift.ts';

export interface Tracked {
  readonly base: Base;
  /** From the base's text to the newest told; nothing where that is not known. */
  since: Edit | undefined;
}

/** Edits that are kept apart; more are found by comparing. */
const mostReplacements = 64;

export function follow(tracked: Tracked, edit: Edit): void {
  if (tracked.since) tracked.since = few(compose(tracked.since, edit));
}

/** What is known, or what comparing tells: from then on it is known. `newest` is the document as it was told last. */
export function found(tracked: Tracked, newest: AskDocument): Edit {
  if (tracked.since) return tracked.since;
  const since = changesBetween(tracked.base.text, newest.text);
  tracked.since = few(since);
  return since;
}

function few(edit: Edit): Edit | undefined {
  return edit.length > mostReplacements ? undefined : edit;
}
