/** How an asked-for edit ends: the answer of every editing command. */

import { withoutControls } from '../../core/controls.ts';
import type { ModelFailure } from '../../core/model.ts';

export type FailureReason =
  | 'nothing-to-change'
  | 'not-found'
  | 'ambiguous'
  | 'conflict'
  | 'cancelled'
  | 'superseded'
  | 'refused'
  | 'excluded'
  | 'unsupported'
  | 'model'
  | 'not-applied';

export type EditOutcome =
  | {
      readonly ok: true;
      readonly edits: number;
      readonly files: number;
      /** Hunks that only restyle what nobody asked about, and did not land. */
      readonly leftOut?: number;
    }
  | Failure;

export interface Failure {
  readonly ok: false;
  readonly reason: FailureReason;
  /** One sentence for the user. */
  readonly message: string;
}

/** A message may be a model's own words, or hold a path it wrote: what acts instead of being seen is taken out. */
export function failure(reason: FailureReason, message: string): Failure {
  return { ok: false, reason, message: withoutControls(message) };
}

/** It was switched off for the document while work was under way there. */
export const switchedOff = failure('cancelled', 'Whittle was switched off.');

export const nothingSaid = failure('unsupported', 'The instruction is empty; say what to change.');

/** What is said when it has landed. */
export function summary({ edits, leftOut }: Extract<EditOutcome, { ok: true }>): string {
  const changes = edits === 1 ? '1 change' : `${edits} changes`;
  if (leftOut === undefined) return changes;
  return `${changes}, ${leftOut} unrequested ${leftOut === 1 ? 'hunk' : 'hunks'} left out`;
}

/** A model that understood may say why there is nothing to do; the embedded engine says what it cannot do. */
export function refused(words: string, { reason }: Readonly<Record<string, string>>): Failure {
  const isSaid = reason === 'nothing-to-change' || reason === 'not-found' || reason === 'unsupported';
  return failure(isSaid ? reason : 'refused', words);
}

export function fromModel({ code, message }: ModelFailure): Failure {
  switch (code) {
    case 'cancelled':
      return failure('cancelled', message);
    case 'excluded':
      return failure('excluded', message);
    case 'unsupported':
      return failure('unsupported', message);
    case 'offline':
    case 'barred':
    case 'unauthorized':
    case 'not-found':
    case 'busy':
    case 'rejected':
    case 'protocol':
    case 'limit':
    case 'model':
    // The server itself ends its work before its models: this one alone went.
    case 'disposed':
      return failure('model', message);
    default:
      return code satisfies never;
  }
}
