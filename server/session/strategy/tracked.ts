/** Tracked: a base, and how far its document has come since. */

import type { AskDocument } from '../../core/ask.ts';
import { compose, type Edit, replacementBetween, sizeOf } from '../../core/edit.ts';
import type { Base } from '../../core/prompt/base.ts';
import { changesBetween } from '../../core/prompt/drift.ts';
import type { Mirror } from '../mirror.ts';

export interface Tracked {
  readonly base: Base;
  /** From the base's text to the newest told; nothing where that is not known. */
  since: Edit | undefined;
}

/** Edits that are kept apart; more are found by comparing. */
const mostReplacements = 64;
/** UTF-16 code units put in and taken out by accepting a suggestion; what is more spans several places. */
const mostAssumed = 2_000;

export function follow(tracked: Tracked, edit: Edit): void {
  if (tracked.since) tracked.since = few(compose(tracked.since, edit));
}

/** From the base's text to the document's, where that need not be found by comparing them whole. */
export function sinceOf(tracked: Tracked, document: AskDocument, mirror: Mirror): Edit | undefined {
  if (mirror.has(document)) return found(tracked, document);
  // What is asked ahead is asked of the newest text with a suggestion in it, which nobody is told of.
  const newest = mirror.document(document.uri);
  if (!newest) return undefined;
  const assumed = replacementBetween(newest.text, document.text);
  return sizeOf([assumed]) > mostAssumed ? undefined : compose(found(tracked, newest), [assumed]);
}

/** What is known, or what comparing tells: from then on it is known. `newest` is the document as it was told last. */
function found(tracked: Tracked, newest: AskDocument): Edit {
  if (tracked.since) return tracked.since;
  const since = changesBetween(tracked.base.text, newest.text);
  tracked.since = few(since);
  return since;
}

function few(edit: Edit): Edit | undefined {
  return edit.length > mostReplacements ? undefined : edit;
}
